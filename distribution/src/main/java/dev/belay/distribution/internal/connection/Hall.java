package dev.belay.distribution.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The sockets on which a handshake is under way: each for a bounded time, however slowly the other
/// side speaks, and not too many that others have opened.
///
/// Any thread may call; nothing in here waits.
final class Hall {
  /*
   * Guarded by the lock of this object; sockets are closed without it. Who is closed here reads the end of the stream, or an error,
   * wherever in its handshake it is.
   */
  static final int LIMIT = 256;
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final Set<Guest> arrivals = new LinkedHashSet<>();
  private final Set<Guest> departures = new LinkedHashSet<>();
  private boolean closed;

  /// One socket with its time.
  static final class Guest {
    private final Socket socket;
    private final Duration time;
    private final long end;
    private volatile String dismissal = "";

    private Guest(Socket socket, Duration time) {
      this.socket = socket;
      this.time = time;
      this.end = System.nanoTime() + time.toNanos();
    }

    /// Says why it was closed here.
    ///
    /// @return empty if it was not
    String dismissal() {
      return dismissal;
    }

    private void dismiss(String why) {
      dismissal = why;
      close();
    }

    /// Returns the address of the other side, without the port, which is another one each time.
    String address() {
      InetAddress address = socket.getInetAddress();
      return address == null ? "nowhere" : address.getHostAddress();
    }

    private void close() {
      try {
        socket.close();
      } catch (IOException e) {
        LOGGER.log(System.Logger.Level.DEBUG, "closing a socket failed", e);
      }
    }
  }

  /// Lets in a socket that somebody has opened to us. If there are too many of them, the one that
  /// has been here for the longest time is closed: who is honest is done in no time.
  Guest arrive(Socket socket, Duration time) {
    Guest guest = new Guest(socket, time);
    Guest oldest = null;
    boolean late;
    synchronized (this) {
      late = closed;
      arrivals.add(guest);
      if (arrivals.size() > LIMIT) {
        oldest = arrivals.iterator().next();
        arrivals.remove(oldest);
      }
    }
    if (oldest != null) {
      oldest.dismiss("more than " + LIMIT + " others connected before it was done");
    }
    if (late) {
      guest.dismiss("the node has left its cluster");
    }
    return guest;
  }

  /// Lets in a socket that we have opened.
  Guest depart(Socket socket, Duration time) {
    Guest guest = new Guest(socket, time);
    boolean late;
    synchronized (this) {
      late = closed;
      departures.add(guest);
    }
    if (late) {
      guest.dismiss("the node has left its cluster");
    }
    return guest;
  }

  /// Lets one out.
  ///
  /// @param failed whether its socket is of no more use
  void leave(Guest guest, boolean failed) {
    synchronized (this) {
      arrivals.remove(guest);
      departures.remove(guest);
    }
    if (failed) {
      guest.close();
    }
  }

  /// Closes those whose time is over.
  void look(long now) {
    List<Guest> overdue = new ArrayList<>();
    synchronized (this) {
      arrivals.forEach(guest -> addIfOverdue(guest, now, overdue));
      departures.forEach(guest -> addIfOverdue(guest, now, overdue));
    }
    overdue.forEach(guest ->
        guest.dismiss(
            "it was not done with the handshake within " + guest.time.toSeconds() + " s"));
  }

  private static void addIfOverdue(Guest guest, long now, List<Guest> overdue) {
    if (now - guest.end >= 0 && guest.dismissal.isEmpty()) {
      overdue.add(guest);
    }
  }

  synchronized int size() {
    return arrivals.size() + departures.size();
  }

  /// Closes all, and whoever comes from now on.
  void close() {
    List<Guest> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      all.addAll(arrivals);
      all.addAll(departures);
    }
    all.forEach(guest -> guest.dismiss("the node has left its cluster"));
  }
}

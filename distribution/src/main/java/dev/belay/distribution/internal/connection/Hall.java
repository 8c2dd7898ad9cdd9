package dev.belay.distribution.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The sockets on which a handshake is under way: each for a bounded time, however slowly the other
/// side speaks, and not too many that others have opened.
///
/// Any thread may call; nothing in here waits.
final class Hall {
  /*
   * Guarded by the lock of this object; sockets are closed without it. Who is closed here reads the end of the stream, or an error,
   * wherever in its handshake it is. Under the lock it is decided who is dismissed, and who is through: nobody is both.
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

    /// Whether it has come through its handshake; guarded by the lock of the hall.
    private boolean isThrough;

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
    List<Guest> dismissed = new ArrayList<>();
    synchronized (this) {
      arrivals.add(guest);
      if (arrivals.size() > LIMIT) {
        oldestArrival()
            .ifPresent(oldest -> {
              arrivals.remove(oldest);
              dismiss(
                  oldest, "more than " + LIMIT + " others connected before it was done", dismissed);
            });
      }
      dismissIfClosed(guest, dismissed);
    }
    dismissed.forEach(Guest::close);
    return guest;
  }

  private Optional<Guest> oldestArrival() {
    return arrivals.stream().filter(guest -> !guest.isThrough).findFirst();
  }

  /// Notes, under the lock, that one is to be closed; not one who is through.
  private static void dismiss(Guest guest, String why, List<Guest> dismissed) {
    if (!guest.isThrough && guest.dismissal.isEmpty()) {
      guest.dismissal = why;
      dismissed.add(guest);
    }
  }

  private void dismissIfClosed(Guest guest, List<Guest> dismissed) {
    if (closed) {
      dismiss(guest, "the node has left its cluster", dismissed);
    }
  }

  /// Lets in a socket that we have opened.
  Guest depart(Socket socket, Duration time) {
    Guest guest = new Guest(socket, time);
    List<Guest> dismissed = new ArrayList<>();
    synchronized (this) {
      departures.add(guest);
      dismissIfClosed(guest, dismissed);
    }
    dismissed.forEach(Guest::close);
    return guest;
  }

  /// Says that one has come through its handshake: it is not closed here any more.
  ///
  /// @return false if it has been already
  synchronized boolean isThrough(Guest guest) {
    guest.isThrough = guest.dismissal.isEmpty();
    return guest.isThrough;
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
      arrivals.forEach(guest -> dismissIfOverdue(guest, now, overdue));
      departures.forEach(guest -> dismissIfOverdue(guest, now, overdue));
    }
    overdue.forEach(Guest::close);
  }

  private static void dismissIfOverdue(Guest guest, long now, List<Guest> overdue) {
    if (now - guest.end >= 0) {
      dismiss(
          guest,
          "it was not done with the handshake within " + guest.time.toSeconds() + " s",
          overdue);
    }
  }

  synchronized int size() {
    return arrivals.size() + departures.size();
  }

  /// Closes all, and whoever comes from now on.
  void close() {
    List<Guest> dismissed = new ArrayList<>();
    synchronized (this) {
      closed = true;
      arrivals.forEach(guest -> dismissIfClosed(guest, dismissed));
      departures.forEach(guest -> dismissIfClosed(guest, dismissed));
    }
    dismissed.forEach(Guest::close);
  }
}

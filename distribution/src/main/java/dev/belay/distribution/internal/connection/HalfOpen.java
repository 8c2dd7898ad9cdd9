package dev.belay.distribution.internal.connection;

import java.io.IOException;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The connections that others have begun and that have not proven themselves. There is room for
/// some; one more, and the oldest is closed: it has had more time than all others. Any thread may
/// call.
final class HalfOpen {
  /// How many there may be at once.
  static final int MOST = 256;

  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final int most;

  /// In the order in which they came; guarded by the lock of this object.
  private final Set<Socket> sockets = new LinkedHashSet<>();

  HalfOpen(int most) {
    this.most = most;
  }

  /// A connection has been begun.
  void add(Socket socket) {
    Socket oldest = enter(socket);
    if (oldest != null) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          () ->
              "more than "
                  + most
                  + " connections wait to be greeted; the oldest is closed, from "
                  + oldest.getRemoteSocketAddress());
      try {
        oldest.close();
      } catch (IOException e) {
        LOGGER.log(System.Logger.Level.DEBUG, "closing a socket failed", e);
      }
    }
  }

  private synchronized @Nullable Socket enter(Socket socket) {
    sockets.add(socket);
    if (sockets.size() <= most) {
      return null;
    }
    Socket oldest = sockets.iterator().next();
    sockets.remove(oldest);
    return oldest;
  }

  /// A connection has proven itself, or has ended.
  ///
  /// @return whether it was still one of these; false if it was closed to make room
  synchronized boolean remove(Socket socket) {
    return sockets.remove(socket);
  }
}

package dev.belay.distribution.internal.epmd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;

/// A connection to EPMD on which a node is registered, for as long as it lasts.
public final class Lease implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final Socket socket;
  private final long creation;

  Lease(Socket socket, long creation) {
    this.socket = socket;
    this.creation = creation;
  }

  /// Returns the creation that EPMD gave.
  ///
  /// @return the creation, 0 to 2^32 - 1
  public long creation() {
    return creation;
  }

  /// Waits until EPMD or [#close] ends the connection. EPMD never sends anything on it; what comes
  /// all the same ends it.
  @SuppressWarnings("CheckReturnValue") // whatever came, it is the end
  void awaitEnd() {
    try {
      socket.setSoTimeout(0);
      socket.getInputStream().read();
    } catch (IOException e) {
      LOGGER.log(Level.TRACE, "the connection to EPMD broke", e);
    }
    close();
  }

  /// Gives the registration up.
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "closing the connection to EPMD failed", e);
    }
  }
}

package dev.belay.distribution.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports that nobody uses.
public final class Ports {
  /// They are not among those that systems give to whoever asks for any port: between this and its
  /// use somebody else would now and then be given the same one.
  private static final int FIRST = 10_000;

  private static final int BEYOND = 32_768;
  private static final int ATTEMPTS = 100;

  private Ports() {}

  /// Returns a port that is free now.
  public static int free() throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, BEYOND);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // somebody has it
      }
    }
    throw new BindException("none of " + ATTEMPTS + " ports is free");
  }
}

package dev.belay.bench;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.List;

/// Where the two nodes of a row find each other, and nobody else them.
///
/// @param epmdPort the port of their EPMD
/// @param cookie what both know
record Meeting(int epmdPort, String cookie) {
  /// The node that measures.
  static final String NEAR = "near@localhost";

  /// The other one.
  static final String FAR = "far@localhost";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int COOKIE_BITS = 128;

  /// Arranges another one.
  static Meeting arrange() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String cookie = "c" + new BigInteger(COOKIE_BITS, RANDOM).toString(Character.MAX_RADIX);
      return new Meeting(free.getLocalPort(), cookie);
    }
  }

  /// As a command line has it.
  List<String> args() {
    return List.of(Integer.toString(epmdPort), cookie);
  }

  /// What [#args] wrote, from an argument on.
  static Meeting of(String[] args, int first) {
    return new Meeting(Integer.parseInt(args[first]), args[first + 1]);
  }
}

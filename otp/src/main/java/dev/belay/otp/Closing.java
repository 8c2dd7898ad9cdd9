package dev.belay.otp;

import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Node;

/// How those that start processes know that their node is closing: then all processes are told to
/// end, none can be started again, and neither is worth a report.
final class Closing {
  private Closing() {}

  /// Tells whether an exit signal may be that of a node that is closing, or an end that it has
  /// brought about.
  static boolean isBehind(Exit exit, Node node) {
    return exit.reason().equals(ExitReason.SHUTDOWN) && node.isClosing();
  }
}

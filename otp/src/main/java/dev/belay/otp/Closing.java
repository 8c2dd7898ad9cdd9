package dev.belay.otp;

import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.ProcessLimitException;

/// How those that start processes know that their node is closing: then all processes are told to
/// end, none can be started again, and neither is worth a report.
final class Closing {
  private Closing() {}

  /// Tells whether a node is closing. It costs an inbox: for when something has gone wrong already.
  static boolean isOf(Node node) {
    try (Inbox _ = node.inbox()) {
      return false;
    } catch (ProcessLimitException e) {
      // That a process is refused may have another reason, that an inbox is has none.
      return true;
    }
  }

  /// Tells whether an exit signal may be that of a node that is closing, or an end that it has
  /// brought about.
  static boolean isBehind(Exit exit, Node node) {
    return exit.reason().equals(ExitReason.SHUTDOWN) && isOf(node);
  }
}

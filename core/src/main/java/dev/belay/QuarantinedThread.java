package dev.belay;

import java.util.List;

/// A thread that did not come back although its process is dead: it has no rights in the runtime
/// any more, but still runs.
///
/// @param pid the process that was declared dead, or whose resource it was closing
/// @param label the process's label, or an empty string
/// @param thread the thread
/// @param stuckIn what it was doing for the process
/// @param sinceNanos when it was given up, on the node's clock
/// @param stackWhenDeclared its stack at that time
public record QuarantinedThread(
    Pid pid,
    String label,
    Thread thread,
    String stuckIn,
    long sinceNanos,
    List<StackTraceElement> stackWhenDeclared) {
  /// Keeps the data.
  ///
  /// @param pid the process
  /// @param label its label
  /// @param thread the thread
  /// @param stuckIn what it was doing
  /// @param sinceNanos when it was given up
  /// @param stackWhenDeclared its stack at that time
  public QuarantinedThread {
    stackWhenDeclared = List.copyOf(stackWhenDeclared);
  }
}

package dev.belay;

/// What a process does: its first and only function.
///
/// When it returns the process ends with [ExitReason#NORMAL]; when it throws, with the reason that
/// the throwable stands for (X2): an [ExitException] with its reason, anything else with an
/// [ExitReason.Crash].
@FunctionalInterface
public interface Body {
  /// Runs the process, on a thread of its own.
  ///
  /// @throws Exception anything; the process ends with it
  void run() throws Exception;
}

package dev.belay;

import java.util.Objects;

/// The main process of [Node#run] or [Belay#run] ended abnormally. The cause is what it crashed
/// with, if it crashed.
public final class ProcessFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The process.
  private final transient Pid pid;

  /// Why it ended.
  private final transient ExitReason reason;

  ProcessFailedException(Pid pid, ExitReason reason, Trail trail) {
    super(
        "the main process "
            + pid
            + " ended: "
            + ExitSignalError.rendered(reason)
            + (trail.hops().size() > 1 ? " (" + trail + ")" : ""),
        reason instanceof ExitReason.Crash crash ? crash.throwable() : null);
    this.pid = Objects.requireNonNull(pid, "pid");
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /// Returns the process that ended.
  ///
  /// @return its pid
  public Pid pid() {
    return pid;
  }

  /// Returns why it ended.
  ///
  /// @return the reason
  public ExitReason reason() {
    return reason;
  }
}

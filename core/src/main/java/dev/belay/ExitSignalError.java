package dev.belay;

import org.jspecify.annotations.Nullable;

/// Unwinds the stack of a process that has been told to exit (X6).
///
/// It is no exception of the process's own: the process is exiting already, `finally` blocks run,
/// `catch (Exception)` does not catch it, and catching it as a `Throwable` changes nothing, since
/// every verb throws it again. Do not catch it, and do not throw it.
public final class ExitSignalError extends Error {
  private static final long serialVersionUID = 1L;

  /// For when there is no memory to make one.
  @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace to mislead anybody
  private static final ExitSignalError SPARE = new ExitSignalError(null, null);

  private final transient @Nullable Pid pid;
  private final transient @Nullable ExitReason reason;

  private ExitSignalError(@Nullable Pid pid, @Nullable ExitReason reason) {
    super(null, null, false, false);
    this.pid = pid;
    this.reason = reason;
  }

  static ExitSignalError of(Cell cell) {
    try {
      Cause cause = cell.cause;
      return new ExitSignalError(cell.pid, cause == null ? null : cause.reason());
    } catch (VirtualMachineError e) {
      return SPARE;
    }
  }

  /// Says which process is exiting, and why.
  @Override
  public String getMessage() {
    return (pid == null ? "the process" : "process " + pid)
        + " is exiting"
        + (reason == null ? "" : ": " + plain(reason));
  }

  /// Renders a reason for people, on the thread of whoever asked for it; a value whose `toString`
  /// fails is named by its class.
  static String rendered(ExitReason reason) {
    try {
      return reason.toString();
    } catch (Throwable e) {
      return plain(reason);
    }
  }

  /// Renders a reason without calling user code, whose `toString` may do anything.
  static String plain(ExitReason reason) {
    // No pattern switch: its first use generates classes, and may come in a deep recursion.
    if (reason instanceof ExitReason.Term term) {
      return term.value() instanceof String text ? text : term.value().getClass().getName();
    }
    if (reason instanceof ExitReason.Crash crash) {
      return "crash: " + crash.throwable().getClass().getName();
    }
    return reason instanceof ExitReason.Shutdown ? "shutdown" : reason.toString();
  }
}

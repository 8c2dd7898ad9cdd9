package dev.belay;

/// An [Inbox] was used after it ended: it was closed, or an exit signal ended it.
public final class InboxClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /// Why the inbox ended.
  private final transient ExitReason reason;

  InboxClosedException(Pid pid, ExitReason reason) {
    super("inbox " + pid + " has ended: " + ExitSignalError.rendered(reason));
    this.reason = reason;
  }

  /// Returns why the inbox ended.
  ///
  /// @return the reason
  public ExitReason reason() {
    return reason;
  }
}

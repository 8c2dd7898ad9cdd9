package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Pid;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A process was not started. When this is thrown there is none: its name and what it owned are
/// free (GS2, PL12), and nothing of it is left in the caller's mailbox.
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The reason.
  private final transient ExitReason reason;

  /// Who has the name or the key.
  private final transient @Nullable Pid running;

  /// Whether it did not want to be started.
  private final boolean ignored;

  private StartException(
      String message, ExitReason reason, @Nullable Pid running, boolean ignored) {
    super(message, CallException.thrown(reason));
    this.reason = Objects.requireNonNull(reason, "reason");
    this.running = running;
    this.ignored = ignored;
  }

  static StartException failed(String what, ExitReason reason) {
    return new StartException(
        what + " did not start: " + CallException.brief(reason), reason, null, false);
  }

  static StartException alreadyStarted(String what, String where, Pid running) {
    return new StartException(
        what + " did not start: " + running + " is registered as " + where + " already",
        ExitReason.term("already_started"),
        running,
        false);
  }

  static StartException ignored(String what) {
    return new StartException(
        what + " did not start: it says that it is not needed", ExitReason.NORMAL, null, true);
  }

  /// Returns why it was not started: what it ended with, or a term of [CallReason].
  ///
  /// @return the reason
  public ExitReason reason() {
    return reason;
  }

  /// Returns the process that has the name or the key already (GS5).
  ///
  /// @return its pid, if that is why
  public Optional<Pid> alreadyStarted() {
    return Optional.ofNullable(running);
  }

  /// Tells whether the process itself did not want to be started, and ended normally: Erlang's
  /// `ignore`.
  ///
  /// @return whether that is why
  public boolean isIgnored() {
    return ignored;
  }
}

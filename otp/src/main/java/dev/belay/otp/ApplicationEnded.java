package dev.belay.otp;

import dev.belay.ExitReason;

/// Why applications were stopped: one of them has ended that the others cannot do without, see
/// [Application.Type]. The detail of the reason `shutdown` that their process ends with.
///
/// @param application the name of the application that ended
/// @param reason why
/// @param failed whether it ended otherwise than intended: also if its supervisor gave up, whose
///   reason is `shutdown`
public record ApplicationEnded(String application, ExitReason reason, boolean failed) {
  @Override
  public String toString() {
    return "application "
        + application
        + (failed ? " failed: " : " ended: ")
        + CallException.brief(reason);
  }
}

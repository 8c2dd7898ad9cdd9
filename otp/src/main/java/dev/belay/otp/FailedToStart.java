package dev.belay.otp;

import dev.belay.ExitReason;

/// Why a supervisor did not start: the detail of the reason `{shutdown, {failed_to_start_child, Id,
/// Reason}}` (SV3).
///
/// @param id the child that did not start
/// @param reason why
public record FailedToStart(String id, ExitReason reason) {
  @Override
  public String toString() {
    return "child " + id + " failed to start: " + reason;
  }
}

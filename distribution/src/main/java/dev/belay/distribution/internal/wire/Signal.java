package dev.belay.distribution.internal.wire;

import org.jspecify.annotations.Nullable;

/// A signal that is to be sent: a control message and what goes with it, not yet encoded.
///
/// @param control says what kind of signal it is, from whom and to whom
/// @param payload the message, reason or list of arguments; null if none belongs to the operation
public record Signal(ControlMessage control, @Nullable Object payload) {
  /// Checks that the payload is there exactly if the operation has one.
  public Signal {
    if (control.hasPayload() != (payload != null)) {
      throw new IllegalArgumentException(
          "operation " + control.op() + (payload == null ? " needs a payload" : " has no payload"));
    }
  }

  /// A signal that is all said by its control message.
  ///
  /// @param control the control message
  /// @return the signal
  public static Signal of(ControlMessage control) {
    return new Signal(control, null);
  }
}

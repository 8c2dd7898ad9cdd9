package dev.belay.otp;

import dev.belay.Pid;
import dev.belay.Ref;
import org.jspecify.annotations.Nullable;

/// What comes back from a call or a start, to the alias that waits for it.
sealed interface Answer {
  /// Returns the alias that it was sent to.
  Ref to();

  /// The server's reply.
  record Replied(Ref to, @Nullable Object value) implements Answer {}

  /// The server does not know such requests, or its mailbox has no room for them.
  record Refused(Ref to, CallReason reason, String why) implements Answer {
    static Refused forWantOfRoom(Ref to) {
      return new Refused(to, CallReason.OVERLOADED, "its mailbox is full and dropped it");
    }
  }

  /// The process that was to be started has begun.
  record Begun(Ref to) implements Answer {}

  /// The process that was to be started does not want to be, and ends.
  record Ignored(Ref to) implements Answer {}

  /// The key of the process that was to be started is taken, and it ends.
  record Taken(Ref to, Pid holder) implements Answer {}
}

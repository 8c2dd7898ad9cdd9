package dev.belay.otp;

import dev.belay.DroppedMessage;
import dev.belay.Refusable;

/// What a process of this module sends to itself, or a child to its supervisor: never a message of
/// its user's protocol, and never kept out by a full mailbox.
interface Inner extends Refusable {
  @Override
  default boolean takesRoom() {
    return false;
  }

  @Override
  default void refused(DroppedMessage.Why why) {}
}

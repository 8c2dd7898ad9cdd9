package dev.belay.distribution.internal.wire;

/// The flags of [ControlMessage.AltactSigSend]. Only the low byte of what is sent counts.
public final class AltactFlags {
  /// To be received before ordinary messages, if the receiver allows it.
  public static final int PRIORITY = 1;

  /// A token follows the receiver.
  public static final int TOKEN = 2;

  /// The receiver is an alias. With neither this nor [#NAME] it is a pid.
  public static final int ALIAS = 4;

  /// The receiver is a name.
  public static final int NAME = 8;

  /// The payload is the reason of a request to exit; without, it is a message.
  public static final int EXIT = 16;

  private AltactFlags() {}
}

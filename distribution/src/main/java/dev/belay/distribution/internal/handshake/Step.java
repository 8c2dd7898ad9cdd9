package dev.belay.distribution.internal.handshake;

/// What is to be done in a handshake: first to send some bytes, and then something else.
public final class Step {
  private final byte[] bytes;
  private final Next next;

  /// What is to be done after the bytes were sent.
  public sealed interface Next {}

  /// To receive.
  public record Receive() implements Next {}

  /// To decide whether a node is accepted: [Accepting#answer].
  ///
  /// @param name the node's name; its host only, if it asks for a name
  /// @param nameless whether it asks for a name
  public record Arbitrate(String name, boolean nameless) implements Next {}

  /// To say whether this attempt is still wanted, although the peer knows of a connection:
  /// [Connecting#answer].
  public record StillWanted() implements Next {}

  /// To make way for a peer that has proven that it has the cookie, by closing an older connection
  /// to it if there is one: [Accepting#clear].
  public record MakeWay() implements Next {}

  /// To go over to the frames of the connection. What has been received beyond the handshake
  /// belongs to them.
  ///
  /// @param agreement what was agreed on
  public record Done(Agreement agreement) implements Next {}

  /// To close the connection.
  ///
  /// @param failure what went wrong
  public record Failed(HandshakeException failure) implements Next {}

  Step(byte[] bytes, Next next) {
    this.bytes = bytes;
    this.next = next;
  }

  /// Returns what is to be sent.
  ///
  /// @return the bytes; often none
  public byte[] bytes() {
    return bytes.clone();
  }

  /// Returns what is to be done then.
  ///
  /// @return what
  public Next next() {
    return next;
  }
}

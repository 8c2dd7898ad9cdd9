package dev.belay.distribution.internal.handshake;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How the messages of a handshake follow each other: after their lengths, which over TLS have four
/// bytes.
public enum Framing {
  /// Two bytes.
  TCP(2),
  /// Four bytes.
  TLS(4);

  /// No message of a handshake is longer, with twice what the longest name needs.
  static final int LONGEST_MESSAGE = 4_096;

  /// What stands where a length should, if the other side speaks TLS: a record of its handshake.
  private static final int TLS_RECORD = 0x1603;

  private final int prefix;

  Framing(int prefix) {
    this.prefix = prefix;
  }

  /// Puts the length before a message.
  byte[] frame(byte[] message) {
    ByteBuffer framed = ByteBuffer.allocate(prefix + message.length);
    if (prefix == Short.BYTES) {
      framed.putShort((short) message.length);
    } else {
      framed.putInt(message.length);
    }
    return framed.put(message).array();
  }

  /// Takes the next message, if all of it is there.
  ///
  /// @return the message without its length, or null
  /// @throws ProtocolException if it is too long
  @Nullable ByteBuffer take(ByteBuffer in) throws ProtocolException {
    if (in.remaining() < prefix) {
      return null;
    }
    int start = in.position();
    long length =
        prefix == Short.BYTES
            ? Short.toUnsignedLong(in.getShort(start))
            : Integer.toUnsignedLong(in.getInt(start));
    if (length == TLS_RECORD && prefix == Short.BYTES) {
      throw new ProtocolException(
          "it speaks TLS, and this node does not. All nodes of a cluster do, or none");
    }
    if (length > LONGEST_MESSAGE) {
      throw new ProtocolException("a message of " + length + " bytes");
    }
    if (in.remaining() < prefix + length) {
      return null;
    }
    ByteBuffer message = in.slice(start + prefix, (int) length);
    in.position(start + prefix + (int) length);
    return message;
  }
}

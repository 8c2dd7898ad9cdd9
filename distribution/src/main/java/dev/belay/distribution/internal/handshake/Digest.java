package dev.belay.distribution.internal.handshake;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What proves that somebody has a cookie: the MD5 of the cookie and a challenge.
final class Digest {
  static final int LENGTH = 16;

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  static Digest md5(byte[] first, byte[] second) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(first);
      return new Digest(md5.digest(second));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has MD5", e);
    }
  }

  /// Takes the next 16 bytes.
  static Digest from(ByteBuffer buffer) {
    byte[] bytes = new byte[LENGTH];
    buffer.get(bytes);
    return new Digest(bytes);
  }

  void putInto(ByteBuffer buffer) {
    buffer.put(bytes);
  }

  /// Compares in a time that does not depend on where the difference is.
  boolean matches(Digest other) {
    return MessageDigest.isEqual(bytes, other.bytes);
  }
}

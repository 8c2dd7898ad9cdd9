package dev.belay.distribution.internal.wire;

import java.nio.ByteBuffer;

/// Reads from a frame, of which there may be less than one would need.
final class Bytes {
  private Bytes() {}

  static int unsigned(ByteBuffer in) {
    need(in, 1);
    return in.get() & 0xff;
  }

  static long eight(ByteBuffer in) {
    need(in, Long.BYTES);
    return in.getLong();
  }

  static byte[] bytes(ByteBuffer in, int count) {
    need(in, count);
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  /// What comes next, without copying it.
  static ByteBuffer slice(ByteBuffer in, int count) {
    need(in, count);
    ByteBuffer slice = in.slice(in.position(), count);
    in.position(in.position() + count);
    return slice;
  }

  /// Reads a byte that can only have one value.
  static void expect(ByteBuffer in, int value, String what) {
    int found = unsigned(in);
    if (found != value) {
      throw new ProtocolException(what + " is " + found + ", not " + value);
    }
  }

  private static void need(ByteBuffer in, int count) {
    if (in.remaining() < count) {
      throw new ProtocolException("frame ends too early");
    }
  }
}

package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/// An array of bytes that grows at its end.
final class GrowableBytes {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int SMALLEST = 1 << 9;
  private static final int LARGEST_KEPT = 1 << 20;

  /// The JVM makes no arrays that are much larger.
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private byte[] bytes = new byte[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  /// Takes back all bytes from a place on.
  void truncate(int length) {
    size = length;
  }

  /// Takes back all bytes, and lets go of an array that has become large.
  void reset() {
    size = 0;
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[SMALLEST];
    }
  }

  void u1(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  void u2(int value) {
    room(Short.BYTES);
    bytes[size] = (byte) (value >> Byte.SIZE);
    bytes[size + 1] = (byte) value;
    size += Short.BYTES;
  }

  void i4(int value) {
    room(Integer.BYTES);
    INTS.set(bytes, size, value);
    size += Integer.BYTES;
  }

  void i8(long value) {
    room(Long.BYTES);
    LONGS.set(bytes, size, value);
    size += Long.BYTES;
  }

  void setInt(int offset, int value) {
    Objects.checkFromIndexSize(offset, Integer.BYTES, size);
    INTS.set(bytes, offset, value);
  }

  void add(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    room(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  void add(Atom atom) {
    int length = atom.utf8Length();
    room(length);
    atom.copyTo(bytes, size);
    size += length;
  }

  void add(Binary binary) {
    int length = binary.size();
    room(length);
    binary.copyTo(bytes, size);
    size += length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  private void room(int count) {
    if (count > bytes.length - size) {
      grow(count);
    }
  }

  private void grow(int count) {
    if (count > LARGEST - size) {
      throw new TermException(
          "More than " + LARGEST + " bytes cannot be written, which end", size, "");
    }
    long doubled = Math.min(2L * bytes.length, LARGEST);
    bytes = Arrays.copyOf(bytes, (int) Math.max(doubled, size + count));
  }
}

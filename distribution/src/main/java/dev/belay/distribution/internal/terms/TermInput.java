package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Bytes that are read from front to back, and never past their end: numbers, binaries, and how
/// many parts something has.
///
/// Each method that reads says so by what it throws: a [TermException] if the bytes are not there
/// or not right. Nothing is allocated for bytes that are not there.
final class TermInput {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] NOTHING = {};
  private static final int FLOAT_LENGTH = 31;
  private static final Long[] OF_BYTES = new Long[1 << Byte.SIZE];

  static {
    for (int i = 0; i < OF_BYTES.length; i++) {
      OF_BYTES[i] = (long) i;
    }
  }

  private final TermLimits limits;
  private final OpenTerms open;

  /// The bytes of the term are those from `position` to `end`; it began at `start`.
  private byte[] bytes = NOTHING;

  private int start;
  private int position;
  private int end;

  /// Whether there are bytes after `end`, which are more than the limit.
  private boolean limited;

  TermInput(TermLimits limits, OpenTerms open) {
    this.limits = limits;
    this.open = open;
  }

  /// Begins to read at the position of a buffer, which is not changed. Bytes that are not in an
  /// array are copied.
  void open(ByteBuffer buffer) {
    int length = Math.min(buffer.remaining(), limits.maxBytes());
    if (buffer.hasArray()) {
      bytes = buffer.array();
      start = buffer.arrayOffset() + buffer.position();
    } else {
      bytes = new byte[length];
      start = 0;
      buffer.get(buffer.position(), bytes);
    }
    position = start;
    end = start + length;
    limited = length < buffer.remaining();
  }

  /// Begins to read all of an array.
  void open(byte[] array) {
    bytes = array;
    start = 0;
    position = 0;
    end = array.length;
    limited = false;
  }

  /// Lets the bytes go.
  void close() {
    open(NOTHING);
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return position;
  }

  /// Returns how many bytes were read.
  int offset() {
    return position - start;
  }

  int remaining() {
    return end - position;
  }

  void skip(int count) {
    position += count;
  }

  /// Returns a failure at this place.
  TermException failure(String problem) {
    return new TermException(problem, offset(), open.path());
  }

  /// Returns a failure at the byte that has just been read.
  TermException unread(String problem) {
    position--;
    return failure(problem);
  }

  /// Checks that there are some bytes more.
  void need(int count) {
    if (count > end - position) {
      throw missing(count + (count == 1 ? " byte" : " bytes"));
    }
  }

  private TermException missing(String what) {
    return failure(
        limited
            ? "A term of more than " + limits.maxBytes() + " bytes, which is the limit"
            : what + " cannot follow: " + remaining() + " bytes are left");
  }

  /// Reads a byte, unsigned.
  int u1() {
    if (position >= end) {
      throw missing("1 byte");
    }
    return bytes[position++] & 0xFF;
  }

  /// Returns the next byte, unsigned, without reading it.
  int peek() {
    if (position >= end) {
      throw missing("1 byte");
    }
    return bytes[position] & 0xFF;
  }

  int u2() {
    need(Short.BYTES);
    int value = (bytes[position] & 0xFF) << 8 | (bytes[position + 1] & 0xFF);
    position += Short.BYTES;
    return value;
  }

  int i4() {
    need(Integer.BYTES);
    int value = (int) INTS.get(bytes, position);
    position += Integer.BYTES;
    return value;
  }

  long i8() {
    need(Long.BYTES);
    long value = (long) LONGS.get(bytes, position);
    position += Long.BYTES;
    return value;
  }

  /// Reads how many parts follow.
  ///
  /// @param least how many bytes each part has at least
  /// @param parts what they are
  /// @return a number of parts for which there are enough bytes
  int count(int least, String parts) {
    int count = i4();
    if (count < 0 || (long) count * least > end - position) {
      throw missing(Integer.toUnsignedString(count) + " " + parts);
    }
    return count;
  }

  /// Returns the integer that a byte is, unsigned.
  static Long integer(int unsignedByte) {
    return OF_BYTES[unsignedByte];
  }

  /// Reads an integer of any size: its sign, and its bytes from the lowest to the highest.
  Object big(int length) {
    if (length < 0 || length > limits.maxIntegerBytes()) {
      throw failure(
          "An integer of "
              + Integer.toUnsignedString(length)
              + " bytes, more than the limit of "
              + limits.maxIntegerBytes());
    }
    boolean negative = u1() != 0;
    need(length);
    int significant = length;
    while (significant > 0 && bytes[position + significant - 1] == 0) {
      significant--;
    }
    Object value = significant <= Long.BYTES ? upTo64Bits(significant, negative) : null;
    if (value == null) {
      byte[] magnitude = new byte[significant];
      for (int i = 0; i < significant; i++) {
        magnitude[significant - 1 - i] = bytes[position + i];
      }
      value = new BigInteger(negative ? -1 : 1, magnitude);
    }
    position += length;
    return value;
  }

  /// Returns an integer if it is a `long`.
  private @Nullable Long upTo64Bits(int significant, boolean negative) {
    long magnitude = 0;
    for (int i = significant - 1; i >= 0; i--) {
      magnitude = magnitude << Byte.SIZE | (bytes[position + i] & 0xFF);
    }
    if (magnitude >= 0) {
      return negative ? -magnitude : magnitude;
    }
    return negative && magnitude == Long.MIN_VALUE ? magnitude : null;
  }

  Double newFloat() {
    double value = Double.longBitsToDouble(i8());
    if (!Double.isFinite(value)) {
      throw failure("A float that is " + value);
    }
    return value;
  }

  /// Reads a float as old releases write it: in decimal, as text.
  Double oldFloat() {
    need(FLOAT_LENGTH);
    int length = 0;
    while (length < FLOAT_LENGTH && bytes[position + length] != 0) {
      length++;
    }
    String text = new String(bytes, position, length, StandardCharsets.ISO_8859_1);
    // Java knows more spellings of numbers than Erlang.
    double value = Double.NaN;
    if (text.chars().allMatch(c -> "+-.0123456789eE".indexOf(c) >= 0)) {
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException _) {
        value = Double.NaN;
      }
    }
    if (!Double.isFinite(value)) {
      // Without the text, which may have anything in it, and goes into a log.
      throw failure("A float that is not written as one");
    }
    position += FLOAT_LENGTH;
    return value;
  }

  Binary binary(int length) {
    need(length);
    Binary binary = Binary.of(bytes, position, length);
    position += length;
    return binary;
  }

  /// Reads a bitstring, which is a binary if the last byte is a whole one.
  Object bitstring() {
    int length = count(1, "bytes of a bitstring");
    int bits = u1();
    if (bits > Byte.SIZE || (bits == 0) != (length == 0)) {
      throw failure("A bitstring of " + length + " bytes with " + bits + " bits in the last one");
    }
    Binary binary = binary(length);
    return bits == 0 || bits == Byte.SIZE ? binary : new Bitstring(binary, bits);
  }
}

package dev.belay.distribution;

import dev.belay.Sendable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Bytes that do not change: Erlang's binary, and Elixir's string.
///
/// Binaries are values, compared by their bytes and ordered as Erlang orders them. One whose number
/// of bits is not a multiple of eight is a [Bitstring].
@Sendable
public final class Binary implements Comparable<Binary> {
  /// The binary without bytes.
  public static final Binary EMPTY = new Binary(new byte[0]);

  private final byte[] bytes;

  /// 0 until somebody asks for it. Threads may compute it at the same time, with the same result.
  private int hash;

  private Binary(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Returns a binary of bytes, which are copied.
  ///
  /// @param bytes the bytes
  /// @return the binary
  public static Binary of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /// Returns a binary of some of an array's bytes, which are copied.
  ///
  /// @param bytes the array
  /// @param offset the first byte
  /// @param length how many
  /// @return the binary
  /// @throws IndexOutOfBoundsException if the array has no such bytes
  public static Binary of(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return length == 0 ? EMPTY : new Binary(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /// Returns the binary of a text in UTF-8, as most texts are in Erlang and all in Elixir.
  ///
  /// @param text the text
  /// @return the binary
  public static Binary utf8(String text) {
    return text.isEmpty() ? EMPTY : new Binary(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Returns the text that these bytes are in UTF-8. What is no UTF-8 becomes U+FFFD, as it does
  /// with strings of Java.
  ///
  /// @return the text
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Returns the number of bytes.
  ///
  /// @return the size
  public int size() {
    return bytes.length;
  }

  /// Returns a byte.
  ///
  /// @param index which, from 0 on
  /// @return the byte
  /// @throws IndexOutOfBoundsException if there is no such byte
  public byte get(int index) {
    return bytes[index];
  }

  /// Returns the bytes, in an array of their own.
  ///
  /// @return a copy
  public byte[] toBytes() {
    return bytes.clone();
  }

  /// Copies the bytes into an array.
  ///
  /// @param target where to copy to; there has to be room for [#size] bytes
  /// @param offset where in the target to begin
  /// @throws IndexOutOfBoundsException if there is no room; nothing is copied then
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /// Returns a buffer to read the bytes from, without a copy.
  ///
  /// @return a new read-only buffer
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /// Compares byte by byte, unsigned, as Erlang does.
  @Override
  public int compareTo(Binary other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Binary binary && Arrays.equals(binary.bytes, bytes));
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = Arrays.hashCode(bytes);
      hash = known;
    }
    return known;
  }

  /// Returns the binary as Erlang prints it: as text if it is one that can be printed, for example
  /// `<<"abc">>`, or else by its bytes, for example `<<1,2,3>>`.
  @Override
  public String toString() {
    return TermText.of(this);
  }
}

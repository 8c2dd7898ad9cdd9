package dev.belay.distribution.internal.terms;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates compressed terms, with room only for what is really there.
final class Inflation {
  /// No byte of deflated data makes more bytes than this.
  private static final int BEST_RATIO = 1_032;

  private static final int SMALLEST = 1 << 13;

  private Inflation() {}

  /// Reads a size and as many bytes, compressed.
  ///
  /// @param input stands before the size, and behind the compressed bytes afterwards
  /// @param maxBytes how many bytes there may be
  /// @return the inflated bytes
  static byte[] inflate(TermInput input, int maxBytes) {
    int size = input.i4();
    if (size < 0 || size > maxBytes) {
      throw input.failure(
          "A compressed term of "
              + Integer.toUnsignedString(size)
              + " bytes, more than the limit of "
              + maxBytes);
    }
    if (size / BEST_RATIO > input.remaining()) {
      throw input.failure(size + " bytes cannot be in " + input.remaining() + " compressed ones");
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(input.bytes(), input.position(), input.remaining());
      byte[] inflated = inflate(inflater, size, input);
      input.skip(input.remaining() - inflater.getRemaining());
      return inflated;
    } catch (DataFormatException e) {
      throw input.failure("A compressed term that cannot be inflated: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  private static byte[] inflate(Inflater inflater, int size, TermInput input)
      throws DataFormatException {
    byte[] inflated = new byte[Math.min(size, SMALLEST)];
    int filled = 0;
    while (filled < size) {
      if (filled == inflated.length) {
        inflated = Arrays.copyOf(inflated, (int) Math.min(size, 2L * filled));
      }
      int count = inflater.inflate(inflated, filled, inflated.length - filled);
      if (count == 0) {
        throw input.failure("A compressed term of " + filled + " bytes, not of " + size);
      }
      filled += count;
    }
    // Reads the checksum, too.
    if (inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
      throw input.failure("A compressed term that does not end after " + size + " bytes");
    }
    return inflated;
  }
}

package dev.belay.distribution;

/// Bits whose number is not a multiple of eight: Erlang's bitstring that is no binary.
///
/// Bitstrings are values, compared by their bits.
///
/// @param bytes the bits, filled up with zeros at the end; at least one byte
/// @param lastBits how many bits of the last byte belong to the value, 1 to 7, from the highest on
public record Bitstring(Binary bytes, int lastBits) {
  /// Keeps the bits; those that do not belong to the value become zero.
  ///
  /// @param bytes the bits, at least one byte
  /// @param lastBits how many bits of the last byte belong to the value, 1 to 7
  /// @throws IllegalArgumentException if there are no bytes, or the number of bits is another one
  public Bitstring {
    if (bytes.size() == 0 || lastBits < 1 || lastBits > 7) {
      throw new IllegalArgumentException(
          "A bitstring has at least one byte, and 1 to 7 bits in the last one, not "
              + bytes.size()
              + " bytes and "
              + lastBits
              + " bits: use a Binary for whole bytes.");
    }
    int last = bytes.size() - 1;
    int mask = 0xFF << (8 - lastBits);
    if ((bytes.get(last) & ~mask) != 0) {
      byte[] masked = bytes.toBytes();
      masked[last] &= (byte) mask;
      bytes = Binary.of(masked);
    }
  }

  /// Returns the number of bits.
  ///
  /// @return the size in bits
  public long bitSize() {
    return 8L * (bytes.size() - 1) + lastBits;
  }

  /// Returns the bitstring as Erlang prints it, for example `<<1,5:3>>`.
  @Override
  public String toString() {
    return TermText.of(this);
  }
}

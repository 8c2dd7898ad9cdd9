package dev.belay.distribution.internal.terms;

/// How much of a term is read before it is refused, so that no peer can use up memory or time.
///
/// @param maxDepth how deep terms may nest. Nothing here recurses, but `equals`, `hashCode` and
///   `toString` of Java's collections do
/// @param maxBytes how many bytes one term may have, after inflation. In memory it may take several
///   times as many
/// @param maxAtoms how many different atoms may be in one term, not counting those of the
///   connection's cache
/// @param maxIntegerBytes how many bytes one integer may have
public record TermLimits(int maxDepth, int maxBytes, int maxAtoms, int maxIntegerBytes) {
  /// Depth 100,000, 128 MiB, 100,000 atoms, integers of 64 KiB.
  public static final TermLimits DEFAULT = new TermLimits(100_000, 128 << 20, 100_000, 64 << 10);

  /// Checks that the limits are positive.
  ///
  /// @param maxDepth how deep terms may nest
  /// @param maxBytes how many bytes one term may have
  /// @param maxAtoms how many different atoms may be in one term
  /// @param maxIntegerBytes how many bytes one integer may have
  /// @throws IllegalArgumentException if one is not positive
  public TermLimits {
    check("maxDepth", maxDepth);
    check("maxBytes", maxBytes);
    check("maxAtoms", maxAtoms);
    check("maxIntegerBytes", maxIntegerBytes);
  }

  private static void check(String name, int limit) {
    if (limit <= 0) {
      throw new IllegalArgumentException(name + " has to be positive, not " + limit);
    }
  }

  /// Returns these limits with another depth.
  ///
  /// @param depth how deep terms may nest
  /// @return new limits
  public TermLimits maxDepth(int depth) {
    return new TermLimits(depth, maxBytes, maxAtoms, maxIntegerBytes);
  }

  /// Returns these limits with another size of terms.
  ///
  /// @param bytes how many bytes one term may have
  /// @return new limits
  public TermLimits maxBytes(int bytes) {
    return new TermLimits(maxDepth, bytes, maxAtoms, maxIntegerBytes);
  }

  /// Returns these limits with another number of atoms.
  ///
  /// @param atoms how many different atoms may be in one term
  /// @return new limits
  public TermLimits maxAtoms(int atoms) {
    return new TermLimits(maxDepth, maxBytes, atoms, maxIntegerBytes);
  }

  /// Returns these limits with another size of integers.
  ///
  /// @param bytes how many bytes one integer may have
  /// @return new limits
  public TermLimits maxIntegerBytes(int bytes) {
    return new TermLimits(maxDepth, maxBytes, maxAtoms, bytes);
  }
}

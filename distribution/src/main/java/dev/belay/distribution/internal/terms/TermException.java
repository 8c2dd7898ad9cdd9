package dev.belay.distribution.internal.terms;

/// Bytes are no term, or not one within the limits; or a value cannot be written as a term.
///
/// The message says what is wrong, at which byte, and on which way one comes there from the
/// outermost term.
public final class TermException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  /// Makes the exception.
  ///
  /// @param problem what is wrong
  /// @param offset where
  /// @param path how one comes there, in words; may be empty
  TermException(String problem, int offset, String path) {
    super(problem + " at byte " + offset + (path.isEmpty() ? "" : ", " + path));
    this.offset = offset;
  }

  /// Returns where it is: the number of bytes that come before, from the position on that the
  /// buffer had, in compressed terms those of the inflated bytes; or that have been written.
  ///
  /// @return an offset in bytes
  public int offset() {
    return offset;
  }
}

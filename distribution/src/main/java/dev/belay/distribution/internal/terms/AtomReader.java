package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import org.jspecify.annotations.Nullable;

/// Reads atoms, in all the ways in which they are written.
///
/// For the reader's thread only.
final class AtomReader {
  private final TermInput in;
  private final TermLimits limits;
  private final AtomTable table = new AtomTable();

  /// A name in UTF-8 that was in Latin-1.
  private final byte[] transcribed = new byte[2 * Atom.MAX_LENGTH];

  private Atom @Nullable [] cache;

  AtomReader(TermInput in, TermLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /// Begins a message.
  ///
  /// @param cache the atoms to which it may refer by index
  void begin(Atom @Nullable [] cache) {
    this.cache = cache;
    table.begin();
  }

  /// Ends a message.
  void end() {
    cache = null;
  }

  /// Reads an atom.
  Atom read() {
    return read(in.u1());
  }

  /// Reads what follows the tag of an atom.
  Atom read(int tag) {
    return switch (tag) {
      case Tag.SMALL_ATOM_UTF8 -> utf8(in.u1());
      case Tag.ATOM_UTF8 -> utf8(in.u2());
      case Tag.SMALL_ATOM -> latin1(in.u1());
      case Tag.ATOM -> latin1(in.u2());
      case Tag.ATOM_CACHE_REF -> cached(in.u1());
      default -> throw in.unread("An atom is needed, but there is a term of tag " + tag);
    };
  }

  private Atom utf8(int length) {
    in.need(length);
    Atom atom = named(in.bytes(), in.position(), length);
    in.skip(length);
    return atom;
  }

  private Atom latin1(int length) {
    in.need(length);
    if (length > Atom.MAX_LENGTH) {
      throw in.failure("An atom of " + length + " characters");
    }
    int size = 0;
    for (int i = 0; i < length; i++) {
      int character = in.bytes()[in.position() + i] & 0xFF;
      if (character < 0x80) {
        transcribed[size++] = (byte) character;
      } else {
        transcribed[size++] = (byte) (0xC0 | character >> 6);
        transcribed[size++] = (byte) (0x80 | (character & 0x3F));
      }
    }
    Atom atom = named(transcribed, 0, size);
    in.skip(length);
    return atom;
  }

  private Atom named(byte[] bytes, int from, int length) {
    Atom atom = length > 4 * Atom.MAX_LENGTH ? null : table.find(bytes, from, length);
    if (atom == null) {
      throw in.failure(
          "An atom of " + length + " bytes that are no UTF-8, or too many characters,");
    }
    if (table.different() > limits.maxAtoms()) {
      throw in.failure("More different atoms than the limit of " + limits.maxAtoms());
    }
    return atom;
  }

  private Atom cached(int index) {
    Atom[] known = cache;
    if (known == null || index >= known.length) {
      throw in.failure(
          "Atom " + index + " of " + (known == null ? 0 : known.length) + " in the cache, read");
    }
    return known[index];
  }
}

package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The atoms that the peer has put into its cache, and the tables that its headers make of them.
///
/// Headers have to be read in the order of their frames; a table, once made, stays as it is.
final class IncomingAtoms {
  /*
   * A table of n entries begins with n/2+1 bytes of flags, four bits for each entry, the low half
   * of a byte first: bit 3 says that the entry is new, the others are the upper bits of its slot.
   * The four bits after those of the last entry have in bit 0 whether lengths take two bytes. Then
   * come the entries: the lower eight bits of the slot, and of a new entry the length and the text.
   */
  private static final int SLOTS = 2048;
  private static final int NEW = 8;
  private static final int SEGMENT = 7;
  private static final int LONG_ATOMS = 1;

  /// No character takes more than four bytes.
  private static final int LONGEST = 4 * Atom.MAX_LENGTH;

  private static final Atom[] NONE = {};

  private final @Nullable Atom[] slots;

  /// @param isAgreed whether the peer may have a cache at all
  IncomingAtoms(boolean isAgreed) {
    slots = new @Nullable Atom[isAgreed ? SLOTS : 0];
  }

  /// Reads the table of one header.
  Atom[] read(ByteBuffer in) {
    int count = Bytes.unsigned(in);
    if (count == 0) {
      return NONE;
    }
    if (slots.length == 0) {
      throw new ProtocolException("header refers to an atom cache, which was not agreed on");
    }
    byte[] flags = Bytes.bytes(in, count / 2 + 1);
    boolean isLong = (nibble(flags, count) & LONG_ATOMS) != 0;
    Atom[] table = new Atom[count];
    for (int i = 0; i < count; i++) {
      int flag = nibble(flags, i);
      int slot = (flag & SEGMENT) << 8 | Bytes.unsigned(in);
      if ((flag & NEW) != 0) {
        int length = isLong ? Bytes.unsigned(in) << 8 | Bytes.unsigned(in) : Bytes.unsigned(in);
        slots[slot] = atom(in, length);
      }
      Atom atom = slots[slot];
      if (atom == null) {
        throw new ProtocolException("header refers to an empty slot of the atom cache: " + slot);
      }
      table[i] = atom;
    }
    return table;
  }

  private static int nibble(byte[] flags, int index) {
    return flags[index / 2] >> (index % 2 * 4) & 0xf;
  }

  private static Atom atom(ByteBuffer in, int length) {
    if (length > LONGEST) {
      throw new ProtocolException("header has an atom of " + length + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(Bytes.slice(in, length)).toString();
    } catch (CharacterCodingException e) {
      throw new ProtocolException("header has an atom that is no UTF-8", e);
    }
    if (text.codePointCount(0, text.length()) > Atom.MAX_LENGTH) {
      throw new ProtocolException("header has an atom of too many characters");
    }
    return Atom.of(text);
  }
}

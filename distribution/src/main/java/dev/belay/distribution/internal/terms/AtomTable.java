package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The atoms that a reader has met lately, found by the bytes of their names, so that a known atom
/// costs no object.
///
/// For the reader's thread only.
final class AtomTable {
  /*
   * Open addressing with linear probing, at most half full. Each slot remembers the message that used it last, which tells how
   * many different atoms are in a message. For that the table must not lose any while a message is read, and so it grows; a table
   * that has grown beyond KEPT is thrown away before the next message.
   *
   * The hash is multiplied by a number that a peer does not know, or else it could choose names that collide.
   */

  /// How many atoms are kept from one message to the next.
  static final int KEPT = 2_048;

  private static final int SMALLEST = 64;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long SECRET = ThreadLocalRandom.current().nextLong() | 1;

  private @Nullable Slot[] slots = new @Nullable Slot[SMALLEST];
  private int size;
  private int message;
  private int different;

  /// An atom and the bytes by which it is found.
  private static final class Slot {
    final byte[] name;
    final int hash;
    final Atom atom;
    int message;

    Slot(byte[] name, int hash, Atom atom) {
      this.name = name;
      this.hash = hash;
      this.atom = atom;
    }
  }

  /// Begins a message.
  void begin() {
    message++;
    different = 0;
    if (size > KEPT) {
      slots = new @Nullable Slot[SMALLEST];
      size = 0;
    }
  }

  /// Returns how many different atoms have been looked up since the message began.
  int different() {
    return different;
  }

  /// Returns how many atoms are kept.
  int size() {
    return size;
  }

  /// Returns the atom of a name.
  ///
  /// @param bytes where the name is
  /// @param from its first byte
  /// @param length the number of its bytes
  /// @return the atom; null if these bytes are no name, because they are no UTF-8 or too many
  @Nullable Atom find(byte[] bytes, int from, int length) {
    int hash = hash(bytes, from, length);
    int place = hash & (slots.length - 1);
    Slot slot = slots[place];
    while (slot != null) {
      if (slot.hash == hash
          && Arrays.equals(slot.name, 0, slot.name.length, bytes, from, from + length)) {
        return used(slot);
      }
      place = (place + 1) & (slots.length - 1);
      slot = slots[place];
    }
    byte[] name = Arrays.copyOfRange(bytes, from, from + length);
    String text = new String(name, StandardCharsets.UTF_8);
    if (text.codePointCount(0, text.length()) > Atom.MAX_LENGTH
        // What is no UTF-8 has become something else.
        || !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), name)) {
      return null;
    }
    Slot added = new Slot(name, hash, Atom.of(text));
    slots[place] = added;
    size++;
    if (2 * size > slots.length) {
      grow();
    }
    return used(added);
  }

  private Atom used(Slot slot) {
    if (slot.message != message) {
      slot.message = message;
      different++;
    }
    return slot.atom;
  }

  private void grow() {
    @Nullable Slot[] larger = new @Nullable Slot[2 * slots.length];
    for (Slot slot : slots) {
      if (slot != null) {
        int place = slot.hash & (larger.length - 1);
        while (larger[place] != null) {
          place = (place + 1) & (larger.length - 1);
        }
        larger[place] = slot;
      }
    }
    slots = larger;
  }

  private static int hash(byte[] bytes, int from, int length) {
    long hash = length;
    int i = from;
    int end = from + length;
    while (end - i >= Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(bytes, i));
      i += Long.BYTES;
    }
    long rest = 0;
    while (i < end) {
      rest = rest << Byte.SIZE | (bytes[i] & 0xFF);
      i++;
    }
    hash = mix(hash ^ rest);
    return (int) (hash ^ hash >>> 32);
  }

  private static long mix(long value) {
    long product = value * SECRET;
    return product ^ product >>> 29;
  }
}

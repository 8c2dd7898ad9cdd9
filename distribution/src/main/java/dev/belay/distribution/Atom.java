package dev.belay.distribution;

import dev.belay.Sendable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A name that is a value of its own: Erlang's atom.
///
/// Atoms are values, compared by name and ordered as Erlang orders them. Unlike Erlang's they are
/// ordinary objects that go when nobody needs them, so that a peer which makes up names does no
/// harm. `true` and `false` are atoms too.
@Sendable
public final class Atom implements Comparable<Atom> {
  /*
   * Equal atoms need not be the same object; that many of them are only saves memory and time. RECENT has a place for each hash,
   * and whoever comes last has it. Threads write to it without order: an atom has only final fields, so that a thread that
   * sees one sees all of it, and one that sees an older one makes an equal one.
   */

  /// The most characters (code points) that the name of an atom has.
  public static final int MAX_LENGTH = 255;

  private static final @Nullable Atom[] RECENT = new @Nullable Atom[1 << 10];

  /// Longer names are not kept, so that what is kept for ever stays small.
  private static final int LONGEST_KEPT = 40;

  /// The atom `''`, whose name is empty.
  public static final Atom EMPTY = of("");

  /// The atom `true`.
  public static final Atom TRUE = of("true");

  /// The atom `false`.
  public static final Atom FALSE = of("false");

  /// The atom `ok`.
  public static final Atom OK = of("ok");

  /// The atom `error`.
  public static final Atom ERROR = of("error");

  /// The atom `undefined`, which in Erlang stands for what is not there.
  public static final Atom UNDEFINED = of("undefined");

  /// The atom `nil`, which in Elixir stands for what is not there.
  public static final Atom NIL = of("nil");

  /// The atom `normal`, the exit reason.
  public static final Atom NORMAL = of("normal");

  /// The atom `shutdown`, the exit reason.
  public static final Atom SHUTDOWN = of("shutdown");

  /// The atom `kill`, the exit reason.
  public static final Atom KILL = of("kill");

  /// The atom `killed`, the exit reason.
  public static final Atom KILLED = of("killed");

  /// The atom `noproc`, the exit reason.
  public static final Atom NOPROC = of("noproc");

  /// The atom `noconnection`, the exit reason.
  public static final Atom NOCONNECTION = of("noconnection");

  private final String name;
  private final byte[] utf8;

  private Atom(String name) {
    if (name.length() > 2 * MAX_LENGTH || name.codePointCount(0, name.length()) > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "An atom has at most "
              + MAX_LENGTH
              + " characters, not "
              + name.codePointCount(0, name.length())
              + ": "
              + name.substring(0, 20)
              + "...");
    }
    if (name.codePoints().anyMatch(Atom::isSurrogate)) {
      throw new IllegalArgumentException("The name of an atom has half a surrogate pair: " + name);
    }
    this.name = name;
    this.utf8 = name.getBytes(StandardCharsets.UTF_8);
  }

  /// Returns the atom of a name.
  ///
  /// @param name at most [#MAX_LENGTH] characters
  /// @return the atom
  /// @throws IllegalArgumentException if the name is too long, or is no text
  public static Atom of(String name) {
    int hash = name.hashCode();
    int place = (hash ^ hash >>> 16) & (RECENT.length - 1);
    Atom recent = RECENT[place];
    if (recent != null && recent.name.equals(name)) {
      return recent;
    }
    Atom atom = new Atom(name);
    if (name.length() <= LONGEST_KEPT) {
      RECENT[place] = atom;
    }
    return atom;
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /// Returns the name as it is, without the quotes of [#toString].
  ///
  /// @return the name
  public String name() {
    return name;
  }

  /// Returns how many bytes the name has in UTF-8.
  ///
  /// @return a number of bytes
  public int utf8Length() {
    return utf8.length;
  }

  /// Copies the name in UTF-8 into an array.
  ///
  /// @param target where to copy to; there has to be room for [#utf8Length] bytes
  /// @param offset where in the target to begin
  /// @throws IndexOutOfBoundsException if there is no room; nothing is copied then
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(utf8, 0, target, offset, utf8.length);
  }

  /// Compares by name, character by character, as Erlang does.
  @Override
  public int compareTo(Atom other) {
    return Arrays.compareUnsigned(utf8, other.utf8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Atom atom && atom.name.equals(name));
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /// Returns the atom as Erlang prints it: in quotes if its name does not look like an atom.
  @Override
  public String toString() {
    return TermText.of(this);
  }
}

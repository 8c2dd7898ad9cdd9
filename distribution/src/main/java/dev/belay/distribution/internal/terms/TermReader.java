package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.Fun;
import dev.belay.distribution.Port;
import dev.belay.distribution.Tuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads terms of Erlang's external format.
///
/// | term | value |
/// | --- | --- |
/// | integer | `Long`, or `BigInteger` if it is no `long` |
/// | float | `Double` |
/// | atom, also `true` and `false` | [Atom] |
/// | binary, bitstring | [Binary], [dev.belay.distribution.Bitstring] |
/// | list, also of characters | an unmodifiable `List` |
/// | list with another tail | [dev.belay.distribution.ImproperList] |
/// | tuple | [Tuple] |
/// | map | an unmodifiable `Map` |
/// | process, reference | what [Identities] makes of it |
/// | port | [Port] |
/// | fun | [Fun], [ExternalFun] |
/// | native record | [dev.belay.distribution.NativeRecord] |
///
/// Bytes from a peer do no harm: whatever they are, the result is a term within the [TermLimits] or
/// a [TermException], and memory is taken for what is there, not for what is claimed.
///
/// A reader keeps what it needs between terms, and is for one thread at a time.
public final class TermReader {
  /*
   * Nothing recurses, at any depth of the term: `next` reads a value, or begins a container and returns null; `term` gives values to the
   * innermost open container, and ends it when it has all.
   *
   * The one thing that recurses is the JDK, for the hashes of keys. So these may not nest deep.
   *
   * Not guarded against: keys of one map that a peer has chosen so that their hashes collide, which takes time by the square of their
   * number.
   */

  /// How deep terms may nest in the key of a map.
  private static final int MAX_KEY_DEPTH = 256;

  private static final int NO_KEY = -1;
  private static final int UNIQ_SIZE = 16;

  private final Identities identities;
  private final TermLimits limits;
  private final TermInput in;
  private final OpenTerms open = new OpenTerms();
  private final AtomReader atoms;

  /// The depth of the outermost open map of which a key is read.
  private int keyOf = NO_KEY;

  /// Makes a reader.
  ///
  /// @param identities what makes objects of process identifiers and references
  /// @param limits how large terms may be
  public TermReader(Identities identities, TermLimits limits) {
    this.identities = identities;
    this.limits = limits;
    this.in = new TermInput(limits, open);
    this.atoms = new AtomReader(in, limits);
  }

  /// Reads one term, as it is in a message: without the byte 131 before it.
  ///
  /// @param buffer stands before the term, and behind it afterwards; where it was, if there is none
  /// @param cache the atoms to which the term may refer by index; null if there are none
  /// @return the term
  /// @throws TermException if there is no term, or it is beyond the limits
  public Object read(ByteBuffer buffer, Atom @Nullable [] cache) {
    atoms.begin(cache);
    in.open(buffer);
    try {
      Object term = term();
      buffer.position(buffer.position() + in.offset());
      return term;
    } finally {
      clear();
    }
  }

  /// Reads one term that stands for itself, as `term_to_binary` makes it: with the byte 131 before
  /// it, and possibly compressed.
  ///
  /// @param buffer stands before the term, and behind it afterwards; where it was, if there is none
  /// @return the term
  /// @throws TermException if there is no term, or it is beyond the limits
  public Object readStandalone(ByteBuffer buffer) {
    atoms.begin(null);
    in.open(buffer);
    try {
      int version = in.u1();
      if (version != Tag.VERSION) {
        throw in.failure("A term that begins with " + version + ", not with " + Tag.VERSION);
      }
      Object term;
      int length;
      if (in.peek() == Tag.COMPRESSED) {
        in.skip(1);
        byte[] inflated = Inflation.inflate(in, limits.maxBytes());
        length = in.offset();
        in.open(inflated);
        term = term();
        if (in.remaining() > 0) {
          throw in.failure(in.remaining() + " bytes too many in a compressed term");
        }
      } else {
        term = term();
        length = in.offset();
      }
      buffer.position(buffer.position() + length);
      return term;
    } finally {
      clear();
    }
  }

  private void clear() {
    in.close();
    open.clear();
    atoms.end();
    keyOf = NO_KEY;
  }

  private Object term() {
    while (true) {
      Object value = next();
      while (value != null) {
        if (open.depth() == 0) {
          return value;
        }
        if (keyOf == open.depth()) {
          keyOf = NO_KEY;
        }
        value = open.add(value) ? end() : null;
      }
    }
  }

  /// Reads a value, or begins a container.
  ///
  /// @return null if a container was begun
  private @Nullable Object next() {
    int tag = in.u1();
    return switch (tag) {
      case Tag.SMALL_INTEGER -> TermInput.integer(in.u1());
      case Tag.INTEGER -> (long) in.i4();
      case Tag.SMALL_BIG -> in.big(in.u1());
      case Tag.LARGE_BIG -> in.big(in.i4());
      case Tag.NEW_FLOAT -> in.newFloat();
      case Tag.FLOAT -> in.oldFloat();
      case Tag.SMALL_ATOM_UTF8, Tag.ATOM_UTF8, Tag.SMALL_ATOM, Tag.ATOM, Tag.ATOM_CACHE_REF ->
          atoms.read(tag);
      case Tag.SMALL_TUPLE -> tuple(in.u1());
      case Tag.LARGE_TUPLE -> tuple(in.count(1, "elements of a tuple"));
      case Tag.NIL -> List.of();
      case Tag.STRING -> string();
      case Tag.LIST -> list();
      case Tag.BINARY -> in.binary(in.count(1, "bytes of a binary"));
      case Tag.BIT_BINARY -> in.bitstring();
      case Tag.MAP -> map();
      case Tag.NEW_PID, Tag.PID -> pid(tag);
      case Tag.NEWER_REFERENCE, Tag.NEW_REFERENCE, Tag.REFERENCE -> reference(tag);
      case Tag.V4_PORT, Tag.NEW_PORT, Tag.PORT -> port(tag);
      case Tag.EXPORT -> externalFun();
      case Tag.NEW_FUN -> fun();
      case Tag.NATIVE_RECORD -> nativeRecord();
      case Tag.FUN -> throw in.unread("A fun in the format of releases before OTP 23");
      case Tag.LOCAL -> throw in.unread("A term that only the node that wrote it can read");
      default -> throw in.unread("No term begins with " + tag);
    };
  }

  /// Ends the innermost container, which has all its parts.
  ///
  /// @return null if more parts of it have to be read
  private @Nullable Object end() {
    return switch (open.innermost()) {
      case TUPLE -> open.endTuple();
      case LIST -> tail();
      case TAIL -> open.endTail();
      case MAP -> endMap();
      case FUN -> endFun();
      case RECORD -> open.endRecord();
    };
  }

  private void begin(Container container, int parts, int note) {
    if (open.depth() == limits.maxDepth()) {
      throw in.failure("A term that nests deeper than the limit of " + limits.maxDepth());
    }
    if (keyOf == NO_KEY) {
      if (open.awaitsKey()) {
        keyOf = open.depth();
      }
    } else if (open.depth() - keyOf == MAX_KEY_DEPTH) {
      throw in.failure("A key of a map that nests deeper than " + MAX_KEY_DEPTH);
    }
    open.begin(container, parts, note);
  }

  // Containers

  private @Nullable Object tuple(int arity) {
    if (arity == 0) {
      return Tuple.of();
    }
    in.need(arity);
    begin(Container.TUPLE, arity, 0);
    return null;
  }

  /// Begins a list, unless it has no elements: then it is what its tail is.
  private @Nullable Object list() {
    int elements = elements();
    while (elements == 0) {
      if (in.peek() != Tag.LIST) {
        return next();
      }
      in.skip(1);
      elements = elements();
    }
    begin(Container.LIST, elements, 0);
    return null;
  }

  private int elements() {
    return in.count(1, "elements of a list");
  }

  /// Reads what follows the elements of a list, as far as it belongs to the same list.
  private @Nullable Object tail() {
    while (true) {
      switch (in.peek()) {
        case Tag.NIL -> {
          in.skip(1);
          return open.endList();
        }
        case Tag.STRING -> {
          in.skip(1);
          pushString();
          return open.endList();
        }
        case Tag.LIST -> {
          in.skip(1);
          int elements = elements();
          if (elements > 0) {
            open.more(elements);
            return null;
          }
        }
        default -> {
          open.awaitTail();
          return null;
        }
      }
    }
  }

  private List<Object> string() {
    open.begin(Container.LIST, 1, 0);
    pushString();
    return open.endList();
  }

  /// Reads a list of bytes: its tag is for Erlang only a shorter way to write it.
  private void pushString() {
    int length = in.u2();
    in.need(length);
    for (int i = 0; i < length; i++) {
      open.push(TermInput.integer(in.u1()));
    }
  }

  private @Nullable Object map() {
    int pairs = in.count(2, "pairs of a map");
    if (pairs == 0) {
      return Map.of();
    }
    begin(Container.MAP, 2 * pairs, 0);
    return null;
  }

  private Map<Object, Object> endMap() {
    Map<Object, Object> map = open.endMap();
    if (map == null) {
      throw in.failure("A map with two equal keys, which ends");
    }
    return map;
  }

  // Identities

  private Object pid(int tag) {
    Atom node = atoms.read();
    int id = in.i4();
    int serial = in.i4();
    return identities.pid(node, id, serial, tag == Tag.NEW_PID ? in.i4() : in.u1());
  }

  private Object reference(int tag) {
    int length = tag == Tag.REFERENCE ? 1 : in.u2();
    if (length < 1 || length > WireRef.MAX_WORDS) {
      throw in.failure("A reference of " + length + " words");
    }
    Atom node = atoms.read();
    if (tag == Tag.REFERENCE) {
      int[] word = {in.i4()};
      return identities.reference(node, in.u1(), word);
    }
    int creation = tag == Tag.NEWER_REFERENCE ? in.i4() : in.u1();
    in.need(length * Integer.BYTES);
    int[] words = new int[length];
    for (int i = 0; i < length; i++) {
      words[i] = in.i4();
    }
    return identities.reference(node, creation, words);
  }

  private Port port(int tag) {
    Atom node = atoms.read();
    long id = tag == Tag.V4_PORT ? in.i8() : Integer.toUnsignedLong(in.i4());
    return new Port(node, id, tag == Tag.PORT ? in.u1() : in.i4());
  }

  // Functions and records

  private ExternalFun externalFun() {
    Atom module = atoms.read();
    Atom function = atoms.read();
    int tag = in.u1();
    if (tag != Tag.SMALL_INTEGER) {
      throw in.unread("The arity of a fun is needed, but there is a term of tag " + tag);
    }
    return new ExternalFun(module, function, in.u1());
  }

  private @Nullable Object fun() {
    int start = in.offset();
    int size = in.i4();
    if (size < 0 || size > in.remaining() + Integer.BYTES) {
      throw in.failure("A fun of " + Integer.toUnsignedString(size) + " bytes");
    }
    int arity = in.u1();
    Binary uniq = in.binary(UNIQ_SIZE);
    int index = in.i4();
    int variables = in.count(1, "variables of a fun");
    Atom module = atoms.read();
    long oldIndex = oldNumber();
    long oldUniq = oldNumber();
    int tag = in.u1();
    if (tag != Tag.NEW_PID && tag != Tag.PID) {
      throw in.unread("The process of a fun is needed, but there is a term of tag " + tag);
    }
    Fun fun = new Fun(module, arity, index, uniq, oldIndex, oldUniq, pid(tag), List.of());
    if (variables == 0) {
      checkEnd(start + size);
      return fun;
    }
    begin(Container.FUN, variables, start + size);
    open.push(fun);
    return null;
  }

  private long oldNumber() {
    int tag = in.u1();
    return switch (tag) {
      case Tag.SMALL_INTEGER -> in.u1();
      case Tag.INTEGER -> in.i4();
      case Tag.SMALL_BIG -> {
        if (in.big(in.u1()) instanceof Long number) {
          yield number;
        }
        throw in.failure("A number of a fun that is too large");
      }
      default -> throw in.unread("A number of a fun is needed, but there is a term of tag " + tag);
    };
  }

  private Fun endFun() {
    checkEnd(open.note());
    return open.endFun();
  }

  private void checkEnd(int end) {
    if (in.offset() != end) {
      throw in.failure("A fun that should end at byte " + end + " and does not,");
    }
  }

  private @Nullable Object nativeRecord() {
    // A name and a value have at least three bytes.
    int length = in.count(3, "fields of a record");
    int flags = in.u1();
    if (flags > 1) {
      throw in.failure("A record with unknown flags " + flags);
    }
    Atom module = atoms.read();
    Atom name = atoms.read();
    List<Atom> fields = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      fields.add(atoms.read());
    }
    OpenTerms.RecordHead head =
        new OpenTerms.RecordHead(module, name, flags == 1, List.copyOf(fields));
    if (length == 0) {
      return head.with(List.of());
    }
    begin(Container.RECORD, length, 0);
    open.push(head);
    return null;
  }
}

package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import java.math.BigInteger;
import java.util.List;

/// The elements of a tuple that came from the peer, each read as what it has to be.
///
/// What is not as it has to be is a [ProtocolException] that names the operation and the place.
final class Fields {
  /// How many elements the tuple of an operation has, by its number; 0 where there is no such
  /// operation. Operation 37 may have more.
  private static final byte[] SIZES = {
    0, 3, 3, 4, 0, 0, 4, 3, 4, 0, // 0 to 9
    0, 0, 4, 5, 0, 0, 5, 0, 5, 4, // 10 to 19
    4, 5, 3, 4, 3, 4, 3, 4, 4, 6, // 20 to 29
    7, 5, 6, 3, 4, 4, 4, 4, // 30 to 37
  };

  private static final int UNLINK = 4;
  private static final int EXTENSIBLE = 37;

  private final int op;
  private final Tuple tuple;

  private Fields(int op, Tuple tuple) {
    this.op = op;
    this.tuple = tuple;
  }

  /// Checks that a term is a control message by its operation and the number of its elements.
  static Fields of(Object term) {
    if (!(term instanceof Tuple tuple)) {
      throw new ProtocolException("control message is a " + kind(term) + ", no tuple");
    }
    if (tuple.size() == 0) {
      throw new ProtocolException("control message is an empty tuple");
    }
    long number = small(tuple.get(0));
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new ProtocolException("control message begins with no number of an operation");
    }
    int op = (int) number;
    if (op == UNLINK) {
      throw new ProtocolException(
          "operation 4, UNLINK, is one of Erlang/OTP 25 and older; 35, UNLINK_ID, was agreed on");
    }
    int size = op < SIZES.length ? SIZES[op] : 0;
    if (size == 0) {
      throw new ProtocolException("no such operation: " + op);
    }
    if (tuple.size() < size || (tuple.size() > size && op != EXTENSIBLE)) {
      throw new ProtocolException(
          "operation " + op + " has " + tuple.size() + " elements in place of " + size);
    }
    return new Fields(op, tuple);
  }

  int op() {
    return op;
  }

  int size() {
    return tuple.size();
  }

  Object any(int index) {
    return tuple.get(index);
  }

  WirePid pid(int index) {
    if (tuple.get(index) instanceof WirePid pid) {
      return pid;
    }
    throw wrong(index, "pid");
  }

  WireRef ref(int index) {
    if (tuple.get(index) instanceof WireRef ref) {
      return ref;
    }
    throw wrong(index, "reference");
  }

  Atom atom(int index) {
    if (tuple.get(index) instanceof Atom atom) {
      return atom;
    }
    throw wrong(index, "atom");
  }

  Object pidOrAtom(int index) {
    Object value = tuple.get(index);
    if (value instanceof WirePid || value instanceof Atom) {
      return value;
    }
    throw wrong(index, "pid or atom");
  }

  /// A proper list.
  List<?> list(int index) {
    if (tuple.get(index) instanceof List<?> list) {
      return list;
    }
    throw wrong(index, "proper list");
  }

  /// An integer from 0 to a greatest one.
  long number(int index, long greatest) {
    long number = small(tuple.get(index));
    if (number >= 0 && number <= greatest) {
      return number;
    }
    throw wrong(index, "integer from 0 to " + greatest);
  }

  /// An integer from 1 to 2⁶⁴−1, as an unsigned number.
  long id(int index) {
    Object value = tuple.get(index);
    long number = small(value);
    if (number > 0) {
      return number;
    }
    if (value instanceof BigInteger big && big.signum() > 0 && big.bitLength() <= Long.SIZE) {
      return big.longValue();
    }
    throw wrong(index, "integer from 1 to 2^64-1");
  }

  /// A tuple within the tuple.
  Fields tuple(int index, int size) {
    if (tuple.get(index) instanceof Tuple inner && inner.size() == size) {
      return new Fields(op, inner);
    }
    throw wrong(index, "tuple of " + size);
  }

  ProtocolException wrong(String what) {
    return new ProtocolException("operation " + op + " " + what);
  }

  private ProtocolException wrong(int index, String expected) {
    String found = kind(tuple.get(index));
    return wrong("has a " + found + " as element " + (index + 1) + ", not a " + expected);
  }

  /// The number, if it is an integer of 64 bits that is not negative; otherwise a negative one.
  private static long small(Object value) {
    return switch (value) {
      case Integer number -> number;
      case Long number -> number;
      default -> -1;
    };
  }

  private static String kind(Object value) {
    return value.getClass().getSimpleName();
  }
}

package dev.belay.distribution.internal.codec;

import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.Fun;
import dev.belay.distribution.Port;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The types without parts that every codec knows.
final class Scalars {
  private static final Map<Class<?>, Converter> ALL = new HashMap<>();

  private Scalars() {}

  static {
    Converter longs = new Integers("a long", Long.MIN_VALUE, Long.MAX_VALUE, n -> n);
    Converter ints = new Integers("an int", Integer.MIN_VALUE, Integer.MAX_VALUE, n -> (int) n);
    Converter shorts = new Integers("a short", Short.MIN_VALUE, Short.MAX_VALUE, n -> (short) n);
    Converter bytes = new Integers("a byte", Byte.MIN_VALUE, Byte.MAX_VALUE, n -> (byte) n);
    Converter chars = new Integers("a char", Character.MIN_VALUE, 0xFFFF, n -> (char) n);
    both(long.class, Long.class, longs);
    both(int.class, Integer.class, ints);
    both(short.class, Short.class, shorts);
    both(byte.class, Byte.class, bytes);
    both(char.class, Character.class, chars);
    both(boolean.class, Boolean.class, new Booleans());
    both(double.class, Double.class, new Doubles());
    both(float.class, Float.class, new Floats());
    ALL.put(BigInteger.class, new BigIntegers());
    ALL.put(String.class, new Texts());
    ALL.put(byte[].class, new ByteArrays());
    ALL.put(Name.class, new Names());
    itself(Pid.class, "a pid");
    itself(Ref.class, "a reference");
    itself(Atom.class, "an atom");
    itself(Binary.class, "a binary");
    itself(Bitstring.class, "a bitstring");
    itself(Port.class, "a port");
    itself(Fun.class, "a fun");
    itself(ExternalFun.class, "an external fun");
  }

  private static void both(Class<?> primitive, Class<?> boxed, Converter converter) {
    ALL.put(primitive, converter);
    ALL.put(boxed, converter);
  }

  private static void itself(Class<?> type, String what) {
    ALL.put(type, new Itself(type, what));
  }

  /// Returns the converter of such a type; null for others.
  static @Nullable Converter of(Class<?> type) {
    return ALL.get(type);
  }

  private static final class Booleans extends Converter {
    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof Boolean truth) {
        return truth ? Atom.TRUE : Atom.FALSE;
      }
      throw not("a boolean", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (Atom.TRUE.equals(term)) {
        return true;
      }
      if (Atom.FALSE.equals(term)) {
        return false;
      }
      throw not("a boolean", term);
    }
  }

  /// Whoever writes Erlang by hand writes 1 for 1.0, so that integers are taken, if they are exact.
  private static final class Doubles extends Converter {
    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof Double number && Double.isFinite(number)) {
        return number;
      }
      throw not("a float of Erlang's", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      return switch (term) {
        case Double number -> number;
        case Long number when (long) (double) number == number && number != Long.MAX_VALUE ->
            (double) number;
        default -> throw not("a double", term);
      };
    }
  }

  /// Erlang's floats have 64 bits. What comes is rounded, as by a cast.
  private static final class Floats extends Converter {
    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof Float number && Float.isFinite(number)) {
        return (double) number;
      }
      throw not("a float of Erlang's", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      return switch (term) {
        case Double number when Float.isFinite(number.floatValue()) -> number.floatValue();
        case Long number when (long) (float) number == number && number != Long.MAX_VALUE ->
            (float) number;
        default -> throw not("a float", term);
      };
    }
  }

  private static final class BigIntegers extends Converter {
    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof BigInteger number) {
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
      }
      throw not("an integer", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      return switch (term) {
        case BigInteger number -> number;
        case Long number -> BigInteger.valueOf(number);
        default -> throw not("an integer", term);
      };
    }
  }

  /// An array that is sent must not change any more; one that comes is a copy.
  private static final class ByteArrays extends Converter {
    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof byte[] bytes) {
        return Binary.of(bytes);
      }
      throw not("a byte[]", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (term instanceof Binary binary) {
        return binary.toBytes();
      }
      throw not("a binary", term);
    }
  }

  private static final class Names extends Converter {
    @Override
    Object toTerm(Object value, int room) {
      if (value instanceof Name name) {
        return Tuple.of(Atom.of(name.name()), Atom.of(name.node()));
      }
      throw not("a name", value);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (term instanceof Tuple tuple
          && tuple.size() == 2
          && tuple.get(0) instanceof Atom name
          && tuple.get(1) instanceof Atom node) {
        return new Name(name.name(), node.name());
      }
      throw not("a name, {name, node}", term);
    }
  }

  /// Terms that stay what they are.
  private static final class Itself extends Converter {
    private final Class<?> type;
    private final String what;

    Itself(Class<?> type, String what) {
      this.type = type;
      this.what = what;
    }

    @Override
    Object toTerm(Object value, int room) {
      return fromTerm(value, room);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (type.isInstance(term)) {
        return term;
      }
      throw not(what, term);
    }
  }
}

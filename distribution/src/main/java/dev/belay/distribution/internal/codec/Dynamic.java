package dev.belay.distribution.internal.codec;

import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.Fun;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.Port;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values of which nothing was declared: messages, and components of type `Object`.
///
/// Each part says by its class, or by its tag, what it is.
final class Dynamic extends Converter {
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final Natives natives;
  private final Atom absent;

  // These are filled before the codec is published.
  private final Map<Class<?>, Converter> types = new HashMap<>();
  private final List<CustomConverter> customs = new ArrayList<>();
  private final Tags tags = new Tags();

  Dynamic(Natives natives, Atom absent) {
    this.natives = natives;
    this.absent = absent;
  }

  /// Adds a registered type.
  ///
  /// @throws IllegalArgumentException if its terms cannot be told from those of another one
  void add(Class<?> type, Converter converter) {
    types.put(type, converter);
    if (converter instanceof CustomConverter custom) {
      customs.add(custom);
    }
    // An atom may always be anything else than a constant of an enum.
    if (!(converter instanceof EnumConverter)) {
      tags.add(type, converter);
    }
  }

  /// Returns the converter of a registered type; null for others.
  @Nullable Converter of(Class<?> type) {
    return types.get(type);
  }

  /// Returns the class under which a value's type is registered.
  static Class<?> typeOf(Object value) {
    return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
  }

  @Override
  Object toTerm(Object value, int room) {
    return new Outward(room).walk(value);
  }

  @Override
  Object fromTerm(Object term, int room) {
    return new Inward(room).walk(term);
  }

  /// Returns a container with what is in it, which itself stays one although its tag may be that of
  /// a registered type.
  Object partsFromTerm(Object container, int room) {
    return new Inward(room).walkParts(container);
  }

  private final class Outward extends Walk {
    private final int room;

    Outward(int room) {
      this.room = room;
    }

    @Override
    Object settle(Object value) {
      Object now = value;
      while (true) {
        switch (now) {
          case Long _, Atom _, Binary _, Pid _, Ref _ -> {
            return now;
          }
          case Tuple _, ImproperList _, NativeRecord _ -> {
            return descend(now);
          }
          case Double number -> {
            if (!Double.isFinite(number)) {
              throw not("a float of Erlang's", number);
            }
            return number;
          }
          case BigInteger number -> {
            return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
          }
          case Bitstring _, Port _, ExternalFun _, Fun _ -> {
            return now;
          }
          case String text -> {
            return Texts.binary(text);
          }
          case Optional<?> optional -> {
            if (optional.isEmpty()) {
              return absent;
            }
            now = optional.get();
          }
          default -> {
            Object own = natives.term(now);
            if (own == now) {
              return other(now);
            }
            now = own;
          }
        }
      }
    }

    private Object other(Object value) {
      Converter converter = types.get(typeOf(value));
      if (converter == null) {
        converter = Scalars.of(value.getClass());
      }
      if (converter != null) {
        return converter.toTerm(value, room);
      }
      for (CustomConverter custom : customs) {
        if (custom.type.isInstance(value)) {
          return custom.toTerm(value, room);
        }
      }
      return switch (value) {
        case List<?> _, Map<?, ?> _ -> descend(value);
        case Set<?> set -> descend(Collections.unmodifiableList(new ArrayList<>(set)));
        default -> throw unknown(value);
      };
    }

    private static Mismatch unknown(Object value) {
      String name = typeOf(value).getTypeName();
      String how = value instanceof Record || value instanceof Enum ? ".register(" : ".convert(";
      return new Mismatch(
          "a value of "
              + name
              + " is no term, and its type is not registered: TermCodec.builder()"
              + how
              + typeOf(value).getSimpleName()
              + ".class"
              + (how.equals(".convert(") ? ", …" : "")
              + ")");
    }

    @Override
    Object clash(Object container) {
      throw new Mismatch("two keys of the map become the same term");
    }
  }

  private final class Inward extends Walk {
    private final int room;

    Inward(int room) {
      this.room = room;
    }

    @Override
    Object settle(Object term) {
      Converter converter = tags.find(term);
      if (converter == null) {
        return term instanceof Tuple
                || term instanceof List
                || term instanceof Map
                || term instanceof ImproperList
                || term instanceof NativeRecord
            ? descend(term)
            : term;
      }
      try {
        return converter.fromTerm(term, room);
      } catch (RuntimeException e) {
        // Also what equals() and hashCode() of records throw: a peer's data must do no harm.
        LOGGER.log(System.Logger.Level.DEBUG, () -> doubtful((RecordConverter) converter, e));
        return term;
      }
    }

    private static String doubtful(RecordConverter converter, RuntimeException e) {
      String name = converter.type.getSimpleName();
      return "a term with the tag of "
          + converter.type.getTypeName()
          + " is none, and stays a term: "
          + (e instanceof Mismatch mismatch
              ? mismatch.path(name) + ": " + mismatch.problem()
              : e.getClass().getName());
    }

    @Override
    Object clash(Object container) {
      return container;
    }
  }
}

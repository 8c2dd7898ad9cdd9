package dev.belay.distribution.internal.codec;

import dev.belay.ExitReason;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Charlist;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.Tuple;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the converters of the types that components are declared with.
final class ComponentTypes {
  private final Dynamic dynamic;
  private final Converter reasons;
  private final Atom absent;

  ComponentTypes(Dynamic dynamic, Natives natives, Atom absent) {
    this.dynamic = dynamic;
    this.reasons = new ReasonConverter(natives, dynamic);
    this.absent = absent;
  }

  /// Finds the converter of a type.
  ///
  /// @param where which component it is, for errors
  /// @throws IllegalArgumentException if there is none
  Converter of(AnnotatedType annotated, String where) {
    boolean charlist = annotated.isAnnotationPresent(Charlist.class);
    Type type = annotated.getType();
    if (charlist) {
      if (type != String.class) {
        throw refused(where, type, "a @Charlist is a String");
      }
      return new Charlists();
    }
    return switch (type) {
      case Class<?> plain -> {
        Converter known = of(plain);
        if (known == null) {
          throw refused(where, type, whyNot(plain));
        }
        yield known;
      }
      case ParameterizedType generic ->
          generic((Class<?>) generic.getRawType(), (AnnotatedParameterizedType) annotated, where);
      default ->
          throw refused(
              where, type, "it does not tell what belongs there; Object stands for any term");
    };
  }

  private Converter generic(Class<?> raw, AnnotatedParameterizedType annotated, String where) {
    AnnotatedType[] arguments = annotated.getAnnotatedActualTypeArguments();
    if (raw == List.class) {
      return Containers.list(of(arguments[0], where));
    }
    if (raw == Set.class) {
      return Containers.set(of(arguments[0], where));
    }
    if (raw == Map.class) {
      return Containers.map(of(arguments[0], where), of(arguments[1], where));
    }
    if (raw == Optional.class) {
      Converter content = of(arguments[0], where);
      if (content instanceof Containers.Optionals) {
        throw refused(
            where,
            annotated.getType(),
            "an empty Optional in an Optional could not be told from an empty one");
      }
      return Containers.optional(content, absent);
    }
    throw refused(
        where, annotated.getType(), "of generic types there are List, Set, Map and Optional");
  }

  /// Returns the converter of a class without type parameters; null if there is none.
  @Nullable Converter of(Class<?> type) {
    Converter registered = dynamic.of(type);
    if (registered != null) {
      return registered;
    }
    if (type == Object.class) {
      return dynamic;
    }
    if (type == ExitReason.class) {
      return reasons;
    }
    if (type == Tuple.class) {
      return new Whole(type, "a tuple", dynamic);
    }
    if (type == ImproperList.class) {
      return new Whole(type, "an improper list", dynamic);
    }
    if (type == NativeRecord.class) {
      return new Whole(type, "a native record", dynamic);
    }
    return Scalars.of(type);
  }

  /// Says why there is no converter of a class.
  static String whyNot(Class<?> type) {
    if (type.getTypeParameters().length > 0) {
      return "it is raw: say of what, for instance "
          + type.getSimpleName()
          + (type.getTypeParameters().length == 1 ? "<Object>" : "<Object, Object>");
    }
    if (type.isArray()) {
      return "of arrays there is byte[]; use a List";
    }
    if (Throwable.class.isAssignableFrom(type)) {
      return "exceptions do not come back; use dev.belay.ExitReason";
    }
    boolean easy = type.isRecord() || type.isEnum() || (type.isInterface() && type.isSealed());
    return "it is not registered: "
        + (easy ? "register(" : "convert(")
        + type.getSimpleName()
        + ".class"
        + (easy ? ")" : ", …)");
  }

  private static IllegalArgumentException refused(String where, Type type, String why) {
    return new IllegalArgumentException(
        where + " is of type " + type.getTypeName() + ", which has no terms: " + why + ".");
  }

  /// Terms that stay what they are, but for what is in them.
  private static final class Whole extends Converter {
    private final Class<?> type;
    private final String what;
    private final Dynamic dynamic;

    Whole(Class<?> type, String what, Dynamic dynamic) {
      this.type = type;
      this.what = what;
      this.dynamic = dynamic;
    }

    @Override
    Object toTerm(Object value, int room) {
      if (!type.isInstance(value)) {
        throw not(what, value);
      }
      return dynamic.toTerm(value, room);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (!type.isInstance(term)) {
        throw not(what, term);
      }
      return dynamic.partsFromTerm(term, room);
    }
  }
}

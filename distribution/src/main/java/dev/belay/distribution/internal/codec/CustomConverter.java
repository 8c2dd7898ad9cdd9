package dev.belay.distribution.internal.codec;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A type that the program converts by functions of its own.
final class CustomConverter extends Converter {
  final Class<?> type;
  private final Function<Object, ?> to;
  private final Function<Object, ?> from;
  private final Dynamic dynamic;

  CustomConverter(
      Class<?> type, Function<Object, ?> to, Function<Object, ?> from, Dynamic dynamic) {
    this.type = type;
    this.to = to;
    this.from = from;
    this.dynamic = dynamic;
  }

  @Override
  Object toTerm(Object value, int room) {
    if (!type.isInstance(value)) {
      throw not("of " + type.getSimpleName(), value);
    }
    int inside = inside(room);
    return dynamic.toTerm(made(to, value, "a term"), inside);
  }

  @Override
  Object fromTerm(Object term, int room) {
    Object value = made(from, term, type.getSimpleName());
    if (!type.isInstance(value)) {
      throw not("of " + type.getSimpleName() + ", as its conversion should give", value);
    }
    return value;
  }

  private Object made(Function<Object, ?> conversion, Object value, String what) {
    @Nullable Object made;
    try {
      made = conversion.apply(value);
    } catch (RuntimeException | AssertionError | LinkageError e) {
      throw Members.thrown("the conversion of " + type.getSimpleName(), e);
    }
    if (made == null) {
      throw new Mismatch(
          "the conversion of "
              + type.getSimpleName()
              + " has made nothing of "
              + Shown.of(value)
              + ", where "
              + what
              + " is wanted");
    }
    return made;
  }
}

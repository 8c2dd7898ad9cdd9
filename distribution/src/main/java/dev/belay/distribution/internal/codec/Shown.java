package dev.belay.distribution.internal.codec;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Terms in the texts of errors: short, however large and deep they are.
final class Shown {
  private static final int LONGEST = 60;
  private static final int MOST_BITS = 192;

  private Shown() {}

  static String of(@Nullable Object term) {
    return switch (term) {
      case null -> "null";
      case Tuple tuple when tuple.size() == 0 -> "{}";
      case Tuple tuple when tuple.get(0) instanceof Atom tag ->
          "a tuple {" + tag + ", …} with " + elements(tuple.size());
      case Tuple tuple -> "a tuple with " + elements(tuple.size());
      case List<?> list -> list.isEmpty() ? "[]" : "a list with " + elements(list.size());
      case Map<?, ?> map -> "a map with " + count(map.size(), "key");
      case Binary binary when binary.size() > LONGEST -> "a binary of " + binary.size() + " bytes";
      case BigInteger number when number.bitLength() > MOST_BITS ->
          "an integer of " + number.bitLength() + " bits";
      case Atom _, Binary _, Number _, Boolean _ -> term.toString();
      default -> "a value of " + name(term.getClass());
    };
  }

  /// Returns the key of a map as it is shown in a path.
  static String key(@Nullable Object key) {
    return key instanceof String text && text.length() <= LONGEST ? '"' + text + '"' : of(key);
  }

  /// Returns a short name for what a path begins with.
  static String root(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case List<?> _ -> "List";
      case Map<?, ?> _ -> "Map";
      case Enum<?> constant -> constant.getDeclaringClass().getSimpleName();
      default -> name(value.getClass());
    };
  }

  private static String name(Class<?> type) {
    String simple = type.getSimpleName();
    return simple.isEmpty() ? type.getName() : simple;
  }

  private static String elements(int count) {
    return count(count, "element");
  }

  private static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}

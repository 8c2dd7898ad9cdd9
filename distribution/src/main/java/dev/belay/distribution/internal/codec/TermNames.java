package dev.belay.distribution.internal.codec;

import java.util.Locale;
import java.util.regex.Pattern;

/// Java's names as Erlang and Elixir would write them.
final class TermNames {
  private static final Pattern AFTER_CAPITALS = Pattern.compile("(\\p{Lu}+)(\\p{Lu}\\p{Ll})");
  private static final Pattern AFTER_SMALL = Pattern.compile("([\\p{Ll}\\d])(\\p{Lu})");

  private TermNames() {}

  /// Returns a name in small letters, for example `http_order_item` for `HTTPOrderItem`.
  static String snakeCase(String name) {
    String words = AFTER_CAPITALS.matcher(name).replaceAll("$1_$2");
    return AFTER_SMALL.matcher(words).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }

  /// Returns the name of the constant of an enum as an atom's.
  static String constant(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}

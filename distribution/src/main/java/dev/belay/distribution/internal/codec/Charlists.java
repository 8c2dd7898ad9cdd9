package dev.belay.distribution.internal.codec;

import java.util.List;

/// Strings as lists of characters, as Erlang's older interfaces want them.
final class Charlists extends Converter {
  @Override
  Object toTerm(Object value, int room) {
    if (!(value instanceof String text)) {
      throw not("a String", value);
    }
    Texts.check(text);
    return List.of(text.codePoints().mapToObj(c -> (long) c).toArray());
  }

  @Override
  Object fromTerm(Object term, int room) {
    if (!(term instanceof List<?> list)) {
      throw not("a text, a list of characters", term);
    }
    StringBuilder text = new StringBuilder(list.size());
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof Long c) || !isCharacter(c)) {
        throw not("a character", list.get(i)).at("[" + i + "]");
      }
      text.appendCodePoint(c.intValue());
    }
    return text.toString();
  }

  private static boolean isCharacter(long c) {
    return c >= 0
        && c <= Character.MAX_CODE_POINT
        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
  }
}

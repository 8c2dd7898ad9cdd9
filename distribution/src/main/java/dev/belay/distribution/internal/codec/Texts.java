package dev.belay.distribution.internal.codec;

import dev.belay.distribution.Binary;

/// Strings as binaries in UTF-8.
final class Texts extends Converter {
  private static final char REPLACEMENT = 0xFFFD;

  @Override
  Object toTerm(Object value, int room) {
    if (value instanceof String text) {
      return binary(text);
    }
    throw not("a String", value);
  }

  @Override
  Object fromTerm(Object term, int room) {
    if (!(term instanceof Binary binary)) {
      throw not("a text, a binary in UTF-8", term);
    }
    String text = binary.text();
    // What is no UTF-8 has become U+FFFD, which may also have been there before.
    if (text.indexOf(REPLACEMENT) >= 0 && !Binary.utf8(text).equals(binary)) {
      throw new Mismatch("a binary of " + binary.size() + " bytes is not UTF-8");
    }
    return text;
  }

  static Binary binary(String text) {
    check(text);
    return Binary.utf8(text);
  }

  /// Refuses half a surrogate pair, which would be sent as a question mark.
  static void check(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (Character.isSurrogate(character)) {
        if (!Character.isHighSurrogate(character)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new Mismatch(
              "a text has half a surrogate pair at " + i + ", which is no character");
        }
        i++;
      }
    }
  }
}

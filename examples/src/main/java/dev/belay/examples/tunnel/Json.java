package dev.belay.examples.tunnel;

/// Writes the little JSON that a webhook is sent.
final class Json {
  private Json() {}

  /// Returns an object with one string.
  static String object(String name, String value) {
    StringBuilder json = new StringBuilder(value.length() + name.length() + 16);
    json.append('{');
    string(json, name);
    json.append(':');
    string(json, value);
    return json.append('}').toString();
  }

  private static void string(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          // Half of a surrogate pair cannot be encoded as UTF-8, but can be escaped.
          if (c < ' ' || Character.isSurrogate(c)) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}

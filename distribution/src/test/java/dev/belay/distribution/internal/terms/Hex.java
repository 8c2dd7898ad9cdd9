package dev.belay.distribution.internal.terms;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Bytes as tests write them: hexadecimal, with spaces wherever it reads better, and text in single
/// quotes.
final class Hex {
  private Hex() {}

  static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean quoted = false;
    for (String each : text.split("'", -1)) {
      bytes.writeBytes(
          quoted
              ? each.getBytes(StandardCharsets.UTF_8)
              : HexFormat.of().parseHex(each.replace(" ", "")));
      quoted = !quoted;
    }
    return bytes.toByteArray();
  }

  static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}

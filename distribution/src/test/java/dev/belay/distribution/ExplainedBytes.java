package dev.belay.distribution;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The frames of a connection as docs/under-the-hood.md shows them: each part of the bytes on a
/// line, and beside it what it is. Text is shown as text.
///
/// Reads nothing but the terms that links, monitors and simple messages are made of.
final class ExplainedBytes {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
  private static final Map<Integer, String> OPERATIONS =
      Map.of(
          1, "LINK",
          2, "SEND",
          6, "REG_SEND",
          19, "MONITOR_P",
          20, "DEMONITOR_P",
          22, "SEND_SENDER",
          24, "PAYLOAD_EXIT",
          28, "PAYLOAD_MONITOR_P_EXIT",
          35, "UNLINK_ID",
          36, "UNLINK_ID_ACK");

  private final byte[] bytes;
  private final ByteBuffer in;
  private final List<String> lines = new ArrayList<>();

  private ExplainedBytes(byte[] bytes) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
  }

  /// Explains all that one side has said.
  ///
  /// @param bytes what it has said, from the connection's first byte on
  /// @param greetings how many messages of the handshake there are
  static List<String> of(byte[] bytes, int greetings) {
    ExplainedBytes explained = new ExplainedBytes(bytes);
    for (int i = 0; i < greetings; i++) {
      int length = explained.in.getShort();
      explained.in.position(explained.in.position() + length);
    }
    while (explained.in.hasRemaining()) {
      explained.frame();
    }
    return explained.lines;
  }

  private void frame() {
    int length = in.getInt();
    if (length == 0) {
      line(0, "00 00 00 00", "a tick");
      return;
    }
    int end = in.position() + length;
    line(0, hex(in.position() - Integer.BYTES, Integer.BYTES), length + " bytes follow");
    line(0, take(3), "a header that names no atoms");
    control();
    if (in.position() < end) {
      term(0);
    }
  }

  private void control() {
    line(0, take(2), "the control message: a tuple of " + in.get(in.position() - 1));
    int parts = in.get(in.position() - 1);
    int operation = in.get(in.position() + 1);
    line(1, take(2), operation + ", " + OPERATIONS.getOrDefault(operation, "?"));
    for (int i = 1; i < parts; i++) {
      term(1);
    }
  }

  private void term(int depth) {
    int tag = in.get(in.position());
    switch (tag) {
      case 'a' -> line(depth, take(2), "the number " + (in.get(in.position() - 1) & 0xff));
      case 'b' -> line(depth, take(5), "the number " + in.getInt(in.position() - Integer.BYTES));
      case 'h' -> {
        int parts = in.get(in.position() + 1) & 0xff;
        line(depth, take(2), "a tuple of " + parts);
        for (int i = 0; i < parts; i++) {
          term(depth + 1);
        }
      }
      case 'l' -> {
        int parts = in.getInt(in.position() + 1);
        line(depth, take(5), "a list of " + parts);
        for (int i = 0; i < parts; i++) {
          term(depth + 1);
        }
        // Its end.
        term(depth + 1);
      }
      case 'm' -> {
        int length = in.getInt(in.position() + 1);
        String head = take(5);
        byte[] text = new byte[length];
        in.get(text);
        line(depth, head + " '" + new String(text, StandardCharsets.UTF_8) + "'", "a text");
      }
      case 'j' -> line(depth, take(1), "the empty list");
      case 'w' -> {
        Name name = name();
        line(depth, name.bytes, name.text.isEmpty() ? "the empty atom" : "an atom");
      }
      case 'X' -> {
        String bytes = take(1);
        Name name = name();
        line(depth, bytes + " " + name.bytes + numbers(3), "a process of " + name.text);
      }
      case 'Z' -> {
        int words = in.getShort(in.position() + 1);
        String bytes = take(3);
        Name name = name();
        line(depth, bytes + " " + name.bytes + numbers(1 + words), "a reference of " + name.text);
      }
      default -> throw new AssertionError("a term with the tag " + tag);
    }
  }

  private record Name(String bytes, String text) {}

  private Name name() {
    int length = in.get(in.position() + 1) & 0xff;
    String head = take(2);
    byte[] text = new byte[length];
    in.get(text);
    String name = new String(text, StandardCharsets.UTF_8);
    return new Name(name.isEmpty() ? head : head + " '" + name + "'", name);
  }

  private String numbers(int count) {
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; i < count; i++) {
      numbers.append(' ').append(HexFormat.of().toHexDigits(in.getInt()));
    }
    return numbers.toString();
  }

  private String take(int count) {
    String bytes = hex(in.position(), count);
    in.position(in.position() + count);
    return bytes;
  }

  private String hex(int from, int count) {
    return HEX.formatHex(bytes, from, from + count);
  }

  private void line(int depth, String bytes, String meaning) {
    lines.add(String.format("%-78s %s", "  ".repeat(depth) + bytes, meaning));
  }
}

package dev.belay.examples.tunnel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// A stream of server-sent events, as the HTML standard defines `text/event-stream`: UTF-8 lines
/// that end with CR LF, LF or CR, fields `data`, `event`, `id` and `retry`, comments that begin
/// with a colon, and a blank line behind each event.
///
/// By one thread at a time. Nothing in the standard is malformed, unknown fields and odd bytes
/// included; but a line or a message that is too long ends the stream.
final class EventStream implements AutoCloseable {
  /// In bytes.
  static final int LONGEST_LINE = 65_536;

  /// In characters, line breaks included.
  static final int LONGEST_MESSAGE = 262_144;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int MOST_DIGITS = 12;

  private final InputStream in;
  private final byte[] buffer = new byte[8_192];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private boolean afterCarriageReturn;
  private boolean begun;

  // the event that is being read
  private final StringBuilder data = new StringBuilder();
  private String type = "";

  // what the stream has said for all events
  private String id = "";
  private Optional<Duration> retry = Optional.empty();

  /// An event.
  ///
  /// @param type its type: `message`, if the stream does not say
  /// @param data what it says; several lines of data are one text
  /// @param lastId the latest id so far, or an empty string: who connects again may send it
  record Event(String type, String data, String lastId) {}

  EventStream(InputStream in) {
    this.in = in;
  }

  /// Waits for the next event that has data.
  ///
  /// @throws SourceEnded if the stream is over; what came of an event by then is no event
  /// @throws IOException if a line or a message is too long
  Event next() throws IOException {
    data.setLength(0);
    type = "";
    while (true) {
      String text = readLine();
      if (!text.isEmpty()) {
        field(text);
      } else if (!data.isEmpty()) {
        data.setLength(data.length() - 1); // the last line break
        return new Event(type.isEmpty() ? "message" : type, data.toString(), id);
      } else {
        type = "";
      }
    }
  }

  /// Returns how long the source wants to be left alone before somebody connects again, if it has
  /// said so.
  Optional<Duration> retry() {
    return retry;
  }

  private void field(String text) throws IOException {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    switch (name) {
      case "data" -> {
        if (data.length() + value.length() >= LONGEST_MESSAGE) {
          throw new IOException(
              String.format(
                  "the source sent a message of more than %,d characters", LONGEST_MESSAGE));
        }
        data.append(value).append('\n');
      }
      case "event" -> type = value;
      case "id" -> id = value.indexOf('\0') < 0 ? value : id;
      case "retry" -> {
        if (value.matches("[0-9]{1," + MOST_DIGITS + "}")) {
          retry = Optional.of(Duration.ofMillis(Long.parseLong(value)));
        }
      }
      default -> {} // a comment has an empty name; others are for later versions
    }
  }

  private String readLine() throws IOException {
    line.reset();
    while (true) {
      byte next = read();
      // A line is over with its CR: the LF behind it may come late.
      boolean secondHalf = afterCarriageReturn && next == '\n';
      afterCarriageReturn = next == '\r';
      if (secondHalf) {
        continue;
      }
      if (next == '\r' || next == '\n') {
        return text();
      }
      if (line.size() == LONGEST_LINE) {
        throw new IOException(
            String.format("the source sent a line of more than %,d bytes", LONGEST_LINE));
      }
      line.write(next);
    }
  }

  private String text() {
    byte[] bytes = line.toByteArray();
    int from = 0;
    if (!begun) {
      begun = true;
      from = startsWithByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
    }
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }

  private static boolean startsWithByteOrderMark(byte[] bytes) {
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (i >= bytes.length || bytes[i] != BYTE_ORDER_MARK[i]) {
        return false;
      }
    }
    return true;
  }

  private byte read() throws SourceEnded {
    if (position == limit) {
      try {
        limit = in.read(buffer);
      } catch (IOException e) {
        throw new SourceEnded("the source hung up", e);
      }
      position = 0;
      if (limit < 0) {
        limit = 0;
        throw new SourceEnded("the source ended its stream", null);
      }
    }
    return buffer[position++];
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

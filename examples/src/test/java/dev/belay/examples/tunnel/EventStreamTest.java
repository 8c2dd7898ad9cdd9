package dev.belay.examples.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.examples.tunnel.EventStream.Event;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Server-sent events as the HTML standard defines them.
class EventStreamTest {
  private static List<Event> events(String stream) throws IOException {
    return events(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Event> events(InputStream stream) throws IOException {
    List<Event> events = new ArrayList<>();
    try (EventStream read = new EventStream(stream)) {
      while (true) {
        events.add(read.next());
      }
    } catch (SourceEnded e) {
      return events;
    }
  }

  private static Event message(String data) {
    return new Event("message", data, "");
  }

  /// Gives its bytes one at a time, and must not be asked for more than there are.
  private static InputStream oneByOne(String stream) {
    return new InputStream() {
      private final byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
      private int position;

      @Override
      public int read() {
        assertThat(position).as("reads no further").isLessThan(bytes.length);
        return bytes[position++] & 0xFF;
      }

      @Override
      public int read(byte[] into, int from, int length) {
        into[from] = (byte) read();
        return 1;
      }
    };
  }

  /// A stream without end.
  private static InputStream endless(String piece) {
    return new InputStream() {
      private long given;

      @Override
      public int read() {
        assertThat(given).as("bytes read").isLessThan(2_000_000);
        return piece.charAt((int) (given++ % piece.length()));
      }

      @Override
      public int read(byte[] into, int from, int length) {
        for (int i = 0; i < length; i++) {
          into[from + i] = (byte) read();
        }
        return length;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void aLineEndsInOneOfThreeWays(String end) throws IOException {
    String stream = "data: one\n\ndata: two\ndata: lines\n\n".replace("\n", end);
    assertThat(events(stream)).containsExactly(message("one"), message("two\nlines"));
  }

  @Test
  void endsOfLinesMayBeMixed() throws IOException {
    assertThat(events("data: a\r\rdata: b\n\ndata: c\r\n\r\ndata: d\r\n\ndata: e\r\n\r"))
        .extracting(Event::data)
        .containsExactly("a", "b", "c", "d", "e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: now\n\n", "data: now\r\r", "data: now\r\n\r"})
  void anEventIsThereWithItsLastByte(String stream) throws IOException {
    assertThat(new EventStream(oneByOne(stream)).next()).isEqualTo(message("now"));
  }

  @ParameterizedTest
  @CsvSource({
    "'data: a\n\n', a",
    "'data:a\n\n', a",
    "'data:  a\n\n', ' a'",
    "'data: a \n\n', 'a '",
    "'data\n\n', ''",
    "'data:\n\n', ''",
    "'data\ndata\n\n', '\n'",
    "'data: a: b\n\n', 'a: b'",
    "': a comment\ndata: a\n:\n\n', a",
    "'colour: red\nDATA: no\n data: no\ndata: a\nnonsense\n\n', a"
  })
  void fieldsAreToldApart(String stream, String data) throws IOException {
    assertThat(events(stream)).containsExactly(message(data));
  }

  @Test
  void anEventHasATypeForItselfAndAnIdFromThenOn() throws IOException {
    assertThat(
            events(
                """
                event: alarm
                id: 7
                data: fire

                data: no change

                event: lost with nothing to say
                id: 8

                data: a message again

                id: 9\0
                data: an id that cannot be

                id
                data: no id

                """))
        .containsExactly(
            new Event("alarm", "fire", "7"),
            new Event("message", "no change", "7"),
            new Event("message", "a message again", "8"),
            new Event("message", "an id that cannot be", "8"),
            new Event("message", "no id", ""));
  }

  @ParameterizedTest
  @CsvSource({"3000, 3000", "-1, ", "3s, ", "'', ", "99999999999999999999, "})
  void theSourceMaySayWhenToComeBack(String said, Long millis) throws IOException {
    EventStream stream = new EventStream(oneByOne("retry: " + said + "\ndata: a\n\n"));
    assertThat(stream.retry()).isEmpty();
    stream.next();
    if (millis == null) {
      assertThat(stream.retry()).isEmpty();
    } else {
      assertThat(stream.retry()).contains(Duration.ofMillis(millis));
    }
  }

  @Test
  void oneByteOrderMarkIsSkipped() throws IOException {
    assertThat(events("\uFEFFdata: a\n\n")).containsExactly(message("a"));
    assertThat(events("\uFEFF\uFEFFdata: a\n\ndata: b\n\n")).containsExactly(message("b"));
  }

  @Test
  void bytesThatAreNoTextAreReplaced() throws IOException {
    byte[] stream = {'d', 'a', 't', 'a', ':', (byte) 0xC3, (byte) 0xBC, (byte) 0xFF, '\n', '\n'};
    assertThat(events(new ByteArrayInputStream(stream))).containsExactly(message("ü\uFFFD"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data: a", "data: a\n", "data: a\r\n"})
  void whatIsNotWholeAtTheEndIsNoEvent(String stream) throws IOException {
    assertThat(events(stream)).isEmpty();
  }

  @Test
  void theEndAndABreakAreTold() {
    assertThatExceptionOfType(SourceEnded.class)
        .isThrownBy(() -> new EventStream(InputStream.nullInputStream()).next())
        .withMessage("the source ended its stream");
    IOException reset = new IOException("Connection reset");
    InputStream broken =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            throw reset;
          }
        };
    assertThatExceptionOfType(SourceEnded.class)
        .isThrownBy(() -> new EventStream(broken).next())
        .withMessage("the source hung up")
        .withCause(reset);
  }

  @Test
  void aLineMayBeLongButNotEndless() throws IOException {
    String longest = "data:" + "x".repeat(EventStream.LONGEST_LINE - 5);
    assertThat(events(longest + "\n\n")).hasSize(1);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> events(longest + "x\n\n"))
        .withMessage("the source sent a line of more than 65,536 bytes");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> events(endless("x")))
        .withMessageContaining("a line of more than");
  }

  @Test
  void aMessageMayBeLongButNotEndless() throws IOException {
    String part = "data:" + "x".repeat(65_000) + "\n";
    assertThat(events(part.repeat(4) + "\n").getFirst().data()).hasSize(4 * 65_000 + 3);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> events(part.repeat(5) + "\n"))
        .withMessage("the source sent a message of more than 262,144 characters");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> events(endless("data\n")))
        .withMessageContaining("a message of more than");
  }
}

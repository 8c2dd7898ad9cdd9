package dev.belay.examples.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written is read back by a JSON library.
class JsonTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "\"quoted\" and \\ back",
        "two\nlines\r\nand\ttabs",
        "Grüße, 登山, 🧗",
        "</script>\u2028\u2029\u007f"
      })
  void textComesBackAsItWas(String text) {
    assertThat(readBack(Json.object("text", text))).containsExactly(Map.entry("text", text));
  }

  @Test
  void soDoesEachControlCharacter() {
    StringBuilder all = new StringBuilder();
    IntStream.range(0, 0x20).forEach(c -> all.append((char) c));
    String json = Json.object("text", all.toString());
    assertThat(json.chars()).allMatch(c -> c >= ' ');
    assertThat(readBack(json)).containsExactly(Map.entry("text", all.toString()));
  }

  @Test
  void halfAPairIsNotLostInUtf8() {
    String json = Json.object("text", "\uD83E!");
    assertThat(json).isEqualTo("{\"text\":\"\\ud83e!\"}");
    assertThat(new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(json);
  }

  private static Map<String, Object> readBack(String json) {
    return MAPPER.fromJsonObject(json);
  }
}

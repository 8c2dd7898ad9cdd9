package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(
      longs = {0, 7, 99, 100, 999, 1_000, 9_999, 10_000, 999_999, 1_000_000, Long.MAX_VALUE})
  void countsAreGroupedAsTheFormatterDoesIt(long number) {
    assertThat(PlainText.count(number)).isEqualTo(String.format(Locale.ROOT, "%,d", number));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, less than 1 ms",
    "999, less than 1 ms",
    "999_999_999, 999 ms",
    "1_000_000_000, 1 s",
    "1_049_000_000, 1.0 s",
    "1_050_000_000, 1.1 s",
    "59_949_000_000, 59.9 s",
    "60_000_000_000, 1 min 0 s",
    "3_599_000_000_000, 59 min 59 s",
    "3_600_000_000_000, 1 h 0 min",
    "86_400_000_000_000, 1 d 0 h"
  })
  void durationsAreSaidInTheUnitsOneWouldUse(String nanos, String said) {
    assertThat(PlainText.duration(Long.parseLong(nanos.replace("_", "")))).isEqualTo(said);
  }

  @Test
  void aLineHasNoControlsAndAnEnd() {
    assertThat(PlainText.line("a\nb\u0007" + "x".repeat(2_000)))
        .startsWith("a\\nb\uFFFDx")
        .endsWith("… (2,004 characters)");
  }
}

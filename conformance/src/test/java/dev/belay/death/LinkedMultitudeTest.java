package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Point 7 of the contract: a chain or a star of very many linked processes dies whole, in constant
/// stack and with no quadratic step; so do other shapes.
///
/// The stack has room for fewer than 2,000 of the smallest frames. The time that one process takes
/// is held against that in a multitude of an eighth of the size. Memory is ample, so that it is not
/// the garbage collector that is measured; a million needs 8 GB.
class LinkedMultitudeTest {
  @Test
  void ofThirtyThousandDiesWhole() throws Exception {
    bringDown(30_000, "-Xmx2g", "-Xmn1400m", "receive");
  }

  @Test
  @Tag("full")
  void ofAHundredThousandDiesWhole() throws Exception {
    bringDown(100_000, "-Xmx2g", "-Xmn1400m", "receive");
  }

  @Test
  @Tag("full")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void ofAMillionDiesWhole() throws Exception {
    bringDown(1_000_000, "-Xmx8g", "-Xmn5g", "receive");
  }

  @Test
  @Tag("full")
  void ofAHundredThousandInTurnsDiesWhole() throws Exception {
    bringDown(100_000, "-Xmx2g", "-Xmn1400m", "turns");
  }

  @Test
  @Tag("full")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void ofAMillionInTurnsDiesWhole() throws Exception {
    bringDown(1_000_000, "-Xmx8g", "-Xmn5g", "turns");
  }

  private static void bringDown(int size, String heap, String young, String style)
      throws Exception {
    String said =
        Forked.run(
            Duration.ofMinutes(30),
            List.of("-XX:+UseSerialGC", heap, young, "-Xss256k"),
            LinkedMultitude.class,
            String.valueOf(size),
            style);
    System.out.print(said);
    assertThat(said).contains("all whole");
  }
}

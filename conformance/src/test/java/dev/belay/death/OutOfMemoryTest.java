package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Point 7 of the contract, for want of memory: who runs out of it dies like any other, whoever has
/// none left to hear of it, and the node goes on.
class OutOfMemoryTest {
  /// Without the watchdog: while it adds a carrier, whoever wakes a virtual thread creates that
  /// carrier's thread, and the JDK may lose the virtual thread if there is no memory for it.
  private static final List<String> SMALL =
      List.of("-Xmx64m", "-XX:+UseSerialGC", "-Dbelay.watchdog=false");

  private static final Duration LIMIT = Duration.ofMinutes(3);

  @Test
  void isHeardOf() throws Exception {
    assertThat(Forked.run(LIMIT, SMALL, OutOfMemory.class, "4")).contains("all were heard");
  }

  @Test
  @Tag("full")
  void isHeardOfManyTimes() throws Exception {
    assertThat(Forked.run(LIMIT, SMALL, OutOfMemory.class, "12")).contains("all were heard");
  }

  @Test
  @Tag("full")
  void isHeardOfInTurns() throws Exception {
    assertThat(Forked.run(LIMIT, SMALL, OutOfMemory.class, "12", "turns"))
        .contains("all were heard");
  }

  /// What a death needs for the first time, classes for instance, it needs without memory.
  @Test
  void isHeardOfAlsoAsTheFirstDeathOfAll() throws Exception {
    assertThat(Forked.run(LIMIT, SMALL, OutOfMemory.class, "1")).contains("all were heard");
  }
}

package dev.belay.turns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.death.Forked;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Processes that keep their carriers, twice as many as there are processors: a pair of others goes
/// on talking all the same, and the additional carriers go again.
class WatchdogTest {
  private static final List<String> OPTIONS =
      List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED");

  @ParameterizedTest
  @CsvSource({
    "compute, receive, receive",
    "compute, receive, turns",
    "compute, turns, turns",
    "compute, turns, receive",
    "open, receive, receive",
    "open, turns, turns",
    "read, receive, turns",
    "read, turns, receive",
    "native, turns, receive"
  })
  void othersGoOn(String hogs, String style, String pair) throws Exception {
    String said = Forked.run(Duration.ofMinutes(5), OPTIONS, AmongHogs.class, hogs, style, pair);
    System.out.printf("%s, %s, %s:%n%s", hogs, style, pair, said);
    assertThat(said).contains("all is well").contains("round trips after");
  }
}

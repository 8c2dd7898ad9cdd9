package dev.belay.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// The tests that explore scenarios, one for each.
final class Explorations {
  private static final Logger LOGGER = Logger.getLogger("dev.belay.explorer");

  private Explorations() {}

  static Stream<DynamicTest> forEach(Function<Catalogue.Entry, Result> exploration, boolean whole) {
    List<Catalogue.Entry> all = Catalogue.all();
    assertThat(all).hasSizeGreaterThan(70);
    return forEach(all, exploration, whole);
  }

  static Stream<DynamicTest> forEach(
      List<Catalogue.Entry> all, Function<Catalogue.Entry, Result> exploration, boolean whole) {
    Logger.getLogger("dev.belay").setLevel(Level.OFF);
    LOGGER.setLevel(Level.INFO);
    return all.stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.name(),
                () -> {
                  Result result = exploration.apply(entry);
                  LOGGER.info(result.toString());
                  assertThat(result.isRight()).as(result.toString()).isTrue();
                  if (whole) {
                    assertThat(result.covered()).startsWith("all");
                  }
                }));
  }
}

package dev.belay.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Every scenario of the protocol again and again, each time with an `Error` out of another call or
/// allocation of the runtime's, on whatever thread: whoever was linked with a process that ended,
/// or monitored it, is told once all the same, and nothing is left undone.
///
/// A run that fails is written to the log of the tests; `-Dbelay.explore.replay=…` with
/// `ExplorationTest#replay` runs it again.
class FaultInjectionTest {
  private static final int STEP = 7;
  private static final int FEWEST = 13;
  private static final Logger LOGGER = Logger.getLogger("dev.belay.explorer");

  /// Where errors have been thrown, by the classes of the core.
  private static final Set<String> STRUCK = new ConcurrentSkipListSet<>();

  @TestFactory
  Stream<DynamicTest> anErrorAtEverySeventhPosition() {
    return Stream.concat(
        forEach(entry -> new Injection(entry.explorer(true), Strike.ERROR).usual(STEP)),
        Stream.of(DynamicTest.dynamicTest("all of the protocol is struck", this::allIsStruck)));
  }

  @Tag("full")
  @TestFactory
  Stream<DynamicTest> anErrorAtEachPosition() {
    return forEach(entry -> new Injection(entry.explorer(true), Strike.ERROR).usual());
  }

  @Tag("full")
  @TestFactory
  Stream<DynamicTest> noMemoryAtEachPosition() {
    return forEach(entry -> new Injection(entry.explorer(true), Strike.OUT_OF_MEMORY).usual());
  }

  @Tag("full")
  @TestFactory
  Stream<DynamicTest> anErrorAtEachPositionOfSchedulesByChance() {
    return forEach(
        entry -> new Injection(entry.explorer(true), Strike.ERROR).byChance(System.nanoTime(), 8));
  }

  @Tag("full")
  @TestFactory
  Stream<DynamicTest> noMemoryAtEachPositionOfSchedulesByChance() {
    return forEach(entry ->
        new Injection(entry.explorer(true), Strike.OUT_OF_MEMORY).byChance(System.nanoTime(), 2));
  }

  private void allIsStruck() {
    Set<String> protocol =
        new TreeSet<>(
            List.of(
                "AliveWaiter",
                "Bound",
                "Cell",
                "Closing",
                "Dismantling",
                "Exits",
                "FarLinks",
                "FarSpawning",
                "FarTarget",
                "FarWatcher",
                "FarWatches",
                "Grace",
                "Interrupter",
                "Lane",
                "Line",
                "LineIn",
                "LinkTable",
                "Lines",
                "Links",
                "Mailbox",
                "Names",
                "NodeSubscriptions",
                "NodeWatches",
                "Owned",
                "Posting",
                "ProcessTable",
                "Receiving",
                "Reserve",
                "Runner",
                "Runners",
                "Slot",
                "SpawnRequest",
                "Spawning",
                "Timers",
                "UserTimer",
                "Watch",
                "Watches"));
    assertThat(STRUCK).containsAll(protocol);
  }

  private static Stream<DynamicTest> forEach(
      Function<Catalogue.Entry, Injection.Outcome> injection) {
    Logger.getLogger("dev.belay").setLevel(Level.OFF);
    LOGGER.setLevel(Level.INFO);
    List<Catalogue.Entry> all = Catalogue.all();
    assertThat(all).hasSizeGreaterThan(70);
    return all.stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.name(),
                () -> {
                  Injection.Outcome outcome = injection.apply(entry);
                  LOGGER.info(outcome.toString());
                  outcome.places().forEach(place -> STRUCK.add(outer(place.type())));
                  assertThat(outcome.isRight()).as(outcome.toString()).isTrue();
                  assertThat(outcome.positions()).isGreaterThan(FEWEST);
                }));
  }

  private static String outer(String type) {
    int dollar = type.indexOf('$');
    return dollar < 0 ? type : type.substring(0, dollar);
  }
}

package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.QuarantinedThread;
import dev.belay.SpawnOptions;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Point 8 of the contract: a process that does not unwind is declared dead, and everybody hears of
/// it as of any other death; its thread is in quarantine until it ends.
///
/// The lower bounds are exact: nobody is declared dead before its grace is over. The upper bounds
/// only say that it does happen, on a machine that may be busy.
@BothStyles
@BelayTest
class DeclaredDeathTest {
  private static final Duration LATE = Duration.ofSeconds(20);

  static List<Arguments> stubborn() {
    return Stubborn.all().stream()
        .flatMap(body ->
            Arrays.stream(new Blow[] {Blow.EXIT, Blow.KILL}).map(blow -> Arguments.of(body, blow)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("stubborn")
  void isHeardAndTheThreadIsInQuarantine(
      Stubborn stubborn, Blow blow, Node node, Expected expected) {
    SpawnOptions options = SpawnOptions.DEFAULT.grace(Duration.ofMillis(150));
    Duration grace = blow == Blow.KILL ? Duration.ofMillis(100) : Duration.ofMillis(150);
    declare(options, stubborn, blow, grace, node, expected);
  }

  @ParameterizedTest
  @EnumSource
  void hasItsDefaults(Blow blow, Node node, Expected expected) {
    Duration grace =
        switch (blow) {
          case EXIT, LINK -> Duration.ofSeconds(1);
          case KILL, TERMINATE -> Duration.ofMillis(100);
        };
    declare(SpawnOptions.DEFAULT, Stubborn.all().getFirst(), blow, grace, node, expected);
  }

  @ParameterizedTest
  @EnumSource
  void hasTheGraceOfTheProcess(Blow blow, Node node, Expected expected) {
    SpawnOptions options =
        SpawnOptions.DEFAULT.grace(Duration.ofMillis(500)).killGrace(Duration.ofMillis(20));
    Duration grace =
        switch (blow) {
          case EXIT, LINK -> Duration.ofMillis(500);
          case KILL, TERMINATE -> Duration.ofMillis(20);
        };
    declare(options, Stubborn.all().getFirst(), blow, grace, node, expected);
  }

  private static void declare(
      SpawnOptions options,
      Stubborn stubborn,
      Blow blow,
      Duration grace,
      Node node,
      Expected expected) {
    expected.maybeReport("");
    try (Inbox inbox = node.inbox();
        Stage stage = new Stage(node)) {
      stage.holdMonitor();
      Audience audience =
          DeathIsHeardTest.open(stage, inbox, options, () -> stubborn.stay().at(stage));
      DeathIsHeardTest.go(stage);
      if (stubborn.name().contains("FIFO")) {
        audience.expectClosings(List.of("fourth", "third", "second", "first"));
      }
      Await.untilIn(stage.thread(), stubborn.frame());
      expected.quarantine(stage.victim());
      long before = System.nanoTime();
      blow.strike(stage);
      Await.until("it is dead", () -> node.info(stage.victim()).isEmpty());
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      audience.audit(0, blow.reason()::equals, true);
      assertThat(took).isBetween(grace, grace.plus(LATE));
      assertQuarantined(stage, stubborn);
      stage.release();
      Await.until("it has left quarantine", () -> node.quarantined().isEmpty());
      Await.until("the thread has ended", () -> !stage.thread().isAlive());
    }
  }

  private static void assertQuarantined(Stage stage, Stubborn stubborn) {
    assertThat(stage.node.quarantined())
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.pid()).isEqualTo(stage.victim());
          assertThat(entry.thread()).isSameAs(stage.thread());
          assertThat(frames(entry)).contains(stubborn.frame());
        });
  }

  private static List<String> frames(QuarantinedThread entry) {
    return entry.stackWhenDeclared().stream().map(StackTraceElement::getMethodName).toList();
  }
}

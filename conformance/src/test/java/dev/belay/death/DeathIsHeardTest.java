package dev.belay.death;

import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.ProcessStatus;
import dev.belay.SpawnOptions;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Point 7 of the contract: however a process ends, everybody who is bound to it hears of it,
/// exactly once, with the true reason, after its resources have been closed and its name is free.
@BothStyles
@BelayTest
class DeathIsHeardTest {
  private record Go() {}

  static List<OwnEnd> ends() {
    return OwnEnd.all();
  }

  @ParameterizedTest
  @MethodSource("ends")
  void ofItsOwnMaking(OwnEnd end, Node node, Expected expected) {
    expected.maybeReport("");
    try (Inbox inbox = node.inbox();
        Stage stage = new Stage(node)) {
      Audience audience = open(stage, inbox, SpawnOptions.DEFAULT, () -> end.ending().run(stage));
      go(stage);
      audience.audit(0, reason -> end.reason().test(stage, reason), false);
    }
  }

  static List<Arguments> points() {
    return Point.all().stream()
        .flatMap(point -> Arrays.stream(Blow.values()).map(blow -> Arguments.of(point, blow)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("points")
  void ofWhatOthersSend(Point point, Blow blow, Node node, Expected expected) {
    expected.maybeReport("");
    try (Inbox inbox = node.inbox();
        Stage stage = new Stage(node)) {
      stage.holdMonitor();
      Audience audience =
          open(
              stage,
              inbox,
              SpawnOptions.DEFAULT,
              () -> {
                point.stay().at(stage);
                receive(Void.class);
              });
      go(stage);
      point.awaitArrival(stage);
      int others = node.processCount() - Audience.PROCESSES - 1;
      blow.strike(stage);
      stage.openMonitor();
      audience.audit(others, blow.reason()::equals, false);
    }
  }

  /// All carriers are busy until it has been told to exit.
  @ParameterizedTest
  @EnumSource(Blow.class)
  void beforeItsFirstInstruction(Blow blow, Node node) {
    AtomicBoolean begun = new AtomicBoolean();
    try (Inbox inbox = node.inbox();
        Stage stage = new Stage(node)) {
      try (Hogs hogs = new Hogs()) {
        hogs.haveAllCarriers();
        SpawnOptions options =
            SpawnOptions.DEFAULT
                .name(Audience.NAME)
                .own(stage.ledger.resource("first"))
                .own(stage.ledger.resource("second"));
        stage.victim(inbox.spawnMonitor(options, () -> begun.set(true)).pid());
        if (blow == Blow.LINK) {
          // From a plain thread, which needs no carrier.
          Inbox peer = node.inbox();
          peer.link(stage.victim());
          peer.close(blow.reason());
        } else {
          blow.strike(stage);
        }
        Await.until("it has been told", () -> isExiting(stage));
      }
      Down down = inbox.receive(Down.class, Await.LIMIT).orElseThrow();
      assertThat(down.pid()).isEqualTo(stage.victim());
      assertThat(down.reason()).isEqualTo(blow.reason());
      assertThat(begun).isFalse();
      assertThat(stage.ledger.closed()).containsExactly("second", "first");
      assertThat(node.whereis(Audience.NAME)).isEmpty();
      assertThat(node.isAlive(stage.victim())).isFalse();
    }
  }

  private static boolean isExiting(Stage stage) {
    return stage
        .node
        .info(stage.victim())
        .map(info -> info.status() == ProcessStatus.EXITING)
        .orElse(true);
  }

  /// Lets the victim do what it is there for.
  static void go(Stage stage) {
    stage.node.send(stage.victim(), new Go());
  }

  /// Spawns the victim, with three resources, and binds the audience to it.
  static Audience open(Stage stage, Inbox inbox, SpawnOptions options, Body body) {
    SpawnOptions owning =
        options
            .name(Audience.NAME)
            .own(stage.ledger.resource("first"))
            .own(stage.ledger.resource("second"));
    stage.victim(
        stage.node.spawn(
            owning,
            () -> {
              stage.enter();
              own(stage.ledger.resource("third"));
              receive(Go.class);
              body.run();
            }));
    return new Audience(stage, inbox).expectClosings(List.of("third", "second", "first")).attach();
  }
}

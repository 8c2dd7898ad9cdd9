package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Development mode refuses messages that can be changed, where they are sent.
class DevelopmentTest {
  private static final String PROPERTY = "belay.dev";

  private final Node node =
      Node.start(NodeOptions.DEFAULT.name("development").daemon(true).developmentMode(true));

  record Order(String customer, Object lines) {}

  record Report(String name, ExitReason why, Trail trail) {}

  @AfterEach
  void close() {
    System.clearProperty(PROPERTY);
    node.close();
  }

  private static int length(Inbox inbox) {
    int length = 0;
    while (inbox.receive(Duration.ZERO).isPresent()) {
      length++;
    }
    return length;
  }

  @Test
  void saysWhatWhereWhomAndWhatInstead() {
    try (Inbox inbox = node.inbox()) {
      Order order = new Order("Riot", List.of("rope", new ArrayList<>()));
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send(inbox.pid(), order))
          .withMessage(
              "a message of dev.belay.DevelopmentTest$Order was not sent to "
                  + inbox.pid()
                  + ", because it is not deeply immutable, as it has to be in development mode:"
                  + " Order.lines[1] (java.util.ArrayList) is a list that can be changed."
                  + " Sender and receiver would share it. Send List.copyOf(…) of it, or handOff(…) it"
                  + " if the sender does not use it any more.")
          .satisfies(e -> assertThat(e.path()).isEqualTo("Order.lines[1]"))
          .satisfies(e -> assertThat(e.type()).isEqualTo("java.util.ArrayList"));
      assertThat(length(inbox)).isZero();
    }
  }

  @Test
  void saysWhomByNameAndAliasToo() {
    try (Inbox inbox = node.inbox()) {
      int[] bad = new int[0];
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send("nobody", bad))
          .withMessageContaining("was not sent to \"nobody\", which nobody holds, because");
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send(new Name("nobody", "elsewhere"), bad))
          .withMessageContaining("was not sent to \"nobody\", which nobody holds, because");
      Pid pid = node.spawn(SpawnOptions.DEFAULT.name("clerk"), Belay::receive);
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send("clerk", bad))
          .withMessageContaining("was not sent to \"clerk\", which is " + pid + ", because");
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send(new Name("clerk", node.name()), bad))
          .withMessageContaining("was not sent to \"clerk\", which is " + pid + ", because");
      Ref alias = inbox.alias(AliasMode.REPLY);
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send(alias, bad))
          .withMessageContaining("was not sent to " + inbox.pid() + ", by its alias " + alias);
      inbox.send(alias, "the alias is not used up");
      assertThat(length(inbox)).isOne();
      node.send(pid, "go");
    }
  }

  /// Neither a timer nor a message is left, and the process goes on.
  @Test
  void leavesNothingBehind() {
    try (Inbox inbox = node.inbox()) {
      List<Class<?>> thrown = Collections.synchronizedList(new ArrayList<>());
      Monitored process =
          inbox.spawnMonitor(() -> {
            for (int i = 0; i < 3; i++) {
              try {
                Belay.sendAfter(Duration.ZERO, inbox.pid(), new int[i]);
              } catch (MutableMessageException e) {
                thrown.add(e.getClass());
              }
            }
            Belay.send(inbox.pid(), "end");
          });
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(thrown).hasSize(3);
      assertThat(inbox.receive()).isEqualTo("end");
      assertThat(length(inbox)).isZero();
      assertThat(node.info(process.pid())).isEmpty();
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.startTimer(Duration.ofHours(1), inbox.pid(), new int[0]));
      assertThat(Objects.requireNonNull(inbox.pid().cell).timers).as("timers aimed at it").isNull();
    }
  }

  /// A reason may hold what it likes, also within a message, and what the runtime sends itself is
  /// not looked at.
  @Test
  void exemptsReasonsOfExits() {
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      int[] term = {1};
      Pid pid = inbox.spawnLink(() -> Belay.exit(ExitReason.term(term)));
      Exit exit = inbox.receive(Exit.class);
      assertThat(exit.pid()).isEqualTo(pid);
      assertThat(exit.reason()).isEqualTo(ExitReason.term(term));
      inbox.send(inbox.pid(), exit);
      inbox.send(
          inbox.pid(),
          new Report("a", ExitReason.crash(new IllegalStateException()), exit.trail()));
      inbox.send(inbox.pid(), List.of(ExitReason.shutdown(term)));
      assertThat(length(inbox)).isEqualTo(3);
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send(inbox.pid(), new IllegalStateException()))
          .withMessageContaining("ExitReason.crash(…)");
      Pid victim = node.spawn(Belay::receive);
      node.exit(victim, ExitReason.term(term));
      assertThat(node.isAlive(victim)).isFalse();
    }
  }

  /// The tag of a monitor comes back to whoever set it, and is shared with nobody; unless the
  /// [Down] is sent on.
  @Test
  void looksAtATagOnlyWhenItIsSentOn() {
    try (Inbox inbox = node.inbox()) {
      Pid pid = node.spawn(Belay::receive);
      inbox.monitor(pid, MonitorOptions.DEFAULT.tag(new int[0]));
      node.send(pid, "go");
      Down down = inbox.receive(Down.class);
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> inbox.send(inbox.pid(), down))
          .satisfies(e -> assertThat(e.path()).isEqualTo("Down.userTag"));
    }
  }

  /// What Belay's own API gives out.
  @Test
  void acceptsWhatBelayGivesOut() {
    try (Inbox inbox = node.inbox()) {
      Monitored spawned = inbox.spawnMonitor(Belay::receive);
      TimerRef timer = inbox.sendAfter(Duration.ofHours(1), inbox.pid(), "never");
      List<Object> fine =
          List.of(
              spawned,
              spawned.pid(),
              spawned.ref(),
              inbox.makeRef(),
              timer,
              new Name("a", "b"),
              new Timeout(timer, "message"),
              new NodeDown("node"),
              new NodeUp("node"),
              node,
              node.info(spawned.pid()).orElseThrow(),
              ExitReason.NORMAL,
              ExitReason.crash(new StackOverflowError()),
              LinkMode.ANY_EXIT,
              Belay.handOff(new int[0]),
              Trail.EMPTY,
              SpawnOptions.DEFAULT,
              MonitorOptions.DEFAULT);
      for (Object each : fine) {
        inbox.send(inbox.pid(), each);
        inbox.send(inbox.pid(), new Order("a", each));
      }
      inbox.send(inbox.pid(), fine);
      node.send(spawned.pid(), "go");
      inbox.send(inbox.pid(), inbox.receive(Down.class));
      assertThat(length(inbox)).isEqualTo(2 * fine.size() + 2);
      inbox.cancelTimer(timer);
    }
  }

  @Test
  void warnsOfALambdaOnce() {
    try (LogCapture log = new LogCapture(Level.INFO);
        Inbox inbox = node.inbox()) {
      AtomicInteger counter = new AtomicInteger();
      for (int i = 0; i < 3; i++) {
        IntSupplier lambda = counter::get;
        inbox.send(inbox.pid(), new Order("a", lambda));
      }
      assertThat(length(inbox)).isEqualTo(3);
      assertThat(node.flushReports(Duration.ofSeconds(30))).isTrue();
      List<LogRecord> told = log.with("a lambda");
      assertThat(told).hasSize(1);
      assertThat(told.getFirst().getLevel()).isEqualTo(Level.WARNING);
      assertThat(told.getFirst().getMessage())
          .contains(
              "Order.lines.captured[0] (java.util.concurrent.atomic.AtomicInteger) is there to be changed")
          .contains("once for each lambda");
    }
  }

  @Test
  void saysOnceThatAMessageIsTooLarge() {
    record Large(List<List<Integer>> numbers) {}
    try (LogCapture log = new LogCapture(Level.INFO);
        Inbox inbox = node.inbox()) {
      Large large = new Large(List.of(Collections.nCopies(1_000_001, 1).stream().toList()));
      inbox.send(inbox.pid(), large);
      inbox.send(inbox.pid(), large);
      assertThat(length(inbox)).isEqualTo(2);
      assertThat(node.flushReports(Duration.ofSeconds(30))).isTrue();
      assertThat(log.texts())
          .singleElement()
          .asString()
          .contains("Large has more than 1,000,000 parts");
    }
  }

  @Test
  void isOffByDefault() {
    try (Node other = Node.start(NodeOptions.DEFAULT.daemon(true));
        Inbox inbox = other.inbox()) {
      assertThat(other.development).isFalse();
      inbox.send(inbox.pid(), new int[0]);
      inbox.sendAfter(Duration.ZERO, inbox.pid(), new AtomicInteger());
      assertThat(inbox.receive()).isEqualTo(new int[0]);
      assertThat(inbox.receive()).isInstanceOf(AtomicInteger.class);
    }
  }

  /// The property decides when a node is started, unless its options do.
  @Test
  void isTurnedOnByTheProperty() {
    System.setProperty(PROPERTY, "true");
    assertThat(isOn(NodeOptions.DEFAULT)).isTrue();
    assertThat(isOn(NodeOptions.DEFAULT.developmentMode(false))).isFalse();
    assertThat(isOn(NodeOptions.DEFAULT.developmentMode(false).name("a").maxProcesses(9)))
        .isFalse();
    System.setProperty(PROPERTY, "false");
    assertThat(isOn(NodeOptions.DEFAULT)).isFalse();
    assertThat(isOn(NodeOptions.DEFAULT.developmentMode(true).shutdownTime(Duration.ZERO)))
        .isTrue();
    System.setProperty(PROPERTY, "yes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> isOn(NodeOptions.DEFAULT))
        .withMessage("-Dbelay.dev=yes: must be true or false");
  }

  private static boolean isOn(NodeOptions options) {
    try (Node other = Node.start(options.daemon(true))) {
      return other.development;
    }
  }
}

package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two nodes of one JVM, connected by a wire that a test can hold and cut: what links, monitors,
/// exits and messages do between them.
@Timeout(30)
class FarTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Wire wire = new Wire();
  private final Node here = Node.start(NodeOptions.DEFAULT.name("here").daemon(true));
  private final Node there = Node.start(NodeOptions.DEFAULT.name("there").daemon(true));

  FarTest() {
    wire.add(here);
    wire.add(there);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  /// A process over there that exits with what it is sent.
  private Pid obedient() {
    return there.spawn(
        SpawnOptions.DEFAULT.name("obedient"),
        () -> {
          throw Belay.exit(ExitReason.term(Belay.receive()));
        });
  }

  private static void untilMonitored(Node node, Pid pid, int by) {
    Waiting.until(
        "it is monitored",
        () -> node.info(pid).map(info -> info.monitoredBy().size()).orElse(-1) == by);
  }

  private static void untilLinked(Node node, Pid pid, int with) {
    Waiting.until(
        "it is linked", () -> node.info(pid).map(info -> info.links().size()).orElse(-1) == with);
  }

  @Test
  void messagesComeInOrder() {
    try (Inbox inbox = here.inbox()) {
      Pid me = inbox.pid();
      Pid echo =
          there.spawn(() -> {
            while (true) {
              Belay.send(me, Belay.receive());
            }
          });
      for (int i = 0; i < 1_000; i++) {
        inbox.send(echo, i);
      }
      for (int i = 0; i < 1_000; i++) {
        assertThat(inbox.receive(LONG)).contains(i);
      }
    }
  }

  @Test
  void aNameIsResolvedOverThere() {
    obedient();
    try (Inbox inbox = here.inbox()) {
      Ref ref = inbox.monitor(new Name("obedient", "there"));
      inbox.send(new Name("obedient", "there"), "bye");
      Down down = inbox.receive(Down.class);
      assertThat(down.ref()).isEqualTo(ref);
      assertThat(down.subject()).isEqualTo(new Name("obedient", "there"));
      assertThat(down.reason()).isEqualTo(ExitReason.term("bye"));
    }
  }

  @Test
  void aMonitorTellsOfTheDeathOnce() {
    Pid pid = obedient();
    try (Inbox inbox = here.inbox()) {
      Ref ref = inbox.monitor(pid);
      inbox.send(pid, "bye");
      Down down = inbox.receive(Down.class);
      assertThat(down.ref()).isEqualTo(ref);
      assertThat(down.pid()).isEqualTo(pid);
      assertThat(down.reason()).isEqualTo(ExitReason.term("bye"));
      wire.cut(here, there);
      assertThat(inbox.receive(Duration.ofMillis(100))).isEmpty();
    }
  }

  @Test
  void theDeadAndTheNamelessAreNoProc() {
    Pid pid = obedient();
    there.send(pid, "bye");
    Waiting.until("it is dead", () -> !there.isAlive(pid));
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      inbox.monitor(pid);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NO_PROC);
      inbox.monitor(new Name("nobody", "there"));
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NO_PROC);
      inbox.link(pid);
      assertThat(inbox.receive(Exit.class))
          .isEqualTo(new Exit(pid, ExitReason.NO_PROC, Trail.EMPTY));
    }
  }

  @Test
  void afterDemonitorNothingComes() {
    Pid pid = obedient();
    try (Inbox inbox = here.inbox()) {
      Ref ref = inbox.monitor(pid);
      untilMonitored(there, pid, 1);
      assertThat(inbox.demonitor(ref, Demonitor.INFO)).isTrue();
      untilMonitored(there, pid, 0);
      inbox.send(pid, "bye");
      assertThat(inbox.receive(Duration.ofMillis(100))).isEmpty();
    }
  }

  @Test
  void aLinkIsOfBothSides() {
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      Pid pid = obedient();
      inbox.link(pid);
      untilLinked(there, pid, 1);
      inbox.send(pid, "bye");
      assertThat(inbox.receive(Exit.class).reason()).isEqualTo(ExitReason.term("bye"));

      CompletableFuture<Exit> heard = new CompletableFuture<>();
      Pid other =
          there.spawn(() -> {
            Belay.trapExits(true);
            heard.complete(Belay.receive(Exit.class));
          });
      Pid mine =
          here.spawn(() -> {
            Belay.link(other);
            Belay.receive(String.class);
            throw Belay.exit(ExitReason.term("mine"));
          });
      untilLinked(there, other, 1);
      inbox.send(mine, "go");
      assertThat(heard.orTimeout(20, TimeUnit.SECONDS).join().reason())
          .isEqualTo(ExitReason.term("mine"));
    }
  }

  @Test
  void unlinkAndLinkAgain() {
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      Pid pid = obedient();
      for (int i = 0; i < 100; i++) {
        inbox.link(pid);
        inbox.unlink(pid);
      }
      inbox.link(pid);
      untilLinked(there, pid, 1);
      inbox.unlink(pid);
      untilLinked(there, pid, 0);
      inbox.send(pid, "bye");
      Waiting.until("it is dead", () -> !there.isAlive(pid));
      assertThat(inbox.receive(Duration.ofMillis(100))).isEmpty();
      assertThat(here.info(inbox.pid()).orElseThrow().links()).isEmpty();
    }
  }

  @Test
  void anExitSignalGoesOver() {
    Pid pid = there.spawn(Belay::receive);
    try (Inbox inbox = here.inbox()) {
      inbox.monitor(pid);
      inbox.exit(pid, ExitReason.KILL);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.KILLED);
    }
  }

  @Test
  void anAliasEndsWithItsReply() {
    try (Inbox inbox = here.inbox()) {
      Pid answering =
          there.spawn(() -> {
            Ref alias = Belay.receive(Ref.class);
            Belay.send(alias, "one");
            Belay.send(alias, "two");
            Belay.receive(String.class);
          });
      Ref ref = inbox.monitor(answering, MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
      inbox.send(answering, ref);
      assertThat(inbox.receive(LONG)).contains("one");
      assertThat(inbox.receive(Duration.ofMillis(100))).isEmpty();
      untilMonitored(there, answering, 0);
    }
  }

  @Test
  void theLossOfTheConnectionFiresAllOnce() {
    int count = 100;
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      Pid[] pids = new Pid[count];
      for (int i = 0; i < count; i++) {
        pids[i] = there.spawn(Belay::receive);
        inbox.link(pids[i]);
        inbox.monitor(pids[i]);
      }
      untilMonitored(there, pids[count - 1], 1);
      wire.cut(here, there);
      for (int i = 0; i < 2 * count; i++) {
        Object told = inbox.receive(LONG).orElseThrow();
        ExitReason reason = told instanceof Down down ? down.reason() : ((Exit) told).reason();
        assertThat(reason).isEqualTo(ExitReason.NO_CONNECTION);
      }
      assertThat(inbox.receive(Duration.ofMillis(100))).isEmpty();
      // Whoever was linked over there has heard of it, too.
      Waiting.until("they are dead", () -> there.processCount() == 0);
      assertThat(here.info(inbox.pid()).orElseThrow().links()).isEmpty();
    }
  }

  /// A link that comes in while the connection is being lost is not left behind: its process hears
  /// of the loss, or is not linked. The lock of its cell is held until both are about to take it.
  @Test
  void aLinkThatComesInDuringTheLossIsNotForgotten() throws InterruptedException {
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      Cell cell = Objects.requireNonNull(inbox.pid().cell);
      for (int i = 0; i < 50; i++) {
        wire.hold(Carrier.Signal.Kind.LINK);
        Pid linking =
            there.spawn(() -> {
              Belay.link(inbox.pid());
              Belay.receive();
            });
        untilLinked(there, linking, 1);
        Waiting.until("both sides are connected", () -> wire.connects(here, there));
        Thread cutting = Thread.ofPlatform().unstarted(() -> wire.cut(here, there));
        cell.lock();
        try {
          wire.release(Carrier.Signal.Kind.LINK);
          cutting.start();
          for (int spin = 0; spin < 200; spin++) {
            cell.host().relax(spin);
          }
        } finally {
          cell.lockWord = 0;
        }
        cutting.join();
        Waiting.until("the other side has heard of it", () -> there.processCount() == 0);
        Waiting.until(
            "it is linked no more", () -> here.info(inbox.pid()).orElseThrow().links().isEmpty());
        // Who links while the loss is being told hears of it, too.
        Waiting.until("the connection is forgotten", () -> isApart(here) && isApart(there));
      }
    }
  }

  private static boolean isApart(Node node) {
    return !node.lines.all().iterator().hasNext();
  }

  @Test
  void aNewConnectionIsANewOne() {
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      Pid pid = obedient();
      inbox.monitor(pid);
      untilMonitored(there, pid, 1);
      wire.cut(here, there);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NO_CONNECTION);
      untilMonitored(there, pid, 0);
      Waiting.until(
          "the node can be reached again",
          () -> {
            inbox.monitor(pid);
            return !there.info(pid).orElseThrow().monitoredBy().isEmpty();
          });
    }
  }

  @Test
  void whoCannotBeReachedIsNoConnection() {
    Node stranger = Node.start(NodeOptions.DEFAULT.name("stranger").daemon(true));
    try (stranger;
        Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      Pid pid = stranger.spawn(Belay::receive);
      inbox.monitor(pid);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NO_CONNECTION);
      inbox.link(pid);
      assertThat(inbox.receive(Exit.class).reason()).isEqualTo(ExitReason.NO_CONNECTION);
    }
  }

  @Test
  void whatCannotBeSentIsTheSendersToHear() {
    Pid pid = obedient();
    try (Inbox inbox = here.inbox()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> inbox.send(pid, Thread.currentThread()))
          .withMessageContaining("cannot be sent");
      inbox.monitor(pid);
      inbox.send(pid, "bye");
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.term("bye"));
    }
  }

  @Test
  void whatMakesNoSenseCostsTheConnection() {
    Pid pid = there.spawn(() -> Belay.receive(Integer.class));
    try (Inbox inbox = here.inbox()) {
      inbox.monitor(pid);
      inbox.send(pid, "nonsense");
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(there.isAlive(pid)).isTrue();
    }
  }
}

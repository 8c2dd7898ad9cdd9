package dev.belay.death;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.NameException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A thread whose process was declared dead goes on, but has no effect on anybody.
///
/// Each round declares a process dead that is in the middle of calling verbs, with no grace at all,
/// so that the declaration finds it between any two of their instructions.
@BothStyles
@BelayTest
class QuarantineTest {
  private static final int ROUNDS = 25;
  private static final int MANY_ROUNDS = 250;

  /// How many verbs the thread must have tried after its death before its silence proves something.
  private static final long TRIES = 2_000;

  private static final SpawnOptions NO_GRACE =
      SpawnOptions.DEFAULT.grace(Duration.ZERO).killGrace(Duration.ZERO);

  /// What the thread does to others without end.
  enum Deed {
    SEND {
      @Override
      void on(Pid other, Ref alias, long n) {
        send(other, n);
      }
    },
    SEND_TO_AN_ALIAS {
      @Override
      void on(Pid other, Ref alias, long n) {
        send(alias, n);
      }
    },
    SEND_TO_A_NAME {
      @Override
      void on(Pid other, Ref alias, long n) {
        send("other", n);
      }
    },
    EXIT {
      @Override
      void on(Pid other, Ref alias, long n) {
        exit(other, ExitReason.term(n));
      }
    },
    LINK {
      @Override
      void on(Pid other, Ref alias, long n) {
        link(other);
        unlink(other);
      }
    },
    MONITOR {
      @Override
      void on(Pid other, Ref alias, long n) {
        Belay.demonitor(monitor(other));
      }
    },
    REGISTER {
      @Override
      void on(Pid other, Ref alias, long n) {
        register("stubborn");
        Belay.unregister("stubborn");
      }
    };

    abstract void on(Pid other, Ref alias, long n);
  }

  private record Report(long messagesAfterDown, boolean heardDown) {}

  @ParameterizedTest
  @EnumSource
  void nothingOfItArrivesAfterItsDown(Deed deed, Node node, Expected expected) {
    declareInMidVerb(ROUNDS, deed, node, expected);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("full")
  void nothingOfItEverArrivesAfterItsDown(Deed deed, Node node, Expected expected) {
    declareInMidVerb(MANY_ROUNDS, deed, node, expected);
  }

  private static void declareInMidVerb(int rounds, Deed deed, Node node, Expected expected) {
    expected.maybeReport("");
    for (int round = 0; round < rounds; round++) {
      try (Inbox inbox = node.inbox();
          Stage stage = new Stage(node)) {
        AtomicLong refusals = new AtomicLong();
        Monitored other =
            inbox.spawnMonitor(
                SpawnOptions.DEFAULT.name("other"), () -> observe(stage, inbox.pid(), refusals));
        Ref alias = inbox.receive(Ref.class);
        stage.victim(
            node.spawn(NO_GRACE, () -> persist(stage, deed, other.pid(), alias, refusals)));
        inbox.send(other.pid(), stage.victim());
        inbox.receive(String.class);
        Await.untilIn(stage.thread(), "persist");
        inbox.exit(stage.victim(), ExitReason.KILL);
        assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
        assertThat(inbox.receive(Report.class))
            .as("round %s", round)
            .isEqualTo(new Report(0, true));
        stage.release();
        awaitEmptyQuarantine(node);
      }
    }
  }

  private static void awaitEmptyQuarantine(Node node) {
    Await.until("quarantine is empty", () -> node.quarantined().isEmpty());
  }

  /// Does its deed without end, whatever the verbs throw.
  private static void persist(Stage stage, Deed deed, Pid other, Ref alias, AtomicLong refusals) {
    stage.enter();
    for (long n = 0; !stage.isReleased(); n++) {
      try {
        deed.on(other, alias, n);
      } catch (ExitSignalError e) {
        refusals.incrementAndGet();
      } catch (NameException e) {
        // The name went with the process.
      }
    }
  }

  /// Waits for the `Down` of the process that it is told of, and then for everything that comes
  /// later.
  private static void observe(Stage stage, Pid parent, AtomicLong refusals) {
    trapExits(true);
    send(parent, Belay.alias(AliasMode.EXPLICIT));
    Pid victim = receive(Pid.class);
    monitor(victim);
    send(parent, "ready");
    Down down = firstDown();
    boolean right = victim.equals(down.process()) && down.trail().hops().getLast().declared();
    long before = refusals.get();
    Await.until("the thread has tried on", () -> refusals.get() - before > TRIES);
    long late = 0;
    for (Object m = next(); m != null; m = next()) {
      late += isEffect(m) ? 1 : 0;
    }
    stage.release();
    send(parent, new Report(late, right));
  }

  /// Takes everything up to the first `Down`.
  private static Down firstDown() {
    while (true) {
      if (receive() instanceof Down down) {
        return down;
      }
    }
  }

  private static @Nullable Object next() {
    return receive(Duration.ZERO).orElse(null);
  }

  private static boolean isEffect(Object message) {
    return message instanceof Long || message instanceof Exit;
  }

  /// The children of a process that is declared dead while it spawns die with it, or never were.
  @Test
  void itsChildrenDieWithIt(Node node, Expected expected) {
    expected.maybeReport("");
    for (int round = 0; round < ROUNDS; round++) {
      try (Inbox inbox = node.inbox();
          Stage stage = new Stage(node)) {
        AtomicLong refusals = new AtomicLong();
        Monitored victim =
            inbox.spawnMonitor(NO_GRACE, () -> spawnOn(stage, inbox.pid(), refusals));
        inbox.receive(String.class);
        inbox.exit(victim.pid(), ExitReason.KILL);
        inbox.receive(Down.class);
        long before = refusals.get();
        Await.until("it has tried on", () -> refusals.get() - before > TRIES);
        Await.until("its children are dead", () -> node.processCount() == 0);
        assertThat(node.processes()).isEmpty();
        stage.release();
        awaitEmptyQuarantine(node);
      }
    }
  }

  private static void spawnOn(Stage stage, Pid parent, AtomicLong refusals) {
    send(parent, "ready");
    while (!stage.isReleased()) {
      try {
        spawnLink(() -> receive(Void.class));
        Pid child = spawnMonitor(SpawnOptions.DEFAULT.link(), () -> receive(Void.class)).pid();
        send(child, self());
      } catch (ExitSignalError e) {
        refusals.incrementAndGet();
      }
    }
  }

  @Test
  void aThreadThatComesBackLeavesQuarantine(Node node, Expected expected) {
    try (Inbox inbox = node.inbox();
        Stage stage = new Stage(node)) {
      Monitored victim =
          inbox.spawnMonitor(
              NO_GRACE.label("sleeper"),
              () -> {
                send(inbox.pid(), "ready");
                stage.awaitReleaseDeafly();
              });
      inbox.receive(String.class);
      expected.quarantine(victim.pid());
      inbox.exit(victim.pid(), ExitReason.KILL);
      inbox.receive(Down.class);
      assertThat(node.quarantined())
          .singleElement()
          .satisfies(entry -> {
            assertThat(entry.label()).isEqualTo("sleeper");
            assertThat(entry.stuckIn()).isNotBlank();
            assertThat(entry.stackWhenDeclared()).isNotEmpty();
          });
      assertThat(node.processes()).isEmpty();
      stage.release();
      awaitEmptyQuarantine(node);
    }
  }
}

package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.relinquish;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.NoProcessException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.TraceEvent;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Links whose two sides act at the same time: the protocol with numbers and acknowledgements
/// (L9–L20).
@BothStyles
class LinkRaceTest extends Staged {
  private static final ExitReason BYE = ExitReason.term("bye");

  @Test
  @Rule(
      value = {"L19", "L13", "L16", "L12"},
      otp = {
        "erl_link:otp_17127_local_link_with_simultaneous_link_unlink",
        "jinterface:simultaneous_erl_link_java_link_unlink"
      })
  void linkWhileTheOtherLinksAndUnlinks() {
    race(
        other -> {
          link(other);
          unlink(other);
        },
        other -> link(other));
  }

  @Test
  @Rule(
      value = {"L19", "L15", "L16"},
      otp = "jinterface:simultaneous_erl_link_unlink_java_link")
  void bothLinkAndUnlink() {
    race(
        other -> {
          link(other);
          unlink(other);
        },
        other -> {
          unlink(other);
          link(other);
        });
  }

  /// Something done to the other side.
  private interface Step {
    void to(Pid other);
  }

  /// Both do their step 200 times, beginning 20 times at the same instant; after that both must
  /// agree. A link whose two sides disagree shows when one of them dies.
  private void race(Step ones, Step others) {
    for (int round = 0; round < 50; round++) {
      Puppet one = puppet();
      Puppet other = puppet();
      Together together = new Together();
      other.cast(() -> repeat(together, () -> others.to(one.pid())));
      one.does(() -> repeat(together, () -> ones.to(other.pid())));
      other.does(() -> {});
      agree(one, other);
    }
  }

  private static void repeat(Together together, Body step) throws Exception {
    for (int i = 0; i < 200; i++) {
      if (i % 10 == 0) {
        together.meet();
      }
      step.run();
    }
  }

  @Test
  @Rule({"L1", "L13", "L19"})
  void bothLinkAtOnceAndThereIsOneLink() {
    Puppet one = puppet();
    Puppet other = puppet();
    Together together = new Together();
    other.cast(() -> linkAtOnce(together, one.pid(), false));
    one.does(() -> linkAtOnce(together, other.pid(), true));
    other.does(() -> {});
  }

  private static void linkAtOnce(Together together, Pid other, boolean unlinks) {
    for (int round = 0; round < 1_000; round++) {
      together.meet();
      link(other);
      together.meet();
      assertThat(info(self()).orElseThrow().links()).containsExactly(other);
      together.meet();
      if (unlinks) {
        unlink(other);
      }
      together.meet();
      assertThat(info(self()).orElseThrow().links()).isEmpty();
    }
  }

  @Test
  @Rule(
      value = {"L19", "L20"},
      otp = {"erl_link:otp_17127_local_random", "erl_link:otp_17127_dist_random"})
  void whateverBothDoTheyAgreeInTheEnd() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try {
      for (int round = 0; round < 100; round++) {
        Puppet one = puppet();
        Puppet other = puppet();
        Together together = new Together();
        Random ones = new Random(random.nextLong());
        Random others = new Random(random.nextLong());
        other.cast(() -> perform(together, others, one.pid()));
        one.does(() -> perform(together, ones, other.pid()));
        other.does(() -> {});
        agree(one, other);
      }
    } catch (AssertionError e) {
      throw new AssertionError("with the seed " + seed, e);
    }
  }

  private static void perform(Together together, Random random, Pid other) {
    int operations = random.nextInt(1, 501);
    together.meet();
    for (int i = 0; i < operations; i++) {
      switch (random.nextInt(3)) {
        case 0 -> link(other);
        case 1 -> unlink(other);
        default -> relinquish();
      }
    }
  }

  /// Both live, and both or neither is linked; and so they die, together or alone.
  private void agree(Puppet one, Puppet other) {
    boolean linked = one.info().links().equals(List.of(other.pid()));
    assertThat(other.info().links()).isEqualTo(linked ? List.of(one.pid()) : List.of());
    if (linked) {
      node().exit(one.pid(), BYE);
      await("the death of the other", () -> !node().isAlive(other.pid()));
    } else {
      one.kill();
      settle();
      assertThat(node().isAlive(other.pid())).isTrue();
      other.kill();
    }
  }

  @Test
  @Rule({"L9", "L17"})
  void whoHasUnlinkedOutlivesTheDying() {
    Random random = new Random(1);
    run(() -> {
      for (int round = 0; round < 3_000; round++) {
        Together together = new Together();
        AtomicBoolean unlinked = new AtomicBoolean();
        int delay = random.nextInt(2_000);
        // Does not trap: an exit of the link kills it, before the unlink or never.
        spawnMonitor(() -> {
          Pid dying =
              spawn(
                  PATIENT.link(),
                  () -> {
                    together.meet();
                    throw exit(BYE);
                  });
          together.meet();
          Together.spend(delay);
          unlink(dying);
          unlinked.set(true);
          await("its death", () -> !isAlive(dying));
          settle();
          assertThat(info(self()).orElseThrow().links()).isEmpty();
        });
        ExitReason end = expect(Down.class).reason();
        assertThat(end).isEqualTo(unlinked.get() ? ExitReason.NORMAL : BYE);
      }
    });
  }

  @Test
  @Rule({"L9", "L10", "L17"})
  void afterUnlinkNothingComesFromTheDying() {
    run(() -> {
      trapExits(true);
      for (int round = 0; round < 1_000; round++) {
        AtomicBoolean go = new AtomicBoolean();
        CountDownLatch dead = new CountDownLatch(1);
        Pid watcher = self();
        Pid dying =
            spawnLink(() -> {
              spin(go);
              throw exit(BYE);
            });
        spawn(() -> {
          dev.belay.Belay.monitor(dying);
          expect(Down.class);
          dead.countDown();
        });
        go.set(true);
        if (round % 2 == 0) {
          relinquish();
        }
        unlink(dying);
        // What is there at this moment may stay; nothing is added to it.
        int length = info(watcher).orElseThrow().messageQueueLength();
        dead.await();
        assertThat(info(watcher).orElseThrow().messageQueueLength()).isEqualTo(length);
        receive(Exit.class, Duration.ZERO)
            .ifPresent(exit -> assertThat(exit.pid()).isEqualTo(dying));
        expectNothing();
      }
    });
  }

  @Test
  @Rule("L18")
  void whoDiesSendsNothingAlongALinkThatItHasUnlinked() {
    run(() -> {
      trapExits(true);
      Pid me = self();
      for (int round = 0; round < 1_000; round++) {
        Monitored dying =
            spawnMonitor(
                PATIENT.link(),
                () -> {
                  unlink(me);
                  throw exit(BYE);
                });
        Down down = expect(Down.class);
        assertThat(down.ref()).isEqualTo(dying.ref());
        assertThat(down.reason()).isEqualTo(BYE);
        expectNothing();
      }
    });
  }

  @Test
  @Rule({"L12", "L16"})
  void aFreshLinkAfterAnUnlinkHolds() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Monitored one = spawnMonitor(dev.belay.Belay::receive);
        Monitored other =
            spawnMonitor(() -> {
              for (int i = 0; i < 3; i++) {
                link(one.pid());
                unlink(one.pid());
              }
              link(one.pid());
              send(one.pid(), "end");
              receive();
            });
        // One returns: normal, which does not kill the other.
        assertThat(expect(Down.class).pid()).isEqualTo(one.pid());
        assertThat(info(other.pid()).orElseThrow().links()).isEmpty();
        exit(other.pid(), ExitReason.KILL);
        assertThat(expect(Down.class).pid()).isEqualTo(other.pid());
      }
    });
  }

  @Test
  @Rule({"L12", "L16"})
  void aFreshLinkAfterAnUnlinkKills() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Monitored one = spawnMonitor(dev.belay.Belay::receive);
        Monitored other =
            spawnMonitor(() -> {
              link(one.pid());
              unlink(one.pid());
              link(one.pid());
              exit(one.pid(), BYE);
              receive();
            });
        Down first = expect(Down.class);
        Down second = expect(Down.class);
        assertThat(List.of(first.pid(), second.pid()))
            .containsExactlyInAnyOrder(one.pid(), other.pid());
        assertThat(first.reason()).isEqualTo(BYE);
        assertThat(second.reason()).isEqualTo(BYE);
      }
    });
  }

  @Test
  @Rule({"L14", "L15", "L20"})
  void everyStepOfTheProtocolIsTaken() throws Exception {
    Puppet one = puppet();
    Puppet other = puppet();
    Pid dead = dead();
    ConcurrentLinkedQueue<String> steps = new ConcurrentLinkedQueue<>();
    Node node = node();
    try (AutoCloseable tracing =
        node.trace(
            event ->
                event.signal() == TraceEvent.Signal.LINK
                    || event.signal() == TraceEvent.Signal.UNLINK,
            event -> steps.add(event.kind() + " " + event.signal() + " " + event.outcome()),
            1_000)) {
      one.does(() -> {
        link(other.pid());
        unlink(other.pid());
        // Not linked: nothing to unlink.
        unlink(other.pid());
        try {
          link(dead);
        } catch (NoProcessException e) {
          // As it should be.
        }
      });
      assertThat(tracing).isNotNull();
    }
    assertThat(steps.stream().map(String::strip))
        .containsExactly(
            "SENT LINK",
            "APPLIED LINK linked",
            "SENT UNLINK",
            "APPLIED UNLINK acknowledged",
            "SENT UNLINK",
            "SENT LINK",
            "APPLIED LINK noproc");
  }

  private static void spin(AtomicBoolean go) {
    while (!go.get()) {
      relinquish();
    }
  }
}

package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.NoProcessException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Links: making, ending and hearing through them (L1–L10, L23).
@BothStyles
class LinkRulesTest extends Staged {
  private static final ExitReason DIED = ExitReason.term("died");

  @Test
  @Rule(
      value = {"L1", "L7", "L8", "L11", "L12", "L14"},
      otp = "erl_link:links")
  void aLinkHasTwoEqualSides() {
    Puppet one = puppet();
    unlinked(one, puppet());
    Puppet two = adopt(one.call(() -> spawnLink(Puppet::obey)));
    linked(one, two);
    two.does(() -> unlink(one.pid()));
    unlinked(one, two);
    two.does(() -> link(one.pid()));
    linked(one, two);
    assertThat(two.<Boolean>call(() -> trapExits(true))).isFalse();
    one.cast(() -> {
      throw exit(DIED);
    });
    Exit exit = two.call(() -> expect(Exit.class));
    assertThat(exit.pid()).isEqualTo(one.pid());
    assertThat(exit.reason()).isEqualTo(DIED);
    assertThat(two.info().links()).isEmpty();
    Puppet three = adopt(two.call(() -> spawnLink(Puppet::obey)));
    linked(two, three);
    two.cast(() -> {
      throw exit(DIED);
    });
    await("the death of the third", () -> !node().isAlive(three.pid()));
    assertThat(node().info(two.pid())).isEmpty();
  }

  @Test
  @Rule({"L1", "L12", "L13"})
  void aSecondLinkIsNoNewOne() {
    Puppet one = puppet();
    Puppet two = puppet();
    one.does(() -> {
      trapExits(true);
      link(two.pid());
      link(two.pid());
    });
    two.does(() -> link(one.pid()));
    linked(one, two);
    two.kill();
    assertThat(one.call(() -> expect(Exit.class)).reason()).isEqualTo(ExitReason.KILLED);
    settle();
    one.does(Staged::expectNothing);

    // And one unlink ends it, whoever made it and how often.
    Puppet three = puppet();
    one.does(() -> link(three.pid()));
    three.does(() -> {
      link(one.pid());
      unlink(one.pid());
    });
    unlinked(one, three);
    three.kill();
    settle();
    one.does(Staged::expectNothing);
  }

  @Test
  @Rule(value = "L2", otp = "erl_link:links")
  void aLinkWithOneselfDoesNothing() {
    run(() -> {
      link(self());
      assertThat(info(self()).orElseThrow().links()).isEmpty();
      unlink(self());
      trapExits(true);
      Monitored child =
          spawnMonitor(() -> {
            trapExits(true);
            link(self());
            throw exit(DIED);
          });
      assertThat(expect(Down.class).pid()).isEqualTo(child.pid());
      expectNothing();
    });
  }

  @Test
  @Rule(value = "L3", otp = "signal:unlink_exit")
  void aLinkWithTheDeadRaisesOrIsHeard() {
    Pid dead = dead();
    run(() -> {
      assertThatExceptionOfType(NoProcessException.class)
          .isThrownBy(() -> link(dead))
          .withMessageContaining(dead.toString());
      expectNothing();
      assertThat(info(self()).orElseThrow().links()).isEmpty();
      trapExits(true);
      link(dead);
      Exit exit = expect(Exit.class);
      assertThat(exit.pid()).isEqualTo(dead);
      assertThat(exit.reason()).isEqualTo(ExitReason.NO_PROC);
      assertThat(info(self()).orElseThrow().links()).isEmpty();
      expectNothing();
    });
  }

  @Test
  @Rule("L3")
  void theErrorOfALinkWithTheDeadEndsWhoDoesNotCatchIt() {
    expected().crash(NoProcessException.class);
    Pid dead = dead();
    run(() -> {
      spawnMonitor(() -> link(dead));
      assertThat(expect(Down.class).reason())
          .isInstanceOfSatisfying(
              ExitReason.Crash.class,
              crash -> assertThat(crash.throwable()).isInstanceOf(NoProcessException.class));
    });
  }

  @Test
  @Rule(value = "L5", otp = "erl_link:otp_7946")
  void aLinkWithAnUnreachableNodeGivesNoConnection() {
    Node other = nodes().start();
    Puppet there = Puppet.start(other, PATIENT);
    expected().maybeRunning(there.pid());
    run(() -> {
      Monitored linker =
          spawnMonitor(() -> {
            link(there.pid());
            receive();
          });
      Down down = expect(Down.class);
      assertThat(down.pid()).isEqualTo(linker.pid());
      assertThat(down.reason()).isEqualTo(ExitReason.NO_CONNECTION);
      trapExits(true);
      link(there.pid());
      Exit exit = expect(Exit.class);
      assertThat(exit.pid()).isEqualTo(there.pid());
      assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(info(self()).orElseThrow().links()).isEmpty();
      expectNothing();
    });
    assertThat(there.info().links()).isEmpty();
  }

  @Test
  @Rule(value = "L7", otp = "process:spawn_request_link_child_exit")
  void allLinksHearTheReasonWhateverItIs() {
    List<ExitReason> reasons =
        List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.KILLED, DIED);
    for (ExitReason reason : reasons) {
      Puppet center = puppet();
      List<Puppet> around = List.of(puppet(), puppet(), puppet());
      around.forEach(puppet ->
          puppet.does(() -> {
            trapExits(true);
            link(center.pid());
          }));
      center.cast(() -> {
        throw exit(reason);
      });
      for (Puppet puppet : around) {
        Exit exit = puppet.call(() -> expect(Exit.class));
        assertThat(exit.pid()).isEqualTo(center.pid());
        assertThat(exit.reason()).isEqualTo(reason);
        puppet.does(Staged::expectNothing);
      }
    }
  }

  @Test
  @Rule(value = "L8", otp = "erl_link:links")
  void anExitEndsItsLinkAlsoWhenItDoesNothingElse() {
    Puppet one = puppet();
    Puppet two = puppet();
    one.does(() -> link(two.pid()));
    two.cast(() -> {
      throw exit(ExitReason.NORMAL);
    });
    await("the end of the link", () -> one.info().links().isEmpty());
    one.does(Staged::expectNothing);
    assertThat(node().info(two.pid())).isEmpty();
  }

  @Test
  @Rule("L9")
  void unlinkNeverFails() {
    Pid dead = dead();
    Pid elsewhere = nodes().start().spawn(() -> {});
    Puppet other = puppet();
    run(() -> {
      unlink(dead);
      unlink(elsewhere);
      unlink(other.pid());
      link(other.pid());
      unlink(other.pid());
      unlink(other.pid());
      exit(other.pid(), ExitReason.KILL);
      assertThat(dev.belay.Belay.isAlive(other.pid())).isFalse();
      settle();
      expectNothing();
    });
  }

  @Test
  @Rule("L10")
  void anExitThatIsQueuedStaysWhenItIsUnlinked() {
    run(() -> {
      trapExits(true);
      Pid child = spawnLink(() -> {});
      await("the exit", () -> info(self()).orElseThrow().messageQueueLength() == 1);
      unlink(child);
      assertThat(expect(Exit.class).pid()).isEqualTo(child);
      expectNothing();
    });
  }

  @Test
  @Rule(
      value = {"L9", "L10"},
      otp = "erl_link:otp_5772_link")
  void noExitComesAfterUnlinkAndFlush() {
    run(() -> {
      trapExits(true);
      for (int round = 0; round < 1_000; round++) {
        Pid child =
            spawn(
                PATIENT.link(),
                () -> {
                  while (true) {
                    receive();
                  }
                });
        exit(child, DIED);
        unlink(child);
        receive(Exit.class, Duration.ZERO);
        // Once it is dead nothing can be on its way any more.
        assertThat(dev.belay.Belay.isAlive(child)).isFalse();
        settle();
        expectNothing();
      }
    });
  }

  @Test
  @Rule({"L9", "L15", "L17"})
  void anUnlinkReachesAlsoTheDying() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Puppet dying = puppet(PATIENT.closeTime(PATIENCE));
    Puppet one = puppet();
    Puppet two = puppet();
    for (Puppet puppet : List.of(one, two)) {
      puppet.does(() -> {
        trapExits(true);
        link(dying.pid());
      });
    }
    dying.does(() ->
        own(() -> {
          closing.countDown();
          release.await();
        }));
    node().exit(dying.pid(), DIED);
    closing.await();
    one.does(() -> unlink(dying.pid()));
    assertThat(dying.info().links()).containsExactly(two.pid());
    assertThat(one.info().links()).isEmpty();
    release.countDown();
    assertThat(two.call(() -> expect(Exit.class)).reason()).isEqualTo(DIED);
    settle();
    one.does(Staged::expectNothing);
  }

  @Test
  @Rule(
      value = "L23",
      otp = {
        "process:spawn_request_link_parent_exit",
        "process:spawn_request_link_parent_exit_compound_reason"
      })
  void theChildHearsTheEndOfItsParentHoweverEarly() {
    ExitReason reason = ExitReason.term(List.of("compound", List.of(1, 2, 3)));
    run(() -> {
      Pid tester = self();
      for (int parent = 0; parent < 10_000; parent++) {
        boolean atOnce = parent % 2 == 0;
        Monitored born =
            spawnMonitor(() -> {
              Pid child =
                  spawn(
                      PATIENT.link(),
                      () -> {
                        // Comes too late if the parent has died already: then the child has died,
                        // too.
                        trapExits(true);
                        send(tester, expect(Exit.class).reason());
                      });
              send(tester, child);
              if (!atOnce) {
                receive(matching("go"::equals));
              }
              throw exit(reason);
            });
        Pid child = expect(Pid.class);
        Ref monitor = monitor(child);
        send(born.pid(), "go");
        assertThat(downOf(born.ref()).reason()).isEqualTo(reason);
        ExitReason end = downOf(monitor).reason();
        assertThat(end).isIn(reason, ExitReason.NORMAL, atOnce ? ExitReason.NO_PROC : reason);
        Optional<ExitReason> heard = receive(ExitReason.class, Duration.ZERO);
        heard.ifPresent(r -> assertThat(r).isEqualTo(reason));
        if (end.equals(ExitReason.NORMAL)) {
          assertThat(heard).isPresent();
        }
      }
      expectNothing();
    });
    assertThat(node().processes()).isEmpty();
  }

  @Test
  @Rule("L23")
  void neitherEndSeesTheOtherUnlinked() {
    run(() -> {
      Pid parent = self();
      for (int round = 0; round < 1_000; round++) {
        Pid child =
            spawnLink(() -> {
              send(parent, info(self()).orElseThrow().links());
              send(parent, info(parent).orElseThrow().links().contains(self()));
              receive(matching("end"::equals));
            });
        assertThat(info(self()).orElseThrow().links()).containsExactly(child);
        assertThat(info(child).orElseThrow().links()).containsExactly(parent);
        expectMessage(List.of(parent));
        expectMessage(true);
        unlink(child);
        send(child, "end");
      }
    });
  }

  private void linked(Puppet one, Puppet two) {
    assertThat(one.info().links()).contains(two.pid()).doesNotHaveDuplicates();
    assertThat(two.info().links()).contains(one.pid()).doesNotHaveDuplicates();
  }

  private void unlinked(Puppet one, Puppet two) {
    assertThat(one.info().links()).doesNotContain(two.pid());
    assertThat(two.info().links()).doesNotContain(one.pid());
  }
}

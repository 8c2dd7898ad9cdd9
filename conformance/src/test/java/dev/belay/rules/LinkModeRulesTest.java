package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.terminate;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What Belay adds to links and exits (B).
@BothStyles
class LinkModeRulesTest extends Staged {
  private static final ExitReason BYE = ExitReason.term("bye");

  @Test
  @Rule("B1")
  void terminateEndsAlsoWhoTraps() {
    run(() -> {
      for (ExitReason reason :
          List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.KILL, BYE)) {
        Pid me = self();
        Monitored trapping =
            spawnMonitor(() -> {
              trapExits(true);
              send(me, "traps");
              receive();
            });
        expectMessage("traps");
        terminate(trapping.pid(), reason);
        assertThat(expect(Down.class).reason()).isEqualTo(reason);
      }
      Monitored child = spawnMonitor(dev.belay.Belay::receive);
      terminate(child.pid());
      assertThat(expect(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
    });
  }

  @Test
  @Rule("B1")
  void terminateGoesOnAlongLinksUnchanged() {
    Puppet victim = puppet();
    Puppet linked = puppet();
    Puppet trapping = puppet();
    Puppet behind = puppet();
    victim.does(() -> {
      trapExits(true);
      link(linked.pid());
      link(trapping.pid());
    });
    behind.does(() -> {
      trapExits(true);
      link(linked.pid());
    });
    trapping.does(() -> trapExits(true));
    node().terminate(victim.pid(), ExitReason.KILL);
    Exit direct = trapping.call(() -> expect(Exit.class));
    assertThat(direct.pid()).isEqualTo(victim.pid());
    assertThat(direct.reason()).isEqualTo(ExitReason.KILL);
    // By a link a kill is an ordinary reason: the untrapping one died of it and passed it on.
    Exit transitive = behind.call(() -> expect(Exit.class));
    assertThat(transitive.pid()).isEqualTo(linked.pid());
    assertThat(transitive.reason()).isEqualTo(ExitReason.KILL);
  }

  @Test
  @Rule("B1")
  void terminateWithNormalSparesLinks() {
    Puppet victim = puppet();
    Puppet linked = puppet();
    linked.does(() -> link(victim.pid()));
    node().terminate(victim.pid(), ExitReason.NORMAL);
    await("the end of the link", () -> linked.info().links().isEmpty());
    linked.does(Staged::expectNothing);
  }

  @Test
  @Rule("B1")
  void whoTerminatesItselfDoesNotGoOn() {
    List<String> seen = new ArrayList<>();
    run(() -> {
      Monitored child =
          spawnMonitor(() -> {
            trapExits(true);
            terminate(self(), BYE);
            seen.add("went on");
          });
      assertThat(expect(Down.class).ref()).isEqualTo(child.ref());
      assertThat(seen).isEmpty();
      // The first reason stays.
      Pid pid = spawn(dev.belay.Belay::receive);
      Ref monitor = monitor(pid);
      exit(pid, BYE);
      terminate(pid);
      Down down = expect(Down.class);
      assertThat(down.ref()).isEqualTo(monitor);
      assertThat(down.reason()).isEqualTo(BYE);
      // The dead are no error.
      terminate(pid);
    });
  }

  @Test
  @Rule("B2")
  void anyExitGoesDownWithNormalToo() {
    for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, BYE)) {
      Puppet ends = puppet();
      Puppet linked = puppet();
      linked.does(() -> link(ends.pid(), LinkMode.ANY_EXIT));
      assertThat(endOf(linked, ends, reason)).isEqualTo(reason);
    }
  }

  @Test
  @Rule("B2")
  void anyExitThatTrapsIsTold() {
    Puppet ends = puppet();
    Puppet linked = puppet();
    linked.does(() -> {
      trapExits(true);
      link(ends.pid(), LinkMode.ANY_EXIT);
    });
    ends.cast(() -> {
      throw exit(ExitReason.NORMAL);
    });
    Exit exit = linked.call(() -> expect(Exit.class));
    assertThat(exit.pid()).isEqualTo(ends.pid());
    assertThat(exit.reason()).isEqualTo(ExitReason.NORMAL);
    assertThat(linked.info().links()).isEmpty();
  }

  @Test
  @Rule("B2")
  void anyExitWithTheDeadIsAsAnyLink() {
    Pid dead = dead();
    run(() -> {
      trapExits(true);
      link(dead, LinkMode.ANY_EXIT);
      assertThat(expect(Exit.class).reason()).isEqualTo(ExitReason.NO_PROC);
    });
  }

  @Test
  @Rule("B3")
  void theEndsMayDisagree() {
    // The end with the mode goes down with the other …
    Puppet plain = puppet();
    Puppet any = puppet();
    any.does(() -> link(plain.pid(), LinkMode.ANY_EXIT));
    plain.does(() -> link(any.pid()));
    assertThat(endOf(any, plain, ExitReason.NORMAL)).isEqualTo(ExitReason.NORMAL);
    // … and not the other way round, whoever made the link.
    Puppet plainToo = puppet();
    Puppet anyToo = puppet();
    plainToo.does(() -> link(anyToo.pid()));
    anyToo.does(() -> link(plainToo.pid(), LinkMode.ANY_EXIT));
    livesOn(plainToo, anyToo);
    // Both ends with the mode.
    Puppet one = puppet();
    Puppet two = puppet();
    one.does(() -> link(two.pid(), LinkMode.ANY_EXIT));
    two.does(() -> link(one.pid(), LinkMode.ANY_EXIT));
    assertThat(endOf(one, two, ExitReason.NORMAL)).isEqualTo(ExitReason.NORMAL);
  }

  @Test
  @Rule("B4")
  void linkingAgainRaisesAnEnd() {
    Puppet ends = puppet();
    Puppet linked = puppet();
    linked.does(() -> {
      link(ends.pid());
      link(ends.pid(), LinkMode.ANY_EXIT);
      // Not lowered.
      link(ends.pid());
    });
    assertThat(linked.info().links()).containsExactly(ends.pid());
    assertThat(endOf(linked, ends, ExitReason.NORMAL)).isEqualTo(ExitReason.NORMAL);
  }

  @Test
  @Rule("B4")
  void theOthersLinkDoesNotChangeMyEnd() {
    Puppet ends = puppet();
    Puppet linked = puppet();
    linked.does(() -> link(ends.pid(), LinkMode.ANY_EXIT));
    ends.does(() -> link(linked.pid()));
    assertThat(endOf(linked, ends, ExitReason.NORMAL)).isEqualTo(ExitReason.NORMAL);

    Puppet endsToo = puppet();
    Puppet plain = puppet();
    endsToo.does(() -> link(plain.pid(), LinkMode.ANY_EXIT));
    livesOn(plain, endsToo);
  }

  @Test
  @Rule("B4")
  void unlinkingAndLinkingMakesANewEnd() {
    Puppet ends = puppet();
    Puppet linked = puppet();
    linked.does(() -> {
      link(ends.pid(), LinkMode.ANY_EXIT);
      unlink(ends.pid());
      link(ends.pid());
    });
    livesOn(linked, ends);

    // Also when the other side was the one to unlink.
    Puppet endsToo = puppet();
    Puppet linkedToo = puppet();
    linkedToo.does(() -> link(endsToo.pid(), LinkMode.ANY_EXIT));
    endsToo.does(() -> {
      unlink(linkedToo.pid());
      link(linkedToo.pid());
    });
    livesOn(linkedToo, endsToo);
  }

  @Test
  @Rule("B5")
  void aSpawnGivesEachEndItsMode() {
    run(() -> {
      // The parent's end.
      Monitored parent =
          spawnMonitor(() -> {
            spawnLink(LinkMode.ANY_EXIT, () -> {});
            receive();
          });
      Down down = expect(Down.class);
      assertThat(down.ref()).isEqualTo(parent.ref());
      assertThat(down.reason()).isEqualTo(ExitReason.NORMAL);
      // The child's end.
      Pid me = self();
      Monitored second =
          spawnMonitor(() -> {
            Pid child =
                spawn(PATIENT.link(LinkMode.NORMAL, LinkMode.ANY_EXIT), dev.belay.Belay::receive);
            send(me, child);
            receive(matching("go"::equals));
          });
      Pid child = expect(Pid.class);
      Ref monitor = monitor(child);
      send(info(child).orElseThrow().parent().orElseThrow(), "go");
      // The child may be quicker to tell than its parent, who tells its links first (X8).
      List<Down> both = List.of(expect(Down.class), expect(Down.class));
      assertThat(both).extracting(Down::ref).containsExactlyInAnyOrder(second.ref(), monitor);
      assertThat(both).extracting(Down::reason).containsOnly(ExitReason.NORMAL);
      // Neither.
      Monitored plain =
          spawnMonitor(() -> {
            send(me, spawnLink(() -> {}));
            receive();
          });
      Pid plainChild = expect(Pid.class);
      await("the child's end", () -> info(plainChild).isEmpty());
      await("the end of the link", () -> info(plain.pid()).orElseThrow().links().isEmpty());
      exit(plain.pid(), BYE);
      assertThat(expect(Down.class).reason()).isEqualTo(BYE);
    });
  }

  /// Ends one process with a reason, and tells the reason with which the other goes down.
  private ExitReason endOf(Puppet linked, Puppet ends, ExitReason reason) {
    Puppet watcher = puppet();
    Ref monitor = watcher.call(() -> monitor(linked.pid()));
    ends.cast(() -> {
      throw exit(reason);
    });
    Down down = watcher.call(() -> expect(Down.class));
    assertThat(down.ref()).isEqualTo(monitor);
    return down.reason();
  }

  /// Ends one process normally; the other is told nothing and lives on.
  private static void livesOn(Puppet linked, Puppet ends) {
    assertThat(linked.info().links()).containsExactly(ends.pid());
    ends.cast(() -> {
      throw exit(ExitReason.NORMAL);
    });
    await("the end of the link", () -> linked.info().links().isEmpty());
    linked.does(Staged::expectNothing);
  }
}

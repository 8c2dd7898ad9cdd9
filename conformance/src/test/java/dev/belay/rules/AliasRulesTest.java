package dev.belay.rules;

import static dev.belay.Belay.alias;
import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.unalias;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.AliasMode;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Aliases, alone and with monitors (A).
@BothStyles
class AliasRulesTest extends Staged {
  private static final ExitReason BYE = ExitReason.term("bye");

  @Test
  @Rule(
      value = {"A1", "A2", "A4"},
      otp = "process:alias_bif")
  void anAliasIsItsMakerUntilUnalias() {
    Puppet sender = puppet();
    run(() -> {
      Ref alias = alias();
      Ref explicit = alias(AliasMode.EXPLICIT);
      for (Ref ref : List.of(alias, explicit)) {
        for (int i = 0; i < 3; i++) {
          int number = i;
          sender.does(() -> send(ref, number));
          send(ref, "mine");
          expectMessage(i);
          expectMessage("mine");
        }
        // What is queued stays, what is sent from now on does not arrive.
        sender.does(() -> send(ref, "queued"));
        assertThat(unalias(ref)).isTrue();
        sender.does(() -> send(ref, "too late"));
        expectMessage("queued");
        expectNothing();
        assertThat(unalias(ref)).isFalse();
      }
    });
  }

  @Test
  @Rule("A1")
  void anAliasEndsWithItsMaker() {
    Puppet maker = puppet();
    Ref alias = maker.call(() -> alias());
    maker.kill();
    run(() -> {
      send(alias, "x");
      expectNothing();
    });
  }

  @Test
  @Rule(value = "A3", otp = "process:alias_bif")
  void aReplyAliasLetsOneMessageIn() {
    run(() -> {
      Ref alias = alias(AliasMode.REPLY);
      send(alias, "first");
      send(alias, "second");
      expectMessage("first");
      expectNothing();
      assertThat(unalias(alias)).isFalse();
      Ref unused = alias(AliasMode.REPLY);
      assertThat(unalias(unused)).isTrue();
      send(unused, "x");
      expectNothing();
    });
  }

  @Test
  @Rule(value = "A3", otp = "process:alias_bif")
  void ofManyRepliesExactlyOneGetsIn() {
    Puppet one = puppet();
    Puppet two = puppet();
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Ref alias = alias(AliasMode.REPLY);
        AtomicInteger sent = new AtomicInteger();
        for (Puppet sender : List.of(one, two)) {
          sender.cast(() -> {
            send(alias, sender.pid());
            sent.incrementAndGet();
          });
        }
        assertThat(expect(Pid.class)).isIn(one.pid(), two.pid());
        await("both", () -> sent.get() == 2);
        expectNothing();
        assertThat(unalias(alias)).isFalse();
      }
    });
  }

  @Test
  @Rule("A4")
  void unaliasIsForOnesOwnActiveAliases() {
    Puppet other = puppet();
    Ref theirs = other.call(() -> alias());
    run(() -> {
      assertThat(unalias(makeRef())).isFalse();
      assertThat(unalias(theirs)).isFalse();
      Ref plainMonitor = monitor(other.pid());
      assertThat(unalias(plainMonitor)).isFalse();
      demonitor(plainMonitor);
      send(theirs, "still there");
    });
    other.does(() -> expectMessage("still there"));
  }

  @Test
  @Rule(
      value = "A5",
      otp = {"process:monitor_alias", "process:spawn_monitor_alias"})
  void anExplicitAliasAndItsMonitorEndEachByItself() {
    run(() -> {
      for (boolean spawning : List.of(false, true)) {
        // Neither DOWN …
        Monitored child = monitored(AliasMode.EXPLICIT, spawning);
        send(child.ref(), "by alias");
        expectMessage("by alias");
        exit(child.pid(), BYE);
        downOf(child.ref(), child.pid(), BYE);
        send(child.ref(), "after the DOWN");
        expectMessage("after the DOWN");
        assertThat(unalias(child.ref())).isTrue();
        // … nor demonitor ends the alias …
        Monitored second = monitored(AliasMode.EXPLICIT, spawning);
        assertThat(demonitor(second.ref(), Demonitor.INFO)).isTrue();
        send(second.ref(), "after demonitor");
        expectMessage("after demonitor");
        exit(second.pid(), BYE);
        assertThat(dev.belay.Belay.isAlive(second.pid())).isFalse();
        settle();
        expectNothing();
        assertThat(unalias(second.ref())).isTrue();
        // … and unalias does not end the monitor.
        Monitored third = monitored(AliasMode.EXPLICIT, spawning);
        assertThat(unalias(third.ref())).isTrue();
        send(third.ref(), "after unalias");
        assertThat(info(self()).orElseThrow().monitors()).containsExactly(third.pid());
        exit(third.pid(), BYE);
        downOf(third.ref(), third.pid(), BYE);
        expectNothing();
      }
    });
  }

  @Test
  @Rule(value = "A6", otp = "process:monitor_alias")
  void anAliasMayEndWithItsMonitor() {
    run(() -> {
      for (boolean spawning : List.of(false, true)) {
        Monitored child = monitored(AliasMode.DEMONITOR, spawning);
        send(child.ref(), "first");
        send(child.ref(), "second");
        expectMessage("first");
        expectMessage("second");
        demonitor(child.ref());
        send(child.ref(), "after demonitor");
        expectNothing();
        assertThat(unalias(child.ref())).isFalse();
        exit(child.pid(), BYE);
        Monitored second = monitored(AliasMode.DEMONITOR, spawning);
        exit(second.pid(), BYE);
        downOf(second.ref(), second.pid(), BYE);
        send(second.ref(), "after the DOWN");
        expectNothing();
        assertThat(unalias(second.ref())).isFalse();
      }
    });
  }

  @Test
  @Rule(value = "A7", otp = "process:monitor_alias")
  void aReplyEndsAliasAndMonitor() {
    run(() -> {
      for (boolean spawning : List.of(false, true)) {
        Monitored child = monitored(AliasMode.REPLY, spawning);
        send(child.ref(), "reply");
        expectMessage("reply");
        assertThat(info(self()).orElseThrow().monitors()).isEmpty();
        assertThat(info(child.pid()).orElseThrow().monitoredBy()).isEmpty();
        send(child.ref(), "another");
        assertThat(demonitor(child.ref(), Demonitor.INFO)).isFalse();
        exit(child.pid(), BYE);
        assertThat(dev.belay.Belay.isAlive(child.pid())).isFalse();
        settle();
        expectNothing();
        // Or the DOWN ends both.
        Monitored second = monitored(AliasMode.REPLY, spawning);
        exit(second.pid(), BYE);
        downOf(second.ref(), second.pid(), BYE);
        send(second.ref(), "too late");
        expectNothing();
        // Or unalias the alias only.
        Monitored third = monitored(AliasMode.REPLY, spawning);
        assertThat(unalias(third.ref())).isTrue();
        send(third.ref(), "too late");
        exit(third.pid(), BYE);
        downOf(third.ref(), third.pid(), BYE);
        expectNothing();
      }
    });
  }

  @Test
  @Rule(
      value = {"A7", "M13"},
      otp = "process:monitor_alias")
  void exactlyOneOfReplyAndDownArrives() {
    Puppet replier = puppet();
    run(() -> {
      int replies = 0;
      for (int round = 0; round < 1_000; round++) {
        Pid dying = spawn(() -> receive(matching("go"::equals)));
        Ref monitor = monitor(dying, MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
        AtomicBoolean replied = new AtomicBoolean();
        replier.cast(() -> {
          send(monitor, "reply");
          replied.set(true);
        });
        send(dying, "go");
        Object first = receive(PATIENCE).orElseThrow();
        await("both", () -> replied.get() && info(dying).isEmpty());
        settle();
        if (first.equals("reply")) {
          replies++;
        } else {
          assertThat(first)
              .isInstanceOfSatisfying(
                  Down.class, down -> assertThat(down.ref()).isEqualTo(monitor));
        }
        expectNothing();
      }
      assertThat(replies).isBetween(0, 1_000);
    });
  }

  @Test
  @Rule(value = "A8", otp = "process:spawn_monitor_alias")
  void theAliasOfASpawnIsActiveWhenTheSpawnerHasIt() {
    run(() -> {
      Pid me = self();
      for (int round = 0; round < 1_000; round++) {
        Monitored child =
            spawnMonitor(
                SpawnOptions.DEFAULT,
                MonitorOptions.DEFAULT.alias(AliasMode.REPLY),
                () -> send(expect(Ref.class), "reply"));
        send(child.pid(), child.ref());
        expectMessage("reply");
        // The reply has ended the monitor, too.
        send(me, "end of round");
        expectMessage("end of round");
      }
      expectNothing();
    });
  }

  @Test
  @Rule(value = "A9", otp = "process:spawn_monitor_alias")
  void noConnectionEndsTheAliasToo() {
    Puppet elsewhere = Puppet.start(nodes().start(), PATIENT);
    expected().maybeRunning(elsewhere.pid());
    run(() -> {
      for (AliasMode mode : AliasMode.values()) {
        Ref monitor = monitor(elsewhere.pid(), MonitorOptions.DEFAULT.alias(mode));
        downOf(monitor, elsewhere.pid(), ExitReason.NO_CONNECTION);
        send(monitor, mode);
        if (mode == AliasMode.EXPLICIT) {
          expectMessage(mode);
          assertThat(unalias(monitor)).isTrue();
        }
        expectNothing();
      }
    });
  }

  @Test
  @Rule(value = "A10", otp = "monitor:gh_5225_demonitor_alias")
  void demonitorKeepsWhatIsOnlyAnAlias() {
    run(() -> {
      Ref alias = alias();
      demonitor(alias);
      demonitor(alias, Demonitor.FLUSH);
      assertThat(demonitor(alias, Demonitor.INFO)).isFalse();
      send(alias, "plain");
      expectMessage("plain");
      Monitored child =
          spawnMonitor(
              SpawnOptions.DEFAULT, MonitorOptions.DEFAULT.alias(AliasMode.EXPLICIT), () -> {});
      downOf(child.ref(), child.pid(), ExitReason.NORMAL);
      Ref late = monitor(child.pid(), MonitorOptions.DEFAULT.alias(AliasMode.EXPLICIT));
      downOf(late, child.pid(), ExitReason.NO_PROC);
      for (Ref ref : List.of(child.ref(), late)) {
        demonitor(ref);
        demonitor(ref, Demonitor.FLUSH);
        send(ref, "still an alias");
        expectMessage("still an alias");
        assertThat(unalias(ref)).isTrue();
      }
      expectNothing();
    });
  }

  @Test
  @Rule(value = "A13", otp = "signal:monitor_named_order_local")
  void anAliasKeepsTheOrderWithThePid() {
    Puppet sender = puppet();
    run(() -> {
      Pid me = self();
      Ref alias = alias();
      sender.does(() -> {
        for (int i = 0; i < 1_000; i += 2) {
          send(me, i);
          send(alias, i + 1);
        }
      });
      for (int i = 0; i < 1_000; i++) {
        assertThat(receive(Duration.ZERO)).contains(i);
      }
    });
  }

  /// Starts a process that waits, with a monitor that is an alias, too.
  private static Monitored monitored(AliasMode mode, boolean spawning) {
    MonitorOptions options = MonitorOptions.DEFAULT.alias(mode);
    if (spawning) {
      return spawnMonitor(SpawnOptions.DEFAULT, options, dev.belay.Belay::receive);
    }
    Pid pid = spawn(dev.belay.Belay::receive);
    return new Monitored(pid, monitor(pid, options));
  }
}

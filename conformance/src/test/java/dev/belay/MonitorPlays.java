package dev.belay;

import static dev.belay.Belay.*;

import java.time.Duration;
import java.util.List;

/// Monitors against deaths, demonitors against downs, aliases against replies.
final class MonitorPlays {
  private MonitorPlays() {}

  /// A monitors B while B dies.
  static final class MonitorAndDeath extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = monitor(b.pid());
              hear(Down.class);
              require(!demonitor(ref, Demonitor.INFO), () -> "a monitor is on after its down");
            });

    @Override
    void check() {
      if (a.returned) {
        heardOnce(a, b, BYE, ExitReason.NO_PROC);
      }
    }
  }

  /// A and C monitor B while B dies.
  static final class TwoWatchers extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a = actor("A", this::watch);
    final Actor c = actor("C", this::watch);

    private void watch() {
      monitor(b.pid());
      hear(Down.class);
    }

    @Override
    void check() {
      for (Actor watcher : List.of(a, c)) {
        if (watcher.returned) {
          heardOnce(watcher, b, BYE, ExitReason.NO_PROC);
        }
      }
    }
  }

  /// A links with B and monitors it while B dies: one exit, one down.
  static final class LinkAndMonitorAndDeath extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(b.pid());
              monitor(b.pid());
              note(receive(Exit.class));
              note(receive(Down.class));
              hearTheRest(SystemMessage.class);
            });

    @Override
    void check() {
      if (a.returned) {
        require(tellings(a, b).size() == 2, a::toString);
        noted(a, Exit.class);
        noted(a, Down.class);
      }
    }
  }

  /// A, which monitors B, takes the monitor off while B dies.
  abstract static class Demonitored extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = monitor(pid("B"));
              ready();
              takeOff(ref);
              hearTheRest(Down.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
              exit(BYE);
            });

    abstract void takeOff(Ref ref);

    final void look() {
      receive(Down.class, Duration.ZERO).ifPresent(down -> note("there"));
    }

    @Override
    void prepare() {
      start(b);
      start(a);
    }

    @Override
    void check() {
      heardNothing(a, b);
    }
  }

  /// After a `demonitor` and a look into the mailbox nothing comes any more (M9).
  static final class DemonitorAndDeath extends Demonitored {
    @Override
    void takeOff(Ref ref) {
      demonitor(ref);
      look();
    }
  }

  /// With the option flush nothing comes any more at all (M10).
  static final class FlushAndDeath extends Demonitored {
    @Override
    void takeOff(Ref ref) {
      demonitor(ref, Demonitor.FLUSH);
    }
  }

  /// With the option info, true means that no down was or will be delivered, false that it is in
  /// the mailbox now (M11).
  static final class InfoAndDeath extends Demonitored {
    @Override
    void takeOff(Ref ref) {
      boolean on = demonitor(ref, Demonitor.INFO);
      boolean there = receive(Down.class, Duration.ZERO).isPresent();
      require(on != there, () -> "info said " + on + ", and the mailbox " + there);
    }
  }

  /// With both, nothing comes any more (M11).
  static final class FlushInfoAndDeath extends Demonitored {
    @Override
    void takeOff(Ref ref) {
      note(demonitor(ref, Demonitor.FLUSH, Demonitor.INFO));
      require(!demonitor(ref, Demonitor.INFO), () -> "a monitor is on after demonitor");
    }
  }

  /// A monitor that is made and taken off at once while B dies.
  static final class MonitorAndDemonitorAndDeath extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = monitor(b.pid());
              boolean on = demonitor(ref, Demonitor.INFO);
              boolean there = receive(Down.class, Duration.ZERO).isPresent();
              require(on != there, () -> "info said " + on + ", and the mailbox " + there);
              hearTheRest(Down.class);
            });

    @Override
    void check() {
      heardNothing(a, b);
    }
  }

  /// The watcher dies while the watched does.
  static final class BothDie extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              monitor(pid("B"));
              ready();
              exit(CIAO);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
              exit(BYE);
            });

    @Override
    void prepare() {
      start(b);
      start(a);
    }

    @Override
    void check() {
      diedOf(a, CIAO);
      diedOf(b, BYE);
    }
  }

  /// A process is monitored by a name that it gives up, by dying.
  static final class MonitorByName extends Play {
    final Actor b =
        actor(
            "B",
            () -> {
              register("b");
              ready();
              exit(BYE);
            });
    final Actor a =
        actor(
            "A",
            () -> {
              monitor("b");
              Down down = note(receive(Down.class));
              require(
                  down.subject().equals(new Name("b", node().name())),
                  () -> "the subject is " + down.subject());
            });

    @Override
    void prepare() {
      start(b);
    }

    @Override
    void check() {
      if (a.returned) {
        Down down = noted(a, Down.class);
        require(
            down.reason() == ExitReason.NO_PROC || down.reason().equals(b.reason()),
            down::toString);
      }
    }
  }

  /// Exactly one of reply and down comes to a reply alias (A7).
  static final class ReplyAndDeath extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = monitor(pid("B"), MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
              send(pid("C"), ref);
              ready();
              note(receive());
              hearTheRest(Down.class);
              receive(String.class, Duration.ZERO).ifPresent(this::note);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
              exit(BYE);
            });
    final Actor c =
        actor(
            "C",
            () -> {
              Ref ref = receive(Ref.class);
              ready();
              send(ref, "reply");
            });

    @Override
    void prepare() {
      start(c);
      start(b);
      start(a);
    }

    @Override
    void check() {
      if (a.returned) {
        require(a.notes.size() == 1, a::toString);
      }
    }
  }

  /// A reply, by its alias, comes to a process that waits for it: its monitor is off at both ends.
  static final class ReplyToWaiting extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = monitor(pid("B"), MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
              send(pid("C"), ref);
              note(receive());
              hearTheRest(Object.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
            });
    final Actor c =
        actor(
            "C",
            () -> {
              Ref ref = receive(Ref.class);
              ready();
              send(ref, "reply");
            });

    @Override
    boolean goesOnAtOnce(Actor actor) {
      return actor == a;
    }

    @Override
    void prepare() {
      start(c);
      start(b);
      start(a);
    }

    @Override
    void check() {
      if (a.returned) {
        require(isFaulty() || a.notes.equals(List.of("reply")), a::toString);
        require(a.notes.size() == 1, a::toString);
      }
    }
  }

  /// Of two replies to one alias, one gets in (A3).
  static final class TwoReplies extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = alias(AliasMode.REPLY);
              send(pid("B"), ref);
              send(pid("C"), ref);
              ready();
              hear(String.class);
            });
    final Actor b = actor("B", () -> reply("from B"));
    final Actor c = actor("C", () -> reply("from C"));

    private static void reply(String text) {
      Ref ref = receive(Ref.class);
      ready();
      send(ref, text);
    }

    @Override
    void prepare() {
      start(b);
      start(c);
      start(a);
    }

    @Override
    void check() {
      if (a.returned) {
        noted(a, String.class);
      }
    }
  }

  /// A monitor with a reply alias is taken off while the reply comes: with info true neither reply
  /// nor down comes any more.
  static final class DemonitorAndReply extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = monitor(pid("B"), MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
              send(pid("C"), ref);
              ready();
              boolean on = demonitor(ref, Demonitor.INFO);
              boolean there =
                  receive(String.class, Duration.ZERO).isPresent()
                      || (isFaulty() && receive(Down.class, Duration.ZERO).isPresent());
              require(on != there, () -> "info said " + on + ", and the mailbox " + there);
              hearTheRest(Object.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
            });
    final Actor c =
        actor(
            "C",
            () -> {
              Ref ref = receive(Ref.class);
              ready();
              send(ref, "reply");
            });

    @Override
    void prepare() {
      start(c);
      start(b);
      start(a);
    }

    @Override
    void check() {
      if (a.returned) {
        require(a.notes.isEmpty(), a::toString);
      }
    }
  }

  /// After `unalias` nothing more comes by the alias (A2).
  static final class UnaliasAndSend extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = alias();
              send(pid("B"), ref);
              ready();
              require(unalias(ref), () -> "the alias was not active");
              receive(String.class, Duration.ZERO);
              hearTheRest(String.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              Ref ref = receive(Ref.class);
              ready();
              send(ref, "hello");
            });

    @Override
    void prepare() {
      start(b);
      start(a);
    }

    @Override
    void check() {
      require(a.notes.isEmpty(), a::toString);
    }
  }

  /// The owner of an alias dies while somebody sends to it.
  static final class AliasAndDeath extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Ref ref = monitor(pid("C"), MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
              send(pid("B"), ref);
              ready();
              exit(BYE);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              Ref ref = receive(Ref.class);
              ready();
              send(ref, "hello");
            });
    final Actor c =
        actor(
            "C",
            () -> {
              ready();
            });

    @Override
    void prepare() {
      start(c);
      start(b);
      start(a);
    }

    @Override
    void check() {
      diedOf(a, BYE);
      diedOf(b, ExitReason.NORMAL);
    }
  }
}

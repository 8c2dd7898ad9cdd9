package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.util.List;

/// Exit signals against everything that their receiver may be doing.
final class ExitPlays {
  private ExitPlays() {}

  /// V, whose end O hears by a link and by a monitor.
  abstract static class Victim extends Play {
    final Actor v =
        actor(
            "V",
            () -> {
              ready();
              live();
            });
    final Actor o =
        actor(
            "O",
            () -> {
              trapExits(true);
              link(pid("V"));
              monitor(pid("V"));
              ready();
              note(receive(SystemMessage.class));
              hear(SystemMessage.class);
            });

    /// What V does.
    abstract void live() throws Exception;

    @Override
    void prepare() {
      start(v);
      start(o);
    }

    /// Link and monitor told one and the same, once each.
    final void toldBoth(ExitReason... reasons) {
      diedOf(v, reasons);
      if (o.returned) {
        require(tellings(o, v).equals(List.of(v.reason(), v.reason())), () -> o + ": of " + v);
        noted(o, Exit.class);
        noted(o, Down.class);
      }
    }
  }

  /// V ends by itself while it is told to exit: the first reason wins, and all hear the same (X5).
  @Explored(preemptions = 1, full = 2)
  static final class ExitAndOwnEnd extends Victim {
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void live() {
      exit(BYE);
    }

    @Override
    void check() {
      toldBoth(BYE, CIAO);
    }
  }

  /// V ends normally without a single verb while it is told to exit.
  @Explored(preemptions = 1)
  static final class ExitAndReturn extends Victim {
    ExitAndReturn() {
      v.mortal = true;
    }

    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void live() {}

    @Override
    void check() {
      toldBoth(ExitReason.NORMAL, CIAO);
    }
  }

  /// Two exit signals.
  @Explored(preemptions = 0, full = 2)
  static final class TwoExits extends Victim {
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));
    final Actor b = actor("B", () -> exit(v.pid(), BYE));

    @Override
    void live() {
      receive(Exit.class);
    }

    @Override
    void check() {
      toldBoth(BYE, CIAO);
    }
  }

  /// A kill and a `terminate`, of a process that traps exits.
  @Explored(preemptions = 0, full = 2)
  static final class KillAndTerminate extends Victim {
    final Actor a = actor("A", () -> exit(v.pid(), ExitReason.KILL));
    final Actor b = actor("B", () -> terminate(v.pid(), BYE));

    @Override
    void live() {
      trapExits(true);
      receive(Exit.class);
    }

    @Override
    void check() {
      toldBoth(ExitReason.KILLED, BYE);
    }
  }

  /// V is told to exit while it calls verb after verb, and while messages come: no interrupt is
  /// left when it unwinds.
  @Explored(preemptions = 0, full = 2)
  static class ExitAndMessages extends Victim {
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));
    final Actor b =
        actor(
            "B",
            () -> {
              send(v.pid(), "one");
              send(v.pid(), "two");
            });

    @Override
    void live() {
      receive(String.class);
      receive(String.class);
      receive(Exit.class);
    }

    @Override
    void check() {
      toldBoth(CIAO);
    }
  }

  /// V sleeps when it is told to exit.
  @Explored(preemptions = 1, full = 2)
  static final class ExitAndSleep extends Victim {
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void live() {
      sleep(MOMENT);
      receive(Exit.class);
    }

    @Override
    void check() {
      toldBoth(CIAO);
    }
  }

  /// V waits with a timeout when it is told to exit.
  static class ExitAndTimeout extends Victim {
    final Actor a =
        actor(
            "A",
            () -> {
              sleep(MOMENT);
              exit(v.pid(), CIAO);
            });

    @Override
    void live() {
      receive(Exit.class, MOMENT);
      receive(Exit.class);
    }

    @Override
    void check() {
      toldBoth(CIAO);
    }
  }

  /// V must not be interrupted.
  @Explored(preemptions = 1)
  static final class ExitAndNoInterrupt extends Play {
    final Actor v =
        actor(
            "V",
            SpawnOptions.DEFAULT.interrupt(InterruptPolicy.NEVER),
            () -> {
              receive(String.class);
              require(!stage().isInterrupted(), () -> "interrupted");
              sleep(MOMENT);
              receive(Exit.class);
            });
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));
    final Actor b = actor("B", () -> send(v.pid(), "hello"));

    @Override
    void check() {
      diedOf(v, CIAO);
    }
  }

  /// V begins to trap exits while it is told to exit: it dies, or it gets the message (T2).
  static final class ExitAndTrap extends Play {
    final Actor v =
        actor(
            "V",
            () -> {
              trapExits(true);
              note(receive(Exit.class));
              hearTheRest(Exit.class);
            });
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void check() {
      if (v.returned) {
        require(noted(v, Exit.class).reason().equals(CIAO), v::toString);
        diedOf(v, ExitReason.NORMAL);
      } else {
        diedOf(v, CIAO);
      }
    }
  }

  /// V ceases to trap exits while it is told to exit.
  static final class ExitAndUntrap extends Play {
    final Actor v =
        actor(
            "V",
            () -> {
              trapExits(true);
              ready();
              trapExits(false);
              hearTheRest(Exit.class);
            });
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void prepare() {
      start(v);
    }

    @Override
    void check() {
      if (v.returned && !isFaulty()) {
        require(noted(v, Exit.class).reason().equals(CIAO), v::toString);
      }
    }
  }

  /// V dies of a linked process while it is told to exit.
  @Explored(preemptions = 0, full = 2)
  static final class ExitAndLinkExit extends Victim {
    final Actor w =
        actor(
            "W",
            () -> {
              link(pid("V"));
              ready();
              exit(BYE);
            });
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void prepare() {
      super.prepare();
      start(w);
    }

    @Override
    void live() {
      receive(Exit.class);
    }

    @Override
    void check() {
      toldBoth(BYE, CIAO);
      diedOf(w, BYE, CIAO);
    }
  }

  /// V tells itself to exit, as A does.
  @Explored(preemptions = 1, full = 2)
  static final class ExitSelf extends Victim {
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void live() {
      exit(self(), BYE);
      note("alive");
    }

    @Override
    void check() {
      toldBoth(BYE, CIAO);
      require(isFaulty() || v.notes.isEmpty(), v::toString);
    }
  }

  /// Two processes kill each other.
  static final class Duel extends Play {
    final Actor a = actor("A", () -> shoot("B"));
    final Actor b = actor("B", () -> shoot("A"));

    private void shoot(String other) {
      exit(pid(other), BYE);
      receive(Exit.class);
    }

    @Override
    void meanwhile() {
      // Whoever has survived waits for ever.
      stage().quiet();
      require(node().processCount() <= 1, () -> "both live");
      node().exit(a.pid(), CIAO);
      node().exit(b.pid(), CIAO);
    }

    @Override
    void check() {
      diedOf(a, BYE, CIAO);
      diedOf(b, BYE, CIAO);
    }
  }

  /// After a kill, `isAlive` is false, and the name is free (X9, X10).
  static final class KillThenIsAlive extends Play {
    final Actor v =
        actor(
            "V",
            () -> {
              register("v");
              ready();
              receive(Exit.class, MOMENT);
              receive(Exit.class);
            });
    final Actor a =
        actor(
            "A",
            () -> {
              exit(v.pid(), ExitReason.KILL);
              require(!isAlive(v.pid()), () -> "alive after a kill");
              register("v");
              require(info(v.pid()).isEmpty(), () -> "there is still something to see");
            });

    @Override
    void prepare() {
      start(v);
    }

    @Override
    void check() {
      require(isFaulty() || a.returned, a::toString);
      diedOf(v, ExitReason.KILLED);
    }
  }

  /// A process that waits in `isAlive` is told to exit.
  @Explored(preemptions = 0, full = 2)
  static final class ExitInIsAlive extends Victim {
    final Actor w =
        actor(
            "W",
            () -> {
              ready();
              exit(BYE);
            });
    final Actor a = actor("A", () -> exit(v.pid(), CIAO));

    @Override
    void prepare() {
      start(w);
      super.prepare();
    }

    @Override
    void live() {
      isAlive(w.pid());
      receive(Exit.class);
    }

    @Override
    void check() {
      toldBoth(CIAO);
    }
  }

  /// What a process sent before its end is received before its exit and its down (S5).
  static final class SendThenDie extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(pid("B"));
              monitor(pid("B"));
              ready();
              for (int i = 0; i < 3; i++) {
                note(receive());
              }
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
              send(pid("A"), "last words");
              exit(BYE);
            });

    @Override
    void prepare() {
      start(b);
      start(a);
    }

    @Override
    void check() {
      if (a.returned && !isFaulty()) {
        require(a.notes.getFirst().equals("last words"), a::toString);
        noted(a, Exit.class);
        noted(a, Down.class);
      }
    }
  }

  /// Messages sent after an exit signal are never seen (S4).
  static final class ExitThenSend extends Play {
    final Actor v =
        actor(
            "V",
            () -> {
              ready();
              note(receive(String.class));
            });
    final Actor a =
        actor(
            "A",
            () -> {
              exit(v.pid(), BYE);
              send(v.pid(), "too late");
            });

    @Override
    void prepare() {
      start(v);
    }

    @Override
    void check() {
      require(isFaulty() || v.notes.isEmpty(), v::toString);
      diedOf(v, BYE);
    }
  }
}

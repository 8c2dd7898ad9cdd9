package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.util.ArrayList;
import java.util.List;

/// Owned resources: closed once, by whoever owns them last, before anybody hears of the death.
final class OwnPlays {
  private OwnPlays() {}

  /// Something to own, which writes down that it was closed.
  static final class Thing implements AutoCloseable {
    private final String name;
    private final List<String> closed;

    Thing(String name, List<String> closed) {
      this.name = name;
      this.closed = closed;
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  /// A scenario about some things.
  abstract static class Owning extends Play {
    final List<String> closed = new ArrayList<>();

    final Thing thing(String name) {
      return new Thing(name, closed);
    }

    final void closedOnce() {
      require(closed.equals(List.of("thing")), () -> "closed: " + closed);
    }
  }

  /// A gives its thing to B, which dies.
  static final class GiveAndDeath extends Owning {
    final Actor a =
        actor(
            "A",
            () -> {
              Owned<Thing> mine = own(thing("thing"));
              ready();
              note(mine.giveTo(pid("B")));
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
    void atRest() {
      if (a.notes.contains(true)) {
        closedOnce();
      } else {
        require(closed.isEmpty(), () -> "closed although it stayed with A");
      }
    }

    @Override
    void check() {
      closedOnce();
    }
  }

  /// A, which gives its thing to B, is killed.
  static final class GiveAndKill extends Owning {
    final Actor a =
        actor(
            "A",
            () -> {
              Owned<Thing> mine = own(thing("thing"));
              ready();
              note(mine.giveTo(pid("B")));
            });
    final Actor b = actor("B", Play::ready);
    final Actor c = actor("C", () -> exit(a.pid(), ExitReason.KILL));

    @Override
    void prepare() {
      start(b);
      start(a);
    }

    @Override
    void check() {
      closedOnce();
    }
  }

  /// What a process owned is closed, last first, before its exit and its down come.
  @Explored(preemptions = 1)
  static final class CloseBeforeExit extends Owning {
    final Actor a =
        actor(
            "A",
            () -> {
              own(thing("first"));
              own(thing("last"));
              ready();
              receive(Exit.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              trapExits(true);
              link(pid("A"));
              ready();
              note(receive(Exit.class));
              note(List.copyOf(closed));
            });
    final Actor c = actor("C", () -> exit(a.pid(), BYE));

    @Override
    void prepare() {
      start(a);
      start(b);
    }

    @Override
    void check() {
      require(closed.equals(List.of("last", "first")), () -> "closed: " + closed);
      if (b.returned) {
        heardOnce(b, a, BYE);
        require(b.notes.contains(List.of("last", "first")), b::toString);
      }
    }
  }

  /// A process begins to own something while it is killed: it is closed in every case.
  static final class OwnAndKill extends Owning {
    final Actor a =
        actor(
            "A",
            () -> {
              ready();
              note("owns");
              own(thing("thing"));
              note("has it");
            });
    final Actor c = actor("C", () -> exit(a.pid(), ExitReason.KILL));

    @Override
    void prepare() {
      start(a);
    }

    @Override
    void check() {
      if (a.notes.contains(isFaulty() ? "has it" : "owns")) {
        require(closed.equals(List.of("thing")), () -> "closed: " + closed);
      }
    }
  }

  /// A process releases what it owns while it is killed: closed by the runtime, or not at all.
  static final class ReleaseAndKill extends Owning {
    final Actor a =
        actor(
            "A",
            () -> {
              Owned<Thing> mine = own(thing("thing"));
              ready();
              mine.release();
              note("released");
            });
    final Actor c = actor("C", () -> exit(a.pid(), ExitReason.KILL));

    @Override
    void prepare() {
      start(a);
    }

    @Override
    void check() {
      require(closed.isEmpty() || !a.notes.contains("released"), () -> a + ", closed: " + closed);
      require(isFaulty() || !closed.isEmpty() || a.notes.contains("released"), () -> "left open");
    }
  }

  /// A process that must not be interrupted owns something while it is killed.
  @Explored(preemptions = 1)
  static final class CloseAtOnce extends Owning {
    final Actor a =
        actor(
            "A",
            SpawnOptions.DEFAULT.interrupt(InterruptPolicy.NEVER),
            () -> {
              own(thing("thing"));
              ready();
              receive(Exit.class);
            });
    final Actor c = actor("C", () -> exit(a.pid(), BYE));

    @Override
    void prepare() {
      start(a);
    }

    @Override
    void check() {
      closedOnce();
      diedOf(a, BYE);
    }
  }
}

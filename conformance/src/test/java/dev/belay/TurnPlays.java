package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Turn-style processes: how a cell goes from one runner to the next, who wakes a runner, and what
/// comes in between.
final class TurnPlays {
  private TurnPlays() {}

  /// A turn-style process of a scenario.
  static class Turner implements Behaviour {
    final Play play;
    final String name;
    final List<Object> seen = new ArrayList<>();
    @Nullable Pid pid;
    private boolean inside;

    /// Whether somebody tells it to exit, so that it may be interrupted.
    boolean mayExit;

    Turner(Play play, String name) {
      this.play = play;
      this.name = name;
    }

    Pid pid() {
      return Objects.requireNonNull(pid, name);
    }

    void start() {
      start(SpawnOptions.DEFAULT);
    }

    void start(SpawnOptions how) {
      pid = play.node().spawn(how.label(name), Turns.of(() -> this));
    }

    @Override
    public final Behaviour handle(Object message) throws Exception {
      if (inside) {
        play.complain(name + " has two turns at once");
      }
      if (!mayExit && play.stage().isInterrupted()) {
        play.complain(name + " begins with an interrupt that was not for it");
      }
      if (!Objects.equals(pid, self())) {
        play.complain(name + " is taken for " + self());
      }
      inside = true;
      try {
        if (Play.isLast(message)) {
          return Behaviour.done();
        }
        seen.add(message);
        return took(message);
      } finally {
        inside = false;
      }
    }

    /// What it does with a message.
    Behaviour took(Object message) throws Exception {
      return Behaviour.same();
    }
  }

  /// A scenario with one turn-style process T, which is idle when it begins.
  abstract static class Turning extends Play {
    final Turner t = turner();

    Turner turner() {
      return new Turner(this, "T");
    }

    @Override
    void prepare() {
      node().runners.turnLength = 2;
      t.start();
    }

    /// Everything that was sent has been seen, each once.
    final void saw(Turner who, Object... what) {
      require(
          isFaulty()
              ? List.of(what).containsAll(who.seen)
              : who.seen.size() == what.length && who.seen.containsAll(List.of(what)),
          () -> who.name + " saw " + who.seen);
    }
  }

  /// Two send at once to one that is idle: each message is handled once.
  static class TwoSenders extends Turning {
    final Actor a = actor("A", () -> send(t.pid(), "a"));
    final Actor b = actor("B", () -> send(t.pid(), "b"));

    @Override
    void check() {
      saw(t, "a", "b");
    }
  }

  /// Messages arrive while it goes idle, in the order in which they were sent (S1).
  static final class InOrder extends Turning {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
              send(t.pid(), "3");
            });

    @Override
    void check() {
      saw(t, "1", "2", "3");
      require(t.seen.equals(t.seen.stream().sorted().toList()), t.seen::toString);
    }
  }

  /// It is told to exit while it gets a message: whoever monitors it hears why, once.
  @Explored(preemptions = 1)
  static class ExitAndMessage extends Turning {
    final Actor m =
        actor(
            "M",
            () -> {
              monitor(t.pid());
              ready();
              hear(Down.class);
            });
    final Actor a = actor("A", () -> send(t.pid(), "a"));
    final Actor k =
        actor(
            "K",
            () -> {
              t.mayExit = true;
              exit(t.pid(), BYE);
            });

    @Override
    void prepare() {
      super.prepare();
      start(m);
    }

    @Override
    void check() {
      if (m.returned) {
        List<Down> downs = m.noted(Down.class);
        require(downs.size() == 1, m::toString);
        require(isFaulty() || downs.getFirst().reason().equals(BYE), m::toString);
      }
      require(t.seen.size() <= 1, t.seen::toString);
    }
  }

  /// It ends by itself while another message comes.
  static final class DoneAndMessage extends Turning {
    final Actor m =
        actor(
            "M",
            () -> {
              monitor(t.pid());
              ready();
              hear(Down.class);
            });
    final Actor a = actor("A", () -> send(t.pid(), "end"));
    final Actor b = actor("B", () -> send(t.pid(), "more"));

    @Override
    Turner turner() {
      return new Turner(this, "T") {
        @Override
        Behaviour took(Object message) {
          return message.equals("end") ? Behaviour.done() : Behaviour.same();
        }
      };
    }

    @Override
    void prepare() {
      super.prepare();
      start(m);
    }

    @Override
    void check() {
      if (m.returned) {
        List<Down> downs = m.noted(Down.class);
        require(downs.size() == 1, m::toString);
        require(isFaulty() || downs.getFirst().reason().equals(ExitReason.NORMAL), m::toString);
      }
    }
  }

  /// A scenario with a second turn-style process U.
  abstract static class Two extends Turning {
    final Turner u = second();

    Turner second() {
      return new Turner(this, "U");
    }

    @Override
    void prepare() {
      super.prepare();
      u.start();
    }
  }

  /// Each makes the other runnable, within its turn.
  static class BackAndForth extends Two {
    final Actor a = actor("A", () -> send(t.pid(), "go"));

    @Override
    Turner turner() {
      return new Turner(this, "T") {
        @Override
        Behaviour took(Object message) {
          if (message.equals("go")) {
            send(u.pid(), "there");
          }
          return Behaviour.same();
        }
      };
    }

    @Override
    Turner second() {
      return new Turner(this, "U") {
        @Override
        Behaviour took(Object message) {
          send(t.pid(), "back");
          return Behaviour.same();
        }
      };
    }

    @Override
    void check() {
      saw(t, "go", "back");
      saw(u, "there");
    }
  }

  /// A turn waits for another process, which only another runner can give its turn.
  static class ReceiveInTurn extends Two {
    final Actor a = actor("A", () -> send(t.pid(), "go"));

    @Override
    Turner turner() {
      return new Turner(this, "T") {
        @Override
        Behaviour took(Object message) {
          if (message.equals("go")) {
            monitor(u.pid());
            send(u.pid(), self());
            seen.add(receive(Selector.matching(m -> m.equals("answer") || m instanceof Down)));
          }
          return Behaviour.same();
        }
      };
    }

    @Override
    Turner second() {
      return new Turner(this, "U") {
        @Override
        Behaviour took(Object message) {
          send((Pid) message, "answer");
          return Behaviour.same();
        }
      };
    }

    @Override
    void check() {
      require(isFaulty() || t.seen.equals(List.of("go", "answer")), t.seen::toString);
    }
  }

  /// One is told to exit while its turn ends, and the other's begins on the same runner: the
  /// interrupt does not go astray.
  @Explored(preemptions = 1)
  static class InterruptAndNextTurn extends Two {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "go");
              send(u.pid(), "go");
              // Also somebody else may rouse it after that.
              send(t.pid(), "again");
            });
    final Actor k =
        actor(
            "K",
            () -> {
              t.mayExit = true;
              exit(t.pid(), BYE);
            });

    @Override
    void check() {
      saw(u, "go");
      require(t.seen.size() <= 2, t.seen::toString);
    }
  }

  /// With more to do than one turn may take, others go in between.
  static class LongTurns extends Two {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
              send(t.pid(), "3");
              send(u.pid(), "4");
            });

    @Override
    void prepare() {
      super.prepare();
      node().runners.turnLength = 1;
    }

    @Override
    void check() {
      saw(t, "1", "2", "3");
      saw(u, "4");
    }
  }

  /// A linked turn-style child is killed by somebody who finds it by its name, perhaps before it
  /// has begun.
  @Explored(preemptions = 1, full = 2)
  static final class NamedChildKilled extends Play {
    private int begun;
    final Actor p =
        actor(
            "P",
            () -> {
              ready();
              trapExits(true);
              spawn(
                  SpawnOptions.DEFAULT.name("c").link().grace(Duration.ZERO),
                  Turns.of(() -> {
                    begun++;
                    return Behaviour.done();
                  }));
              hear(Exit.class);
            });
    final Actor k = actor("K", () -> whereis("c").ifPresent(pid -> exit(pid, ExitReason.KILL)));

    @Override
    void prepare() {
      start(p);
    }

    @Override
    void check() {
      require(begun <= 1, () -> "it began " + begun + " times");
      if (p.returned) {
        Exit exit = noted(p, Exit.class);
        require(
            isFaulty()
                || exit.reason().equals(ExitReason.NORMAL)
                || exit.reason().equals(ExitReason.KILLED),
            exit::toString);
      }
    }
  }

  /// The node is closed while there is something to do.
  @Explored(preemptions = 1)
  static class CloseAndMessage extends Turning {
    final Actor a = actor("A", () -> send(t.pid(), "a"));

    @Override
    boolean leavesNodeOpen() {
      return false;
    }

    @Override
    void meanwhile() {
      t.mayExit = true;
      node().close();
      require(node().processCount() == 0, () -> "processes outlive their node");
    }

    @Override
    void check() {
      require(t.seen.size() <= 1, t.seen::toString);
    }
  }
}

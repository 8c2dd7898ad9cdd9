package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A process is declared dead, without any grace, while its thread is in the middle of a verb:
/// nothing of it is seen after its death, and no bond is left with it.
final class DeclaredPlays {
  private DeclaredPlays() {}

  /// V, which P meets in a verb, K kills and O monitors.
  abstract static class InVerb extends Play {
    final Actor p = actor("P", this::peer);
    final Actor v =
        actor(
            "V",
            SpawnOptions.DEFAULT.grace(Duration.ZERO).killGrace(Duration.ZERO),
            () -> {
              before();
              ready();
              stage().mayStall();
              verb();
            });
    final Actor o =
        actor(
            "O",
            () -> {
              monitor(pid("V"));
              ready();
              hear(Object.class);
            });
    final Actor k = actor("K", () -> exit(v.pid(), ExitReason.KILL));

    void before() {}

    abstract void verb() throws Exception;

    void peer() {
      trapExits(true);
      ready();
      hearTheRest(Object.class);
    }

    @Override
    void prepare() {
      start(p);
      start(v);
      start(o);
    }

    @Override
    void check() {
      diedOf(v, ExitReason.KILLED);
      if (o.returned) {
        List<Object> heard = new ArrayList<>(o.notes);
        require(heard.removeLast() instanceof Down, () -> o + ": the down is not the last");
        heardOnce(o, v, ExitReason.KILLED);
      }
    }
  }

  /// `send` to the watcher.
  @Explored(preemptions = 0, full = 1)
  static final class Send extends InVerb {
    @Override
    void verb() {
      send(o.pid(), "hello");
      send(o.pid(), "still here");
    }
  }

  /// `link`.
  @Explored(preemptions = 0, full = 1)
  static final class Link extends InVerb {
    @Override
    void verb() {
      link(p.pid());
    }
  }

  /// `unlink`.
  @Explored(preemptions = 0, full = 1)
  static final class Unlink extends InVerb {
    @Override
    void before() {
      link(p.pid());
    }

    @Override
    void verb() {
      unlink(p.pid());
    }
  }

  /// `monitor`.
  @Explored(preemptions = 0, full = 1)
  static final class Monitor extends InVerb {
    @Override
    void verb() {
      monitor(p.pid());
    }
  }

  /// `demonitor`.
  @Explored(preemptions = 0, full = 1)
  static final class TakeOff extends InVerb {
    private Ref ref = new Ref(new Pid(new NodeId("none", 0), 0, null), 0);

    @Override
    void before() {
      ref = monitor(p.pid());
    }

    @Override
    void verb() {
      demonitor(ref);
    }
  }

  /// `spawnLink`.
  @Explored(preemptions = 0, full = 1)
  static final class Spawn extends InVerb {
    final Actor c = actor("C", () -> receive(Exit.class));

    @Override
    boolean isChild(Actor actor) {
      return actor.name.equals("C");
    }

    @Override
    void verb() {
      spawnLink(c);
    }

    @Override
    void check() {
      super.check();
      if (c.wasSpawned()) {
        diedOf(c, ExitReason.KILLED);
      }
    }
  }

  /// `register`.
  @Explored(preemptions = 0, full = 1)
  static final class Register extends InVerb {
    @Override
    void verb() {
      register("v");
      unregister("v");
    }

    @Override
    void atRest() {
      require(node().registered().isEmpty(), () -> "a name is held by the dead");
    }
  }

  /// `exit` to another process.
  @Explored(preemptions = 0, full = 1)
  static final class Kill extends InVerb {
    @Override
    void verb() {
      exit(p.pid(), BYE);
    }
  }

  /// `receive` with a timeout.
  @Explored(preemptions = 0, full = 1)
  static class Receive extends InVerb {
    @Override
    void verb() {
      receive(String.class, MOMENT);
      receive(String.class);
    }
  }

  /// `giveTo`.
  @Explored(preemptions = 0, full = 1)
  static final class Give extends InVerb {
    private final List<String> closed = new ArrayList<>();

    @Override
    void verb() {
      own(new OwnPlays.Thing("thing", closed)).giveTo(p.pid());
    }

    @Override
    void check() {
      super.check();
      require(closed.size() <= 1, () -> "closed: " + closed);
    }
  }

  /// `isAlive`, of a process that dies.
  @Explored(preemptions = 0, full = 1)
  static final class Ask extends InVerb {
    @Override
    void peer() {
      ready();
      exit(BYE);
    }

    @Override
    void verb() {
      isAlive(p.pid());
    }
  }

  /// `sendAfter`.
  @Explored(preemptions = 0, full = 1)
  static final class Timer extends InVerb {
    @Override
    void verb() {
      sendAfter(Duration.ZERO, p.pid(), "tick");
    }
  }
}

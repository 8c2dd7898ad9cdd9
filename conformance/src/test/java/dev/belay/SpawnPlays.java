package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.time.Duration;

/// Spawning against the end of the parent, of the child, and of the node.
final class SpawnPlays {
  private SpawnPlays() {}

  /// A parent P with a child C.
  abstract static class Family extends Play {
    final Actor c = actor("C", () -> child());
    final Actor p =
        actor(
            "P",
            () -> {
              ready();
              parent();
            });

    abstract void child() throws Exception;

    abstract void parent() throws Exception;

    @Override
    boolean isChild(Actor actor) {
      return actor == c;
    }

    @Override
    void prepare() {
      start(p);
    }
  }

  /// P is killed while it spawns a linked child: the child dies of the same, or never was (L23).
  @Explored(preemptions = 1)
  static final class SpawnLinkAndKill extends Family {
    final Actor k = actor("K", () -> exit(p.pid(), BYE));

    @Override
    void child() {
      linger();
    }

    @Override
    void parent() {
      spawnLink(c);
      receive(Exit.class);
    }

    @Override
    void check() {
      diedOf(p, BYE);
      if (c.wasSpawned()) {
        diedOf(c, BYE);
      }
    }
  }

  /// P is killed while it spawns a child that it monitors.
  static final class SpawnMonitorAndKill extends Family {
    final Actor k = actor("K", () -> exit(p.pid(), BYE));

    @Override
    void child() {}

    @Override
    void parent() {
      spawnMonitor(c);
      receive(Down.class);
    }

    @Override
    void check() {
      diedOf(p, BYE);
      if (c.wasSpawned()) {
        diedOf(c, ExitReason.NORMAL);
      }
    }
  }

  /// A linked child ends at once: its parent hears the true reason, never `noproc`.
  static final class SpawnLinkAndDeath extends Family {
    @Override
    void child() {
      exit(BYE);
    }

    @Override
    void parent() {
      trapExits(true);
      spawnLink(c);
      hear(Exit.class);
    }

    @Override
    void check() {
      if (p.returned && c.wasSpawned()) {
        heardOnce(p, c, BYE);
      }
    }
  }

  /// A monitored child ends at once: its parent hears the true reason, never `noproc` (M19).
  static final class SpawnMonitorAndDeath extends Family {
    @Override
    void child() {
      exit(BYE);
    }

    @Override
    void parent() {
      spawnMonitor(c);
      hear(Down.class);
    }

    @Override
    void check() {
      if (p.returned && c.wasSpawned()) {
        heardOnce(p, c, BYE);
      }
    }
  }

  /// A linked child with a name is killed by somebody who finds it by that name, perhaps before it
  /// has begun.
  @Explored(preemptions = 1, full = 2)
  static final class NamedChildKilled extends Family {
    final Actor k = actor("K", () -> whereis("c").ifPresent(pid -> exit(pid, ExitReason.KILL)));

    @Override
    void child() {}

    @Override
    void parent() {
      trapExits(true);
      spawn(SpawnOptions.DEFAULT.name("c").link().grace(Duration.ZERO), c);
      hear(Exit.class);
    }

    @Override
    void check() {
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

  /// A linked and monitored child cannot have its name: it never was.
  static final class NameTaken extends Family {
    @Override
    void child() {}

    @Override
    void parent() {
      register("taken");
      try {
        spawnMonitor(SpawnOptions.DEFAULT.name("taken").link(), c);
      } catch (NameException e) {
        note(e);
      }
      hearTheRest(SystemMessage.class);
    }

    @Override
    void check() {
      require(!c.wasSpawned(), c::toString);
      require(isFaulty() || p.notes.size() == 1, p::toString);
      require(p.noted(SystemMessage.class).isEmpty(), p::toString);
    }
  }

  /// The node is closed while a process spawns.
  static final class CloseAndSpawn extends Family {
    @Override
    void child() {
      linger();
    }

    @Override
    void parent() {
      try {
        spawn(c);
      } catch (ProcessLimitException e) {
        note(e);
      }
      receive(Exit.class);
    }

    @Override
    boolean leavesNodeOpen() {
      return false;
    }

    @Override
    void meanwhile() {
      node().close();
      require(node().processCount() == 0, () -> "processes outlive their node");
    }

    @Override
    void check() {
      diedOf(p, ExitReason.SHUTDOWN, ExitReason.KILLED);
    }
  }
}

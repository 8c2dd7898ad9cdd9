package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.processes;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.whereis;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.about;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.links;
import static dev.belay.twins.Steps.monitoredBy;
import static dev.belay.twins.Steps.monitors;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Terms.Tuple.tuple;

import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The beginning of processes, and what can be seen of them from outside. Twins of
/// `twin_spawning.erl`.
final class SpawningTwins {
  @Twin({"L23", "M19", "M20"})
  void spawnedLinkedAndMonitored(Trace t) {
    trapExits(true);
    Monitored b = t.as("b", "m", spawnMonitor(SpawnOptions.DEFAULT.link(), () -> idle()));
    t.say("links", links(self()), "monitors", monitors(self()));
    exit(b.pid(), term("bye"));
    t.say("got", awaitExit());
    t.say("got", awaitDown(b.ref()));
    t.say("left", drain());
  }

  @Twin("I9")
  void childKnowsItsParent(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.say("parent", about(b).parent().equals(Optional.of(self())));
  }

  @Twin("SP1")
  void bondsAreNotInherited(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawn(() -> idle()));
    link(b);
    monitor(b);
    Pid c = t.as("c", spawn(() -> idle()));
    t.say("links", links(c), "monitors", monitors(c), "by", monitoredBy(c));
    t.say("links", links(b), "by", monitoredBy(b));
  }

  @Twin("I9")
  void grandchildrenHaveTheirOwnParent(Trace t) {
    Pid main = self();
    Pid child =
        t.as(
            "child",
            spawn(() -> {
              send(main, spawn(() -> idle()));
              idle();
            }));
    Pid grandchild = t.as("grandchild", receive(Pid.class));
    t.say("parents", parent(grandchild), parent(child));
    exit(child, term("bye"));
    untilDead(child);
    t.say("parent", parent(grandchild), "alive", isAlive(grandchild));
  }

  private static Pid parent(Pid pid) {
    return about(pid).parent().orElseThrow();
  }

  @Twin({"I4", "I5"})
  void statusTellsWhoWaits(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    until(() -> about(b).status() == ProcessStatus.WAITING);
    t.say("waiting");
    exit(b, term("bye"));
    untilDead(b);
    t.say("info", info(b).<Object>map(_ -> "present").orElse("undefined"));
  }

  @Twin("I10")
  void trapFlagIsSeen(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              await("trap");
              trapExits(true);
              send(main, "trapping");
              idle();
            }));
    boolean before = about(b).trapsExits();
    send(b, "trap");
    await("trapping");
    t.say("before", before, "later", about(b).trapsExits());
  }

  @Twin("X11")
  void processIsListed(Trace t) {
    List<Pid> children = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      children.add(spawn(() -> idle()));
    }
    List<Pid> all = processes();
    children.removeAll(all);
    t.say("self", all.contains(self()), "missing", children.size());
  }

  @Twin({"L23", "R1"})
  void nameAndLinksOfASpawned(Trace t) {
    Pid main = self();
    t.as(
        "b",
        spawnLink(() -> {
          register("twin_spawned");
          t.say("links", links(self()), "name", whereis("twin_spawned").orElseThrow());
          send(main, "said");
          idle();
        }));
    await("said");
    t.say("links", links(self()));
  }

  @Twin({"L7", "L23"})
  void manyChildrenManyEnds(Trace t) {
    trapExits(true);
    for (int n = 1; n <= 30; n++) {
      ExitReason reason = term(tuple("child", n));
      t.as(
          "child" + n,
          spawnLink(() -> {
            throw exit(reason);
          }));
    }
    for (int n = 1; n <= 30; n++) {
      t.sayIn("~exits", "got", awaitExit());
    }
    t.say("left", drain());
  }

  private record Born(Pid pid) {}

  @Twin({"L7", "L23"})
  void familyFallsTogether(Trace t) {
    Pid main = self();
    Monitored root =
        t.as(
            "root",
            "m",
            spawnMonitor(() -> {
              ancestor(main, 3);
              idle();
            }));
    List<Ref> refs = new ArrayList<>();
    List<Pid> born = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      born.add(receive(Born.class).pid());
    }
    born.forEach(pid -> refs.add(monitor(pid)));
    born.forEach(pid -> isAlive(pid));
    exit(root.pid(), term("felled"));
    t.say("got", awaitDown(root.ref()));
    t.say("reasons", different(refs.stream().map(ref -> awaitDown(ref).reason()).toList()));
  }

  /// Two linked children, each with two of their own, and so on.
  private static void ancestor(Pid main, int depth) {
    for (int i = 0; depth > 0 && i < 2; i++) {
      Pid child =
          spawnLink(() -> {
            await("live");
            ancestor(main, depth - 1);
            idle();
          });
      send(main, new Born(child));
      send(child, "live");
    }
  }

  private record Worker(Pid pid) {}

  @Twin({"L7", "L23", "T1"})
  void supervisorInSmall(Trace t) {
    Pid main = self();
    Monitored supervisor =
        t.as(
            "supervisor",
            "m",
            spawnMonitor(() -> {
              trapExits(true);
              supervise(t, main, 3);
            }));
    for (int i = 0; i < 3; i++) {
      Pid worker = t.as("worker", receive(Worker.class).pid());
      send(worker, "crash");
    }
    t.say("got", awaitDown(supervisor.ref()), "alive", isAlive(supervisor.pid()));
  }

  private static void supervise(Trace t, Pid main, int crashes) {
    for (int left = crashes; left > 0; left--) {
      Pid worker =
          spawnLink(() -> {
            await("crash");
            throw exit(term("crashed"));
          });
      send(main, new Worker(worker));
      Exit exit = awaitExit();
      t.say("restarts", "after_reason", exit.reason());
    }
    t.say("gives", "up");
    throw exit(SHUTDOWN);
  }

  @Twin("X13")
  void restartedChildHasANewPid(Trace t) {
    trapExits(true);
    Set<Pid> pids = new HashSet<>();
    for (int round = 0; round < 50; round++) {
      pids.add(
          spawnLink(() -> {
            throw exit(term("bye"));
          }));
      awaitExit();
    }
    t.say("different", pids.size());
  }
}

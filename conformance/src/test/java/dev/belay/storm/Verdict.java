package dev.belay.storm;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Holds the journals against each other and against what the node says, when all is at rest.
final class Verdict {
  private static final int SHOWN = 10;

  private final World world;
  private final List<String> wrong = new ArrayList<>();
  private final Set<Roamer> involved = new LinkedHashSet<>();
  private final Map<Pid, ProcessInfo> living;

  /// Who is there in the end, and has heard of all deaths that concerned it. There are few, but
  /// there may have been very many dead.
  private final List<Roamer> witnesses;

  Verdict(World world) {
    this.world = world;
    this.living =
        world.snapshots().stream().collect(Collectors.toMap(ProcessInfo::pid, info -> info));
    this.witnesses =
        world.all.stream()
            .filter(roamer -> roamer.survived && roamer.nature == Roamer.Nature.TRAPS)
            .toList();
  }

  /// What nobody may have seen, and bonds, while everybody is at rest.
  Verdict ofTheLiving() {
    world.wrong.forEach(what -> blame(what));
    checkBonds();
    for (Roamer roamer : world.all) {
      if (roamer.pid == null) {
        continue;
      }
      roamer.journal.wrong.forEach(what -> blame(roamer.pid + ": " + what, roamer));
      roamer.journal.deaths.forEach(death -> checkReason(roamer, death.pid(), death.reason()));
      if (roamer.survived) {
        checkMonitors(roamer);
        checkOwnLinks(roamer);
      } else if (!living.containsKey(roamer.pid())) {
        checkLinksOfTheDead(roamer);
      }
      checkTimers(roamer);
    }
    return this;
  }

  /// What is only known when all are dead.
  Verdict ofTheDead() {
    for (Resource resource : world.resources) {
      int closings = resource.closings.get();
      if (closings != (resource.released ? 0 : 1)) {
        blame("a resource was closed " + closings + " times, released: " + resource.released);
      }
    }
    if (!world.node.registered().isEmpty()) {
      blame("names are left: " + world.node.registered());
    }
    return this;
  }

  private void checkBonds() {
    Map<List<Subject>, Integer> monitors = new HashMap<>();
    for (ProcessInfo info : living.values()) {
      for (Pid peer : info.links()) {
        ProcessInfo other = living.get(peer);
        if (other == null || !other.links().contains(info.pid())) {
          blame(
              info.pid() + " is linked with " + peer + ", but not the other way round", info, peer);
        }
      }
      info.monitors()
          .forEach(target -> monitors.merge(List.of(info.pid(), target), 1, Integer::sum));
      for (Pid watcher : info.monitoredBy()) {
        if (!watcher.equals(world.observer())) {
          monitors.merge(List.of(watcher, info.pid()), -1, Integer::sum);
        }
      }
    }
    monitors.forEach((pair, difference) -> {
      if (difference != 0) {
        blame(
            "of the monitors of " + pair + " one side has " + difference + " more than the other");
      }
    });
  }

  private void checkReason(Roamer roamer, Pid pid, ExitReason told) {
    ExitReason known = world.reasons.get(pid);
    if (known != null && !told.equals(known) && !told.equals(ExitReason.NO_PROC)) {
      blame(
          roamer.pid + " was told that " + pid + " ended with " + told + ", not " + known, roamer);
    }
    if (living.containsKey(pid)) {
      blame(roamer.pid + " was told that " + pid + " ended, but it lives", roamer);
    }
  }

  private void checkMonitors(Roamer roamer) {
    int on = 0;
    for (Journal.Watching watching : roamer.journal.monitors.values()) {
      boolean dead = !living.containsKey(watching.target);
      if (!watching.off && watching.downs != (dead ? 1 : 0)) {
        blame(
            roamer.pid
                + " got "
                + watching.downs
                + " downs of "
                + watching.target
                + ", dead: "
                + dead,
            roamer,
            world.find(watching.target));
      }
      on += !watching.off && !dead ? 1 : 0;
    }
    ProcessInfo info = living.get(roamer.pid());
    int known = info == null ? -1 : info.monitors().size();
    if (known != on) {
      blame(roamer.pid + " has " + known + " monitors, not " + on, roamer);
    }
  }

  /// The links that an elder made: the living are still linked, and the dead were heard of.
  private void checkOwnLinks(Roamer roamer) {
    Set<Pid> alive = new HashSet<>();
    for (Pid peer : roamer.journal.links) {
      if (living.containsKey(peer)) {
        alive.add(peer);
        continue;
      }
      ExitReason reason = world.reasons.get(peer);
      if (roamer.nature == Roamer.Nature.TRAPS
          || (roamer.nature == Roamer.Nature.NEVER_TRAPS && !mayBeSilent(peer))) {
        blame(
            roamer.pid
                + " did not hear of the end of "
                + peer
                + ", with which it was linked: "
                + reason,
            roamer,
            world.find(peer));
      }
    }
    ProcessInfo info = living.get(roamer.pid());
    Set<Pid> real = new HashSet<>();
    if (info != null) {
      for (Pid peer : info.links()) {
        Roamer other = world.find(peer);
        if (other != null && other.id > roamer.id) {
          real.add(peer);
        }
      }
    }
    if (!real.equals(alive)) {
      blame(roamer.pid + " is linked with " + real + ", and should be with " + alive, roamer);
    }
  }

  /// Whether links that do not trap exits say nothing of a death: it was normal, or may have been.
  private boolean mayBeSilent(Pid dead) {
    ExitReason reason = world.reasons.get(dead);
    return reason == null || reason.equals(ExitReason.NORMAL);
  }

  /// Whom a dead elder was linked with has heard of its end once, and nobody else has.
  private void checkLinksOfTheDead(Roamer dead) {
    Pid pid = dead.pid();
    for (Roamer other : witnesses) {
      if (other.id > dead.id) {
        int exits = other.journal.exits.getOrDefault(pid, 0);
        boolean linked = dead.journal.links.contains(other.pid());
        if (linked && exits == 0 && dead.children.contains(other.pid()) && mayBeSilent(pid)) {
          // It may have been over before the child trapped exits.
          continue;
        }
        if (exits != (linked ? 1 : 0) && !other.pid().equals(dead.journal.inDoubt)) {
          blame(
              other.pid + " heard " + exits + " times of the end of " + pid + ", linked: " + linked,
              dead,
              other);
        }
      }
    }
  }

  private void checkTimers(Roamer roamer) {
    for (Roamer.Timer timer : roamer.timers) {
      int received = timer.to().journal.timersReceived(timer.id());
      boolean cancelled = roamer.cancelled.contains(timer.id());
      boolean right =
          timer.to().survived ? received == (cancelled ? 0 : 1) : received <= (cancelled ? 0 : 1);
      if (!right) {
        blame(
            "timer "
                + timer.id()
                + " of "
                + roamer.pid
                + " came "
                + received
                + " times, cancelled: "
                + cancelled,
            roamer,
            timer.to());
      }
    }
  }

  private void blame(String what, ProcessInfo info, Pid peer) {
    blame(what, world.find(info.pid()), world.find(peer));
  }

  private void blame(String what, @Nullable Roamer... roamers) {
    wrong.add(what);
    if (wrong.size() <= SHOWN) {
      for (Roamer roamer : roamers) {
        if (roamer != null) {
          involved.add(roamer);
        }
      }
    }
  }

  /// @param seed how to play it again
  void pronounce(long seed) {
    if (!wrong.isEmpty()) {
      StringBuilder text = new StringBuilder("-Dbelay.storm.seed=" + seed + ": ");
      text.append(wrong.size()).append(" violations");
      wrong.stream().limit(SHOWN).forEach(what -> text.append("\n- ").append(what));
      for (Roamer roamer : involved) {
        text.append("\nroamer ").append(roamer.id).append(", ").append(roamer.pid);
        text.append(", ").append(roamer.nature).append(":\n    ").append(roamer.journal.tail());
      }
      throw new AssertionError(text.toString());
    }
  }
}

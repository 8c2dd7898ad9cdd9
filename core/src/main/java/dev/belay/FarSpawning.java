package dev.belay;

import org.jspecify.annotations.Nullable;

/// Processes that those of other nodes ask for. As within a node, the bonds are made before anybody
/// can see the child; and its parent hears of it before anything of what it does.
final class FarSpawning {
  private static final String SYSTEM_LIMIT = "system_limit";

  private FarSpawning() {}

  static void spawn(
      Line line,
      Pid parent,
      @Nullable Pid leader,
      Ref ref,
      @Nullable LinkMode link,
      boolean monitored,
      Body body) {
    boolean linked = link != null;
    Node node = line.node;
    Carrier.Signal refusal = Carrier.Signal.notSpawned(node.system, parent, ref, SYSTEM_LIMIT);
    try {
      node.admit();
    } catch (ProcessLimitException e) {
      line.push(refusal);
      line.wake();
      return;
    }
    Cell child = null;
    boolean done = false;
    try {
      Body code = node.options.inTurns() && !(body instanceof Turns) ? Turns.once(body) : body;
      child =
          new Cell(
              node,
              node.nextPid(),
              SpawnOptions.DEFAULT,
              Ancestors.NONE.with(parent, leader),
              code);
      if (tie(line, child, parent, ref, link, monitored)
          && line.push(Carrier.Signal.spawned(child.pid, parent, ref, linked, monitored))) {
        node.table.add(child);
        Tracer tracer = node.tracer;
        if (tracer != null) {
          tracer.spawned(parent, child.pid, "", linked, monitored);
        }
        child.begin();
        done = true;
        Flight.spawned(child);
      }
    } finally {
      if (!done) {
        // The line is lost, or is now: then nobody waits for an answer.
        boolean undone = false;
        try {
          if (child == null) {
            node.dismiss();
          } else {
            Spawning.undo(child);
            undone = true;
            node.neverBorn();
          }
        } finally {
          if (child != null && !undone) {
            child.owe(Cell.OWES_UNDOING);
          }
          line.lose();
        }
      }
    }
    line.wake();
  }

  /// Makes the bonds, at the child. Nobody sees it but by them: the line may be lost at once.
  ///
  /// @return false if the line is lost
  private static boolean tie(
      Line line, Cell child, Pid parent, Ref ref, @Nullable LinkMode link, boolean monitored) {
    if (link != null) {
      FarEnd end = new FarEnd(child, parent, link == LinkMode.ANY_EXIT, line);
      if (!line.register(end.bond)) {
        return false;
      }
      child.lock();
      try {
        child.linkTable().add(end);
      } finally {
        child.lockWord = 0;
      }
    }
    if (monitored) {
      FarWatcher watch = new FarWatcher(ref, parent, child, child.pid, line);
      if (!line.register(watch.bond)) {
        return false;
      }
      line.watchers().put(ref, watch);
      child.lock();
      try {
        watch.list(child);
      } finally {
        child.lockWord = 0;
      }
    }
    return true;
  }
}

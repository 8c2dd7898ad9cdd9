package dev.belay;

import org.jspecify.annotations.Nullable;

/// How a process comes into being: whole, bonds and possessions included, before anybody can see it
/// (L23, M19, SP1–SP2).
final class Spawning {
  private Spawning() {}

  /// Spawns a process.
  ///
  /// @param parent the spawning process, or null for a plain thread
  /// @param monitor how the spawner monitors it, or null for not at all
  /// @return the new process, and its monitor if asked for
  static Born spawn(
      Node node,
      @Nullable Cell parent,
      SpawnOptions options,
      @Nullable MonitorOptions monitor,
      Body body) {
    // Before anything is counted, which would have to be undone.
    Stack.probe();
    node.admit();
    Cell child = null;
    boolean done = false;
    try {
      Ancestors ancestors = parent == null ? Ancestors.NONE : parent.asParent();
      Body code = node.options.inTurns() && !(body instanceof Turns) ? Turns.once(body) : body;
      child = new Cell(node, node.nextPid(), options, ancestors, code);
      Bonds bonds = bonds(parent, child, options, monitor);
      own(child, options);
      // All that the verb returns is made before anybody can see the child.
      Born born =
          new Born(child, bonds.watch == null ? null : new Monitored(child.pid, bonds.watch.ref));
      String name = options.name();
      if (name != null) {
        // From here on others may find it.
        node.names.register(name, child);
      }
      node.table.add(child);
      if (parent != null && !tie(parent, bonds)) {
        throw parent.unwinding();
      }
      if (child.state >= Cell.DEAD) {
        stillborn(node, parent, child, bonds);
      }
      Tracer tracer = node.tracer;
      if (tracer != null) {
        tracer.spawned(
            parent == null ? node.system : parent.pid,
            child.pid,
            options.label(),
            bonds.parentsEnd != null,
            bonds.watch != null);
      }
      child.begin();
      done = true;
      if (node.stopping) {
        shutDown(child);
      }
      Flight.spawned(child);
      return born;
    } finally {
      if (!done) {
        undo(node, child);
      }
    }
  }

  /// The node may have told everybody to shut down before this one was in the table.
  private static void shutDown(Cell child) {
    try {
      Exits.exit(child.node.system, child, ExitReason.SHUTDOWN);
    } catch (Throwable e) {
      // The child lives, and its spawner must have its pid. When the time for shutting down is over
      // the node kills it.
    }
  }

  /// A new process.
  record Born(Cell cell, @Nullable Monitored monitored) {}

  /// What ties a spawner to its child: all records are made before either side has any.
  private record Bonds(
      @Nullable LinkEnd parentsEnd, @Nullable LinkEnd childsEnd, @Nullable Watch watch) {}

  private static Bonds bonds(
      @Nullable Cell parent, Cell child, SpawnOptions options, @Nullable MonitorOptions monitor) {
    LinkMode mode = options.spawnersEnd();
    if (parent == null) {
      if (mode != null) {
        throw new IllegalArgumentException(
            "spawn with link(): there is no process here to link with. Spawn from within a process, or from an Inbox.");
      }
      return new Bonds(null, null, null);
    }
    LinkEnd parentsEnd = null;
    LinkEnd childsEnd = null;
    if (mode != null) {
      parentsEnd = new LinkEnd(parent, child.pid, mode == LinkMode.ANY_EXIT);
      childsEnd = new LinkEnd(child, parent.pid, options.childsEnd() == LinkMode.ANY_EXIT);
      child.linkTable().add(childsEnd);
    }
    Watch watch = null;
    if (monitor != null) {
      Ref ref = parent.newRef();
      watch = new Watch(ref, parent, child, child.pid, monitor.aliasMode, monitor.tag);
      ref.watch = watch;
      watch.aliasOn = monitor.aliasMode != null;
      watch.list(child);
      parent.mailbox.mark(ref);
    }
    return new Bonds(parentsEnd, childsEnd, watch);
  }

  private static void own(Cell child, SpawnOptions options) {
    for (AutoCloseable resource : options.resources()) {
      Slot slot = new Slot(new Owned<>(resource, child));
      slot.older = child.owned;
      child.owned = slot;
    }
  }

  /// Ties the child to its parent, at the parent: the linearization point of the bonds.
  ///
  /// @return false if the parent is exiting
  private static boolean tie(Cell parent, Bonds bonds) {
    parent.lock();
    try {
      if (parent.state != Cell.ALIVE) {
        return false;
      }
      if (bonds.parentsEnd != null) {
        parent.linkTable().add(bonds.parentsEnd);
      }
      if (bonds.watch != null) {
        bonds.watch.turnOn();
      }
      return true;
    } finally {
      parent.lockWord = 0;
    }
  }

  /// Somebody found the child by its name, and it was killed and declared dead before it was tied
  /// to its parent: its dismantler may have looked for those bonds, and for its place in the table,
  /// too early. The parent is told here, unless it has been; a bond fires once.
  private static void stillborn(Node node, @Nullable Cell parent, Cell child, Bonds bonds) {
    node.table.remove(child);
    Cause death = child.death;
    if (death == null && child.state == Cell.GONE) {
      // It has no name, was seen in the table, and has forgotten why it died.
      death = node.noProc(child.pid);
    }
    if (parent != null && death != null) {
      if (bonds.parentsEnd != null) {
        Exits.linkExit(parent, child.pid, death, false);
      }
      if (bonds.watch != null) {
        Watches.fire(bonds.watch, death, false);
      }
    }
  }

  /// A process whose thread could not be started never was for its spawner, and dies for everybody
  /// else who may have seen it.
  static void undo(Node node, @Nullable Cell child) {
    if (child == null) {
      node.dismiss();
      return;
    }
    boolean undone = false;
    try {
      undo(child);
      undone = true;
    } finally {
      if (!undone) {
        child.owe(Cell.OWES_UNDOING);
      }
    }
    // Last, for it may fail, and is only for those who count.
    node.neverBorn();
  }

  /// May be repeated, until it has come to its end.
  static void undo(Cell child) {
    Pid spawner = child.ancestors.parent();
    Cell parent = spawner == null ? null : spawner.cell;
    if (parent != null) {
      Links.forget(parent, child.pid);
      forgetWatches(parent, child);
    }
    Cause cause = child.node.noProc(child.pid);
    child.lock();
    try {
      child.owned = null;
      child.unwound = true;
      child.unborn = true;
      if (child.state == Cell.ALIVE) {
        child.beginExit(cause, false);
        child.interrupt = Cell.NO_INTERRUPT;
      }
    } finally {
      child.lockWord = 0;
    }
    child.owe(Cell.OWES_DISMANTLING);
  }

  private static void forgetWatches(Cell parent, Cell child) {
    parent.lock();
    try {
      Watch watch = parent.state >= Cell.DEAD ? null : parent.watching;
      while (watch != null) {
        Watch next = watch.ownNext;
        if (watch.target == child && watch.on) {
          watch.turnOff();
        }
        watch = next;
      }
    } finally {
      parent.lockWord = 0;
    }
  }
}

package dev.belay.explorer;

import org.jspecify.annotations.Nullable;

/// What one execution does with plain fields: whether something of the memory model orders the
/// accesses of different strands, and whether guarded fields are accessed with their lock.
final class Memory {
  /*
   * The order is the happens-before of the Java memory model, not the stronger order of conflicts: volatile
   * writes and releases hand on what the strand knows, volatile reads and acquisitions take it over; so do
   * atomic updates, monitors, the JDK's maps, the start and the end of a thread, and the host's handshake. Parking and waking
   * promise nothing.
   */
  private final Execution execution;
  private final @Nullable Guards guards;

  Memory(Execution execution, @Nullable Guards guards) {
    this.execution = execution;
    this.guards = guards;
  }

  // order

  void commit(Strand strand) {
    Var var = strand.var;
    switch (strand.kind) {
      case READ, LOCK, ENTER -> {
        if (var != null && isOrdered(var)) {
          strand.memory = Var.join(strand.memory, var.released);
        }
      }
      case WRITE, UNLOCK, LEAVE, END -> {
        if (var != null && isOrdered(var)) {
          release(strand, var);
        }
      }
      case UPDATE, COUNT -> {
        if (var != null && isOrdered(var)) {
          strand.memory = Var.join(strand.memory, var.released);
          release(strand, var);
        }
      }
      case START -> {
        Strand child = strand.other;
        if (child != null) {
          child.memory = Var.join(child.memory, strand.memory);
          strand.tick();
        }
      }
      case HANDSHAKE -> {
        Strand other = strand.other;
        if (other != null) {
          other.memory = Var.join(other.memory, strand.memory);
          strand.memory = Var.join(strand.memory, other.memory);
          strand.tick();
          other.tick();
        }
      }
      case JOIN -> {
        if (var != null && strand.other != null && strand.other.ended) {
          strand.memory = Var.join(strand.memory, var.released);
        }
      }
      case QUIET, OVER -> {
        for (Strand other : execution.strands) {
          strand.memory = Var.join(strand.memory, other.memory);
          other.tick();
        }
      }
      default -> {}
    }
    checkLocks(strand);
  }

  private static boolean isOrdered(Var var) {
    return var.field.role() != Field.Role.RACY;
  }

  private static void release(Strand strand, Var var) {
    var.released = Var.join(var.released, strand.memory);
    strand.tick();
  }

  // locks

  private void checkLocks(Strand strand) {
    Var var = strand.var;
    switch (strand.kind) {
      case LOCK -> {
        checkHoldsNothing(strand, "takes another lock");
        if (var != null) {
          strand.held.add(var);
        }
      }
      case UNLOCK -> {
        if (var == null || !strand.held.remove(var)) {
          throw execution.fail(
              strand + " releases a lock that it does not hold: " + at(strand.site), null);
        }
      }
      case PARK, JOIN, RELAX -> checkHoldsNothing(strand, "waits");
      default -> {}
    }
  }

  void checkHoldsNothing(Strand strand, String what) {
    if (!strand.held.isEmpty()) {
      throw execution.fail(
          strand
              + " "
              + what
              + " while it holds "
              + strand.held.getFirst().field
              + ", "
              + at(strand.site),
          null);
    }
  }

  /// A guarded field is accessed.
  void guarded(Strand strand, Object target, int site, boolean write) {
    Var var = plain(strand, target, site, write);
    if (guards == null) {
      return;
    }
    if (var.first == null) {
      var.first = strand;
    } else if (var.first != strand) {
      var.shared = true;
    }
    String field = var.field.toString();
    for (Var lock : strand.held) {
      if (guards.guards(lock.target, target, field)) {
        return;
      }
    }
    if (var.shared && !guards.isDead(target, field)) {
      throw execution.fail(strand + " accesses " + field + " without its lock: " + at(site), null);
    }
  }

  // races

  /// A plain field is accessed.
  Var plain(Strand strand, Object target, int site, boolean write) {
    Var var = execution.vars.of(target, Site.of(site).field());
    if (var.writer >= 0
        && var.writer != strand.id
        && Var.get(strand.memory, var.writer) < var.writeTime) {
      throw unordered(strand, site, var, var.writer, "writes", var.writeSite);
    }
    if (write) {
      if (guards != null) {
        guards.writes(target, var.field.toString());
      }
      for (int v = 0; v < var.readTimes.length; v++) {
        if (v != strand.id && Var.get(strand.memory, v) < var.readTimes[v]) {
          throw unordered(strand, site, var, v, "reads", var.readSites[v]);
        }
        var.readTimes[v] = 0;
      }
      var.writer = strand.id;
      var.writeTime = strand.time;
      var.writeSite = site;
    } else {
      var.readTimes = Var.set(var.readTimes, strand.id, strand.time);
      var.readSites = Var.set(var.readSites, strand.id, site);
    }
    return var;
  }

  private Abort unordered(Strand strand, int site, Var var, int other, String does, int otherSite) {
    return execution.fail(
        "data race on "
            + var.field
            + ": "
            + strand
            + " "
            + at(site)
            + ", and nothing orders it after what "
            + execution.strands.get(other)
            + " "
            + does
            + " "
            + at(otherSite),
        null);
  }

  private static String at(int site) {
    return "at " + Site.of(site);
  }
}

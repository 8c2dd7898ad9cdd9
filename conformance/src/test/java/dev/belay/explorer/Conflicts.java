package dev.belay.explorer;

import org.jspecify.annotations.Nullable;

/// Which steps of one execution conflict, and which are ordered.
///
/// Two steps of different strands conflict if they touch the same variable and one changes it, so
/// that their order matters. Steps that conflict are ordered as they happened; what that does not
/// order could as well have happened the other way round, and the chooser is told.
final class Conflicts {
  /*
   * Clocks are vectors: `clock[v]` is the number (plus one) of the latest step of strand v that is ordered before.
   * The digest of a strand names everything that is ordered before its latest step; executions with equal digests
   * differ only in the order of steps that do not conflict.
   */
  private final Execution execution;
  private int[] timeClock = {};
  private long timeDigest;

  Conflicts(Execution execution) {
    this.execution = execution;
  }

  static long mix(long a, long b) {
    long h = (a ^ Long.rotateLeft(b, 29)) * 0x9E3779B97F4A7C15L;
    h ^= h >>> 32;
    return (h + b) * 0xD6E8FEB86659FD93L;
  }

  /// A strand has said what it is about to do: which earlier steps of others does it race with?
  void arrive(Strand strand) {
    Var var = strand.var;
    switch (strand.kind) {
      case READ, HANDSHAKE -> race(strand, var, false, true);
      case WRITE, UPDATE, INTERRUPT, INTERRUPTED, END -> race(strand, var, true, true);
      case COUNT -> race(strand, var, true, false);
      case LOCK, ENTER -> {
        // Also with the release: who is stopped before it makes this one wait, which costs no
        // preemption.
        race(strand, var, false, false);
        race(strand, var, true, false);
      }
      case PARK -> {
        // For the same reason with what let it return at once.
        for (Strand.Wake wake : strand.wakes) {
          race(strand, wake.by().id, wake.event());
        }
      }
      case RELAX -> race(strand, var, true, true);
      case JOIN -> race(strand, var, false, false);
      case UNPARK -> {
        Strand target = strand.other;
        if (target != null) {
          race(strand, target.id, target.lastPark);
        }
      }
      default -> {}
    }
    if (strand.kind == Kind.INTERRUPT && strand.other != null) {
      race(strand, strand.other.id, strand.other.lastPark);
    }
  }

  private void race(Strand strand, @Nullable Var var, boolean withReads, boolean withCounts) {
    if (var != null) {
      races(strand, withReads ? var.touchedBy : var.changedBy);
      if (withCounts) {
        races(strand, var.countedBy);
      }
    }
  }

  private void races(Strand strand, int[] events) {
    for (int v = 0; v < events.length; v++) {
      race(strand, v, events[v]);
    }
  }

  /// @param event the number of the other's step plus one, or 0 for none
  private void race(Strand strand, int other, int event) {
    if (event > 0 && other != strand.id && Var.get(strand.clock, other) < event) {
      int helpers = 0;
      for (int v = 0; v < strand.clock.length; v++) {
        if (strand.clock[v] >= event) {
          helpers |= 1 << v;
        }
      }
      execution.chooser.race(event - 1, strand.id, helpers);
    }
  }

  /// A strand makes its step: which others that could have made theirs instead conflict with it?
  void commit(Strand strand, int enabled) {
    int event = execution.events;
    for (Strand other : execution.strands) {
      // What follows a stall is ordered after it by time alone.
      if (other != strand
          && (enabled & 1 << other.id) != 0
          && (strand.mayStall || conflict(strand, other))) {
        execution.chooser.race(event, other.id, 0);
      }
    }
    if (strand.kind == Kind.PARK) {
      raceWakes(strand);
    }
    order(strand, event + 1);
  }

  /// A wake-up could also come after the park if the park would have returned without it.
  private void raceWakes(Strand strand) {
    for (Strand.Wake wake : strand.wakes) {
      if (strand.returnsAnyway || strand.wakes.stream().anyMatch(other -> !wake.isBefore(other))) {
        race(strand, wake.by().id, wake.event());
      }
    }
  }

  private static boolean conflict(Strand one, Strand two) {
    if (wakes(one, two) || wakes(two, one)) {
      return true;
    }
    if (one.var == null || one.var != two.var) {
      return false;
    }
    return switch (one.kind) {
      case READ, JOIN, HANDSHAKE -> two.kind.changes();
      case COUNT -> two.kind != Kind.COUNT;
      case UNLOCK, LEAVE, RELAX -> false;
      case LOCK, ENTER -> two.kind == Kind.LOCK || two.kind == Kind.ENTER;
      default -> two.kind != Kind.RELAX;
    };
  }

  private static boolean wakes(Strand one, Strand two) {
    return one.other == two
        && two.kind == Kind.PARK
        && (one.kind == Kind.UNPARK || one.kind == Kind.INTERRUPT);
  }

  /// Orders the step after those that it conflicts with.
  @SuppressWarnings("EnumOrdinal") // a number to mix, never kept
  private void order(Strand strand, int event) {
    Var var = strand.var;
    long digest = mix(strand.digest, strand.kind.ordinal() * 31L + strand.site);
    switch (strand.kind) {
      case READ, RELAX, JOIN, HANDSHAKE -> {
        if (var != null) {
          strand.clock = Var.join(strand.clock, var.changeClock);
          strand.clock = Var.join(strand.clock, var.countClock);
          digest = mix(digest, mix(var.changeDigest, var.countDigest));
        }
      }
      case COUNT -> {
        if (var != null) {
          strand.clock = Var.join(strand.clock, var.touchClock);
          digest = mix(digest, mix(var.changeDigest, var.readDigest));
        }
      }
      case PARK -> digest = orderPark(strand, digest);
      case UNPARK, INTERRUPT -> {
        Strand target = strand.other;
        if (target != null) {
          strand.clock = Var.join(strand.clock, target.parkClock);
          digest = mix(digest, target.parkDigest);
        }
        if (var != null) {
          digest = orderChange(strand, var, digest);
        }
      }
      case QUIET, OVER -> {
        for (Strand other : execution.strands) {
          strand.clock = Var.join(strand.clock, other.clock);
          digest += mix(other.digest, other.id == strand.id ? 1 : 2);
        }
      }
      case BEGIN, START -> {}
      default -> {
        if (var != null) {
          digest = orderChange(strand, var, digest);
        }
      }
    }
    strand.clock = Var.set(strand.clock, strand.id, event);
    strand.digest = digest;
    note(strand, event);
  }

  private static long orderChange(Strand strand, Var var, long digest) {
    strand.clock = Var.join(strand.clock, var.touchClock);
    strand.clock = Var.join(strand.clock, var.countClock);
    return mix(digest, mix(var.changeDigest, var.readDigest + var.countDigest));
  }

  private long orderPark(Strand strand, long digest) {
    long result = digest;
    if (strand.wakes.isEmpty()) {
      strand.clock = Var.join(strand.clock, timeClock);
      return mix(result, timeDigest);
    }
    for (Strand.Wake wake : strand.wakes) {
      strand.clock = Var.join(strand.clock, wake.clock());
      result += mix(wake.digest(), 3);
    }
    return result;
  }

  /// Records the step in its variable.
  private void note(Strand strand, int event) {
    Var var = strand.var;
    switch (strand.kind) {
      case READ, RELAX, JOIN, HANDSHAKE -> {
        if (var != null) {
          var.touchClock = Var.join(var.touchClock, strand.clock);
          var.readDigest += strand.digest;
          if (strand.kind == Kind.READ || strand.kind == Kind.HANDSHAKE) {
            var.touchedBy = Var.set(var.touchedBy, strand.id, event);
          }
        }
      }
      case COUNT -> {
        if (var != null) {
          var.countClock = Var.join(var.countClock, strand.clock);
          var.countDigest += strand.digest;
          var.countedBy = Var.set(var.countedBy, strand.id, event);
        }
      }
      case PARK -> {
        strand.parkClock = strand.clock.clone();
        strand.parkDigest = strand.digest;
        strand.lastPark = event;
      }
      case START -> {
        Strand child = strand.other;
        if (child != null) {
          child.clock = strand.clock.clone();
          child.digest = mix(child.digest, strand.digest);
        }
      }
      case BEGIN, QUIET, OVER -> {}
      case UNPARK, INTERRUPT -> {
        Strand target = strand.other;
        if (target != null) {
          target.wakes.add(new Strand.Wake(strand, event, strand.clock.clone(), strand.digest));
        }
        noteChange(strand, var, event);
      }
      default -> noteChange(strand, var, event);
    }
  }

  private static void noteChange(Strand strand, @Nullable Var var, int event) {
    if (var == null) {
      return;
    }
    var.changeClock = Var.copy(strand.clock, var.changeClock);
    var.touchClock = Var.copy(strand.clock, var.touchClock);
    var.countClock = Var.copy(strand.clock, var.countClock);
    var.changeDigest = strand.digest;
    var.readDigest = 0;
    var.countDigest = 0;
    if (strand.kind != Kind.UNLOCK && strand.kind != Kind.LEAVE) {
      var.changedBy = Var.set(var.changedBy, strand.id, event);
    }
    if (strand.kind != Kind.LOCK && strand.kind != Kind.ENTER) {
      var.touchedBy = Var.set(var.touchedBy, strand.id, event);
    }
  }

  /// Time has passed, for nobody could run: all that was is before all that comes.
  void timePasses() {
    timeDigest = execution.now;
    for (Strand strand : execution.strands) {
      timeClock = Var.join(timeClock, strand.clock);
      timeDigest += strand.digest;
    }
  }

  /// Names the trace: executions with equal names differ only in the order of steps that do not
  /// conflict.
  long trace() {
    long sum = 0;
    for (Strand strand : execution.strands) {
      sum += mix(strand.digest, 7);
    }
    return sum;
  }
}

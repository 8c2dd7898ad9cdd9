package dev.belay.explorer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One thread of an execution. At most one of them runs at any time: the one that has the turn.
final class Strand {
  final int id;
  final String name;
  final Thread thread;

  /// Whether it gets a turn only when no other can run.
  final boolean background;

  /// Whether no error strikes it: what it does now belongs to the scenario, not to the runtime.
  boolean spared;

  /// Whether it runs code of users, who may have used up the stack.
  boolean callsVerbs;

  /// Whether the verb that it is in has made sure of the stack.
  boolean probed;

  /// Whether it may be kept from going on while time passes.
  boolean mayStall;

  /// Until when it is, since it was preempted.
  long stalledUntil;

  // the turn
  private volatile boolean turn;

  // what it is about to do
  Kind kind = Kind.BEGIN;
  @Nullable Var var;
  int site = Site.SCENARIO;
  @Nullable Strand other;

  /// Until when it waits, if it waits with a bound.
  long deadline = Long.MAX_VALUE;

  int seenStamp;
  boolean freed;
  boolean started;
  volatile boolean ended;

  // parking
  boolean permit;
  boolean interrupted;

  /// Whether it was interrupted before its last park, and no one has cleared that.
  boolean returnsAnyway;

  /// What lets its next park return, since its last.
  final List<Wake> wakes = new ArrayList<>();

  /// Its last park.
  int lastPark;

  int[] parkClock = {};
  long parkDigest;
  final Var interrupts;
  final Var end;

  // order of conflicts
  int[] clock = {};
  long digest;
  int steps;

  // order of memory
  int[] memory = {};
  int time = 1;
  final List<Var> held = new ArrayList<>();
  @Nullable Var lastRead;
  int children;

  Strand(int id, String name, long digest, boolean background, Thread thread) {
    this.id = id;
    this.name = name;
    this.digest = digest;
    this.background = background;
    this.thread = thread;
    this.interrupts = new Var(this, Field.WHOLE);
    this.end = new Var(this, Field.WHOLE);
    this.memory = Var.set(memory, id, 1);
  }

  /// A wake-up that a strand was given.
  ///
  /// @param by who gave it
  /// @param event the number of that step, plus one
  /// @param clock what was before it
  /// @param digest its name
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Wake(Strand by, int event, int[] clock, long digest) {
    /// Whether there is no other one without this one, which may be the same.
    boolean isBefore(Wake other) {
      return Var.get(other.clock, by.id) >= event;
    }
  }

  /// Waits for the turn, on the strand's own thread.
  void await() {
    while (!turn) {
      LockSupport.park(this);
    }
    turn = false;
  }

  /// Gives it the turn.
  void go() {
    turn = true;
    LockSupport.unpark(thread);
  }

  /// One more step in its own order of memory: what it does from now on is later.
  void tick() {
    time++;
    memory = Var.set(memory, id, time);
  }

  @Override
  public String toString() {
    return name;
  }
}

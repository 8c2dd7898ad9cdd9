package dev.belay;

import java.util.ArrayList;
import java.util.List;

/// A process of the far side that a process of the node that is explored has asked for, from the
/// request on: what it knows of its parent.
final class FarChild {
  final Pid pid;
  private final Carrier.Signal request;
  private final Carrier.Outbox line;

  /// What it was told about the end of its parent.
  final List<ExitReason> told = new ArrayList<>();

  private boolean answered;
  private boolean linked;
  private boolean watched;
  private boolean dead;

  /// Makes it.
  ///
  /// @param line on which the request has come
  FarChild(Pid pid, Carrier.Signal request, Carrier.Outbox line) {
    this.pid = pid;
    this.request = request;
    this.line = line;
    this.linked = request.isLinked();
    this.watched = request.isMonitored();
  }

  boolean isWatched() {
    return watched;
  }

  boolean isDead() {
    return dead;
  }

  /// Says that it was born, unless that has been said.
  ///
  /// @return whether it had not
  boolean answer() {
    if (answered) {
      return false;
    }
    answered = true;
    line.incoming().spawned(request.ref(), pid, request.isLinked(), request.isMonitored());
    return true;
  }

  /// Says that there is no such process.
  void refuse(String why) {
    answered = true;
    linked = false;
    watched = false;
    line.incoming().notSpawned(request.ref(), why);
  }

  /// It ends, after it was born: its parent is told by what ties them.
  void die(ExitReason reason) {
    answer();
    boolean exits = linked;
    boolean downs = watched;
    dead = true;
    linked = false;
    watched = false;
    if (exits) {
      line.incoming().linkExit(pid, request.from(), reason);
    }
    if (downs) {
      line.incoming().down(request.ref(), reason);
    }
  }

  /// Does what a signal for it asks for.
  void apply(Carrier.Signal signal) {
    switch (signal.kind()) {
      case LINK_EXIT -> {
        if (linked) {
          told.add(signal.reason());
        }
        linked = false;
      }
      case DEMONITOR -> watched = false;
      default -> throw new AssertionError("nobody plays with " + signal);
    }
  }

  /// The connection is lost.
  void forget() {
    if (linked) {
      told.add(ExitReason.NO_CONNECTION);
    }
    linked = false;
    watched = false;
  }
}

package dev.belay;

import org.jspecify.annotations.Nullable;

/// Links with processes of other nodes: the two verbs, and what comes in (L11–L19). Each step
/// changes one cell, and says what it has done on the line in the same section.
final class FarLinks {
  private FarLinks() {}

  /// Links the calling process.
  static void link(Cell self, Pid peer, LinkMode mode, Line line) {
    boolean anyExit = mode == LinkMode.ANY_EXIT;
    FarEnd fresh = new FarEnd(self, peer, anyExit, line);
    Carrier.Signal signal = Carrier.Signal.link(self.pid, peer);
    Stack.probe();
    Tracer tracer = self.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.LINK, self.pid, peer, anyExit ? mode : null);
    }
    boolean reachable = line.register(fresh.bond);
    FarEnd end = null;
    boolean alive;
    boolean missed = false;
    try {
      self.lock();
      try {
        alive = self.state == Cell.ALIVE;
        if (alive) {
          LinkEnd known = isFree(self, peer) ? null : self.findLink(peer);
          if (known == null) {
            fresh.unsaid = true;
            self.linkTable().add(fresh);
            end = fresh;
            fresh.unsaid = !(reachable && line.push(signal));
          } else if (known.unlinkId != 0 && known instanceof FarEnd unlinking) {
            // Linked again before the unlink was acknowledged (L12).
            end = unlinking;
            unlinking.unsaid = true;
            known.unlinkId = 0;
            known.anyExit = anyExit;
            unlinking.unsaid = !unlinking.line.push(signal);
          } else {
            known.anyExit |= anyExit;
          }
        }
      } finally {
        self.lockWord = 0;
      }
      if (end != fresh) {
        line.strike(fresh.bond);
      }
      if (end != null) {
        missed = end.unsaid;
        if (missed) {
          end.lost();
          end.line.strike(end.bond);
        } else {
          end.line.wake();
        }
      }
    } catch (Error e) {
      hand(end);
      throw e;
    }
    if (!alive) {
      throw self.unwinding();
    }
    if (missed) {
      self.checkAlive();
    }
  }

  /// Unlinks the calling process.
  static void unlink(Cell self, Pid peer) {
    long id = self.node.nextUnlinkId();
    Carrier.Signal signal = Carrier.Signal.unlink(id, self.pid, peer);
    Stack.probe();
    Tracer tracer = self.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.UNLINK, self.pid, peer, null);
    }
    FarEnd end = null;
    boolean alive;
    try {
      self.lock();
      try {
        alive = self.state == Cell.ALIVE;
        if (alive && self.findLink(peer) instanceof FarEnd known && known.isActive()) {
          end = known;
          known.unsaid = true;
          known.unlinkId = id;
          known.unsaid = !known.line.push(signal);
          if (known.unsaid) {
            // Nobody will acknowledge it.
            known.fired = true;
            self.linkTable().remove(known);
          }
        }
      } finally {
        self.lockWord = 0;
      }
      if (end != null) {
        if (end.unsaid) {
          end.line.strike(end.bond);
        } else {
          end.line.wake();
        }
      }
    } catch (Error e) {
      hand(end);
      throw e;
    }
    if (!alive) {
      throw self.unwinding();
    }
  }

  private static void hand(@Nullable FarEnd end) {
    if (end != null) {
      end.owner.node.reserve.owe(end);
    }
  }

  /// Finishes, on the reserve, what an `Error` left half done.
  static void settle(FarEnd end) {
    Cell self = end.owner;
    self.lock();
    try {
      if (end.unsaid && self.state < Cell.DEAD && self.findLink(end.peer) == end) {
        end.unsaid =
            !end.line.push(
                end.unlinkId == 0
                    ? Carrier.Signal.link(self.pid, end.peer)
                    : Carrier.Signal.unlink(end.unlinkId, self.pid, end.peer));
      }
    } finally {
      self.lockWord = 0;
    }
    end.line.wake();
    if (end.line.isLost()) {
      // The loss may have come past it before it was made.
      end.lost();
      end.line.strike(end.bond);
    }
  }

  // what comes in

  /// A link has come (L13).
  static void linked(Line line, Pid from, Pid to) {
    Cell cell = line.node.local(to);
    Carrier.Signal refusal = Carrier.Signal.linkExit(to, from, ExitReason.NO_PROC);
    if (cell == null) {
      line.push(refusal);
      line.wake();
      return;
    }
    FarEnd fresh = new FarEnd(cell, from, false, line);
    if (!line.register(fresh.bond)) {
      return;
    }
    Tracer tracer = cell.node.tracer;
    boolean kept = false;
    cell.lock();
    try {
      boolean there = cell.state < Cell.DEAD;
      if (tracer != null) {
        tracer.applied(TraceEvent.Signal.LINK, from, cell.pid, null, there ? "linked" : "noproc");
      }
      if (!there) {
        line.push(refusal);
      } else if (isFree(cell, from)) {
        cell.linkTable().add(fresh);
        kept = true;
      }
    } finally {
      cell.lockWord = 0;
    }
    if (!kept) {
      line.strike(fresh.bond);
    } else if (line.isLost()) {
      fresh.miss();
    }
    line.wake();
  }

  /// Tells whether there is no end for a process yet, under the lock.
  private static boolean isFree(Cell cell, Pid peer) {
    LinkEnd known = cell.findLink(peer);
    if (known != null && known.fired) {
      // An error kept it from being removed.
      cell.linkTable().remove(known);
      known = null;
    }
    return known == null;
  }

  /// An unlink has come: acknowledged in any case (L15).
  static void unlinked(Line line, long id, Pid from, Pid to) {
    Carrier.Signal acknowledgement = Carrier.Signal.unlinkAck(id, to, from);
    Cell cell = line.node.local(to);
    if (cell == null) {
      line.push(acknowledgement);
      line.wake();
      return;
    }
    Tracer tracer = cell.node.tracer;
    FarEnd gone = null;
    cell.lock();
    try {
      if (tracer != null) {
        tracer.applied(TraceEvent.Signal.UNLINK, from, cell.pid, null, "acknowledged");
      }
      if (cell.state < Cell.DEAD
          && cell.findLink(from) instanceof FarEnd known
          && known.line == line
          && known.isActive()) {
        cell.linkTable().remove(known);
        gone = known;
      }
      // Before any later signal of this process, and so in the section.
      line.push(acknowledgement);
    } finally {
      cell.lockWord = 0;
    }
    if (gone != null) {
      line.strike(gone.bond);
    }
    line.wake();
  }

  /// An acknowledgement has come (L16).
  static void acknowledged(Line line, long id, Pid from, Pid to) {
    Cell cell = line.node.local(to);
    if (cell == null) {
      return;
    }
    FarEnd gone = null;
    cell.lock();
    try {
      if (cell.state < Cell.DEAD
          && cell.findLink(from) instanceof FarEnd known
          && known.line == line
          && known.unlinkId == id) {
        cell.linkTable().remove(known);
        gone = known;
      }
    } finally {
      cell.lockWord = 0;
    }
    if (gone != null) {
      line.strike(gone.bond);
    }
  }

  /// The exit of a linked process has come (L17).
  static void exited(Line line, Pid from, Pid to, Cause death) {
    Cell cell = line.node.local(to);
    if (cell == null) {
      return;
    }
    LinkEnd end;
    cell.lock();
    try {
      end = cell.state < Cell.DEAD ? cell.findLink(from) : null;
    } finally {
      cell.lockWord = 0;
    }
    if (end instanceof FarEnd far && far.line == line) {
      Exits.farExit(far, death, false);
      line.strike(far.bond);
    }
  }

  /// Tells the other side of a link that its owner is dead; for the dismantler.
  static void sendExit(FarEnd end, Cell dead, Cause death) {
    if (end.unlinkId == 0) {
      end.line.push(Carrier.Signal.linkExit(dead.pid, end.peer, death.reason(), death.trail()));
    } else if (end.unsaid) {
      // An error kept its unlink from being sent: the peer is linked still.
      end.line.push(Carrier.Signal.unlink(end.unlinkId, dead.pid, end.peer));
    }
    end.line.wake();
    end.line.strike(end.bond);
  }
}

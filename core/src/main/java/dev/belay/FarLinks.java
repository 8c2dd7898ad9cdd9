package dev.belay;

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
    boolean sent = true;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      if (alive) {
        LinkEnd known = self.findLink(peer);
        if (known == null) {
          self.linkTable().add(fresh);
          end = fresh;
          sent = reachable && line.push(signal);
        } else if (known.unlinkId != 0 && known instanceof FarEnd unlinking) {
          // Linked again before the unlink was acknowledged (L12).
          known.unlinkId = 0;
          known.anyExit = anyExit;
          end = unlinking;
          sent = unlinking.line.push(signal);
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
    if (!alive) {
      throw self.unwinding();
    }
    if (end == null) {
      return;
    }
    if (sent) {
      end.line.wake();
    } else {
      end.miss();
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
    boolean sent = false;
    boolean alive;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      if (alive && self.findLink(peer) instanceof FarEnd known && known.isActive()) {
        end = known;
        known.unlinkId = id;
        sent = known.line.push(signal);
        if (!sent) {
          // Nobody will acknowledge it.
          known.fired = true;
          self.linkTable().remove(known);
        }
      }
    } finally {
      self.lockWord = 0;
    }
    if (!alive) {
      throw self.unwinding();
    }
    if (end == null) {
      return;
    }
    if (sent) {
      end.line.wake();
    } else {
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
      } else if (cell.findLink(from) == null) {
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
      end.line.wake();
    }
    end.line.strike(end.bond);
  }
}

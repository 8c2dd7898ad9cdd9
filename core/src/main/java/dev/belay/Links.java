package dev.belay;

/// Links: the verbs `link` and `unlink`, and the steps of their protocol (L1–L22) at each of the
/// two cells.
final class Links {
  private Links() {}

  /// Links the calling process with another.
  static void link(Cell self, Pid peer, LinkMode mode) {
    if (peer.equals(self.pid)) {
      return;
    }
    boolean anyExit = mode == LinkMode.ANY_EXIT;
    Cell other = self.node.local(peer);
    Line line = other == null ? self.node.lineTo(peer) : null;
    if (line != null) {
      FarLinks.link(self, peer, mode, line);
      return;
    }
    boolean here = self.node.isOwn(peer);
    LinkEnd fresh = new LinkEnd(self, peer, anyExit);
    if (other != null) {
      fresh.counterpart = new LinkEnd(other, self.pid, false);
    }
    Stack.probe();
    Tracer tracer = self.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.LINK, self.pid, peer, anyExit ? mode : null);
    }
    LinkEnd end = null;
    LinkEnd unlinking;
    long id = 0;
    boolean alive;
    do {
      unlinking = null;
      self.lock();
      try {
        alive = self.state == Cell.ALIVE;
        if (alive) {
          LinkEnd known = self.findLink(peer);
          if (known != null && known.fired) {
            // An error kept it from being removed; the peer is dead.
            self.linkTable().remove(known);
            known = null;
          }
          if (known == null) {
            fresh.pending = LinkEnd.LINK;
            self.linkTable().add(fresh);
            end = fresh;
          } else if (known.unlinkId == 0) {
            known.anyExit |= anyExit;
          } else {
            unlinking = known;
            id = known.unlinkId;
          }
        }
      } finally {
        self.lockWord = 0;
      }
      if (unlinking != null) {
        // An error kept its unlink from being finished; that was sent before this link.
        unlinkAtPeer(unlinking, id);
      }
    } while (unlinking != null);
    if (!alive) {
      throw self.unwinding();
    }
    if (end == null) {
      return;
    }
    boolean there;
    try {
      there = arrive(end);
      if (!there && here && refusedUntrapped(end)) {
        end.pending = LinkEnd.NOTHING;
        throw new NoProcessException(
            "link("
                + peer
                + "): there is no such process. It may have just ended; to be told instead of getting this exception,"
                + " call trapExits(true) first, or monitor it.");
      }
      if (!there && !here) {
        Exits.linkExit(self, peer, self.node.notHere(peer), false);
      }
      end.pending = LinkEnd.NOTHING;
    } catch (Error e) {
      hand(end);
      throw e;
    }
    if (!there && !here) {
      self.checkAlive();
    }
  }

  /// Step 2 of a link, at the peer (L13).
  ///
  /// @return false if the peer is past its time of death or cannot be reached
  private static boolean arrive(LinkEnd end) {
    LinkEnd counterpart = end.counterpart;
    if (counterpart == null) {
      return false;
    }
    Cell peer = counterpart.owner;
    Pid from = end.owner.pid;
    Tracer tracer = peer.node.tracer;
    boolean there;
    peer.lock();
    try {
      there = peer.state < Cell.DEAD;
      if (tracer != null) {
        tracer.applied(TraceEvent.Signal.LINK, from, peer.pid, null, there ? "linked" : "noproc");
      }
      if (there && !end.severed && !end.acknowledged) {
        LinkEnd known = peer.findLink(from);
        if (known != null && known.unlinkId != 0 && known.acknowledged && !end.withdrawn) {
          // The acknowledgement was sent before this link, and so comes first (L15, L16).
          peer.linkTable().remove(known);
          known = null;
        }
        // Looked at last: whoever acknowledges an unlink has withdrawn before.
        if (known == null && !end.withdrawn) {
          peer.linkTable().add(counterpart);
        }
      }
    } finally {
      peer.lockWord = 0;
    }
    return there;
  }

  /// Step 3 of a link whose peer is dead, at the caller (L3).
  ///
  /// @return whether the verb must throw, because the caller does not trap exits
  private static boolean refusedUntrapped(LinkEnd end) {
    Cell self = end.owner;
    boolean refused = false;
    boolean wake = false;
    Cause cause = self.node.noProc(end.peer);
    Tracer tracer = self.node.tracer;
    self.lock();
    try {
      if (self.state < Cell.DEAD) {
        if (end.isActive() && self.state == Cell.ALIVE) {
          if (self.trapExits) {
            if (tracer != null) {
              tracer.applied(
                  TraceEvent.Signal.LINK_EXIT,
                  end.peer,
                  self.pid,
                  cause.reason(),
                  "becomes a message");
            }
            end.death = cause;
            wake = self.mailbox.push(end);
          } else {
            refused = true;
          }
        }
        end.fired = true;
        self.linkTable().remove(end);
      }
    } finally {
      self.lockWord = 0;
    }
    Exits.follow(self, wake, false);
    return refused;
  }

  /// Unlinks the calling process from another. After it, no exit of that link is applied to the
  /// caller (L9).
  static void unlink(Cell self, Pid peer) {
    if (peer.equals(self.pid)) {
      return;
    }
    if (self.node.local(peer) == null) {
      FarLinks.unlink(self, peer);
      return;
    }
    Stack.probe();
    Tracer tracer = self.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.UNLINK, self.pid, peer, null);
    }
    long id = self.node.nextUnlinkId();
    LinkEnd end = null;
    boolean alive;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      LinkEnd known = alive ? self.findLink(peer) : null;
      if (known != null && known.isActive()) {
        known.unlinkId = id;
        known.pending = LinkEnd.UNLINK;
        end = known;
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
    try {
      unlinkAtPeer(end, id);
      end.pending = LinkEnd.NOTHING;
    } catch (Error e) {
      hand(end);
      throw e;
    }
  }

  /// Steps 2 and 3 of an unlink: at the peer, and the acknowledgement at the caller (L16).
  private static void unlinkAtPeer(LinkEnd end, long id) {
    unlinkArrives(end);
    Cell self = end.owner;
    self.lock();
    try {
      if (self.state < Cell.DEAD && end.unlinkId == id) {
        self.linkTable().remove(end);
      }
    } finally {
      self.lockWord = 0;
    }
  }

  /// Step 2 of an unlink, at the peer (L15); may be repeated.
  static void unlinkArrives(LinkEnd end) {
    Cell self = end.owner;
    Cell peer = self.node.local(end.peer);
    if (peer != null) {
      Tracer tracer = peer.node.tracer;
      peer.lock();
      try {
        if (tracer != null) {
          tracer.applied(TraceEvent.Signal.UNLINK, self.pid, peer.pid, null, "acknowledged");
        }
        if (!end.acknowledged) {
          LinkEnd theirs = peer.state >= Cell.DEAD ? null : peer.findLink(self.pid);
          if (theirs != null && theirs.unlinkId == 0) {
            theirs.withdrawn = true;
            peer.linkTable().remove(theirs);
          }
          end.acknowledged = true;
        }
      } finally {
        peer.lockWord = 0;
      }
    }
  }

  /// Breaks the link with a process that was spawned linked but whose thread could not be started.
  static void forget(Cell self, Pid peer) {
    self.lock();
    try {
      LinkEnd end = self.state >= Cell.DEAD ? null : self.findLink(peer);
      if (end != null) {
        self.linkTable().remove(end);
      }
    } finally {
      self.lockWord = 0;
    }
  }

  private static void hand(LinkEnd end) {
    if (end.pending != LinkEnd.NOTHING) {
      end.owner.node.reserve.owe(end);
    }
  }

  /// Finishes, on the reserve, a verb that an `Error` left half done. A link that finds nobody is
  /// then told as a remote one is (L4).
  static void settle(LinkEnd end) {
    Cell self = end.owner;
    switch (end.pending) {
      case LinkEnd.LINK -> {
        if (!arrive(end)) {
          boolean local = end.counterpart != null;
          Cause cause = local ? self.node.noProc(end.peer) : self.node.notHere(end.peer);
          Exits.linkExit(self, end.peer, cause, true);
        }
      }
      case LinkEnd.UNLINK -> {
        long id;
        self.lock();
        try {
          id = end.unlinkId;
        } finally {
          self.lockWord = 0;
        }
        unlinkAtPeer(end, id);
      }
      default -> {}
    }
    end.pending = LinkEnd.NOTHING;
  }
}

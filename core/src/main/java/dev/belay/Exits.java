package dev.belay;

import org.jspecify.annotations.Nullable;

/// Exit signals, as they are applied to their receiver: the decision table T1.
///
/// Everything here may run on any thread, and holds no lock when it returns.
final class Exits {
  private Exits() {}

  /// Sends an exit signal to a process of any node.
  static void exit(Node node, Pid from, Pid to, ExitReason reason) {
    Cell cell = node.local(to);
    if (cell != null) {
      exit(from, cell, reason);
    } else {
      exitFar(node, from, to, reason);
    }
  }

  /// Sends a request to end to a process of any node. Between nodes there is such a signal only if
  /// both are Belay's, which is known when they are connected.
  static void terminate(Node node, Pid from, Pid to, ExitReason reason) {
    Cell cell = node.local(to);
    if (cell != null) {
      terminate(from, cell, reason);
    } else {
      terminateFar(node, from, to, reason);
    }
  }

  private static void terminateFar(Node node, Pid from, Pid to, ExitReason reason) {
    Line line = node.lineTo(to);
    if (line == null) {
      return;
    }
    Posting.awaitUp(node, line, "terminate");
    if (line.isLost()) {
      return;
    }
    if (!line.terminates()) {
      throw new VerbException(
          "terminate("
              + to
              + "): it is a process of another node that knows no such signal: one of Erlang's."
              + " Use exit(pid, reason), which a process that traps exits can refuse, or"
              + " exit(pid, ExitReason.KILL).");
    }
    Stack.probe();
    Tracer tracer = node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.TERMINATE, from, to, reason);
    }
    if (line.push(Carrier.Signal.terminate(from, to, reason))) {
      line.wake();
    }
  }

  private static void exitFar(Node node, Pid from, Pid to, ExitReason reason) {
    Line line = node.lineTo(to);
    if (line == null) {
      return;
    }
    Stack.probe();
    Tracer tracer = node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.EXIT, from, to, reason);
    }
    if (line.push(Carrier.Signal.exit(from, to, reason))) {
      line.wake();
    }
  }

  /// Applies an exit signal that somebody sent (no link flag).
  ///
  /// @param from who sent it
  /// @param to the receiver
  /// @param reason its reason
  static void exit(Pid from, Cell to, ExitReason reason) {
    boolean kill = reason instanceof ExitReason.Kill;
    Cause cause =
        new Cause(kill ? ExitReason.KILLED : reason, Trail.How.EXIT_SIGNAL, from, Trail.EMPTY);
    Message message = kill ? null : new Message(new Exit(from, reason, Trail.EMPTY));
    boolean toSelf = from.equals(to.pid);
    Stack.probe();
    Tracer tracer = to.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.EXIT, from, to.pid, reason);
    }
    boolean wake = false;
    boolean exiting = false;
    boolean ignored = false;
    boolean hastened = false;
    long now = to.host().nanoTime();
    to.lock();
    try {
      hastened = kill && Grace.shorten(to, now);
      boolean alive = to.state == Cell.ALIVE;
      boolean trapped = alive && message != null && to.trapExits;
      boolean ends =
          alive && !trapped && (kill || toSelf || !(reason instanceof ExitReason.Normal));
      if (tracer != null) {
        String outcome =
            trapped
                ? "becomes a message"
                : ends
                    ? "exits"
                    : alive
                        ? "ignored: normal"
                        : hastened ? "shortens its grace" : "dropped: not alive";
        tracer.applied(TraceEvent.Signal.EXIT, from, to.pid, reason, outcome);
      }
      if (trapped && message != null) {
        wake = to.mailbox.push(message);
      } else if (ends) {
        to.beginExit(cause, kill);
        exiting = true;
      } else {
        ignored = alive;
      }
    } finally {
      to.lockWord = 0;
    }
    follow(to, wake, exiting);
    if (hastened) {
      Grace.armShortened(to);
    }
    if (ignored) {
      to.node.reporter.normalIgnored(from, to.pid);
    }
  }

  /// Applies a request to end whatever the receiver traps, with that very reason.
  static void terminate(Pid from, Cell to, ExitReason reason) {
    Cause cause = new Cause(reason, Trail.How.TERMINATE, from, Trail.EMPTY);
    Stack.probe();
    Tracer tracer = to.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.TERMINATE, from, to.pid, reason);
    }
    boolean exiting = false;
    boolean hastened = false;
    long now = to.host().nanoTime();
    to.lock();
    try {
      hastened = Grace.shorten(to, now);
      boolean alive = to.state == Cell.ALIVE;
      if (tracer != null) {
        String outcome = alive ? "exits" : hastened ? "shortens its grace" : "dropped: not alive";
        tracer.applied(TraceEvent.Signal.TERMINATE, from, to.pid, reason, outcome);
      }
      if (alive) {
        to.beginExit(cause, true);
        exiting = true;
      }
    } finally {
      to.lockWord = 0;
    }
    follow(to, false, exiting);
    if (hastened) {
      Grace.armShortened(to);
    }
  }

  /// Ends a cell that has no body, with a reason of its own choice.
  static void end(Cell cell, ExitReason reason) {
    Cause cause = new Cause(reason, Trail.How.OWN_END, cell.pid, Trail.EMPTY);
    boolean exiting = false;
    cell.lock();
    try {
      if (cell.state == Cell.ALIVE) {
        cell.beginExit(cause, false);
        exiting = true;
      }
    } finally {
      cell.lockWord = 0;
    }
    follow(cell, false, exiting);
  }

  /// Sets the trap flag; on the process's own thread.
  static boolean trap(Cell self, boolean trap) {
    boolean before;
    self.lock();
    try {
      before = self.trapExits;
      self.trapExits = trap;
    } finally {
      self.lockWord = 0;
    }
    return before;
  }

  /// Applies the exit of a linked process (link flag set, T1 a, c, d, f).
  ///
  /// @param to the receiver
  /// @param from the process that ended, or cannot be reached
  /// @param death why
  /// @param again whether this may have been applied before, up to and without the wake-up
  static void linkExit(Cell to, Pid from, Cause death, boolean again) {
    linkExit(to, from, null, death, again);
  }

  /// Applies it to that very end, if one is given.
  private static void linkExit(
      Cell to, Pid from, @Nullable LinkEnd only, Cause death, boolean again) {
    Tracer tracer = to.node.tracer;
    if (tracer != null && !again) {
      tracer.sent(TraceEvent.Signal.LINK_EXIT, from, to.pid, death.reason());
    }
    boolean wake = false;
    boolean exiting = false;
    to.lock();
    try {
      LinkEnd end = to.state >= Cell.DEAD ? null : to.findLink(from);
      if (only != null && end != only) {
        end = null;
      }
      boolean counts = end != null && end.isActive() && to.state == Cell.ALIVE;
      boolean trapped = counts && to.trapExits;
      boolean ends =
          end != null
              && counts
              && !trapped
              && (end.anyExit || !(death.reason() instanceof ExitReason.Normal));
      if (tracer != null && (end != null || !again)) {
        String outcome =
            trapped
                ? "becomes a message"
                : ends ? "exits" : counts ? "lives on" : "dropped: no link";
        tracer.applied(TraceEvent.Signal.LINK_EXIT, from, to.pid, death.reason(), outcome);
      }
      if (end != null) {
        if (trapped) {
          to.mailbox.sample(end, to.host());
          end.death = death;
          wake = to.mailbox.push(end);
        } else if (ends) {
          to.beginExit(death, false);
          exiting = true;
        }
        end.fired = true;
        to.linkTable().remove(end);
      }
    } finally {
      to.lockWord = 0;
    }
    if (wake || exiting || again) {
      to.alert();
    }
  }

  /// Applies the exit of a linked process of another node, or the loss of that node.
  static void farExit(FarEnd end, Cause death, boolean again) {
    linkExit(end.owner, end.peer, end, death, again);
  }

  /// What the lock does not cover: waking the receiver. For verbs; hands over if it fails.
  static void follow(Cell to, boolean wake, boolean exiting) {
    if (wake || exiting) {
      try {
        to.alert();
      } catch (Error e) {
        to.owe(Cell.OWES_ALERT);
        throw e;
      }
    }
  }
}

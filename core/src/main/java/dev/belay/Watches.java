package dev.belay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Monitors and aliases: their verbs, and the steps of their protocol at watcher and target
/// (M1–M20, A1–A13).
final class Watches {
  private Watches() {}

  /// Monitors a process, or whoever holds a name now.
  ///
  /// @param self the watcher
  /// @param subject as it will stand in the `Down` message
  /// @param target the process, if it is a local one that exists or existed
  static Ref monitor(Cell self, Subject subject, @Nullable Cell target, MonitorOptions options) {
    Ref ref = self.newRef();
    if (target == self) {
      // A process cannot see its own end (M6); the alias, if asked for, works.
      if (options.aliasMode != null) {
        activate(self, new Watch(ref, self, null, null, options.aliasMode, null));
      }
      return ref;
    }
    Watch watch = FarWatches.make(ref, self, subject, target, options);
    ref.watch = watch;
    self.mailbox.mark(ref);
    Stack.probe();
    Tracer tracer = self.node.tracer;
    Pid whom = watch.process();
    if (tracer != null && whom != null) {
      tracer.sent(TraceEvent.Signal.MONITOR, self.pid, whom, ref);
    }
    boolean alive;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      if (alive) {
        watch.pending = Watch.MONITOR;
        watch.aliasOn = options.aliasMode != null;
        watch.turnOn();
      }
    } finally {
      self.lockWord = 0;
    }
    if (!alive) {
      throw self.unwinding();
    }
    try {
      arrive(watch, false);
      watch.pending = Watch.NOTHING;
    } catch (Error e) {
      self.node.reserve.owe(watch);
      throw e;
    }
    return ref;
  }

  /// Steps 2 and 3 of a monitor: at the target, and at the watcher if there is no target (M4).
  private static void arrive(Watch watch, boolean again) {
    if (watch instanceof FarTarget far) {
      FarWatches.send(far);
      return;
    }
    Cell target = watch.target;
    boolean there = false;
    if (target != null) {
      Tracer tracer = target.node.tracer;
      target.lock();
      try {
        there = target.state < Cell.DEAD;
        if (tracer != null) {
          tracer.applied(
              TraceEvent.Signal.MONITOR,
              watch.watcher.pid,
              target.pid,
              watch.ref,
              there ? "monitored" : "noproc");
        }
        if (there && !watch.severed && !watch.listed) {
          watch.list(target);
        }
      } finally {
        target.lockWord = 0;
      }
    }
    if (!there) {
      Node node = watch.watcher.node;
      Pid whom = watch.subject instanceof Pid pid ? pid : watch.watcher.pid;
      boolean reachable =
          target != null || (watch.subject instanceof Name name && name.node().equals(node.name()));
      fire(watch, reachable ? node.noProc(whom) : node.notHere(whom), again);
    }
  }

  /// Applies a down to the watcher: the monitor, if it is on, becomes a message (M13).
  static void fire(Watch watch, Cause cause, boolean again) {
    Cell watcher = watch.watcher;
    Tracer tracer = watcher.node.tracer;
    Pid whom = watch.process();
    Pid from = whom == null ? watcher.pid : whom;
    if (tracer != null && !again) {
      tracer.sent(TraceEvent.Signal.DOWN, from, watcher.pid, cause.reason());
    }
    boolean wake = false;
    watcher.lock();
    try {
      boolean on = watcher.state < Cell.DEAD && watch.on;
      boolean fires = on && watcher.state == Cell.ALIVE;
      if (tracer != null && (on || !again)) {
        tracer.applied(
            TraceEvent.Signal.DOWN,
            from,
            watcher.pid,
            cause.reason(),
            fires ? "becomes a message" : on ? "dropped: not alive" : "dropped: no monitor");
      }
      if (on) {
        if (fires) {
          watcher.mailbox.sample(watch, watcher.host());
          watch.death = cause;
          wake = watcher.mailbox.push(watch);
        }
        // Here, not only in the call below, which may fail: after the Down there must be no reply.
        watch.on = false;
        if (watch.aliasMode != AliasMode.EXPLICIT) {
          watch.aliasOn = false;
        }
      }
      if (on || (again && watcher.state < Cell.DEAD)) {
        // Again, if an Error came between: it may be listed still.
        watch.turnOff();
      }
    } finally {
      watcher.lockWord = 0;
    }
    if (wake || again) {
      watcher.alert();
    }
  }

  /// Takes a monitor off. After it no `Down` of it will be added to the mailbox (M9).
  ///
  /// @return what `demonitor` gives: see [Demonitor#INFO]
  static boolean demonitor(Cell self, Ref ref, Demonitor... options) {
    boolean flush = false;
    boolean info = false;
    for (Demonitor option : options) {
      flush |= Objects.requireNonNull(option, "option") == Demonitor.FLUSH;
      info |= option == Demonitor.INFO;
    }
    Watch watch = ref.watch;
    if (watch == null || watch.watcher != self) {
      return !info;
    }
    Stack.probe();
    boolean wasOn = false;
    boolean aliased;
    boolean alive;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      if (alive && watch.on) {
        watch.pending = Watch.DEMONITOR;
        watch.turnOff();
        wasOn = true;
      }
      aliased = watch.aliasOn;
    } finally {
      self.lockWord = 0;
    }
    if (!alive) {
      throw self.unwinding();
    }
    if (!aliased) {
      self.mailbox.unmark(ref);
    }
    if (wasOn) {
      demonitorAtTarget(watch);
      return true;
    }
    if (flush) {
      self.mailbox.take();
      if (watch.queued) {
        self.mailbox.remove(watch);
      }
    }
    return !info;
  }

  /// Step 2 of a demonitor; hands over if it fails.
  private static void demonitorAtTarget(Watch watch) {
    try {
      Tracer tracer = watch.watcher.node.tracer;
      if (tracer != null && watch.target != null) {
        tracer.sent(TraceEvent.Signal.DEMONITOR, watch.watcher.pid, watch.target.pid, watch.ref);
      }
      unlist(watch);
      watch.pending = Watch.NOTHING;
    } catch (Error e) {
      watch.watcher.node.reserve.owe(watch);
      throw e;
    }
  }

  /// Takes a watch off its target's list.
  static void unlist(Watch watch) {
    if (watch instanceof FarTarget far) {
      FarWatches.withdraw(far);
      return;
    }
    Cell target = watch.target;
    if (target == null) {
      NodeWatches.unlist(watch);
      return;
    }
    Tracer tracer = target.node.tracer;
    target.lock();
    try {
      if (target.state < Cell.DEAD) {
        if (tracer != null && watch.listed) {
          tracer.applied(
              TraceEvent.Signal.DEMONITOR,
              watch.watcher.pid,
              target.pid,
              watch.ref,
              "no longer monitored");
        }
        watch.unlist(target);
      }
    } finally {
      target.lockWord = 0;
    }
  }

  /// Makes a plain alias of the calling process.
  static Ref alias(Cell self, AliasMode mode) {
    if (mode == AliasMode.DEMONITOR) {
      throw new IllegalArgumentException(
          "alias(DEMONITOR): that mode is for the alias of a monitor; use EXPLICIT or REPLY, or monitor with an alias.");
    }
    Ref ref = self.newRef();
    activate(self, new Watch(ref, self, null, null, mode, null));
    return ref;
  }

  private static void activate(Cell self, Watch watch) {
    watch.ref.watch = watch;
    self.mailbox.mark(watch.ref);
    self.lock();
    try {
      watch.aliasOn = self.state == Cell.ALIVE;
    } finally {
      self.lockWord = 0;
    }
  }

  /// Ends an alias.
  ///
  /// @return whether it was an active alias of the caller (A4)
  static boolean unalias(Cell self, Ref ref) {
    Watch watch = ref.watch;
    if (watch == null || watch.watcher != self) {
      return false;
    }
    boolean was;
    boolean on;
    self.lock();
    try {
      was = watch.aliasOn;
      watch.aliasOn = false;
      on = watch.on;
    } finally {
      self.lockWord = 0;
    }
    if (!on) {
      self.mailbox.unmark(ref);
    }
    return was;
  }

  /// Sends to an alias: the message is received if the alias is active now (A2); a reply alias ends
  /// with it, and its monitor too (A3, A7).
  ///
  /// @param quietly whether an error is not thrown once the message has been received
  static void send(Pid from, Ref alias, Message message, boolean quietly) {
    Watch watch = alias.watch;
    if (watch == null) {
      Cell owner = alias.owner.cell;
      if (owner != null) {
        Posting.lost(owner.node, from, alias, message.payload);
      }
      return;
    }
    Cell to = watch.watcher;
    Bound bound = to.mailbox.bound;
    if (bound != null && !quietly && watch.aliasMode != AliasMode.REPLY) {
      // What comes by a timer, or once because the receiver asked for it, no bound keeps out.
      Object payload = message.payload;
      if (payload != null && bound.keepsOut(payload)) {
        bound.send(from, watch, payload);
        return;
      }
    }
    Stack.probe();
    Tracer tracer = to.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.MESSAGE, from, to.pid, message.payload);
    }
    boolean wake = false;
    boolean ended = false;
    boolean there;
    to.lock();
    try {
      there = watch.aliasOn && to.state == Cell.ALIVE;
      if (tracer != null) {
        tracer.applied(
            TraceEvent.Signal.MESSAGE,
            from,
            to.pid,
            message.payload,
            there ? "queued, by alias" : "dropped: no such alias");
      }
      if (there) {
        wake = to.mailbox.push(message);
        if (watch.aliasMode == AliasMode.REPLY) {
          watch.aliasOn = false;
          if (watch.on) {
            watch.pending = Watch.DEMONITOR;
            ended = true;
            watch.on = false;
            watch.turnOff();
          }
        }
      }
    } finally {
      to.lockWord = 0;
    }
    try {
      if (wake) {
        to.alert();
      }
      if (ended) {
        if (tracer != null && watch.target != null) {
          tracer.sent(TraceEvent.Signal.DEMONITOR, to.pid, watch.target.pid, watch.ref);
        }
        unlist(watch);
        watch.pending = Watch.NOTHING;
      }
    } catch (Error e) {
      if (wake) {
        to.owe(Cell.OWES_ALERT);
      }
      if (ended) {
        to.node.reserve.owe(watch);
      }
      if (!quietly) {
        throw e;
      }
    }
    if (!there) {
      Posting.lost(to.node, from, alias, message.payload);
    }
  }

  /// Finishes, on the reserve, a verb that an `Error` left half done.
  static void settle(Watch watch) {
    switch (watch.pending) {
      case Watch.MONITOR -> arrive(watch, true);
      case Watch.DEMONITOR -> unlist(watch);
      default -> {}
    }
    watch.pending = Watch.NOTHING;
  }
}

package dev.belay;

import org.jspecify.annotations.Nullable;

/// Monitors between processes of two nodes.
final class FarWatches {
  private FarWatches() {}

  /// Returns whom a monitor of this node is about, as far as it is known.
  static Pid whom(FarTarget watch) {
    Pid pid = watch.process();
    return pid == null ? watch.watcher.pid : pid;
  }

  // monitors of this node

  /// Step 2 of a monitor: on its way to the other node. If that cannot be reached it fires. May be
  /// repeated.
  static void send(FarTarget watch) {
    Carrier.Signal signal = Carrier.Signal.monitor(watch.watcher.pid, watch.far(), watch.ref);
    // Before it is sent: the answer may be here at once, and is for whoever is known by then.
    watch.watcher.node.aliases.add(watch.ref);
    if (!watch.sent) {
      watch.sent = watch.line.register(watch.bond) && watch.line.push(signal);
    }
    if (watch.sent) {
      watch.line.wake();
      if (watch.severed) {
        // The watcher's dismantler may have withdrawn it before it was sent.
        withdraw(watch);
      }
    } else {
      watch.lost();
      watch.line.strike(watch.bond);
    }
  }

  /// Step 2 of a demonitor, and of the end of a watcher.
  static void withdraw(FarTarget watch) {
    watch.line.push(Carrier.Signal.demonitor(watch.watcher.pid, watch.far(), watch.ref));
    watch.line.wake();
    watch.line.strike(watch.bond);
  }

  /// A down has come.
  static void down(Line line, Ref ref, ExitReason reason, Trail trail) {
    if (ref.watch instanceof FarTarget watch && watch.line == line) {
      Watches.fire(watch, new Cause(reason, Trail.How.LINK, whom(watch), trail), false);
      line.strike(watch.bond);
    }
  }

  // monitors of the other node

  /// A monitor has come: listed at its target, or told at once that there is none (M4).
  static void monitored(Line line, Pid watcher, Subject subject, Ref ref) {
    Cell target = Posting.resolve(line.node, subject);
    Carrier.Signal refusal =
        Carrier.Signal.down(
            target == null ? line.node.system : target.pid,
            subject,
            watcher,
            ref,
            ExitReason.NO_PROC,
            Trail.EMPTY);
    boolean there = false;
    if (target != null) {
      FarWatcher watch = new FarWatcher(ref, watcher, target, subject, line);
      if (!line.register(watch.bond)) {
        return;
      }
      line.watchers().put(ref, watch);
      there = list(watch);
      boolean missed = there && line.isLost();
      if (missed) {
        // The loss may have come past it before it was listed.
        takeOff(watch);
      }
      if (!there || missed) {
        forget(watch);
      }
    }
    if (!there) {
      line.push(refusal);
      line.wake();
    }
  }

  private static boolean list(FarWatcher watch) {
    Cell target = watch.target();
    Tracer tracer = target.node.tracer;
    target.lock();
    try {
      boolean there = target.state < Cell.DEAD;
      if (tracer != null) {
        tracer.applied(
            TraceEvent.Signal.MONITOR,
            watch.far,
            target.pid,
            watch.ref,
            there ? "monitored" : "noproc");
      }
      if (there) {
        watch.list(target);
      }
      return there;
    } finally {
      target.lockWord = 0;
    }
  }

  /// A demonitor has come.
  static void demonitored(Line line, Ref ref) {
    FarWatcher watch = line.watchers().get(ref);
    if (watch != null) {
      takeOff(watch);
      forget(watch);
    }
  }

  /// Takes a monitor of the other node off its target's list. May be repeated.
  static void takeOff(FarWatcher watch) {
    Cell target = watch.target();
    target.lock();
    try {
      if (target.state < Cell.DEAD) {
        watch.unlist(target);
      }
    } finally {
      target.lockWord = 0;
    }
  }

  /// Tells a watcher of the other node that its target has ended; for the dismantler.
  static void tell(FarWatcher watch, Cause death) {
    watch.line.push(
        Carrier.Signal.down(
            watch.target().pid, watch.said, watch.far, watch.ref, death.reason(), death.trail()));
    watch.line.wake();
    forget(watch);
  }

  private static void forget(FarWatcher watch) {
    watch.line.watchers().remove(watch.ref, watch);
    watch.line.strike(watch.bond);
  }

  /// Returns a watch for a monitor, which over there or here, has its target.
  static Watch make(
      Ref ref, Cell self, Subject subject, @Nullable Cell target, MonitorOptions options) {
    Line line = target == null ? self.node.lineTo(subject) : null;
    return line == null
        ? new Watch(ref, self, target, subject, options.aliasMode, options.tag)
        : new FarTarget(ref, self, subject, options.aliasMode, options.tag, line);
  }
}

package dev.belay;

import org.jspecify.annotations.Nullable;

/// Monitors of nodes by their names (N1), and the steps that all monitors of nodes have in common.
final class NodeWatches {
  /*
   * 1 at the watcher: listed, on. 2 at the line: in its register; if that is closed the watch fires. Loss, dismantling and taking it off
   * turn it off at the watcher first, under its lock, so that it fires once at most, and strike it out of the register then. A watcher may
   * die between 1 and 2, or in 2: its dismantler sets `severed` before it strikes, and step 2 looks at it afterwards.
   */
  private NodeWatches() {}

  static void set(Cell self, String peer, boolean on) {
    if (on) {
      monitor(self, peer);
    } else {
      demonitor(self, peer);
    }
  }

  /// Monitors a node.
  private static void monitor(Cell self, String peer) {
    Node node = self.node;
    if (peer.equals(node.name())) {
      // As long as a process can look, its node is there.
      return;
    }
    NodeWatch watch = new NodeWatch(self, peer, node.lines.to(peer), null);
    NodeMonitors.of(self).add(watch);
    Stack.probe();
    boolean alive;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      if (alive) {
        watch.pending = Watch.MONITOR;
        watch.turnOn();
      }
    } finally {
      self.lockWord = 0;
    }
    if (!alive) {
      throw self.unwinding();
    }
    try {
      arrive(watch);
      watch.pending = Watch.NOTHING;
    } catch (Error e) {
      node.reserve.owe(watch);
      throw e;
    }
  }

  /// Step 2. May be repeated.
  static void arrive(NodeWatch watch) {
    Line line = watch.line;
    if (line != null && line.register(watch.bond)) {
      if (watch.severed || !isOn(watch)) {
        // Whoever has taken it off may have struck it out before it was in.
        line.strike(watch.bond);
      }
    } else {
      fire(watch);
    }
  }

  private static boolean isOn(NodeWatch watch) {
    Cell watcher = watch.watcher;
    watcher.lock();
    try {
      return watch.on;
    } finally {
      watcher.lockWord = 0;
    }
  }

  /// Takes one monitor of a node off, if there is one that has not fired.
  private static void demonitor(Cell self, String peer) {
    NodeMonitors own = NodeMonitors.of(self);
    for (NodeWatch watch = own.take(peer); watch != null; watch = own.take(peer)) {
      if (takeOff(self, watch)) {
        return;
      }
    }
  }

  private static boolean takeOff(Cell self, NodeWatch watch) {
    Stack.probe();
    boolean alive;
    boolean wasOn = false;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      if (alive && watch.on) {
        watch.pending = Watch.DEMONITOR;
        watch.turnOff();
        wasOn = true;
      }
    } finally {
      self.lockWord = 0;
    }
    if (!alive) {
      throw self.unwinding();
    }
    if (wasOn) {
      try {
        watch.strike();
        watch.pending = Watch.NOTHING;
      } catch (Error e) {
        self.node.reserve.owe(watch);
        throw e;
      }
    }
    return wasOn;
  }

  /// The connection is lost, or could not be made: the watch, if it is on, becomes a message. May
  /// be repeated.
  static void fire(NodeWatch watch) {
    Cell watcher = watch.watcher;
    watcher.lock();
    try {
      if (watcher.state < Cell.DEAD) {
        if (watch.on && watcher.state == Cell.ALIVE) {
          watcher.mailbox.sample(watch, watcher.host());
          watcher.mailbox.push(watch);
        }
        // Here, not only in the call below, which may fail: it must not be pushed again.
        watch.on = false;
        watch.turnOff();
      }
    } finally {
      watcher.lockWord = 0;
    }
    watcher.alert();
  }

  /// Finishes, on the reserve, a verb that an `Error` left half done.
  static void settle(NodeWatch watch) {
    switch (watch.pending) {
      case Watch.MONITOR -> arrive(watch);
      case Watch.DEMONITOR -> watch.strike();
      default -> {}
    }
    watch.pending = Watch.NOTHING;
  }

  /// Forgets, for the dismantler, what its process wanted to know of nodes; other watches without a
  /// target are none of its business.
  static void unlist(@Nullable Watch watch) {
    if (watch instanceof NodeWatch of) {
      of.strike();
    } else if (watch instanceof NodeSubscription whole) {
      whole.watcher.node.subscriptions.forget(whole);
    }
  }
}

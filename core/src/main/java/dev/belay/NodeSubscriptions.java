package dev.belay;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who wants to hear of all connections of a node that come and go (N3–N7).
final class NodeSubscriptions {
  /*
   * A connection that comes up and a process that subscribes are put in order by the lock of this object: either the subscription finds the
   * line up, and is silent about it, or the line finds the subscription, and says that it is up. Both make the NodeDown that is owed from
   * then on, a NodeWatch, beforehand. Under the lock the lock of one cell or of one line's register is taken for a moment; who holds
   * one of those never takes this one. Processes that die take their subscriptions out without it.
   */
  private final Node node;
  private final ConcurrentHashMap<NodeSubscription, NodeSubscription> all =
      new ConcurrentHashMap<>();

  NodeSubscriptions(Node node) {
    this.node = node;
  }

  void set(Cell self, boolean on, NodeType type) {
    if (on) {
      subscribe(self, type);
    } else {
      unsubscribe(self, type);
    }
  }

  /// Subscribes the calling process.
  private void subscribe(Cell self, NodeType type) {
    NodeSubscription fresh = new NodeSubscription(self, type);
    NodeMonitors.of(self).add(fresh);
    Stack.probe();
    boolean alive;
    self.lock();
    try {
      alive = self.state == Cell.ALIVE;
      if (alive) {
        fresh.turnOn();
      }
    } finally {
      self.lockWord = 0;
    }
    if (!alive) {
      throw self.unwinding();
    }
    try {
      enter(fresh);
    } catch (Error e) {
      // Half a subscription is none.
      node.reserve.owe(fresh);
      throw e;
    }
  }

  private synchronized void enter(NodeSubscription fresh) {
    for (Line line : node.lines.all()) {
      if (line.isUp(fresh.type)) {
        add(fresh, line, null);
      }
    }
    all.put(fresh, fresh);
    if (fresh.severed) {
      all.remove(fresh);
    }
  }

  /// Ends all subscriptions of the calling process with a type.
  private void unsubscribe(Cell self, NodeType type) {
    NodeMonitors own = NodeMonitors.of(self);
    for (NodeSubscription next = own.take(type); next != null; next = own.take(type)) {
      try {
        end(next);
      } catch (Error e) {
        node.reserve.owe(next);
        throw e;
      }
    }
    self.checkAlive();
  }

  /// Ends a subscription. May be repeated.
  void end(NodeSubscription subscription) {
    Cell watcher = subscription.watcher;
    boolean more = true;
    while (more) {
      NodeWatch next = null;
      watcher.lock();
      try {
        if (watcher.state < Cell.DEAD) {
          subscription.turnOff();
          next = subscription.first;
          if (next != null) {
            next.turnOff();
          }
        }
      } finally {
        watcher.lockWord = 0;
      }
      forget(subscription);
      if (next != null) {
        next.strike();
      }
      more = next != null;
    }
  }

  int size() {
    return all.size();
  }

  void forget(NodeSubscription subscription) {
    all.remove(subscription);
  }

  /// A connection is there.
  synchronized void up(Line line, boolean visible) {
    line.noteUp(visible);
    for (NodeSubscription subscription : all.values()) {
      if (line.isUp(subscription.type)) {
        add(subscription, line, new Message(new NodeUp(line.peer())));
      }
    }
  }

  /// Makes what a subscription owes its process for a connection.
  ///
  /// @param news what to tell it, unless the connection was there before the subscription
  private void add(NodeSubscription subscription, Line line, @Nullable Message news) {
    Cell watcher = subscription.watcher;
    NodeWatch watch = new NodeWatch(watcher, line.peer(), line, subscription);
    Stack.probe();
    boolean added = false;
    boolean done = false;
    try {
      watcher.lock();
      try {
        if (watcher.state == Cell.ALIVE && subscription.on) {
          // First: if it fails, its process hears neither that it is up nor that it is down.
          subscription.add(watch);
          added = true;
          watch.pending = Watch.MONITOR;
          watch.turnOn();
          if (news != null) {
            // Last: who has heard that it is up must hear that it is down.
            watcher.mailbox.push(news);
          }
        }
      } finally {
        watcher.lockWord = 0;
      }
      if (added) {
        // If the line has been lost meanwhile, also who has not heard that it was up hears that it
        // is down: as if it had been up a moment longer.
        NodeWatches.arrive(watch);
        watch.pending = Watch.NOTHING;
        watcher.alert();
      }
      done = true;
    } finally {
      if (added && !done) {
        node.reserve.owe(watch);
        watcher.owe(Cell.OWES_ALERT);
      }
    }
  }
}

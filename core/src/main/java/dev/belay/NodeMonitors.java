package dev.belay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a process has said with `monitorNode` and `monitorNodes`, so that it can take it back. The
/// process's own.
final class NodeMonitors {
  private static final ProcessLocal<NodeMonitors> OWN = ProcessLocal.withInitial(NodeMonitors::new);

  private final Map<String, ArrayDeque<NodeWatch>> watches = new HashMap<>();
  private final List<NodeSubscription> subscriptions = new ArrayList<>();

  private NodeMonitors() {}

  static NodeMonitors of(Cell self) {
    return OWN.of(self);
  }

  /// Notes one more monitor of a node.
  void add(NodeWatch watch) {
    ArrayDeque<NodeWatch> all = watches.computeIfAbsent(watch.node, _ -> new ArrayDeque<>());
    // Those of one connection fire together, so that the oldest tells of many.
    for (NodeWatch oldest = all.peekFirst();
        oldest != null && !isOn(oldest);
        oldest = all.peekFirst()) {
      all.removeFirst();
    }
    all.addLast(watch);
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

  /// Takes out the latest monitor of a node, which may have fired.
  @Nullable NodeWatch take(String node) {
    ArrayDeque<NodeWatch> all = watches.get(node);
    if (all == null) {
      return null;
    }
    NodeWatch latest = all.pollLast();
    if (all.isEmpty()) {
      watches.remove(node);
    }
    return latest;
  }

  void add(NodeSubscription subscription) {
    subscriptions.add(subscription);
  }

  /// Takes out a subscription of a type.
  @Nullable NodeSubscription take(NodeType type) {
    for (int i = subscriptions.size() - 1; i >= 0; i--) {
      if (subscriptions.get(i).type == type) {
        return subscriptions.remove(i);
      }
    }
    return null;
  }
}

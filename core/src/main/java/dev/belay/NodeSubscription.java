package dev.belay;

import org.jspecify.annotations.Nullable;

/// One call of `monitorNodes(true)`: what it owes its process for each connection that is up.
final class NodeSubscription extends Watch {
  /*
   * | field | guard              |
   * | first | the watcher's lock |
   */
  final NodeType type;
  @Nullable NodeWatch first;

  NodeSubscription(Cell watcher, NodeType type) {
    super(NodeWatch.NONE, watcher, null, null, null, null);
    this.type = type;
  }

  /// Keeps what it owes for one connection; under the watcher's lock.
  void add(NodeWatch watch) {
    watch.kept = true;
    watch.newsAfter = first;
    if (first != null) {
      first.newsBefore = watch;
    }
    first = watch;
  }

  /// Forgets it again; under the watcher's lock. May be repeated.
  void remove(NodeWatch watch) {
    if (!watch.kept) {
      return;
    }
    watch.kept = false;
    if (watch.newsBefore == null) {
      first = watch.newsAfter;
    } else {
      watch.newsBefore.newsAfter = watch.newsAfter;
    }
    if (watch.newsAfter != null) {
      watch.newsAfter.newsBefore = watch.newsBefore;
    }
    watch.newsBefore = null;
    watch.newsAfter = null;
  }

  @Override
  public void settleOwed() {
    watcher.node.subscriptions.end(this);
  }
}

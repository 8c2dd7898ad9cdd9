package dev.belay;

import org.jspecify.annotations.Nullable;

/// The record of one [NodeDown] that a process is to get, and, once it has fired, that message
/// itself.
final class NodeWatch extends Watch implements Line.Far {
  /*
   * It is in its watcher's list like a monitor, under the watcher's lock, so that the dismantler finds it; and in the register of its line,
   * among those that hear last.
   *
   * | field                       | guard                                                              |
   * | newsBefore, newsAfter, kept | the watcher's lock; see NodeSubscription                           |
   */
  /// No monitor of a node has a reference.
  static final Ref NONE = new Ref(new Pid(new NodeId("", 0), 0, null), 0);

  final String node;

  /// The connection that it is about, or null if there is none to be had.
  final @Nullable Line line;

  final Line.Bond bond = new Line.Bond(this, true);

  /// Of which subscription it is a part, or null if the node was asked for by its name.
  final @Nullable NodeSubscription subscription;

  @Nullable NodeWatch newsBefore;
  @Nullable NodeWatch newsAfter;

  /// Whether it is in its subscription's list.
  boolean kept;

  NodeWatch(
      Cell watcher, String node, @Nullable Line line, @Nullable NodeSubscription subscription) {
    super(NONE, watcher, null, null, null, null);
    this.node = node;
    this.line = line;
    this.subscription = subscription;
  }

  @Override
  void turnOff() {
    super.turnOff();
    NodeSubscription whole = subscription;
    if (whole != null) {
      whole.remove(this);
    }
  }

  /// Strikes it out of the register of its line. May be repeated.
  void strike() {
    Line over = line;
    if (over != null) {
      over.strike(bond);
    }
  }

  @Override
  public void lost() {
    NodeWatches.fire(this);
  }

  @Override
  @Nullable Object peek() {
    Object message = payload;
    return message == null ? new NodeDown(node) : message;
  }

  @Override
  public void settleOwed() {
    NodeWatches.settle(this);
  }
}

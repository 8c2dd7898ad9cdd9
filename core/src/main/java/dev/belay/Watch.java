package dev.belay;

import org.jspecify.annotations.Nullable;

/// The record of a monitor, of an alias, or of both (A5–A7), and, once it has fired, the `Down`
/// message itself.
sealed class Watch extends Message implements Owed
    permits FarTarget, FarWatcher, NodeSubscription, NodeWatch {
  /*
   * | field                                   | guard                       |
   * | on, aliasOn, ownPrev, ownNext           | the watcher's lock; after its death, its dismantler |
   * | listed, targetPrev, targetNext          | the target's lock; after its death, its dismantler  |
   * | severed                                 | volatile; set by the watcher's dismantler before it goes to the target |
   * | death                                   | written before the push that publishes it |
   * | pending, nextOwed                       | whoever executes the verb, then the reserve |
   */
  final Ref ref;
  final Cell watcher;

  /// The process watched; null for a plain alias, for a name that nobody holds and for what cannot
  /// be reached.
  final @Nullable Cell target;

  final @Nullable Subject subject;
  final @Nullable Object tag;
  final @Nullable AliasMode aliasMode;

  /// Whether the monitor is on: it has neither fired nor been taken off.
  boolean on;

  boolean aliasOn;
  @Nullable Watch ownPrev;
  @Nullable Watch ownNext;
  boolean listed;
  @Nullable Watch targetPrev;
  @Nullable Watch targetNext;
  volatile boolean severed;

  /// Whether the target's dismantler has begun to tell the watcher.
  boolean telling;

  @Nullable Cause death;
  private @Nullable Owed nextOwed;
  byte pending;

  static final byte NOTHING = 0;
  static final byte MONITOR = 1;
  static final byte DEMONITOR = 2;

  Watch(
      Ref ref,
      Cell watcher,
      @Nullable Cell target,
      @Nullable Subject subject,
      @Nullable AliasMode aliasMode,
      @Nullable Object tag) {
    super(null);
    this.ref = ref;
    this.watcher = watcher;
    this.target = target;
    this.subject = subject;
    this.aliasMode = aliasMode;
    this.tag = tag;
  }

  /// Returns the process that is watched, as far as it is known.
  @Nullable Pid process() {
    return target != null ? target.pid : subject instanceof Pid pid ? pid : null;
  }

  /// Returns who watches.
  Pid watcherPid() {
    return watcher.pid;
  }

  /// Turns the monitor off; under the watcher's lock. An alias that lives with its monitor ends
  /// too.
  void turnOff() {
    on = false;
    if (aliasMode != AliasMode.EXPLICIT) {
      aliasOn = false;
    }
    if (ownPrev == null) {
      if (watcher.watching == this) {
        watcher.watching = ownNext;
      }
    } else {
      ownPrev.ownNext = ownNext;
    }
    if (ownNext != null) {
      ownNext.ownPrev = ownPrev;
    }
    ownPrev = null;
    ownNext = null;
  }

  /// Lists the monitor at its watcher; under the watcher's lock.
  void turnOn() {
    on = true;
    ownNext = watcher.watching;
    if (ownNext != null) {
      ownNext.ownPrev = this;
    }
    watcher.watching = this;
  }

  /// Lists the monitor at its target; under the target's lock.
  void list(Cell at) {
    listed = true;
    targetNext = at.watchers;
    if (targetNext != null) {
      targetNext.targetPrev = this;
    }
    at.watchers = this;
  }

  /// Takes the monitor off its target's list; under the target's lock.
  void unlist(Cell at) {
    if (!listed) {
      return;
    }
    listed = false;
    if (targetPrev == null) {
      at.watchers = targetNext;
    } else {
      targetPrev.targetNext = targetNext;
    }
    if (targetNext != null) {
      targetNext.targetPrev = targetPrev;
    }
    targetPrev = null;
    targetNext = null;
  }

  @Override
  @Nullable Object open() {
    Object message = peek();
    payload = message;
    return message;
  }

  @Override
  @Nullable Object peek() {
    Object message = payload;
    Cause cause = death;
    Subject what = subject;
    return message == null && cause != null && what != null
        ? new Down(ref, what, process(), cause.reason(), cause.trail(), tag)
        : message;
  }

  @Override
  public @Nullable Owed nextOwed() {
    return nextOwed;
  }

  @Override
  public void nextOwed(@Nullable Owed next) {
    nextOwed = next;
  }

  @Override
  public void settleOwed() {
    Watches.settle(this);
  }
}

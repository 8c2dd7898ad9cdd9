package dev.belay;

import org.jspecify.annotations.Nullable;

/// One side's record of a link (L11), and, once it has fired in a process that traps exits, the
/// `Exit` message itself.
sealed class LinkEnd extends Message implements Owed permits FarEnd {
  /*
   * | field                              | guard                                    |
   * | unlinkId, anyExit, fired, nextInBucket | the owner's lock; after the owner's death, its dismantler |
   * | severed                            | volatile; set by the owner's dismantler before it goes to the peer |
   * | withdrawn                          | volatile; set under the owner's lock |
   * | acknowledged                       | volatile; set under the peer's lock |
   * | death                              | written before the push that publishes it |
   * | pending, nextOwed                  | whoever executes the verb, then the reserve |
   */
  final Cell owner;
  final Pid peer;

  /// The peer's end, made together with this one by whoever links; the peer may turn out to have
  /// one already.
  @Nullable LinkEnd counterpart;

  @Nullable LinkEnd nextInBucket;

  /// 0 while the link is active, else the id of the unlink that the peer has not acknowledged.
  long unlinkId;

  boolean anyExit;

  /// Whether the exit of this link has been applied to the owner; the end is as good as gone.
  boolean fired;

  /// Whether the peer has taken this end away by an unlink, for a link signal that is still on its
  /// way: it was sent before the unlink was acknowledged, so it must not come after that.
  volatile boolean withdrawn;

  /// Whether the peer has received the unlink of this end, and so has sent its acknowledgement,
  /// which the owner's thread is about to take. Links of the peer that were sent later come after
  /// it.
  volatile boolean acknowledged;

  /// Whether the owner is dead, for a link signal that is still on its way from a declared process.
  volatile boolean severed;

  @Nullable Cause death;
  private @Nullable Owed nextOwed;

  /// Which half of a verb the reserve would have to finish.
  byte pending;

  static final byte NOTHING = 0;
  static final byte LINK = 1;
  static final byte UNLINK = 2;

  LinkEnd(Cell owner, Pid peer, boolean anyExit) {
    super(null);
    this.owner = owner;
    this.peer = peer;
    this.anyExit = anyExit;
  }

  boolean isActive() {
    return unlinkId == 0 && !fired;
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
    return message == null && cause != null
        ? new Exit(peer, cause.reason(), cause.trail())
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
    Links.settle(this);
  }
}

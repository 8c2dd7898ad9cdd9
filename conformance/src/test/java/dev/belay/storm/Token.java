package dev.belay.storm;

import dev.belay.Pid;

/// What whoever is at a place holds, as a resource of its own, for as long as it has runtime
/// rights: no two may have one of the same place.
final class Token implements AutoCloseable {
  private final Place place;
  private final Pid holder;
  private boolean taken;
  private boolean closed;

  Token(Place place, Pid holder) {
    this.place = place;
    this.holder = holder;
  }

  /// Takes it, unless the process has ended meanwhile, whose thread may be late to notice.
  synchronized void take() {
    if (!closed) {
      taken = place.take(this);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (taken) {
      place.giveBack(this);
    }
  }

  @Override
  public String toString() {
    return "the token of " + holder;
  }
}

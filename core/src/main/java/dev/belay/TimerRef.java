package dev.belay;

/// A timer that was started; any process of its node may cancel or read it (TM6). Compared by
/// identity.
@Sendable
public final class TimerRef {
  final UserTimer timer;

  TimerRef(UserTimer timer) {
    this.timer = timer;
  }

  @Override
  public String toString() {
    return "#Timer<" + Integer.toHexString(System.identityHashCode(timer)) + ">";
  }
}

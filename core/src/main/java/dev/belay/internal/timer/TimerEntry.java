package dev.belay.internal.timer;

/// Something that can be given a deadline; it is itself the member of the heap, so that arming it
/// allocates nothing.
///
/// All fields are guarded by the lock of the [Timers] that it is armed with.
public abstract class TimerEntry {
  long deadline;

  /// Position in the heap plus one; 0 when not armed, so that a new entry needs no initialisation.
  int slot;

  /// What the deadline is for, as the owner of the entry defines it; 0 is the default.
  byte purpose;

  /// Creates an entry that is not armed.
  protected TimerEntry() {}

  /// Called by the timer thread when the deadline has passed, without any lock. Must not block and
  /// must not run user code. If it throws, it is called again a little later.
  ///
  /// @param purpose what the deadline was armed for
  protected abstract void onDeadline(int purpose);
}

package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.TimerRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What few servers have, so that the others pay one field for it: what is to be done when the
/// handler has returned, what it waits for, and who looks on. The server's own.
final class Affairs {
  @Nullable ExitReason stop;
  @Nullable Exit signal;
  @Nullable Object next;
  @Nullable Class<?> protocol;

  /// For how long nothing is to come, from when the handler has returned.
  @Nullable Duration idle;

  /// Who looks on.
  @Nullable Tracing tracing;

  /// What the timer was started with.
  private @Nullable Duration running;

  private @Nullable TimerRef timer;
  private long ticks;

  /// Nobody has sent anything for a time; counts only if it is the last that was asked for.
  record Tick(long number) implements Inner {}

  /// A message has come.
  ///
  /// @return whether it is to be handled; if not, it was for what is kept here, or is out of date
  boolean admits(Server<?> server, Object message) {
    if (message instanceof Tick tick && tick.number != ticks) {
      return false;
    }
    if (message instanceof Tracing.Late late) {
      late.tracing().catchUp();
      return false;
    }
    if (tracing != null && tracing.isEndOfTracer(message)) {
      tracing = tracing.orNull();
      return false;
    }
    // Whatever came, the time is over; after one who looks on it begins anew.
    if (SystemCalls.isOne(message) && running != null) {
      idle = running;
    }
    running = null;
    ticks++;
    if (timer != null) {
      Belay.cancelTimer(timer);
      timer = null;
    }
    if (tracing != null) {
      tracing.received(server, message);
    }
    return true;
  }

  /// The handler has returned: the time in which nothing is to come begins, if it is to.
  Behaviour awaitNothing() {
    if (idle != null) {
      timer = Belay.sendAfter(idle, Belay.self(), new Tick(ticks));
      running = idle;
      idle = null;
    }
    return Behaviour.same();
  }
}

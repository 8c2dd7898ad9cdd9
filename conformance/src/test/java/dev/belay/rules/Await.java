package dev.belay.rules;

import static dev.belay.Belay.receive;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what must come, but not for ever. All but [#until] is for processes.
public final class Await {
  /// Longer than anything here takes on a busy machine.
  public static final Duration LONG = Duration.ofSeconds(60);

  private static final long POLL_NANOS = 200_000;

  private Await() {}

  /// Waits until a condition holds.
  ///
  /// @param condition asked again and again
  public static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("the condition did not come true within " + LONG);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /// Takes the end of a monitored process from the mailbox.
  ///
  /// @param process the process
  /// @return its message
  public static Down down(Monitored process) {
    return down(process.ref());
  }

  /// Takes the message of a monitor from the mailbox.
  ///
  /// @param ref the monitor
  /// @return its message
  public static Down down(Ref ref) {
    return get(
        ref + "'s down", m -> m instanceof Down down && down.ref().equals(ref) ? down : null);
  }

  /// Takes an exit signal that was trapped from the mailbox.
  ///
  /// @param pid the process that it is from
  /// @return the message
  public static Exit exitOf(Pid pid) {
    return get(
        pid + "'s exit", m -> m instanceof Exit exit && exit.pid().equals(pid) ? exit : null);
  }

  /// Takes a message that is equal to this one from the mailbox.
  ///
  /// @param expected the message
  public static void message(Object expected) {
    get(expected, m -> m.equals(expected) ? m : null);
  }

  private static <T> T get(Object what, Selector<T> selector) {
    return receive(selector, LONG)
        .orElseThrow(() -> new AssertionError(what + " did not come within " + LONG));
  }
}

package dev.belay.twins;

import static dev.belay.Belay.info;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.sleep;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.Name;
import dev.belay.NameException;
import dev.belay.NoProcessException;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.twins.Terms.Unordered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The steps that scenarios share; the twins of those in `twin.erl`. All are taken by processes.
final class Steps {
  private static final Duration POLL = Duration.ofMillis(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Steps() {}

  /// Something that may be refused.
  @FunctionalInterface
  interface Action {
    void take();
  }

  /// Takes this very message.
  @CanIgnoreReturnValue
  static Object await(Object wanted) {
    return receive(message -> message.equals(wanted) ? message : skip());
  }

  /// Takes the oldest exit message.
  static Exit awaitExit() {
    return receive(Exit.class);
  }

  /// Takes the oldest down message without a tag.
  static Down awaitDown() {
    return receive(message -> message instanceof Down down && down.tag().isEmpty() ? down : skip());
  }

  /// Takes the message of this monitor, whatever its tag.
  @CanIgnoreReturnValue
  static Down awaitDown(Ref ref) {
    return receive(
        message -> message instanceof Down down && down.ref().equals(ref) ? down : skip());
  }

  /// Takes the oldest message, if there is one.
  static Object next() {
    return receive(Duration.ZERO).orElse("nothing");
  }

  /// Takes all messages.
  @CanIgnoreReturnValue
  static List<Object> drain() {
    List<Object> all = new ArrayList<>();
    Optional<Object> message = receive(Duration.ZERO);
    while (message.isPresent()) {
      all.add(message.get());
      message = receive(Duration.ZERO);
    }
    return all;
  }

  /// Waits for the message "stop", leaving all others.
  static void idle() {
    await("stop");
  }

  /// Waits until a condition holds.
  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("never came true");
      }
      sleep(POLL);
    }
  }

  /// Waits until a process has ended.
  static void untilDead(Pid pid) {
    awaitDown(monitor(pid));
  }

  /// Waits until the caller has so many messages.
  static void untilQueued(int count) {
    until(() -> queueLength(self()) >= count);
  }

  /// Takes an action for its effect: done, or refused because its arguments are wrong or the
  /// process or name does not exist.
  static String attempt(Action action) {
    try {
      action.take();
      return "done";
    } catch (NoProcessException | NameException | IllegalArgumentException _) {
      return "refused";
    }
  }

  /// Returns a name as a destination.
  static Name name(String name) {
    return new Name(name, node().name());
  }

  /// Returns the different ones of some values.
  static Unordered different(Collection<?> values) {
    return Unordered.set(new LinkedHashSet<>(values));
  }

  static Unordered links(Pid pid) {
    return Unordered.set(about(pid).links());
  }

  static Unordered monitors(Pid pid) {
    return Unordered.set(about(pid).monitors());
  }

  static Unordered monitoredBy(Pid pid) {
    return Unordered.set(about(pid).monitoredBy());
  }

  static int queueLength(Pid pid) {
    return about(pid).messageQueueLength();
  }

  static ProcessInfo about(Pid pid) {
    return info(pid).orElseThrow();
  }
}

package dev.belay.cli.puppet;

import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.Name;
import dev.belay.NoProcessException;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.TimerRef;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Messages and timers.
final class Mail {
  private static final Atom MESSAGE = Atom.of("message");
  private static final Atom TIMEOUT = Atom.of("timeout");
  private static final int MANY_TIMERS = 10_000;
  private static final int NANOS_PER_MILLI = 1_000_000;

  /// About what Erlang's clock can count to, which counts nanoseconds.
  private static final long LONGEST_TIMER_MILLIS = Long.MAX_VALUE / NANOS_PER_MILLI;

  private final Stage stage;

  private Mail(Stage stage) {
    this.stage = stage;
  }

  static void enter(Operations operations, Stage stage) {
    Mail mail = new Mail(stage);
    operations
        .with("send", 2, arguments -> send(arguments.get(0), arguments.get(1)))
        .with("received", 0, _ -> received())
        .with("await", 1, arguments -> await(Mail::any, arguments.get(0)))
        .with("await", 2, arguments -> await(tagged(arguments.get(0)), arguments.get(1)))
        .with("sleep", 1, arguments -> sleep(Terms.timeout(arguments.get(0))))
        .with("send_after", 3, mail::sendAfter)
        .with("cancel_timer", 1, arguments -> mail.cancelTimer(Terms.ref(arguments.get(0))))
        .with("read_timer", 1, arguments -> mail.readTimer(Terms.ref(arguments.get(0))));
  }

  private static Object send(Object to, Object message) {
    if (to instanceof Atom name) {
      try {
        Belay.send(name.name(), message);
      } catch (NoProcessException e) {
        throw Raised.badarg();
      }
      return message;
    }
    Destination destination =
        to instanceof Destination known ? known : (Destination) Terms.nameOnNode(to);
    if (destination == null) {
      throw Raised.badarg();
    }
    Belay.send(destination, message);
    return message;
  }

  // what has come

  private static @Nullable Object any(Object message) {
    return Puppet.isRequest(message) ? Belay.skip() : message;
  }

  private static Selector<Object> tagged(Object tag) {
    return message ->
        !Puppet.isRequest(message) && tag.equals(Terms.tag(message)) ? message : Belay.skip();
  }

  /// Takes as many as are there now, so that it comes to an end though more come.
  private static Object received() {
    int most = Belay.info(Belay.self()).map(ProcessInfo::messageQueueLength).orElse(0);
    List<Object> all = new ArrayList<>();
    while (all.size() < most) {
      Optional<Object> next = Belay.receive((Selector<Object>) Mail::any, Duration.ZERO);
      if (next.isEmpty()) {
        break;
      }
      all.add(next.get());
    }
    return List.copyOf(all);
  }

  private static Object await(Selector<Object> wanted, Object millis) {
    return Belay.receive(wanted, Terms.timeout(millis))
        .map(message -> (Object) Tuple.of(MESSAGE, message))
        .orElse(TIMEOUT);
  }

  private static Object sleep(Duration time) {
    Belay.sleep(time);
    return Atom.OK;
  }

  // timers

  private Object sendAfter(List<Object> arguments) {
    Duration delay = Terms.millis(arguments.get(0));
    if (delay.toMillis() > LONGEST_TIMER_MILLIS) {
      throw Raised.badarg();
    }
    Destination to =
        arguments.get(1) instanceof Pid pid
            ? pid
            : new Name(Terms.name(arguments.get(1)), Belay.node().name());
    TimerRef timer;
    try {
      timer = Belay.sendAfter(delay, to, arguments.get(2));
    } catch (IllegalArgumentException e) {
      // A process of another node.
      throw Raised.badarg();
    }
    if (stage.timers().size() > MANY_TIMERS) {
      stage.timers().values().removeIf(old -> Belay.readTimer(old).isEmpty());
    }
    Ref ref = Belay.makeRef();
    stage.timers().put(ref, timer);
    return ref;
  }

  private Object cancelTimer(Ref ref) {
    TimerRef timer = stage.timers().remove(ref);
    return timer == null ? Atom.FALSE : left(Belay.cancelTimer(timer));
  }

  private Object readTimer(Ref ref) {
    TimerRef timer = stage.timers().get(ref);
    return timer == null ? Atom.FALSE : left(Belay.readTimer(timer));
  }

  /// Milliseconds, those begun counted whole, or `false`.
  private static Object left(Optional<Duration> time) {
    return time.isEmpty() ? Atom.FALSE : Math.ceilDiv(time.get().toNanos(), (long) NANOS_PER_MILLI);
  }
}

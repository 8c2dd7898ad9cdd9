package dev.belay;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The body of a turn-style process: a [Behaviour] that gets one message at a time, in turns, and
/// needs no thread while there is none.
///
/// ```java
/// Pid counter = spawn(Turns.of(Counter::new));
/// ```
///
/// Every form of `spawn` takes it, and the process is like any other: the same signals, links,
/// monitors, options and verbs. It differs from
///
/// ```java
/// Behaviour behaviour = start.call();
/// while (true) {
///   behaviour = behaviour.handle(receive());
/// }
/// ```
///
/// only in what it costs: a process that waits holds no thread and no stack, and a message between
/// two such processes needs no change of threads.
///
/// A turn is what a process does between being given a thread and giving it back: it handles up to
/// some dozens of messages, and then lets others go first. The threads, *runners*, are virtual
/// threads that belong to the node. A turn that blocks keeps its runner, and another one takes that
/// one's place; a turn that does not end costs its runner, never the others. If it does not end
/// when its process is told to exit, the process is declared dead after its grace like any other,
/// and the runner is quarantined.
public final class Turns implements Body {
  final Callable<? extends Behaviour> start;

  /// The class that its processes call their initial function.
  final Class<?> initial;

  private Turns(Callable<? extends Behaviour> start, Class<?> initial) {
    this.start = start;
    this.initial = initial;
  }

  /// Makes the body of a turn-style process.
  ///
  /// @param start makes the behaviour; called in the process, as the first thing it does. What it
  ///   throws ends the process, and so does [Behaviour#done()]
  /// @return a body for `spawn`; it may be used for any number of processes
  public static Turns of(Callable<? extends Behaviour> start) {
    return new Turns(start, start.getClass());
  }

  /// Makes the body of a turn-style process on behalf of somebody else, whose class reports and
  /// dumps then name as its initial function.
  ///
  /// @param start makes the behaviour; called in the process, as the first thing it does
  /// @param initial what the process is said to begin with
  /// @return a body for `spawn`
  public static Turns of(Callable<? extends Behaviour> start, Class<?> initial) {
    return new Turns(start, Objects.requireNonNull(initial, "initial"));
  }

  /// Returns the behaviour of the calling process.
  ///
  /// @return the behaviour that is handling a message, or null if the process has none: on a plain
  ///   thread, in a receive-style process, and in the start of a turn-style one
  public static @Nullable Behaviour current() {
    Cell cell = Cell.currentOrNull();
    return cell != null && cell.code instanceof Behaviour behaviour ? behaviour : null;
  }

  /// Makes of any body one long turn.
  static Turns once(Body body) {
    return new Turns(
        () -> {
          body.run();
          return Behaviour.done();
        },
        body.getClass());
  }

  /// Handles the messages of the calling process until the behaviour is done: what a receive-style
  /// process does that calls this from its body.
  ///
  /// @throws Exception what the behaviour throws
  @Override
  public void run() throws Exception {
    Behaviour behaviour = start(start);
    while (behaviour != Answer.DONE) {
      behaviour = next(behaviour, behaviour.handle(Belay.receive()));
    }
  }

  /// Makes the first behaviour.
  static Behaviour start(Callable<? extends Behaviour> start) throws Exception {
    Behaviour first = start.call();
    if (first == null || first == Answer.SAME) {
      throw new NullPointerException(
          "the start of a turn-style process, "
              + start.getClass().getName()
              + ", returned no behaviour");
    }
    return first;
  }

  /// Tells what comes after a call of a behaviour.
  static Behaviour next(Behaviour behaviour, Behaviour answer) {
    if (answer == null) {
      throw new NullPointerException(
          "handle() of "
              + behaviour.getClass().getName()
              + " returned null; return Behaviour.same() to go on, or Behaviour.done() to end");
    }
    return answer == Answer.SAME ? behaviour : answer;
  }
}

package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.ProcessLocal;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// One computation in a process of its own, whose result is waited for: Elixir's `Task`.
///
/// ```java
/// Task<Integer> words = Task.async(() -> count(book));
/// …
/// int n = words.await();
/// ```
///
/// A task belongs to the process that started it: only that one can wait for it, and takes the
/// result once. With [#async] the two are linked: a task that crashes takes its owner along, and an
/// owner that ends takes its tasks along. With [#asyncNoLink] the owner hears of a crash from
/// [#await] or [#poll] only.
///
/// **When not to use it.** For work that nobody waits for, spawn a process, or start it under a
/// supervisor. For what only waits for many replies, [Requests] needs no process.
///
/// @param <T> the type of the result
public final class Task<T extends @Nullable Object> {
  /// How long [#await()] waits: 5 seconds, as in Elixir.
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  private static final ProcessLocal<List<Pid>> CALLERS = ProcessLocal.withInitial(List::of);

  private final Pid pid;
  private final Ref monitor;
  private final Ref alias;
  private final boolean linked;
  private @Nullable Outcome<T> outcome;

  private Task(Monitored process, Ref alias, boolean linked) {
    this.pid = process.pid();
    this.monitor = process.ref();
    this.alias = alias;
    this.linked = linked;
  }

  /// Starts a task that is linked with the calling process.
  ///
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task
  public static <T extends @Nullable Object> Task<T> async(Callable<? extends T> work) {
    return start(work, true);
  }

  /// Starts a task that is not linked with the calling process: its crash does not go on.
  ///
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task
  public static <T extends @Nullable Object> Task<T> asyncNoLink(Callable<? extends T> work) {
    return start(work, false);
  }

  private static <T extends @Nullable Object> Task<T> start(
      Callable<? extends T> work, boolean linked) {
    Ref alias = Belay.alias(AliasMode.REPLY);
    List<Pid> callers = new ArrayList<>();
    callers.add(Belay.self());
    callers.addAll(callers());
    SpawnOptions options = SpawnOptions.DEFAULT.label("task").reportExits();
    boolean started = false;
    try {
      Monitored process =
          Belay.spawnMonitor(
              linked ? options.link() : options,
              () -> {
                CALLERS.set(List.copyOf(callers));
                @Nullable Object result = work.call();
                Belay.send(alias, new Answer.Replied(alias, result));
              });
      started = true;
      return new Task<>(process, alias, linked);
    } finally {
      if (!started) {
        Belay.unalias(alias);
      }
    }
  }

  /// Returns, within a task, for whom it is done: the process that started it, whoever started that
  /// if it is a task itself, and so on; also under a supervisor, which is what spawned it then.
  ///
  /// @return the callers, the nearest first; empty outside of tasks
  public static List<Pid> callers() {
    return CALLERS.get();
  }

  /// Returns the task's process.
  ///
  /// @return its pid
  public Pid pid() {
    return pid;
  }

  /// Waits for the result, for 5 seconds at most.
  ///
  /// @return the result
  /// @throws TaskException if it ends without one, or not in time; it goes on then
  public T await() {
    return await(DEFAULT_TIMEOUT);
  }

  /// Waits for the result.
  ///
  /// @param timeout how long to wait at most
  /// @return the result
  /// @throws TaskException if it ends without one, or not in time; it goes on then
  public T await(Duration timeout) {
    return switch (poll(timeout).orElse(null)) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Ended<T>(ExitReason reason) ->
          throw new TaskException(
              "task " + pid + " has no result: " + CallException.brief(reason), reason);
      case null ->
          throw new TaskException(
              "task " + pid + " has no result after " + timeout,
              ExitReason.term(CallReason.TIMEOUT));
    };
  }

  /// Waits for the end of the task, and leaves it as it is if it does not come in time: Elixir's
  /// `yield`.
  ///
  /// @param timeout how long to wait at most; [Duration#ZERO] only looks
  /// @return what came of it, also when asked again; nothing if it still runs
  public Optional<Outcome<T>> poll(Duration timeout) {
    mustBeMine();
    if (outcome == null) {
      Belay.receive(alias, selector(), timeout).ifPresent(this::ended);
    }
    return Optional.ofNullable(outcome);
  }

  /// Ends the task: tells it to shut down, and kills it if it does not in time. After this nothing
  /// of it is left.
  ///
  /// @param timeout how long it may take
  /// @return what came of it, if it has ended by itself before it heard of this
  public Optional<Outcome<T>> shutdown(Duration timeout) {
    mustBeMine();
    if (outcome != null) {
      return Optional.of(outcome);
    }
    if (linked) {
      // Its end is not to be the caller's.
      Belay.unlink(pid);
    }
    Belay.exit(pid, ExitReason.SHUTDOWN);
    if (poll(timeout).isEmpty()) {
      Belay.exit(pid, ExitReason.KILL);
      ended(Belay.receive(alias, selector()));
    }
    if (linked) {
      Belay.receive(
          alias,
          m -> m instanceof Exit exit && exit.pid().equals(pid) ? exit : null,
          Duration.ZERO);
    }
    return outcome instanceof Outcome.Ended<T>(ExitReason reason)
            && (reason.equals(ExitReason.SHUTDOWN) || reason.equals(ExitReason.KILLED))
        ? Optional.empty()
        : Optional.ofNullable(outcome);
  }

  /// Waits for the end of the task, and ends it if it does not come in time.
  ///
  /// @param timeout how long to wait at most, and again how long it may take to end
  /// @return what came of it, if it has ended by itself
  public Optional<Outcome<T>> pollOrShutdown(Duration timeout) {
    Optional<Outcome<T>> before = poll(timeout);
    return before.isPresent() ? before : shutdown(timeout);
  }

  /// Waits for the results of several tasks.
  ///
  /// @param tasks the tasks
  /// @param timeout how long to wait at most, in all
  /// @param <T> the type of the results
  /// @return the results, in the order of the tasks
  /// @throws TaskException if one ends without a result, or they do not all end in time; the others
  ///   go on then
  public static <T extends @Nullable Object> List<T> awaitAll(
      List<Task<T>> tasks, Duration timeout) {
    List<T> results = new ArrayList<>(tasks.size());
    long begin = Belay.node().nanoTime();
    for (Task<T> task : tasks) {
      Duration left = timeout.minusNanos(Belay.node().nanoTime() - begin);
      results.add(task.await(left.isNegative() ? Duration.ZERO : left));
    }
    return results;
  }

  private void mustBeMine() {
    if (!alias.owner().equals(Belay.self())) {
      throw new IllegalStateException(
          "task " + pid + " was started by " + alias.owner() + ", and only that process can wait");
    }
  }

  private Selector<Outcome<T>> selector() {
    return message ->
        switch (message) {
          case Answer.Replied(Ref to, Object value) when to.equals(alias) -> {
            @SuppressWarnings("unchecked") // the task sends what its work returned
            T result = (T) value;
            yield new Outcome.Done<>(result);
          }
          case Down down when down.ref().equals(monitor) -> new Outcome.Ended<>(down.reason());
          default -> null;
        };
  }

  private void ended(Outcome<T> how) {
    outcome = how;
    // One of the two has come; nothing of the other is to.
    Belay.demonitor(monitor, Demonitor.FLUSH);
    Belay.unalias(alias);
  }
}

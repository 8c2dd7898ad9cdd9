package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessLocal;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
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
/// owner that ends otherwise than normally takes its tasks along. With [#asyncNoLink] the owner
/// hears of a crash from [#await] or [#poll] only, and the task does not hear of its owner's.
///
/// | for | there is |
/// | --- | --- |
/// | one result | [#async], [#await], [#poll], [#shutdown] |
/// | several | [#awaitAll], [#awaitAny], [#pollAll] |
/// | the same for many elements, some at once | [#stream] |
/// | tasks that end with a block of code | [TaskScope] |
/// | tasks that a supervisor looks after, or that nobody waits for | [TaskSupervisor] |
/// | threads that are no process, and code with futures | [#future], [ServerRef#callAsync] |
/// | a future within a process | [#await(CompletionStage, Duration)] |
///
/// **How a task ends.** By returning: its result is sent to the owner as a message, which has to be
/// immutable like any other. By crashing: that is reported, and is the owner's end, too, if the two
/// are linked. By an exit signal, of [#shutdown] or anybody: [#await] throws a [TaskException] with
/// the reason. A wait that is over before the task leaves the task as it is.
///
/// **Threads.** All but [#future] is for processes, of either style. An owner that traps exits
/// finds the [Exit] of a linked task in its mailbox besides, as with any link.
///
/// **When not to use it.** For work that nobody waits for, spawn a process, or start it under a
/// [TaskSupervisor]. For what only waits for many replies, [Requests] needs no process. For what
/// has a state or a protocol, there is [Server].
///
/// @param <T> the type of the result
public final class Task<T extends @Nullable Object> {
  /// How long [#await()] waits: 5 seconds, as in Elixir.
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /// How long tasks may take to shut down, where nothing else is said.
  static final Duration DEFAULT_SHUTDOWN = Duration.ofSeconds(5);

  private static final ProcessLocal<List<Pid>> CALLERS = ProcessLocal.withInitial(List::of);

  private final Pid pid;
  final Ref monitor;
  final Ref alias;
  private final boolean linked;

  /// Whether its owner is not to find its [Exit], should it trap exits.
  private final boolean discreet;

  private @Nullable Outcome<T> outcome;

  Task(Pid pid, Ref monitor, Ref alias, boolean linked, boolean discreet) {
    this.pid = pid;
    this.monitor = monitor;
    this.alias = alias;
    this.linked = linked;
    this.discreet = discreet;
  }

  /// Starts a task that is linked with the calling process.
  ///
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task
  public static <T extends @Nullable Object> Task<T> async(Callable<? extends T> work) {
    return start(work, true, false);
  }

  /// Starts a task that is not linked with the calling process: its crash does not go on.
  ///
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task
  public static <T extends @Nullable Object> Task<T> asyncNoLink(Callable<? extends T> work) {
    return start(work, false, false);
  }

  static <T extends @Nullable Object> Task<T> start(
      Callable<? extends T> work, boolean linked, boolean discreet) {
    Objects.requireNonNull(work, "work");
    Ref alias = Belay.alias(AliasMode.REPLY);
    List<Pid> callers = callersOfNext();
    SpawnOptions options = SpawnOptions.DEFAULT.label("task").reportExits();
    boolean started = false;
    try {
      Monitored process =
          Belay.spawnMonitor(
              linked ? options.link() : options,
              () -> Belay.send(alias, new Answer.Replied(alias, workFor(callers, work))));
      started = true;
      return new Task<>(process.pid(), process.ref(), alias, linked, discreet);
    } finally {
      if (!started) {
        Belay.unalias(alias);
      }
    }
  }

  /// Does the work of a task, in its process.
  static <T extends @Nullable Object> T workFor(List<Pid> callers, Callable<? extends T> work)
      throws Exception {
    CALLERS.set(callers);
    return work.call();
  }

  /// Returns something to wait for the end of a task with whose result has come.
  static Task<?> leaving(Pid pid) {
    Ref ref = Belay.monitor(pid);
    return new Task<>(pid, ref, ref, false, false);
  }

  /// Returns for whom a task is that is started here; on a plain thread for nobody.
  static List<Pid> callersOfNext() {
    if (!Belay.inProcess()) {
      return List.of();
    }
    List<Pid> callers = new ArrayList<>();
    callers.add(Belay.self());
    callers.addAll(callers());
    return List.copyOf(callers);
  }

  /// Returns, within a task, for whom it is done: the process that started it, whoever started that
  /// if it is a task itself, and so on; also under a supervisor, which is what spawned it then.
  ///
  /// @return the callers, the nearest first; empty outside of tasks
  public static List<Pid> callers() {
    return Belay.inProcess() ? CALLERS.get() : List.of();
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
      case Outcome.Ended<T>(ExitReason reason) -> throw failure(reason);
      case null -> throw late(timeout);
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
  /// of it is left: also a process whose result has come has ended, and what it owned is closed.
  ///
  /// @param timeout how long it may take; not negative
  /// @return what came of it, if it has ended by itself before it heard of this
  public Optional<Outcome<T>> shutdown(Duration timeout) {
    mustBeMine();
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "shutdown(" + timeout + "): the time cannot be negative, and the task was told nothing");
    }
    long begin = Belay.node().nanoTime();
    Optional<Outcome<T>> known = Optional.ofNullable(outcome);
    if (known.isEmpty()) {
      known = tellToEnd(timeout);
    }
    if (outcome instanceof Outcome.Done) {
      awaitProcess(left(timeout, begin));
    }
    return known;
  }

  private Optional<Outcome<T>> tellToEnd(Duration timeout) {
    if (linked) {
      // Its end is not to be the caller's.
      Belay.unlink(pid);
    }
    Belay.exit(pid, ExitReason.SHUTDOWN);
    boolean killed = poll(timeout).isEmpty();
    if (killed) {
      Belay.exit(pid, ExitReason.KILL);
      ended(Belay.receive(alias, selector()));
    }
    if (linked) {
      flushExit();
    }
    return outcome instanceof Outcome.Ended<T>(ExitReason reason)
            && (reason.equals(ExitReason.SHUTDOWN) || (killed && reason.equals(ExitReason.KILLED)))
        ? Optional.empty()
        : Optional.ofNullable(outcome);
  }

  /// Waits for the end of a process whose result has come, and kills it if that takes too long.
  private void awaitProcess(Duration timeout) {
    Ref ref = Belay.monitor(pid);
    Selector<Down> end = m -> m instanceof Down down && down.ref().equals(ref) ? down : null;
    try {
      if (Belay.receive(ref, end, timeout).isEmpty()) {
        Belay.exit(pid, ExitReason.KILL);
        Belay.receive(ref, end);
      }
    } finally {
      Belay.demonitor(ref, Demonitor.FLUSH);
    }
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
      results.add(task.await(left(timeout, begin)));
    }
    return results;
  }

  /// Waits for the first result of several tasks, whichever is first. Those that end without one
  /// are passed over, unless all do.
  ///
  /// @param tasks the tasks, at least one; the others go on, and can be waited for
  /// @param timeout how long to wait at most
  /// @param <T> the type of the result
  /// @return the result
  /// @throws TaskException if all end without a result, with the reason of the last one, or none
  ///   has one in time; those that run go on then
  public static <T extends @Nullable Object> T awaitAny(
      Collection<Task<T>> tasks, Duration timeout) {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("awaitAny of no tasks would wait for ever");
    }
    mustBeMine(tasks);
    Task<T> last = null;
    for (Task<T> task : tasks) {
      if (task.outcome instanceof Outcome.Done<T>(T value)) {
        return value;
      }
      last = task.isOver() ? task : last;
    }
    OpenTasks open = OpenTasks.of(tasks, false);
    long begin = Belay.node().nanoTime();
    while (!open.isEmpty()) {
      Task<?> next = open.next(left(timeout, begin));
      if (next == null) {
        throw new TaskException(
            "none of " + tasks.size() + " tasks has a result after " + timeout,
            ExitReason.term(CallReason.TIMEOUT));
      }
      for (Task<T> task : tasks) {
        if (task == next) {
          if (task.outcome instanceof Outcome.Done<T>(T value)) {
            return value;
          }
          last = task;
        }
      }
    }
    Outcome.Ended<T> ended = (Outcome.Ended<T>) Objects.requireNonNull(last).known();
    throw new TaskException(
        "none of "
            + tasks.size()
            + " tasks has a result; the last, "
            + last.pid
            + ", ended: "
            + CallException.brief(ended.reason()),
        ended.reason());
  }

  /// Waits for the end of several tasks, and leaves those as they are that do not end in time:
  /// Elixir's `yield_many`.
  ///
  /// @param tasks the tasks
  /// @param timeout how long to wait at most, in all; [Duration#ZERO] only looks
  /// @param <T> the type of the results
  /// @return what came of each, in the order of the tasks; nothing for those that still run
  public static <T extends @Nullable Object> List<Optional<Outcome<T>>> pollAll(
      List<Task<T>> tasks, Duration timeout) {
    return pollAll(tasks, timeout, tasks.size());
  }

  /// Waits until some of several tasks have ended, whichever are first.
  ///
  /// @param tasks the tasks
  /// @param timeout how long to wait at most, in all; [Duration#ZERO] only looks
  /// @param limit for how many ends to wait, those included that are known already; not negative
  /// @param <T> the type of the results
  /// @return what came of each, in the order of the tasks; nothing for those that still run. There
  ///   may be more than the limit, if more are known already
  public static <T extends @Nullable Object> List<Optional<Outcome<T>>> pollAll(
      List<Task<T>> tasks, Duration timeout, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "pollAll(…, " + limit + "): the limit must not be negative");
    }
    mustBeMine(tasks);
    OpenTasks open = OpenTasks.of(tasks, false);
    long missing = limit - tasks.stream().filter(Task::isOver).count();
    long begin = Belay.node().nanoTime();
    while (missing > 0 && !open.isEmpty() && open.next(left(timeout, begin)) != null) {
      missing--;
    }
    List<Optional<Outcome<T>>> outcomes = new ArrayList<>(tasks.size());
    for (Task<T> task : tasks) {
      outcomes.add(Optional.ofNullable(task.outcome));
    }
    return outcomes;
  }

  /// Describes a stream that runs a function over elements, each in a process of its own, some of
  /// them at once. See [TaskStream].
  ///
  /// @param source the elements; may be without end
  /// @param work what is done with each
  /// @param <E> the type of the elements
  /// @param <T> the type of the results
  /// @return the description; nothing runs yet
  public static <E extends @Nullable Object, T extends @Nullable Object> TaskStream<T> stream(
      Iterable<E> source, TaskFunction<? super E, ? extends T> work) {
    return TaskStream.of(null, source, work);
  }

  /// Describes a stream that runs a function over the elements of another stream, each in a process
  /// of its own, some of them at once. See [TaskStream].
  ///
  /// @param source the elements; may be without end. It is pulled within the calling process, can
  ///   be used once, and is closed with the stream of results
  /// @param work what is done with each
  /// @param <E> the type of the elements
  /// @param <T> the type of the results
  /// @return the description; nothing runs yet
  public static <E extends @Nullable Object, T extends @Nullable Object> TaskStream<T> stream(
      Stream<E> source, TaskFunction<? super E, ? extends T> work) {
    return TaskStream.of(null, source, work);
  }

  /// Waits for what a future will be completed with, as a process waits: exit signals and the other
  /// messages reach it meanwhile, and nothing of the wait is left behind.
  ///
  /// The future's completion is sent to the process as a message, to an alias.
  ///
  /// @param stage the future, which belongs to nobody, and goes on if it is not complete in time
  /// @param timeout how long to wait at most
  /// @param <T> the type of the result
  /// @return the result
  /// @throws TaskException if it is completed exceptionally, with the exception as its cause, or
  ///   not in time
  public static <T extends @Nullable Object> T await(CompletionStage<T> stage, Duration timeout) {
    return StageWait.await(stage, timeout);
  }

  /// Runs work in a process of its own, for those who are no process or hold futures anyway. From
  /// any thread; no thread waits.
  ///
  /// The process completes the future, and runs what depends on it, unless that was added later. If
  /// it ends without a result the future is completed with a [TaskException]. To cancel the future
  /// ends the process, and so does completing it otherwise: it is told to shut down, and killed if
  /// it has not within 5 seconds. The process is linked with nobody.
  ///
  /// @param node where
  /// @param work what to do
  /// @param <T> the type of the result
  /// @return the future
  public static <T extends @Nullable Object> CompletableFuture<T> future(
      Node node, Callable<? extends T> work) {
    return Attendance.of(node).attend(new TaskErrand<>(work));
  }

  // for streams, scopes, and waiting for several

  boolean isOver() {
    return outcome != null;
  }

  /// Returns what came of it, which is known.
  Outcome<T> known() {
    return Objects.requireNonNull(outcome);
  }

  TaskException failure(ExitReason reason) {
    return new TaskException(
        "task " + pid + " has no result: " + CallException.brief(reason), reason);
  }

  TaskException late(Duration timeout) {
    return new TaskException(
        "task " + pid + " has no result after " + timeout, ExitReason.term(CallReason.TIMEOUT));
  }

  /// Tells it to end, without waiting for that; its end is not to be the caller's.
  void tell(ExitReason reason) {
    if (linked) {
      Belay.unlink(pid);
    }
    Belay.exit(pid, reason);
  }

  /// Returns what a message of a task is told by.
  static @Nullable Ref refOf(Object message) {
    return switch (message) {
      case Answer answer -> answer.to();
      case Down down -> down.ref();
      default -> null;
    };
  }

  /// Takes its message, which was received.
  void take(Object message) {
    ended(Objects.requireNonNull(selector().select(message)));
  }

  /// Returns what is left of a time.
  ///
  /// @param begin when it began, by the node's clock
  static Duration left(Duration timeout, long begin) {
    return Duration.ofNanos(Math.max(0, Nanos.of(timeout) - (Belay.node().nanoTime() - begin)));
  }

  private static void mustBeMine(Collection<? extends Task<?>> tasks) {
    tasks.forEach(Task::mustBeMine);
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
    if (linked && discreet) {
      Belay.unlink(pid);
      flushExit();
    }
    // One of the two has come; nothing of the other is to.
    Belay.demonitor(monitor, Demonitor.FLUSH);
    Belay.unalias(alias);
  }

  private void flushExit() {
    Belay.receive(
        alias, m -> m instanceof Exit exit && exit.pid().equals(pid) ? exit : null, Duration.ZERO);
  }
}

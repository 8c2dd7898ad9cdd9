package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.NoProcessException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a [TaskSupervisor] is, and what it can be asked for. Immutable, and safe to share.
///
/// ```java
/// TaskSupervisorRef tasks = TaskSupervisorRef.named(node(), "tasks");
/// tasks.startChild(() -> sendMail(address)); // nobody waits for it
/// Report report = tasks.asyncNoLink(() -> render(query)).await();
/// ```
///
/// [#async], [#asyncNoLink] and [#stream] are for processes, whose tasks these are; all other
/// methods work on any thread. They wait for the supervisor without limit, and throw a
/// [CallException] if it does not exist or ends meanwhile.
@Sendable
public final class TaskSupervisorRef {
  static final MonitorOptions REPLY = MonitorOptions.DEFAULT.alias(AliasMode.REPLY);

  private final ServerRef<DynamicSupervising.Request> server;
  private final Shutdown shutdown;

  private TaskSupervisorRef(ServerRef<DynamicSupervising.Request> server, Shutdown shutdown) {
    this.server = server;
    this.shutdown = shutdown;
  }

  private TaskSupervisorRef(ServerRef<DynamicSupervising.Request> server) {
    this(server, Shutdown.within(Task.DEFAULT_SHUTDOWN));
  }

  /// Refers to a supervisor by its process.
  ///
  /// @param node its node
  /// @param pid the process, which should be a task supervisor
  /// @return the reference
  public static TaskSupervisorRef of(Node node, Pid pid) {
    return new TaskSupervisorRef(ServerRef.at(node, pid));
  }

  /// Refers to whatever task supervisor is registered under a name when the reference is used.
  ///
  /// @param node the node with the name
  /// @param name the name
  /// @return the reference
  public static TaskSupervisorRef named(Node node, String name) {
    return new TaskSupervisorRef(ServerRef.named(node, name, DynamicSupervising.Request.class));
  }

  /// Says how the supervisor is to end the tasks that are started by the reference which this
  /// returns: within 5 s if nothing else is said.
  ///
  /// @param how how
  /// @return another reference to the same supervisor
  public TaskSupervisorRef withShutdown(Shutdown how) {
    return new TaskSupervisorRef(server, Objects.requireNonNull(how, "how"));
  }

  /// Starts a task under the supervisor that is linked with the calling process, as [Task#async]
  /// does.
  ///
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task
  /// @throws CallException if there is no supervisor
  /// @throws SupervisorException if it has as many tasks as it may have
  public <T extends @Nullable Object> Task<T> async(Callable<? extends T> work) {
    return start(work, true, false);
  }

  /// Starts a task under the supervisor that is not linked with the calling process: neither's end
  /// is the other's.
  ///
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task
  /// @throws CallException if there is no supervisor
  /// @throws SupervisorException if it has as many tasks as it may have
  public <T extends @Nullable Object> Task<T> asyncNoLink(Callable<? extends T> work) {
    return start(work, false, false);
  }

  <T extends @Nullable Object> Task<T> start(
      Callable<? extends T> work, boolean linked, boolean discreet) {
    Objects.requireNonNull(work, "work");
    SupervisedTask task = new SupervisedTask(Task.callersOfNext(), work);
    boolean started = false;
    Ref ref = null;
    try {
      Pid pid = startChild(task.spec(shutdown));
      ref = Belay.monitor(pid, REPLY);
      if (linked) {
        link(pid);
      }
      SupervisedTask.go(pid, ref);
      started = true;
      return new Task<>(pid, ref, ref, linked, discreet);
    } finally {
      if (!started) {
        task.giveUp(server.node());
        if (ref != null) {
          Belay.demonitor(ref, Demonitor.FLUSH);
        }
      }
    }
  }

  private static void link(Pid pid) {
    try {
      Belay.link(pid);
    } catch (NoProcessException e) {
      // Somebody ended it before it began, of which the monitor tells.
    }
  }

  /// Starts a task that nobody waits for, and that is not restarted.
  ///
  /// @param work what it does
  /// @return its process
  /// @throws CallException if there is no supervisor
  /// @throws SupervisorException if it has as many tasks as it may have
  public Pid startChild(Body work) {
    return startChild(Restart.TEMPORARY, work);
  }

  /// Starts a task that nobody waits for.
  ///
  /// @param restart when it is done again, from its beginning
  /// @param work what it does
  /// @return its process; another one after a restart
  /// @throws CallException if there is no supervisor
  /// @throws SupervisorException if it has as many tasks as it may have
  public Pid startChild(Restart restart, Body work) {
    Objects.requireNonNull(work, "work");
    List<Pid> callers = Task.callersOfNext();
    Body body =
        () ->
            Task.<@Nullable Object>workFor(
                callers,
                () -> {
                  work.run();
                  return null;
                });
    return startChild(SupervisedTask.of(body).restart(restart).shutdown(shutdown));
  }

  private Pid startChild(ChildSpec spec) {
    return server.callForever(new DynamicSupervising.StartChild(spec)).get().pid().orElseThrow();
  }

  /// Describes a stream that runs a function over elements, each in a process of its own under the
  /// supervisor, some of them at once. See [TaskStream].
  ///
  /// @param source the elements; may be without end
  /// @param work what is done with each
  /// @param <E> the type of the elements
  /// @param <T> the type of the results
  /// @return the description; nothing runs yet
  public <E extends @Nullable Object, T extends @Nullable Object> TaskStream<T> stream(
      Iterable<E> source, TaskFunction<? super E, ? extends T> work) {
    return TaskStream.of(this, source, work);
  }

  /// Describes a stream that runs a function over the elements of another stream, each in a process
  /// of its own under the supervisor, some of them at once. See [TaskStream].
  ///
  /// @param source the elements; may be without end. It is pulled within the calling process, can
  ///   be used once, and is closed with the stream of results
  /// @param work what is done with each
  /// @param <E> the type of the elements
  /// @param <T> the type of the results
  /// @return the description; nothing runs yet
  public <E extends @Nullable Object, T extends @Nullable Object> TaskStream<T> stream(
      Stream<E> source, TaskFunction<? super E, ? extends T> work) {
    return TaskStream.of(this, source, work);
  }

  /// Runs work in a process under the supervisor, as [Task#future] does without one. From any
  /// thread; no thread waits, not for the supervisor either.
  ///
  /// @param work what to do
  /// @param <T> the type of the result
  /// @return the future, which is completed with a [TaskException] if the process ends without a
  ///   result, with a [CallException] if there is no supervisor, and with a [SupervisorException]
  ///   if it refuses; to cancel it ends the process
  public <T extends @Nullable Object> CompletableFuture<T> future(Callable<? extends T> work) {
    return Attendance.of(server.node()).attend(new SupervisedErrand<>(work, server, shutdown));
  }

  /// Lists the tasks that run, in no order.
  ///
  /// @return their pids
  public List<Pid> children() {
    return server.callForever(new DynamicSupervising.Children());
  }

  /// Ends a task, and does not restart it.
  ///
  /// @param pid the task; one that is dead already is no error
  /// @throws SupervisorException if it is a process that is none of this supervisor's, which is not
  ///   harmed
  public void terminateChild(Pid pid) {
    server
        .callForever(new DynamicSupervising.TerminateChild(Objects.requireNonNull(pid, "pid")))
        .get();
  }

  /// Ends the supervisor and its tasks, and waits until it has ended.
  ///
  /// @throws CallException if it does not exist
  public void stop() {
    server.stop();
  }

  /// Ends the supervisor and its tasks, and waits until it has ended.
  ///
  /// @param reason what it ends with
  /// @param timeout how long to wait at most; it ends nevertheless, later
  /// @throws CallException if it does not exist, ends for another reason, or not in time
  public void stop(ExitReason reason, Duration timeout) {
    server.stop(reason, timeout);
  }

  /// Returns the supervisor's process.
  ///
  /// @return its pid
  public Optional<Pid> pid() {
    return server.pid();
  }

  /// Compares by what is referred to.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TaskSupervisorRef ref
        && ref.server.equals(server)
        && ref.shutdown.equals(shutdown);
  }

  @Override
  public int hashCode() {
    return server.hashCode();
  }

  @Override
  public String toString() {
    return server.toString();
  }
}

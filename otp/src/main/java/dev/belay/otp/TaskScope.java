package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Owned;
import dev.belay.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Tasks that end with a block of code: structured concurrency with processes.
///
/// ```java
/// try (TaskScope scope = TaskScope.open()) {
///   Task<User> user = scope.fork(() -> findUser(id));
///   Task<List<Order>> orders = scope.fork(() -> findOrders(id));
///   return new Account(user.await(), orders.await());
/// }
/// ```
///
/// When the block ends, by returning or by an exception, the scope is closed: what still runs is
/// told to shut down, all at once, and killed if it has not within 5 seconds, or what
/// [#open(Duration)] says. When [#close()] returns the processes of the scope have ended, and
/// nothing of them is in the mailbox of its owner or will come. If the owner is ended in the middle
/// of the block, they end with it; those that trap exits, too.
///
/// The tasks are not linked with the owner: one that crashes says so where it is waited for, by
/// [Task#await], or by [#join()], which does not wait for the others then:
///
/// ```java
/// try (TaskScope scope = TaskScope.open()) {
///   for (Pid worker : workers) {
///     scope.fork(() -> tidyUp(worker));
///   }
///   scope.join();
/// }
/// ```
///
/// A task of a scope may open a scope of its own: ends then go from the outside to the inside.
///
/// **Threads.** A scope belongs to the process that opened it, which alone may fork, join and
/// close.
///
/// **When not to use it.** For tasks that outlive the block, use [Task#async] or a
/// [TaskSupervisor]. For the same with many elements, of which only some should run at once, there
/// is [Task#stream].
public final class TaskScope implements AutoCloseable {
  private static final int FEW = 16;

  private final Pid owner;
  private final Duration shutdown;
  private final Owned<Reaper> reaper;

  /// In the order in which they were started; without those of which nothing is left.
  private List<Task<?>> tasks = new ArrayList<>();

  private int many = FEW;
  private boolean closed;

  private TaskScope(Duration shutdown) {
    this.owner = Belay.self();
    this.shutdown = shutdown;
    this.reaper = Belay.own(new Reaper(Belay.node()));
  }

  /// Opens a scope, whose tasks may take 5 seconds to shut down.
  ///
  /// @return the scope; close it
  public static TaskScope open() {
    return open(Task.DEFAULT_SHUTDOWN);
  }

  /// Opens a scope.
  ///
  /// @param shutdown how long tasks that still run when it is closed may take to shut down before
  ///   they are killed; not negative
  /// @return the scope; close it
  public static TaskScope open(Duration shutdown) {
    if (shutdown.isNegative()) {
      throw new IllegalArgumentException("open(" + shutdown + "): the time cannot be negative");
    }
    return new TaskScope(shutdown);
  }

  /// Starts a task of the scope.
  ///
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task, which belongs to the owner of the scope
  /// @throws IllegalStateException if the scope is closed, or of another process
  public <T extends @Nullable Object> Task<T> fork(Callable<? extends T> work) {
    return add(Task.start(reaped(work), false, true));
  }

  /// Starts a task of the scope under a supervisor.
  ///
  /// @param supervisor the supervisor
  /// @param work what it does
  /// @param <T> the type of the result
  /// @return the task, which belongs to the owner of the scope
  /// @throws IllegalStateException if the scope is closed, or of another process
  /// @throws CallException if there is no supervisor
  /// @throws SupervisorException if it has as many tasks as it may have
  public <T extends @Nullable Object> Task<T> fork(
      TaskSupervisorRef supervisor, Callable<? extends T> work) {
    return add(supervisor.start(reaped(work), false, true));
  }

  private <T extends @Nullable Object> Callable<T> reaped(Callable<? extends T> work) {
    mustBeOpen("fork");
    return reaper.get().reaped(work);
  }

  private <T extends @Nullable Object> Task<T> add(Task<T> task) {
    if (tasks.size() >= many) {
      tasks.removeIf(old -> old.isOver() && Belay.info(old.pid()).isEmpty());
      many = Math.max(FEW, 2 * tasks.size());
    }
    tasks.add(task);
    return task;
  }

  /// Waits until all tasks of the scope that were not waited for before have ended, for 5 seconds
  /// at most.
  ///
  /// @throws TaskException as soon as one ends without a result, or if they do not all end in time;
  ///   the others go on, until the scope is closed
  /// @throws IllegalStateException if the scope is closed, or of another process
  public void join() {
    join(Task.DEFAULT_TIMEOUT);
  }

  /// Waits until all tasks of the scope that were not waited for before have ended.
  ///
  /// @param timeout how long to wait at most, in all
  /// @throws TaskException as soon as one ends without a result, or if they do not all end in time;
  ///   the others go on, until the scope is closed
  /// @throws IllegalStateException if the scope is closed, or of another process
  public void join(Duration timeout) {
    mustBeOpen("join");
    OpenTasks open = OpenTasks.of(tasks, true);
    long begin = Belay.node().nanoTime();
    while (!open.isEmpty()) {
      Task<?> next = open.next(Task.left(timeout, begin));
      if (next == null) {
        long left = tasks.stream().filter(task -> !task.isOver()).count();
        throw new TaskException(
            left + " tasks of the scope have not ended after " + timeout,
            ExitReason.term(CallReason.TIMEOUT));
      }
      if (next.known() instanceof Outcome.Ended<?> ended) {
        throw next.failure(ended.reason());
      }
    }
  }

  /// Ends the tasks that still run, and waits for that.
  ///
  /// @throws IllegalStateException if the scope is closed already, or of another process
  @Override
  public void close() {
    mustBeOpen("close");
    closed = true;
    List<Task<?>> all = tasks;
    tasks = new ArrayList<>();
    OpenTasks.of(all, true).end(shutdown, reaper);
  }

  private void mustBeOpen(String what) {
    if (!Belay.inProcess() || !Belay.self().equals(owner)) {
      throw new IllegalStateException(
          what
              + "(): this scope belongs to "
              + owner
              + ", and only that process can use it. Open one for each process.");
    }
    if (closed) {
      throw new IllegalStateException(what + "(): this scope is closed already. Open another one.");
    }
  }

  @Override
  public String toString() {
    return "TaskScope[" + owner + (closed ? ", closed]" : "]");
  }
}

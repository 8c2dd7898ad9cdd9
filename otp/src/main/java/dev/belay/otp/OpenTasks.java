package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Owned;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import dev.belay.Ref;
import dev.belay.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tasks of the calling process that have not ended as far as it knows, to wait for whichever ends
/// first.
final class OpenTasks {
  /*
   * A task is in the map under its alias and under its monitor, whichever is answered first; both may be one reference. If the tasks
   * are in the order in which they were started, the first key is the oldest reference, and a receive may begin there.
   */
  private record Found(Task<?> task, Object message) {}

  private final Map<Ref, Task<?>> byRef = new LinkedHashMap<>();
  private final boolean inOrder;

  /// Those whose result has come, and whose process may be about to end still.
  private final Deque<Pid> leaving = new ArrayDeque<>();

  /// Makes an empty collection.
  ///
  /// @param inOrder whether the tasks will be added in the order in which they were started
  OpenTasks(boolean inOrder) {
    this.inOrder = inOrder;
  }

  /// Makes a collection of those of some tasks that are not known to have ended.
  static OpenTasks of(Collection<? extends Task<?>> tasks, boolean inOrder) {
    OpenTasks open = new OpenTasks(inOrder);
    for (Task<?> task : tasks) {
      if (task.isOver()) {
        open.leaves(task);
      } else {
        open.add(task);
      }
    }
    return open;
  }

  void add(Task<?> task) {
    byRef.put(task.alias, task);
    byRef.put(task.monitor, task);
  }

  void remove(Task<?> task) {
    byRef.remove(task.alias);
    byRef.remove(task.monitor);
  }

  boolean isEmpty() {
    return byRef.isEmpty();
  }

  /// Waits until one ends, which leaves the collection and knows what came of it.
  ///
  /// @param timeout null to wait for ever
  /// @return the task, or null if none has ended in time
  @Nullable Task<?> next(@Nullable Duration timeout) {
    Found found;
    if (timeout == null) {
      found = inOrder ? Belay.receive(oldest(), ofOne()) : Belay.receive(ofOne());
    } else {
      found =
          (inOrder ? Belay.receive(oldest(), ofOne(), timeout) : Belay.receive(ofOne(), timeout))
              .orElse(null);
    }
    if (found == null) {
      return null;
    }
    remove(found.task());
    found.task().take(found.message());
    leaves(found.task());
    return found.task();
  }

  /// Keeps a task in mind until its process has ended, too.
  private void leaves(Task<?> task) {
    if (task.known() instanceof Outcome.Done) {
      while (!leaving.isEmpty() && Belay.info(leaving.getFirst()).isEmpty()) {
        leaving.removeFirst();
      }
      leaving.addLast(task.pid());
    }
  }

  private Ref oldest() {
    return byRef.keySet().iterator().next();
  }

  private Selector<Found> ofOne() {
    return message -> {
      Ref ref = Task.refOf(message);
      Task<?> task = ref == null ? null : byRef.get(ref);
      return task == null ? null : new Found(task, message);
    };
  }

  /// Ends all of them, side by side: tells them to shut down, and kills those that have not in
  /// time. Those whose result has come are waited for, too. Interrupts end the patience, not the
  /// wait.
  ///
  /// @param timeout how long they may take
  /// @param reaper what would end them with the owner, released when that is not needed any more
  void end(Duration timeout, @Nullable Owned<Reaper> reaper) {
    tell(ExitReason.SHUTDOWN);
    long begin = Belay.node().nanoTime();
    ProcessInterruptedException interrupted = null;
    boolean patient = true;
    watchLeaving();
    while (!isEmpty()) {
      boolean inTime = true;
      try {
        inTime = next(patient ? Task.left(timeout, begin) : null) != null;
      } catch (ProcessInterruptedException e) {
        interrupted = e;
        inTime = false;
      }
      if (patient && !inTime) {
        patient = false;
        tell(ExitReason.KILL);
      }
      watchLeaving();
    }
    if (reaper != null) {
      reaper.release();
    }
    if (interrupted != null) {
      throw interrupted;
    }
  }

  private void tell(ExitReason reason) {
    for (Task<?> task : new LinkedHashSet<>(byRef.values())) {
      task.tell(reason);
    }
  }

  private void watchLeaving() {
    leaving.forEach(pid -> add(Task.leaving(pid)));
    leaving.clear();
  }
}

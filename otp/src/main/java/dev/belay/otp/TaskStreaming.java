package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Owned;
import dev.belay.Pid;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A stream over tasks, as it is read.
///
/// @param <T> the type of the results
final class TaskStreaming<T extends @Nullable Object> implements Spliterator<Outcome<T>> {
  /*
   * `window` has the elements that are on their way, in the order in which they were pulled; `open` those of them that are not known to
   * have ended. Both are the owner's. All tasks have the same time, so the one that was started first is the first to be late.
   *
   * What the owner cannot do any more when it ends is done by the reaper, which it owns from the first task on. Whatever leaves
   * `tryAdvance` by an exception has closed the stream before: Java's streams are not closed by what they throw.
   */
  private static final class Element<T extends @Nullable Object> {
    final Task<T> task;
    final long begin;

    Element(Task<T> task, long begin) {
      this.task = task;
      this.begin = begin;
    }
  }

  private final TaskStream<T> what;

  /// Whether an element without a result fails the caller.
  private final boolean failing;

  private final boolean linked;
  private final Pid owner = Belay.self();
  private final Deque<Element<T>> window = new ArrayDeque<>();
  private final OpenTasks open = new OpenTasks(true);
  private @Nullable Iterator<Callable<T>> source;
  private @Nullable Owned<Reaper> reaper;
  private boolean closed;

  TaskStreaming(TaskStream<T> what, boolean failing, boolean linked) {
    this.what = what;
    this.failing = failing;
    this.linked = linked;
  }

  @Override
  public boolean tryAdvance(Consumer<? super Outcome<T>> action) {
    mustBeMine();
    if (closed) {
      return false;
    }
    try {
      fill();
      Outcome<T> next = window.isEmpty() ? null : next();
      if (next != null) {
        action.accept(next);
        return true;
      }
    } catch (Throwable e) {
      try {
        close();
      } catch (Throwable also) {
        if (also != e) {
          e.addSuppressed(also);
        }
      }
      throw e;
    }
    close();
    return false;
  }

  /// Starts tasks for as many elements as may be on their way.
  private void fill() {
    Iterator<Callable<T>> works = source;
    if (works == null) {
      works = what.begin();
      source = works;
    }
    while (window.size() < what.maxConcurrency && works.hasNext()) {
      Callable<T> work = works.next();
      Owned<Reaper> ends = reaper;
      if (ends == null) {
        ends = Belay.own(new Reaper(Belay.node()));
        reaper = ends;
      }
      Callable<T> reaped = ends.get().reaped(work);
      TaskSupervisorRef supervisor = what.supervisor;
      Task<T> task =
          supervisor == null
              ? Task.start(reaped, linked, true)
              : supervisor.start(reaped, linked, true);
      window.addLast(new Element<>(task, Belay.node().nanoTime()));
      open.add(task);
    }
  }

  /// Waits for what is to be given next.
  private Outcome<T> next() {
    Element<T> first = window.getFirst();
    while (what.ordered ? !first.task.isOver() : !anyIsOver()) {
      // Nothing before it has ended: it is the first to be late.
      Element<T> oldest = what.ordered ? first : oldestOpen();
      Duration timeout = what.timeout;
      Task<?> ended = open.next(timeout == null ? null : Task.left(timeout, oldest.begin));
      if (ended == null) {
        window.remove(oldest);
        return late(oldest.task, Objects.requireNonNull(timeout));
      }
    }
    Element<T> next = first;
    if (!what.ordered) {
      next = window.stream().filter(element -> element.task.isOver()).findFirst().orElseThrow();
    }
    window.remove(next);
    Outcome<T> outcome = next.task.known();
    if (failing && outcome instanceof Outcome.Ended<T>(ExitReason reason)) {
      throw next.task.failure(reason);
    }
    return outcome;
  }

  private boolean anyIsOver() {
    for (Element<T> element : window) {
      if (element.task.isOver()) {
        return true;
      }
    }
    return false;
  }

  private Element<T> oldestOpen() {
    for (Element<T> element : window) {
      if (!element.task.isOver()) {
        return element;
      }
    }
    throw new AssertionError("there is nothing to wait for");
  }

  private Outcome<T> late(Task<T> task, Duration timeout) {
    if (failing) {
      throw task.late(timeout);
    }
    task.tell(ExitReason.KILL);
    while (!task.isOver()) {
      open.next(null);
    }
    // It may have had its result at the last moment.
    return task.known() instanceof Outcome.Done<T> done
        ? done
        : new Outcome.Ended<>(ExitReason.term(CallReason.TIMEOUT));
  }

  /// Ends the tasks that are on their way; nothing of them is left then.
  void close() {
    mustBeMine();
    if (closed) {
      return;
    }
    closed = true;
    window.clear();
    open.end(what.shutdown, reaper);
  }

  private void mustBeMine() {
    if (!Belay.inProcess() || !Belay.self().equals(owner)) {
      throw new IllegalStateException(
          "this stream over tasks belongs to "
              + owner
              + ", and only that process can read or close it");
    }
  }

  @Override
  public @Nullable Spliterator<Outcome<T>> trySplit() {
    return null;
  }

  @Override
  public long estimateSize() {
    return Long.MAX_VALUE;
  }

  @Override
  public int characteristics() {
    return what.ordered ? ORDERED | NONNULL : NONNULL;
  }

  @Override
  public Comparator<? super Outcome<T>> getComparator() {
    throw new IllegalStateException("its elements are not sorted");
  }
}

package dev.belay.distribution.internal.wire;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What waits to be written on one connection.
///
/// The signals of one sender are written in the order in which they were taken. While a great one
/// is written in fragments, those of other senders pass between its fragments, and other great ones
/// take turns with it; what the same sender sends waits until it is whole. So the exit signals of a
/// process that dies after a great message come after all of that.
///
/// What the runtime [owes][#owe] is always taken. What a program [sends][#offer] has to wait if too
/// much is in line already, or if the last fragment of the sender's own great message is not
/// written yet.
///
/// Any thread may call any method, but only one at a time [#poll]: the writer. No method blocks;
/// who has to wait is told when that is over, by way of [Waiter], and the writer when there is
/// something to write again. Both are called by the thread whose call was the cause, which holds no
/// lock then. They are expected to wake a thread and no more; one that throws closes the queue,
/// since the writer may have lost a frame by it.
public final class OutgoingQueue {
  /*
   * Under the lock, between any two calls:
   * - somebody waits in `waiting` only if the line has `limit` bytes or more;
   * - somebody waits in `blocked` only under a sender that has a great signal in the line, and
   *   never an empty set;
   * - each that waits is in `waiters` and in one of these two, and is out of both before it is
   *   told, which is why it is told once;
   * - `isIdle` only if there is nothing to write and the writer has seen so; who changes that takes
   *   the flag back and has to wake the writer, which is why it is woken once and never too late;
   * - once closed, all of them are empty.
   *
   * Great signals do not count against the limit: they would keep others from passing between their
   * fragments. Their bytes are there anyway, whether they wait in here or outside, and a sender has
   * but one of them here, besides those that the runtime owes in its name.
   */

  /// How many bytes of whole frames may be in line before senders have to wait, unless told
  /// otherwise.
  public static final int DEFAULT_LIMIT = 1 << 20;

  private final int limit;
  private final Runnable writer;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final FairLine line = new FairLine();

  @GuardedBy("lock")
  private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>();

  @GuardedBy("lock")
  private final Map<Object, LinkedHashSet<Waiting>> blocked = new HashMap<>();

  @GuardedBy("lock")
  private final IdentityHashMap<Waiter, Waiting> waiters = new IdentityHashMap<>();

  @GuardedBy("lock")
  private boolean hasTick;

  @GuardedBy("lock")
  private boolean isIdle;

  @GuardedBy("lock")
  private boolean isClosed;

  /// What has become of a signal that was offered.
  public enum Offer {
    /// It will be written.
    TAKEN,
    /// It is kept until there is room; the waiter is told.
    WAITS,
    /// There is no room, and nobody to tell when there is.
    REFUSED,
    /// There is no connection any longer.
    CLOSED
  }

  /// One that waits until its signal is taken. Waiters are told apart by identity, and wait for one
  /// signal at a time.
  @FunctionalInterface
  public interface Waiter {
    /// The wait is over. Called once for each wait, unless that is cancelled.
    ///
    /// @param isTaken whether the signal will be written; if not, the connection is no more
    void resume(boolean isTaken);
  }

  /// A signal that is not taken yet; compared by identity.
  private static final class Waiting {
    final Object sender;
    final Outbound signal;
    final Waiter waiter;

    Waiting(Object sender, Outbound signal, Waiter waiter) {
      this.sender = sender;
      this.signal = signal;
      this.waiter = waiter;
    }
  }

  /// Makes a queue for one connection.
  ///
  /// @param limit how many bytes of whole frames may be in line before senders have to wait
  /// @param writer run when there is something to write, or the queue is closed, after [#poll] has
  ///   returned null
  public OutgoingQueue(int limit, Runnable writer) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive: " + limit);
    }
    this.limit = limit;
    this.writer = writer;
  }

  /// Adds a signal that must not wait: an exit, an answer, whatever a process does not send by its
  /// own will.
  ///
  /// @param sender who sends it
  /// @param signal what is to be written
  /// @return whether it will be written; if not, the queue is closed
  public boolean owe(Object sender, Outbound signal) {
    boolean wakes;
    lock.lock();
    try {
      if (isClosed) {
        return false;
      }
      line.add(sender, signal);
      wakes = takeIdle();
    } finally {
      lock.unlock();
    }
    tell(List.of(), wakes);
    return true;
  }

  /// Adds a signal if there is room, or keeps it until there is. One that waits is not sent yet:
  /// what is owed in the name of the same sender comes before it.
  ///
  /// @param sender who sends it
  /// @param signal what is to be written
  /// @param waiter is told when the signal is taken later; null to have it refused instead
  /// @return what has become of it
  public Offer offer(Object sender, Outbound signal, @Nullable Waiter waiter) {
    boolean wakes;
    lock.lock();
    try {
      if (isClosed) {
        return Offer.CLOSED;
      }
      if (line.bytes() >= limit || line.isBusy(sender)) {
        return waiter == null ? Offer.REFUSED : await(new Waiting(sender, signal, waiter));
      }
      line.add(sender, signal);
      wakes = takeIdle();
    } finally {
      lock.unlock();
    }
    tell(List.of(), wakes);
    return Offer.TAKEN;
  }

  /// Takes back a signal that waits.
  ///
  /// @param waiter who waits for it
  /// @return whether it was taken back, and the waiter will not be told; if not, it is or was told
  public boolean cancel(Waiter waiter) {
    lock.lock();
    try {
      Waiting found = waiters.remove(waiter);
      if (found == null) {
        return false;
      }
      if (!waiting.remove(found)) {
        blocked.computeIfPresent(
            found.sender, (_, those) -> those.remove(found) && those.isEmpty() ? null : those);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Has a tick written before everything else. Several that were not written yet are one.
  public void tick() {
    boolean wakes;
    lock.lock();
    try {
      hasTick = !isClosed;
      wakes = takeIdle();
    } finally {
      lock.unlock();
    }
    tell(List.of(), wakes);
  }

  /// Takes the next frame out. It has to be written whole before the next one.
  ///
  /// @return the bytes of the frame, or null if there is nothing to write now
  public @Nullable ByteBuffer poll() {
    ByteBuffer frame;
    List<Waiter> taken;
    lock.lock();
    try {
      if (hasTick) {
        hasTick = false;
        return ByteBuffer.allocate(Integer.BYTES);
      }
      frame = line.next();
      isIdle = frame == null && !isClosed;
      taken = admit();
    } finally {
      lock.unlock();
    }
    tell(taken, false);
    return frame;
  }

  /// Drops everything, tells all that wait, and takes nothing any more.
  ///
  /// @return how many signals were dropped that had been taken, and not been polled to the end
  public int close() {
    int dropped;
    List<Waiter> dismissed;
    boolean wakes;
    lock.lock();
    try {
      isClosed = true;
      wakes = takeIdle();
      dropped = line.clear();
      dismissed = List.copyOf(waiters.keySet());
      waiting.clear();
      blocked.clear();
      waiters.clear();
      hasTick = false;
    } finally {
      lock.unlock();
    }
    try {
      resume(dismissed, false);
    } finally {
      if (wakes) {
        writer.run();
      }
    }
    return dropped;
  }

  /// Tells whether there is nothing to write; may be outdated at once.
  ///
  /// @return whether the next [#poll] would return null
  public boolean isEmpty() {
    lock.lock();
    try {
      return line.isEmpty() && !hasTick;
    } finally {
      lock.unlock();
    }
  }

  /// Tells whether the queue is closed. It stays so.
  ///
  /// @return whether [#close] was called
  public boolean isClosed() {
    lock.lock();
    try {
      return isClosed;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Offer await(Waiting one) {
    if (waiters.putIfAbsent(one.waiter, one) != null) {
      throw new IllegalStateException("this waiter waits already");
    }
    place(one);
    return Offer.WAITS;
  }

  /// Lets one wait for its own great signal, or else for room.
  @GuardedBy("lock")
  private void place(Waiting one) {
    if (line.isBusy(one.sender)) {
      blocked.computeIfAbsent(one.sender, _ -> new LinkedHashSet<>()).add(one);
    } else {
      waiting.add(one);
    }
  }

  /// Takes what has waited, as far as there is room.
  @GuardedBy("lock")
  private List<Waiter> admit() {
    Object freed = line.takeFreed();
    if (freed != null) {
      LinkedHashSet<Waiting> those = blocked.remove(freed);
      if (those != null) {
        waiting.addAll(those);
      }
    }
    if (waiting.isEmpty() || line.bytes() >= limit) {
      return List.of();
    }
    List<Waiter> taken = new ArrayList<>();
    while (!waiting.isEmpty() && line.bytes() < limit) {
      Waiting first = waiting.removeFirst();
      if (line.isBusy(first.sender)) {
        place(first);
      } else {
        waiters.remove(first.waiter);
        line.add(first.sender, first.signal);
        taken.add(first.waiter);
      }
    }
    return taken;
  }

  @GuardedBy("lock")
  private boolean takeIdle() {
    boolean was = isIdle;
    isIdle = false;
    return was;
  }

  private void tell(List<Waiter> taken, boolean wakes) {
    boolean isTold = false;
    try {
      resume(taken, true);
      if (wakes) {
        writer.run();
      }
      isTold = true;
    } finally {
      if (!isTold) {
        close();
      }
    }
  }

  /// Tells each of them, whatever the others do.
  private static void resume(List<Waiter> waiters, boolean isTaken) {
    Throwable thrown = null;
    for (Waiter waiter : waiters) {
      try {
        waiter.resume(isTaken);
      } catch (RuntimeException | Error e) {
        thrown = e;
      }
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
  }
}

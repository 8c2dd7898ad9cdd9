package dev.belay.death;

import dev.belay.Node;
import dev.belay.Pid;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// Where one process dies: its node, its resources, and what the test and the process tell each
/// other without messages.
final class Stage implements AutoCloseable {
  final Node node;
  final Ledger ledger = new Ledger();

  /// What the process throws in the end, if the test has to know it again.
  final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();

  /// Lets go whatever keeps the process from unwinding.
  final CountDownLatch released = new CountDownLatch(1);

  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final AtomicReference<@Nullable Pid> victim = new AtomicReference<>();
  private final Object monitor = new Object();
  private volatile boolean held;
  private volatile boolean opened;
  private final Deque<AutoCloseable> cleanups = new ArrayDeque<>();

  Stage(Node node) {
    this.node = node;
  }

  /// Called by the process: from now on the test can see its thread.
  void enter() {
    thread.set(Thread.currentThread());
  }

  Thread thread() {
    Await.until("the process has begun", () -> thread.get() != null);
    Thread known = thread.get();
    if (known == null) {
      throw new AssertionError("no thread");
    }
    return known;
  }

  void victim(Pid pid) {
    victim.set(pid);
  }

  Pid victim() {
    Pid known = victim.get();
    if (known == null) {
      throw new AssertionError("no victim");
    }
    return known;
  }

  boolean isReleased() {
    return released.getCount() == 0;
  }

  /// Lets go whatever keeps the process from unwinding; also done by `close`.
  void release() {
    released.countDown();
    cleanUp();
  }

  /// Holds a lock until the test lets go.
  void holding(Lock lock) {
    lock.lock();
    try {
      awaitReleaseDeafly();
    } finally {
      lock.unlock();
    }
  }

  /// Enters a monitor that somebody else holds until [#openMonitor] or the end of the test.
  void enterMonitor() {
    Await.until("the monitor is held", () -> held);
    synchronized (monitor) {
      held = false;
    }
  }

  /// Holds the monitor, on a thread of its own, as long as `enterMonitor` shall wait for it.
  Thread holdMonitor() {
    Thread holder =
        Thread.ofPlatform()
            .start(() -> {
              synchronized (monitor) {
                held = true;
                while (!opened && !isReleased()) {
                  Thread.onSpinWait();
                }
              }
            });
    keep(holder::join);
    return holder;
  }

  /// Lets `enterMonitor` in.
  void openMonitor() {
    opened = true;
  }

  /// Waits, without being interruptible, until the test lets go.
  void awaitReleaseDeafly() {
    while (!isReleased()) {
      Thread.onSpinWait();
    }
  }

  void awaitRelease() throws InterruptedException {
    if (!released.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("not released");
    }
  }

  /// Does something when the test lets go.
  void onRelease(Runnable action) {
    keep(action::run);
  }

  /// Keeps something that is closed after the audit, also if that fails.
  <T extends AutoCloseable> T keep(T resource) {
    synchronized (cleanups) {
      cleanups.push(resource);
    }
    return resource;
  }

  <E extends Throwable> E throwing(E throwable) {
    thrown.set(throwable);
    return throwable;
  }

  @Override
  public void close() {
    release();
  }

  private void cleanUp() {
    while (true) {
      AutoCloseable next;
      synchronized (cleanups) {
        next = cleanups.poll();
      }
      if (next == null) {
        return;
      }
      try {
        next.close();
      } catch (Exception e) {
        throw new AssertionError("could not clean up", e);
      }
    }
  }
}

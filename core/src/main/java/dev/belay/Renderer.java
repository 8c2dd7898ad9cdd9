package dev.belay;

import dev.belay.internal.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Has users' objects rendered on a thread that may be lost over it. Used by one thread at a time:
/// the reporter's, or one that makes a dump.
final class Renderer {
  /*
   * One helper thread, made when first needed, takes one batch of texts at a time. If it has not finished after
   * PATIENCE it is given up and never gets work again; the class that it hangs in is remembered and not called again. While MOST_LOST
   * threads hang nothing of users' is rendered. Lost threads are not interrupted: an interrupt closes channels, which others may
   * share.
   */
  static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final int MOST_LOST = 4;
  private static final int MOST_HUNG = 64;

  private final Host host;
  private final String name;
  private final Set<String> hung = ConcurrentHashMap.newKeySet();
  private final List<Thread> lost = new ArrayList<>();
  private @Nullable Hand hand;
  private boolean interrupted;

  Renderer(Host host, String name) {
    this.host = host;
    this.name = name;
  }

  /// Renders what can be rendered in time. If one text hangs, the others get one more chance.
  ///
  /// @return whether the calling thread was interrupted meanwhile; the status has been cleared
  boolean render(List<UserText> texts) {
    interrupted = false;
    if (!tryToRender(texts)) {
      tryToRender(texts);
    }
    return interrupted;
  }

  private boolean tryToRender(List<UserText> texts) {
    List<UserText> open =
        texts.stream().filter(text -> !text.isDone() && text.busyIn() == null).toList();
    if (open.isEmpty()) {
      return true;
    }
    lost.removeIf(thread -> !thread.isAlive());
    if (lost.size() >= MOST_LOST) {
      return true;
    }
    Hand mine = hand();
    Work work = new Work(open, Thread.currentThread());
    mine.work = work;
    host.unpark(mine.thread);
    if (await(work)) {
      return true;
    }
    giveUp(mine, open);
    return false;
  }

  private Hand hand() {
    Hand mine = hand;
    if (mine == null || !mine.thread.isAlive()) {
      mine = new Hand();
      host.start(mine.thread);
      hand = mine;
    }
    return mine;
  }

  private boolean await(Work work) {
    long deadline = host.nanoTime() + PATIENCE_NANOS;
    while (!work.done) {
      long left = deadline - host.nanoTime();
      if (left <= 0) {
        return work.done;
      }
      host.parkNanos(this, left);
      interrupted |= host.clearInterrupt();
    }
    return true;
  }

  private void giveUp(Hand mine, List<UserText> texts) {
    mine.retired = true;
    hand = null;
    lost.add(mine.thread);
    for (UserText text : texts) {
      String type = text.busyIn();
      if (type != null && hung.size() < MOST_HUNG) {
        hung.add(type);
      }
    }
  }

  /// Lets the thread end.
  void stop() {
    Hand mine = hand;
    if (mine != null) {
      hand = null;
      mine.retired = true;
      host.unpark(mine.thread);
    }
  }

  private static final class Work {
    final List<UserText> texts;
    final Thread waiter;
    volatile boolean done;

    Work(List<UserText> texts, Thread waiter) {
      this.texts = texts;
      this.waiter = waiter;
    }
  }

  private final class Hand implements Runnable {
    final Thread thread;
    volatile @Nullable Work work;
    volatile boolean retired;

    @SuppressWarnings("this-escape")
    Hand() {
      thread = host.helperThread(name, false, this);
    }

    @Override
    public void run() {
      while (!retired) {
        Work mine = work;
        if (mine == null) {
          host.park(this);
          host.clearInterrupt();
          continue;
        }
        work = null;
        for (UserText text : mine.texts) {
          if (!retired) {
            text.render(hung);
          }
        }
        mine.done = true;
        host.unpark(mine.waiter);
      }
    }
  }
}

package dev.belay.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The time in which a command runs that a signal ends with success, because that is how it is
/// meant to end.
final class Lifetime implements AutoCloseable {
  /*
   * The JVM would end with a status that names the signal; a hook that halts it gives its own. So the hook does what there is to do
   * before. It is taken off when the command ends by itself; if that comes too late, the JVM is ending already, and whoever
   * takes it off waits for that.
   */
  private static final Duration LONGEST_END = Duration.ofSeconds(30);
  private static final int SUCCESS = 0;

  private final Thread hook = Thread.ofPlatform().name("belay is told to end").unstarted(this::end);
  private volatile @Nullable Runnable last;

  /// Begins.
  Lifetime() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Sets what is to be done when the signal comes.
  void atEnd(Runnable action) {
    last = action;
  }

  /// What is stuck does not keep the program from ending.
  private void end() {
    Runnable action = last;
    if (action != null) {
      Thread ending = Thread.ofPlatform().daemon().name("belay ends").start(action);
      try {
        ending.join(LONGEST_END);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Runtime.getRuntime().halt(SUCCESS);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      awaitHalt();
    }
  }

  private void awaitHalt() {
    try {
      hook.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.belay;

import dev.belay.internal.host.Host;
import java.time.Duration;
import java.util.Objects;

/// Holds up the end of the JVM until something has been put in order.
///
/// When the JVM is told to end, by SIGTERM, SIGINT or [System#exit], the action is called on a
/// thread of its own, and the JVM does not end before [#close()] was called, or a time is over.
/// Other hooks of the JVM run at the same time, in no order: those of logging libraries among them,
/// so that what is logged then may be lost.
///
/// ```java
/// try (ShutdownHook hook = ShutdownHook.add(node, Duration.ofSeconds(30), server::tellToStop)) {
///   server.awaitStop();
/// }
/// ```
///
/// The status with which the JVM ends is that of what told it to: 143 for SIGTERM, 130 for SIGINT,
/// and for [System#exit] what it was given.
///
/// **When not to use it.** For what a process owns: that is closed when its node is. For a program
/// that consists of applications, which stop in order when the JVM is told to end.
public final class ShutdownHook implements AutoCloseable {
  /*
   * The hook's thread parks until `closed` is set, which any thread does. It looks now and then, so that an unpark which comes before the
   * park of another kind took it does no harm.
   */
  private static final long POLL_NANOS = 50_000_000;

  private final Host host;
  private final Runnable action;
  private final long limitNanos;
  private final Thread thread;
  private volatile boolean closed;

  private ShutdownHook(Node node, Duration limit, Runnable action) {
    this.host = node.host;
    this.action = action;
    this.limitNanos = limit.toNanos();
    this.thread = host.systemThread("belay-shutdown " + node.name(), false, this::run);
  }

  /// Adds a hook to the JVM. If the JVM is about to end already, the action is called at once, on
  /// the calling thread, and the end of the JVM is not held up.
  ///
  /// @param node whose hook it is; need not run any more when the hook is called
  /// @param limit how long the end of the JVM is held up at most, from 0 to 1 day
  /// @param action tells others to put things in order, or does so itself; should not take long
  ///   beyond the limit, which does not end it
  /// @return the hook; close it when there is nothing to put in order any more
  public static ShutdownHook add(Node node, Duration limit, Runnable action) {
    if (limit.isNegative() || limit.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("limit " + limit + ": must be from 0 to 1 day");
    }
    ShutdownHook hook = new ShutdownHook(node, limit, Objects.requireNonNull(action, "action"));
    try {
      Runtime.getRuntime().addShutdownHook(hook.thread);
    } catch (IllegalStateException e) {
      // The JVM ends, and takes no more of them.
      hook.act();
    }
    return hook;
  }

  private void run() {
    long begin = host.nanoTime();
    act();
    while (!closed) {
      long left = limitNanos - (host.nanoTime() - begin);
      if (left <= 0) {
        System.getLogger("dev.belay")
            .log(
                System.Logger.Level.ERROR,
                "{0}: the JVM ends although not all is in order after {1}",
                thread.getName(),
                Duration.ofNanos(limitNanos));
        return;
      }
      host.parkNanos(this, Math.min(left, POLL_NANOS));
    }
  }

  private void act() {
    try {
      action.run();
    } catch (Throwable e) {
      System.getLogger("dev.belay")
          .log(System.Logger.Level.ERROR, thread.getName() + ": the action has failed", e);
    }
  }

  /// Lets the JVM end, if it waits for this, and takes the hook away. From any thread; closing
  /// again does nothing.
  @Override
  public void close() {
    closed = true;
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The JVM ends: the hook runs, or need not.
      host.unpark(thread);
    }
  }
}

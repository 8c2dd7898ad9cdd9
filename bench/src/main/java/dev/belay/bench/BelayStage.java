package dev.belay.bench;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A node on which one driver process after another does a workload and says how long it took.
///
/// Everything in this class is called by one plain thread, which sleeps while a driver works.
final class BelayStage implements AutoCloseable {
  /// A driver's reading of its own clock, from its first step to its last.
  record Took(long nanos) {}

  /// When a driver began, if the work is done only when all processes but the stage are gone.
  record Since(long nanoTime) {}

  /// After this long without an answer something is lost.
  static final Duration LIMIT = Duration.ofMinutes(5);

  /// How often the number of living processes is looked at: coarse enough to cost nothing.
  private static final long LOOK_NANOS = 1_000_000;

  /// A node without its own hold on the JVM: what fails here has to end it.
  static final NodeOptions OPTIONS = NodeOptions.DEFAULT.daemon(true).shutdownTime(Duration.ZERO);

  private final Node node;
  private final Inbox inbox;
  private final int before;

  BelayStage() {
    this(Node.start(OPTIONS.name("bench")));
  }

  /// On a node that is there, with processes of its own, and which this closes.
  BelayStage(Node node) {
    this.node = node;
    inbox = node.inbox();
    before = node.processCount();
  }

  /// Where processes are started by plain threads.
  Node node() {
    return node;
  }

  /// Where drivers send their readings.
  Pid pid() {
    return inbox.pid();
  }

  /// Runs a driver to its end, and waits until all that it started is gone, too.
  ///
  /// @return how many nanoseconds it took
  double run(Body driver) {
    inbox.spawnMonitor(SpawnOptions.DEFAULT.label("driver"), driver);
    @Nullable Object reading = null;
    while (true) {
      Object message = next();
      if (!(message instanceof Down down)) {
        reading = message;
      } else if (down.reason().equals(ExitReason.NORMAL)) {
        break;
      } else {
        throw new IllegalStateException("the driver died: " + down.reason() + " " + down.trail());
      }
    }
    long end = awaitOnlyTheStage();
    return switch (reading) {
      case Took(long nanos) -> nanos;
      case Since(long nanoTime) -> end - nanoTime;
      case null, default ->
          throw new IllegalStateException("the driver ended without a reading: " + reading);
    };
  }

  /// Waits for the next message to the stage.
  Object next() {
    return inbox
        .receive(LIMIT)
        .orElseThrow(() -> new IllegalStateException("nothing was heard for " + LIMIT));
  }

  /// Starts a driver that will send its messages to the stage; its death is one of them.
  Pid start(Body driver) {
    return inbox.spawnMonitor(driver).pid();
  }

  void send(Pid to, Object message) {
    inbox.send(to, message);
  }

  /// How many processes there are.
  int processes() {
    return node.processCount() - before;
  }

  /// Waits until no process is left that was not there at first.
  ///
  /// @return when that was seen
  private long awaitOnlyTheStage() {
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (node.processCount() > before) {
      if (System.nanoTime() - limit > 0) {
        throw new IllegalStateException(
            node.processCount() - before + " processes are left that should have ended");
      }
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    return System.nanoTime();
  }

  /// Waits until every process waits for a message.
  void awaitAllIdle() {
    long limit = System.nanoTime() + LIMIT.toNanos();
    for (Pid pid : node.processes()) {
      while (!isIdle(pid)) {
        if (System.nanoTime() - limit > 0) {
          throw new IllegalStateException(pid + " does not come to rest: " + node.info(pid));
        }
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    }
  }

  private boolean isIdle(Pid pid) {
    ProcessInfo info =
        node.info(pid).orElseThrow(() -> new IllegalStateException(pid + " has ended"));
    return info.status() == ProcessStatus.WAITING && info.messageQueueLength() == 0;
  }

  /// Ends every process.
  void clear() {
    for (Pid pid : node.processes()) {
      inbox.exit(pid, ExitReason.KILL);
    }
    awaitOnlyTheStage();
    while (inbox.receive(Duration.ZERO).isPresent()) {
      // What the dead have sent, and the news of their deaths.
    }
  }

  @Override
  public void close() {
    inbox.close();
    node.close();
  }
}

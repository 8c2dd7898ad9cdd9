package dev.belay.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.Version;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// An actor system on which one driver actor after another does a workload and says how long it
/// took.
final class PekkoStage implements AutoCloseable {
  /// What a driver says of its time. A driver writes it before it stops, the stage reads it after.
  static final class Reading {
    private volatile long took = -1;
    private volatile long since;
    private final CompletableFuture<Long> end = new CompletableFuture<>();

    /// The driver's reading of its own clock.
    void took(long nanos) {
      took = nanos;
    }

    /// When the driver began, if the work is done only when it and its children have ended.
    void since(long nanoTime) {
      since = nanoTime;
    }

    private void ended(long nanoTime, Terminated how) {
      if (how instanceof ChildFailed failed) {
        end.completeExceptionally(failed.getCause());
      } else {
        end.complete(nanoTime);
      }
    }
  }

  private record Start(Behavior<Object> driver, Reading reading) {}

  /// All defaults, but silent: what is measured is not the log.
  private static final Config SILENT =
      ConfigFactory.parseString(
          """
          pekko {
            loglevel = OFF
            stdout-loglevel = OFF
            log-dead-letters = off
            log-dead-letters-during-shutdown = off
          }
          """);

  private final ActorSystem<Start> system =
      ActorSystem.create(guardian(), "bench", SILENT.withFallback(ConfigFactory.load()));

  /// The version, and what the dispatcher of all actors is set to, which is the default.
  static String about() {
    Config dispatcher = ConfigFactory.load().getConfig("pekko.actor.default-dispatcher");
    Config pool = dispatcher.getConfig("fork-join-executor");
    return "%s; default dispatcher: throughput %d, parallelism from %d to %d, factor %s"
        .formatted(
            Version.current(),
            dispatcher.getInt("throughput"),
            pool.getInt("parallelism-min"),
            pool.getInt("parallelism-max"),
            pool.getNumber("parallelism-factor"));
  }

  /// Starts drivers, and waits for the end of each, which comes after the end of its children.
  private static Behavior<Start> guardian() {
    return Behaviors.setup(context -> {
      Map<ActorRef<?>, Reading> readings = new HashMap<>();
      return Behaviors.receive(Start.class)
          .onMessage(
              Start.class,
              start -> {
                ActorRef<Object> driver = context.spawnAnonymous(start.driver());
                readings.put(driver, start.reading());
                context.watch(driver);
                return Behaviors.same();
              })
          .onSignal(
              Terminated.class,
              ended -> {
                long end = System.nanoTime();
                Reading reading = readings.remove(ended.getRef());
                if (reading != null) {
                  reading.ended(end, ended);
                }
                return Behaviors.same();
              })
          .build();
    });
  }

  /// Runs a driver to its end, and waits until all its children are gone, too.
  ///
  /// @return how many nanoseconds it took
  double run(Function<Reading, Behavior<Object>> driver)
      throws InterruptedException, ExecutionException, TimeoutException {
    Reading reading = new Reading();
    system.tell(new Start(driver.apply(reading), reading));
    long end = reading.end.get(BelayStage.LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (reading.took >= 0) {
      return reading.took;
    }
    if (reading.since == 0) {
      throw new IllegalStateException("the driver ended without a reading");
    }
    return end - reading.since;
  }

  /// Starts a driver that goes on until the system ends.
  void start(Behavior<Object> driver) {
    system.tell(new Start(driver, new Reading()));
  }

  /// What lets questions of plain threads time out.
  Scheduler scheduler() {
    return system.scheduler();
  }

  @Override
  public void close() {
    system.terminate();
  }
}

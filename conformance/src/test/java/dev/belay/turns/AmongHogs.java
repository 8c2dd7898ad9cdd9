package dev.belay.turns;

import dev.belay.Behaviour;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;

/// A program in which twice as many processes as there are processors keep their carriers, while a
/// pair of others talks; for a JVM of its own, whose scheduler it disturbs.
///
/// It says how long the pair took from when all hogs were there, and `all is well` at its end.
final class AmongHogs {
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final int ROUNDS = 1_000;
  private static final AtomicInteger BEGUN = new AtomicInteger();
  private static final AtomicInteger SUNK = new AtomicInteger();
  private static volatile boolean stop;

  private AmongHogs() {}

  /// Runs.
  ///
  /// @param arguments what the hogs do, their style, and the style of the pair
  public static void main(String[] arguments) throws Exception {
    VirtualThreadSchedulerMXBean scheduler =
        ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    int usual = scheduler.getParallelism();
    int hogs = 2 * Runtime.getRuntime().availableProcessors();
    List<Path> fifos = new ArrayList<>();
    try (Node node = Node.start();
        Inbox inbox = node.inbox()) {
      for (int i = 0; i < hogs; i++) {
        Body hog = hog(arguments[0], fifos);
        Body begun =
            () -> {
              BEGUN.incrementAndGet();
              hog.run();
            };
        node.spawn(SpawnOptions.DEFAULT.grace(GRACE), styled(arguments[1], begun));
      }
      long start = System.nanoTime();
      await("all hogs have a carrier", () -> BEGUN.get() == hogs);
      say("all %d hogs have begun after %d ms", hogs, millisSince(start));
      start = System.nanoTime();
      converse(inbox, arguments[2]);
      say("%d round trips after %d ms", ROUNDS, millisSince(start));
      int most = scheduler.getParallelism();
      release(fifos);
      await("the hogs to end", () -> node.processCount() == 0);
      await("the carriers to go again", () -> scheduler.getParallelism() == usual);
      say("carriers: %d, at most %d, and %d again", usual, most, scheduler.getParallelism());
      if (most <= usual) {
        throw new AssertionError("there never were more carriers");
      }
    }
    say("all is well, %s", SUNK);
    System.exit(0);
  }

  private static Body styled(String style, Body body) {
    if (style.equals("receive")) {
      return body;
    }
    return Turns.of(() -> {
      body.run();
      return Behaviour.done();
    });
  }

  private static Body hog(String what, List<Path> fifos) throws Exception {
    return switch (what) {
      case "compute" ->
          () -> {
            int sum = 0;
            while (!stop) {
              sum++;
            }
            SUNK.set(sum);
          };
      case "open" -> {
        Path fifo = fifo(fifos);
        yield () -> {
          try (FileInputStream in = new FileInputStream(fifo.toFile())) {
            SUNK.set(in.read());
          }
        };
      }
      case "read" -> {
        Path fifo = fifo(fifos);
        yield () -> {
          try (RandomAccessFile in = new RandomAccessFile(fifo.toFile(), "r")) {
            SUNK.set(in.read());
          }
        };
      }
      case "native" -> {
        MethodHandle sleep = sleep();
        yield () -> {
          while (!stop) {
            SUNK.addAndGet(sleepOneSecond(sleep));
          }
        };
      }
      default -> throw new IllegalArgumentException(what);
    };
  }

  /// The C library's own `sleep`: as in a look-up of a name, the thread is in native code, and the
  /// JDK does not know that it waits.
  @SuppressWarnings("restricted")
  private static MethodHandle sleep() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find("sleep").orElseThrow(),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  private static int sleepOneSecond(MethodHandle sleep) {
    try {
      return (int) sleep.invokeExact(1);
    } catch (Throwable e) {
      throw new AssertionError("a call of the C library failed", e);
    }
  }

  private static Path fifo(List<Path> fifos) throws Exception {
    Path fifo = Files.createTempDirectory("belay-hogs").resolve("fifo");
    Process made = new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start();
    if (!made.waitFor(10, TimeUnit.SECONDS) || made.exitValue() != 0) {
      throw new IOException("mkfifo failed");
    }
    fifos.add(fifo);
    return fifo;
  }

  private static void release(List<Path> fifos) throws IOException {
    stop = true;
    for (Path fifo : fifos) {
      // Opening it for writing lets its reader go on.
      new FileOutputStream(fifo.toFile()).close();
      Files.delete(fifo);
      Files.delete(fifo.getParent());
    }
  }

  private static void converse(Inbox inbox, String style) {
    boolean turns = style.equals("turns");
    Pid pong =
        inbox.spawn(
            turns
                ? Turns.of(() ->
                    ping -> {
                      dev.belay.Belay.send((Pid) ping, "pong");
                      return Behaviour.same();
                    })
                : () -> {
                  while (true) {
                    dev.belay.Belay.send(dev.belay.Belay.receive(Pid.class), "pong");
                  }
                });
    int[] left = {ROUNDS};
    Body ping =
        turns
            ? Turns.of(() -> {
              dev.belay.Belay.send(pong, dev.belay.Belay.self());
              return message -> {
                if (--left[0] == 0) {
                  return Behaviour.done();
                }
                dev.belay.Belay.send(pong, dev.belay.Belay.self());
                return Behaviour.same();
              };
            })
            : () -> {
              for (int i = 0; i < ROUNDS; i++) {
                dev.belay.Belay.send(pong, dev.belay.Belay.self());
                dev.belay.Belay.receive(String.class);
              }
            };
    inbox.spawnMonitor(SpawnOptions.DEFAULT, ping);
    Down down = inbox.receive(Down.class, Duration.ofMinutes(2)).orElseThrow();
    if (!down.reason().equals(ExitReason.NORMAL)) {
      throw new AssertionError(down.toString());
    }
    inbox.exit(pong, ExitReason.KILL);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static void say(String format, Object... arguments) {
    System.out.printf(format + "%n", arguments);
  }
}

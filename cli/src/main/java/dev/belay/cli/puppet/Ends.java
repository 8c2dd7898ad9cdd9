package dev.belay.cli.puppet;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.List;

/// How a puppet ends itself and others, and how it computes without looking up.
final class Ends {
  /// Longer than it takes to declare a process dead that does not unwind.
  private static final Duration LONGEST_AFTERLIFE = Duration.ofSeconds(5);

  private static final Atom NOCATCH = Atom.of("nocatch");

  private Ends() {}

  static void enter(Operations operations) {
    operations
        .with(
            "exit",
            1,
            arguments -> {
              throw Belay.exit(Terms.reason(arguments.get(0)));
            })
        .with("exit", 2, arguments -> exit(Terms.pid(arguments.get(0)), arguments.get(1)))
        .with(
            "error",
            1,
            arguments -> {
              throw crash(arguments.get(0));
            })
        .with(
            "throw",
            1,
            arguments -> {
              throw crash(Tuple.of(NOCATCH, arguments.get(0)));
            })
        .with(
            "return",
            0,
            _ -> {
              throw new Returned();
            })
        .with("spin", 0, _ -> spin(Long.MAX_VALUE))
        .with("spin", 1, arguments -> spin(nanos(arguments.get(0))));
  }

  private static Object exit(Pid pid, Object reason) {
    Belay.exit(pid, Terms.reason(reason));
    return Atom.TRUE;
  }

  /// As nobody catches it: with a stack.
  private static RuntimeException crash(Object what) {
    List<Object> stack = List.of(Tuple.of(Atom.of("puppet"), Atom.of("loop"), 0L, List.of()));
    return Belay.exit(ExitReason.term(Tuple.of(what, stack)));
  }

  private static long nanos(Object millis) {
    return Math.min(Terms.millis(millis).toMillis(), Long.MAX_VALUE / 1_000_000) * 1_000_000;
  }

  /// Computes, and calls nothing of the runtime's. What ends the process meanwhile interrupts the
  /// thread, which is not heeded: the process has to be declared dead. Some time after that the
  /// thread ends, so that many of them do not use up the machine.
  private static Object spin(long nanos) {
    long start = System.nanoTime();
    long interrupted = 0;
    boolean told = false;
    while (System.nanoTime() - start < nanos) {
      if (!told) {
        told = Thread.currentThread().isInterrupted();
        interrupted = told ? System.nanoTime() : 0;
      } else if (System.nanoTime() - interrupted > LONGEST_AFTERLIFE.toNanos()) {
        break;
      }
    }
    return Atom.OK;
  }
}

package dev.belay.bench;

import static dev.belay.Belay.info;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.ProcessInfo;

/// What the workloads of both styles of Belay have in common, and how their results are checked.
final class Work {
  /// A question and who asks it; a new one each time, in every system.
  record Ask(Pid from) {}

  /// The reason with which chains and stars die.
  static final ExitReason BOOM = ExitReason.term("boom");

  static final int PAIRS = 100;
  static final int SENDERS = 8;
  static final int MEMBERS = 1_000;
  static final int BRANCHES = 100;

  /// How often the child of one supervisor is killed; and that is not too often. A supervisor knows
  /// its restarts of the last second, and in Erlang looks through them each time.
  static final int RESTARTS = 100;

  private Work() {}

  /// Checks that the numbers of all senders came, each once.
  static void checkSum(Object sum, int each) {
    if (!sum.equals(SENDERS * (each * (each + 1L) / 2))) {
      throw new IllegalStateException("messages are missing: their sum is " + sum);
    }
  }

  /// Checks that a monitored process ended, and with which reason.
  static void checkDown(Object message, ExitReason reason) {
    if (!(message instanceof Down down) || !down.reason().equals(reason)) {
      throw Word.unexpected(message);
    }
  }

  /// Checks that a living process has neither links nor monitors.
  static void checkFree(Pid other) {
    ProcessInfo info = info(other).orElseThrow();
    if (!info.links().isEmpty() || !info.monitoredBy().isEmpty()) {
      throw new IllegalStateException("links or monitors are left: " + info);
    }
  }
}

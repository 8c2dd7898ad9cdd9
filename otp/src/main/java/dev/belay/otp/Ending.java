package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.Trail;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How supervisors end processes.
final class Ending {
  /// How a process ended.
  ///
  /// @param declared whether it was declared dead
  record End(ExitReason reason, boolean declared) {
    static End of(Exit exit) {
      return new End(exit.reason(), isDeclared(exit.trail()));
    }

    static End of(Down down) {
      return new End(down.reason(), isDeclared(down.trail()));
    }

    private static boolean isDeclared(Trail trail) {
      return !trail.hops().isEmpty() && trail.hops().getLast().declared();
    }
  }

  private Ending() {}

  /// Ends a process, and waits until it has ended. What it waits for is the monitor, so that one
  /// that has unlinked itself is not waited for in vain (SV22).
  static End end(Pid pid, Shutdown shutdown) {
    Ref ref = Belay.monitor(pid);
    End end = null;
    if (!shutdown.brutal) {
      Belay.exit(pid, ExitReason.SHUTDOWN);
      end = await(ref, shutdown.timeout);
    }
    if (end == null) {
      Belay.exit(pid, ExitReason.KILL);
      end = Objects.requireNonNull(await(ref, null));
    }
    Belay.unlink(pid);
    Optional<Exit> told = Belay.receive(ref, m -> exitOf(m, pid), Duration.ZERO);
    if (told.isEmpty() && end.reason().equals(ExitReason.NO_PROC)) {
      // It had ended before the monitor was set.
      told = Belay.receive(m -> exitOf(m, pid), Duration.ZERO);
    }
    return told.map(End::of).orElse(end);
  }

  private static @Nullable Exit exitOf(Object message, Pid pid) {
    return message instanceof Exit exit && exit.pid().equals(pid) ? exit : null;
  }

  /// Waits for the end of a process.
  ///
  /// @param timeout null to wait for ever
  /// @return how it has ended, or null if it has not in time
  private static @Nullable End await(Ref ref, @Nullable Duration timeout) {
    Selector<Down> ofRef = m -> m instanceof Down d && d.ref().equals(ref) ? d : null;
    Optional<Down> down =
        timeout == null
            ? Optional.of(Belay.receive(ref, ofRef))
            : Belay.receive(ref, ofRef, timeout);
    return down.map(End::of).orElse(null);
  }

  /// Ends what a supervisor that is dead has left behind, because it did not end in order: its
  /// children are on their way, by their links, unless they trap exits.
  static void endOrphans(@Nullable Overseer<?> dead) {
    if (dead == null) {
      return;
    }
    // All of them first, so that they end side by side.
    List<Map.Entry<Pid, Kid>> orphans = List.copyOf(dead.running.entrySet());
    for (Map.Entry<Pid, Kid> orphan : orphans) {
      boolean brutal = orphan.getValue().spec.shutdown().brutal;
      Belay.exit(orphan.getKey(), brutal ? ExitReason.KILL : ExitReason.SHUTDOWN);
    }
    for (Map.Entry<Pid, Kid> orphan : orphans) {
      end(orphan.getKey(), orphan.getValue().spec.shutdown());
      for (Kid.Spawned spawned : orphan.getValue().spawned) {
        endOrphans(spawned.overseer());
      }
      endOrphans(orphan.getValue().subtree);
    }
    dead.running.clear();
  }

  /// Says so if a child that was told to end has not ended so (SV23).
  static void check(Kid kid, Pid pid, ExitReason reason) {
    ExitReason expected = kid.spec.shutdown().brutal ? ExitReason.KILLED : ExitReason.SHUTDOWN;
    if (reason.equals(expected) || (!kid.is(Restart.PERMANENT) && reason.isOrderly())) {
      return;
    }
    // A node that closes tells children to shut down before their supervisor does, also those that
    // should be killed, and of one that is dead by now nobody may have said why.
    boolean maybeTold = reason.equals(ExitReason.SHUTDOWN) || reason.equals(ExitReason.NO_PROC);
    if (!maybeTold || !Belay.node().isClosing()) {
      SupervisorReport.shutdownError(kid.spec, pid, reason);
    }
  }
}

package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Ends the tasks of a process when that process ends: a resource that the process owns.
final class Reaper implements AutoCloseable {
  /*
   * Tasks enter by themselves, as the first thing they do. So it does not matter who spawns them, when the owner hears of them, and
   * whether it ends meanwhile: a task enters before the reaper looks and is ended by it, or enters afterwards, sees `closed`, and
   * ends itself. (Each writes first and reads then: the set, and `closed`.)
   *
   * The owner may also have forgotten a task that has left. What has ended does not mind being told.
   */
  private final Node node;
  private final Set<Pid> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Reaper(Node node) {
    this.node = node;
  }

  /// Makes a task end with the owner.
  <T extends @Nullable Object> Callable<T> reaped(Callable<? extends T> work) {
    Objects.requireNonNull(work, "work");
    return () -> {
      Pid self = Belay.self();
      running.add(self);
      try {
        if (closed) {
          throw Belay.exit(ExitReason.SHUTDOWN);
        }
        return work.call();
      } finally {
        running.remove(self);
      }
    };
  }

  /// Ends what runs, and whatever would begin from now on. On any thread.
  @Override
  public void close() {
    closed = true;
    for (Pid pid : running) {
      node.exit(pid, ExitReason.SHUTDOWN);
      if (node.info(pid).filter(ProcessInfo::trapsExits).isPresent()) {
        // It has had its warning, and nobody is left to wait for it.
        node.terminate(pid, ExitReason.SHUTDOWN);
      }
    }
  }
}

package dev.belay.otp;

import dev.belay.Node;
import dev.belay.NodeLocal;
import dev.belay.Pid;
import dev.belay.ProcessLimitException;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Gives a node's errands to its [Attendant], which exists as long as there are any.
final class Attendance {
  /*
   * Under the lock: an errand is entered and sent, so that the errands of one thread reach the attendant in their order; and an
   * attendant that has none left is dismissed, so that none is given to one that is about to end. What ends an attendant otherwise,
   * such as the end of its node, closes what it owns, which fails all that it has.
   */
  private static final NodeLocal<Attendance> OF_NODE = NodeLocal.withInitial(Attendance::new);

  private final Node node;
  private @Nullable Attendant current;

  private Attendance(Node node) {
    this.node = node;
  }

  static Attendance of(Node node) {
    return OF_NODE.get(node);
  }

  Node node() {
    return node;
  }

  /// Has an errand done. On any thread.
  ///
  /// @return its future
  <T extends @Nullable Object> CompletableFuture<T> attend(Errand<T> errand) {
    try {
      give(errand);
    } catch (ProcessLimitException e) {
      errand.fail(errand.failure(e));
      return errand.future;
    }
    var _ =
        errand.future.whenComplete((value, failure) -> {
          Attendant attendant = errand.attendant;
          if (!errand.settled && !errand.over && attendant != null) {
            node.send(attendant.pid(), new Attendant.Abandon(errand));
          }
        });
    return errand.future;
  }

  private synchronized void give(Errand<?> errand) {
    Attendant attendant = current;
    if (attendant == null) {
      Attendant fresh = new Attendant(this);
      Pid pid =
          node.spawn(
              SpawnOptions.DEFAULT.label("attendant of futures").own(fresh::ended),
              Turns.of(() -> fresh, Attendant.class));
      fresh.is(pid);
      attendant = fresh;
      current = fresh;
    }
    errand.attendant = attendant;
    attendant.open.add(errand);
    node.send(attendant.pid(), new Attendant.Begin(errand));
  }

  /// Dismisses an attendant unless it has been given another errand.
  ///
  /// @return whether it may end
  synchronized boolean dismiss(Attendant attendant) {
    if (!attendant.open.isEmpty()) {
      return false;
    }
    if (current == attendant) {
      current = null;
    }
    return true;
  }

  /// Takes the errands of an attendant that has ended.
  synchronized List<Errand<?>> leftBy(Attendant attendant) {
    if (current == attendant) {
      current = null;
    }
    List<Errand<?>> left = List.copyOf(attendant.open);
    attendant.open.clear();
    return left;
  }
}

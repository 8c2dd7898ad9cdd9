package dev.belay.otp;

import dev.belay.Node;
import dev.belay.NodeLocal;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which servers of a node wait in a call for which others, to find a circle of them when it
/// closes.
final class Waits {
  /*
   * A server that calls puts itself in before it sends its request, and looks then: of those that close a circle at the same time at
   * least one sees the others. Under the lock it marks them as reported, so that no other one reports the same circle, and takes itself
   * out if it is to fail. A wait counts unless
   * its callee has answered it or has handed the answer on, so that somebody else may give it; nor does one of a server
   * that is exiting and has not come to take itself out.
   *
   * The walk is along one path, because a server waits for one other at most, and ends after as many steps as there are waits: a
   * circle that the caller is not part of would have no end.
   */
  private static final NodeLocal<Waits> OF_NODE = NodeLocal.withInitial(Waits::new);

  private static final class Waiting {
    final Pid callee;
    final From<?> call;

    /// Whether the circle that it is part of was reported; under the lock.
    boolean reported;

    Waiting(Pid callee, From<?> call) {
      this.callee = callee;
      this.call = call;
    }
  }

  private final Node node;
  private final ConcurrentHashMap<Pid, Waiting> waiting = new ConcurrentHashMap<>();

  private Waits(Node node) {
    this.node = node;
  }

  static Waits of(Node node) {
    return OF_NODE.get(node);
  }

  /// A server is about to wait.
  ///
  /// @return the deadlock that it closes, if it should fail for it
  Optional<Deadlock> begin(Pid caller, Pid callee, From<?> call) {
    waiting.put(caller, new Waiting(callee, call));
    if (!waiting.containsKey(callee) || circle(caller).isEmpty()) {
      return Optional.empty();
    }
    List<Deadlock.Wait> circle;
    boolean fails = Deadlock.POLICY.get(node) == Deadlock.Policy.FAIL;
    synchronized (this) {
      circle = circle(caller);
      if (circle.stream().anyMatch(wait -> isExiting(wait.server())) || !isNew(circle)) {
        return Optional.empty();
      }
      if (fails) {
        waiting.remove(caller);
      }
    }
    Deadlock deadlock = new Deadlock(circle);
    System.getLogger("dev.belay")
        .log(
            Level.ERROR,
            () ->
                deadlock
                    + (fails
                        ? ". The last call fails for it."
                        : ". They go on when a call times out; Deadlock.Policy.FAIL would fail the last one at once."));
    return fails ? Optional.of(deadlock) : Optional.empty();
  }

  /// Tells whether a server was told to exit, which ends its call.
  private boolean isExiting(Pid server) {
    return node.info(server).map(ProcessInfo::status).orElse(ProcessStatus.EXITING)
        == ProcessStatus.EXITING;
  }

  /// Marks a circle as reported.
  ///
  /// @return whether there is one, and it was not
  private boolean isNew(List<Deadlock.Wait> circle) {
    boolean fresh = !circle.isEmpty();
    for (Deadlock.Wait wait : circle) {
      Waiting one = waiting.get(wait.server());
      fresh &= one != null && !one.reported;
      if (one != null) {
        one.reported = true;
      }
    }
    return fresh;
  }

  void over(Pid caller) {
    waiting.remove(caller);
  }

  /// Returns the circle that begins and ends with a server, or nothing.
  private List<Deadlock.Wait> circle(Pid first) {
    List<Deadlock.Wait> way = new ArrayList<>();
    Pid at = first;
    int most = waiting.size();
    while (way.size() <= most) {
      Waiting wait = waiting.get(at);
      if (wait == null || wait.call.stage != From.OPEN) {
        return List.of();
      }
      way.add(new Deadlock.Wait(at, wait.callee, wait.call.request));
      at = wait.callee;
      if (at.equals(first)) {
        // The last call first would be hard to read: it is the one that closes the circle.
        way.add(way.removeFirst());
        return way;
      }
    }
    return List.of();
  }
}

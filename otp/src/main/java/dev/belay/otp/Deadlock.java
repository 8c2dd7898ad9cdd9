package dev.belay.otp;

import dev.belay.NodeLocal;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.util.List;
import java.util.stream.Collectors;

/// A circle of servers, each of which waits in a call for the next one.
///
/// It is found when it closes: by the call that would wait for its own server, and logged. With
/// [Policy#FAIL] that call fails too, with this as the value of its reason:
///
/// ```java
/// Node.start(NodeOptions.DEFAULT.set(Deadlock.POLICY, Deadlock.Policy.FAIL));
/// ```
///
/// A server that waits counts as long as only the server that it waits for can answer: not if that
/// one has handed the answer on ([Server#from]), and not if it is exiting itself. Calls are looked
/// at that servers make while they handle a message; what other processes do is not known.
///
/// @param waits the circle: the last one waits for the first
public record Deadlock(List<Wait> waits) {
  /// What to do about a deadlock; [Policy#REPORT] unless the node is started with something else.
  public static final NodeLocal<Policy> POLICY = NodeLocal.withInitial(node -> Policy.REPORT);

  /// What to do about a deadlock.
  public enum Policy {
    /// Log it. The calls end by their timeouts.
    REPORT,

    /// Log it, and fail the call that closes the circle.
    FAIL
  }

  /// One server that waits.
  ///
  /// @param server who waits
  /// @param callee for whom
  /// @param request what it has asked
  @Sendable
  public record Wait(Pid server, Pid callee, Object request) {
    @Override
    public String toString() {
      return server + " waits for " + callee + " to answer " + Text.of(request);
    }
  }

  /// Makes the circle.
  ///
  /// @param waits who waits for whom
  public Deadlock {
    waits = List.copyOf(waits);
  }

  @Override
  public String toString() {
    return waits.stream().map(Wait::toString).collect(Collectors.joining(", ", "deadlock: ", ""));
  }
}

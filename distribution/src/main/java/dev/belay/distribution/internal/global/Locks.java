package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What is locked on this node, for whom, and by which processes. Those of a lock are monitored;
/// with the last of them it is gone.
///
/// The name server's own, but that [#isFree] may be called from anywhere.
final class Locks {
  private record Lock(Object requester, Map<Pid, Ref> holders) {}

  private final Map<Object, Lock> byResource = new ConcurrentHashMap<>();
  private final Map<Ref, Object> byMonitor = new HashMap<>();

  /// Whether the last lock of the names has gone because its holder did.
  private boolean abandoned;

  /// Tells whether a lock can be had: nobody else has it. It may be otherwise a moment later.
  boolean isFree(Tuple lock) {
    Lock there = byResource.get(lock.get(0));
    return there == null || there.requester.equals(lock.get(1));
  }

  /// Tells whether names are being changed.
  boolean isSet(Object resource) {
    return byResource.containsKey(resource);
  }

  /// Returns with what two lockers lock, if one of them has locked this node.
  ///
  /// @return the lock, or null
  @Nullable Tuple between(Pid one, Pid other) {
    Lock there = byResource.get(Words.GLOBAL);
    return there != null
            && there.requester instanceof List<?> lockers
            && lockers.size() == 2
            && lockers.contains(one)
            && lockers.contains(other)
        ? Tuple.of(Words.GLOBAL, lockers)
        : null;
  }

  /// Takes a lock for a process, which may share it with others who want it for the same.
  ///
  /// @return whether it has it
  boolean take(Tuple lock, Pid holder) {
    if (!isFree(lock)) {
      return false;
    }
    Object resource = lock.get(0);
    Lock there = byResource.computeIfAbsent(resource, _ -> new Lock(lock.get(1), new HashMap<>()));
    there.holders.computeIfAbsent(
        holder,
        pid -> {
          Ref monitor = Belay.monitor(pid);
          byMonitor.put(monitor, resource);
          return monitor;
        });
    return true;
  }

  /// Gives a process's part of a lock back.
  void release(Tuple lock, Pid holder) {
    Lock there = byResource.get(lock.get(0));
    if (there == null || !there.requester.equals(lock.get(1))) {
      return;
    }
    Ref monitor = there.holders.remove(holder);
    if (monitor != null) {
      byMonitor.remove(monitor);
      Belay.demonitor(monitor, Demonitor.FLUSH);
    }
    end(lock.get(0), there, false);
  }

  /// A monitor has fired.
  ///
  /// @return whether it was of a lock
  boolean down(Ref monitor) {
    Object resource = byMonitor.remove(monitor);
    if (resource == null) {
      return false;
    }
    Lock there = byResource.get(resource);
    if (there != null) {
      there.holders.values().remove(monitor);
      end(resource, there, true);
    }
    return true;
  }

  private void end(Object resource, Lock lock, boolean died) {
    if (lock.holders.isEmpty()) {
      byResource.remove(resource);
      if (resource.equals(Words.GLOBAL)) {
        abandoned = died;
      }
    }
  }

  /// Tells whether a name that is being registered still may be: who registers it has the lock of
  /// the names, or has given it back; not if it was taken away because its node was lost.
  ///
  /// @param registrar who registers it, or null if it comes with a session
  /// @param lock the lock of the session
  boolean allow(@Nullable Pid registrar, @Nullable Object lock) {
    Lock there = byResource.get(Words.GLOBAL);
    if (there == null) {
      return !abandoned;
    }
    return registrar != null
        ? there.holders.containsKey(registrar)
        : Tuple.of(Words.GLOBAL, there.requester).equals(lock);
  }
}

package dev.belay;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The monitors and aliases of one node that others know of: a reference that comes back from
/// another node is only a number.
final class Aliases {
  /*
   * What has ended is taken out now and then: whenever twice as many are in it as were left the last time.
   */
  private static final int FEW = 256;

  private final ConcurrentHashMap<Ref, Ref> known = new ConcurrentHashMap<>();
  private volatile int limit = FEW;

  /// Notes a reference that is about to leave the node.
  void add(Ref ref) {
    if (ref.watch == null || known.putIfAbsent(ref, ref) != null) {
      return;
    }
    if (known.size() > limit) {
      sweep();
    }
  }

  private synchronized void sweep() {
    if (known.size() <= limit) {
      return;
    }
    // Read without the lock of its owner: a reference that has just ended stays until the next
    // time.
    known.keySet().removeIf(ref -> ref.watch == null || !isNeeded(ref.watch));
    limit = Math.max(FEW, 2 * known.size());
  }

  /// Also one whose message waits in the mailbox: it may be flushed still. One that the owner has
  /// not looked at yet is taken to wait there.
  private static boolean isNeeded(Watch watch) {
    boolean waits =
        watch.death != null
            && watch.watcher.state < Cell.DEAD
            && (watch.queued || watch.payload == null);
    return watch.on || watch.aliasOn || waits;
  }

  /// Finds the reference that one from another node means.
  ///
  /// @return it, with its monitor or alias, or null if there is none any more
  @Nullable Ref find(Ref ref) {
    return known.get(ref);
  }
}

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
    known.keySet().removeIf(ref -> ref.watch == null || !(ref.watch.on || ref.watch.aliasOn));
    limit = Math.max(FEW, 2 * known.size());
  }

  /// Finds the reference that one from another node means.
  ///
  /// @return it, with its monitor or alias, or null if there is none any more
  @Nullable Ref find(Ref ref) {
    return known.get(ref);
  }
}

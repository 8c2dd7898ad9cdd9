package dev.belay;

import java.util.ArrayList;
import java.util.List;

/// Why a cell is exiting, or, once settled, what its links and watches are told.
///
/// @param reason the reason
/// @param how what brought it
/// @param from who brought it
/// @param trail the deaths that led here; those of `from`, not yet this cell's own
record Cause(ExitReason reason, Trail.How how, Pid from, Trail trail) {

  /// What the peers of a cell that died of this cause are told: the same reason, and one hop more.
  Cause asDeathOf(Cell cell, boolean declared) {
    Trail.Hop hop = new Trail.Hop(cell.pid, cell.label(), how, from, declared);
    List<Trail.Hop> old = trail.hops();
    List<Trail.Hop> hops = new ArrayList<>(Math.min(old.size() + 1, Trail.MAX_HOPS));
    hops.addAll(old);
    long omitted = trail.omitted();
    if (hops.size() == Trail.MAX_HOPS) {
      hops.remove(1);
      omitted++;
    }
    hops.add(hop);
    return new Cause(reason, Trail.How.LINK, cell.pid, new Trail(hops, omitted));
  }
}

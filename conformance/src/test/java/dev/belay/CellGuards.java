package dev.belay;

import dev.belay.explorer.Guards;
import org.jspecify.annotations.Nullable;

/// Which cell guards what, as the notes of the protocol classes say.
final class CellGuards implements Guards {
  @Override
  public boolean guards(Object holder, Object target, String field) {
    if (!(holder instanceof Cell cell)) {
      return false;
    }
    return switch (target) {
      case Cell itself -> itself == cell;
      case LinkTable table -> cell.links == table;
      case Slot slot -> owns(cell, slot);
      default -> guard(target, field) == cell;
    };
  }

  @Override
  public boolean isDead(Object target, String field) {
    Cell cell = guard(target, field);
    return cell == null || cell.state >= Cell.DEAD;
  }

  /// A process that is gone forgets why it died; the scenarios ask for it.
  @Override
  public void writes(Object target, String field) {
    if (field.equals("Cell.cause") && target instanceof Cell cell && cell.cause != null) {
      Actor.died(cell, cell.cause.reason());
    }
  }

  private static @Nullable Cell guard(Object target, String field) {
    return switch (target) {
      case Cell cell -> cell;
      case Bound bound -> bound.cell;
      case LinkEnd end -> end.owner;
      case Watch watch ->
          switch (field) {
            case "Watch.on",
                "Watch.aliasOn",
                "Watch.ownPrev",
                "Watch.ownNext",
                "NodeSubscription.first",
                "NodeWatch.newsBefore",
                "NodeWatch.newsAfter",
                "NodeWatch.kept" ->
                watch.watcher;
            default -> watch.target;
          };
      // Whose it is cannot be told; that nobody else uses it is left to the order of memory.
      default -> null;
    };
  }

  private static boolean owns(Cell cell, Slot slot) {
    for (Slot at = cell.owned; at != null; at = at.older) {
      if (at == slot) {
        return true;
      }
    }
    return false;
  }
}

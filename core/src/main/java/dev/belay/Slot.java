package dev.belay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place in a cell's list of owned resources, last owned first; guarded by the cell's lock.
final class Slot {
  final Owned<?> owned;
  @Nullable Slot older;

  Slot(Owned<?> owned) {
    this.owned = owned;
  }

  /// Lets the calling process own a resource. If it cannot any more, the resource is closed.
  static <T extends AutoCloseable> Owned<T> own(Cell self, T resource) {
    boolean owned = false;
    try {
      Owned<T> handle = new Owned<>(resource, self);
      Slot slot = new Slot(handle);
      owned = add(self, slot);
      if (!owned) {
        throw self.unwinding();
      }
      return handle;
    } catch (Throwable e) {
      if (!owned) {
        closeQuietly(resource, e);
      }
      throw e;
    }
  }

  /// Closes a resource that nobody came to own.
  static void closeQuietly(AutoCloseable resource, Throwable because) {
    try {
      resource.close();
    } catch (Throwable e) {
      if (e != because) {
        because.addSuppressed(e);
      }
    }
  }

  private static boolean add(Cell cell, Slot slot) {
    cell.lock();
    try {
      if (cell.state != Cell.ALIVE) {
        return false;
      }
      slot.older = cell.owned;
      cell.owned = slot;
      return true;
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Changes the owner, at the receiver.
  static boolean give(Owned<?> owned, Cell giver, Cell receiver) {
    Slot slot = new Slot(owned);
    Stack.probe();
    receiver.lock();
    try {
      if (receiver.state != Cell.ALIVE || !owned.change(giver, receiver)) {
        return false;
      }
      slot.older = receiver.owned;
      receiver.owned = slot;
      return true;
    } finally {
      receiver.lockWord = 0;
    }
  }

  /// Forgets the place of a resource that the cell does not own any more.
  static void discard(Cell cell, Owned<?> owned) {
    cell.lock();
    try {
      Slot newer = null;
      for (Slot slot = cell.owned; slot != null; slot = slot.older) {
        if (slot.owned == owned) {
          if (newer == null) {
            cell.owned = slot.older;
          } else {
            newer.older = slot.older;
          }
          return;
        }
        newer = slot;
      }
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Lists what the cell owns, last owned first; under its lock.
  static List<String> names(Cell cell) {
    List<String> names = new ArrayList<>();
    for (Slot slot = cell.owned; slot != null; slot = slot.older) {
      if (slot.owned.isOwnedBy(cell)) {
        names.add(slot.owned.get().getClass().getName());
      }
    }
    return names;
  }
}

package dev.belay;

import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All processes of one node, held strongly, so that a parked one is never collected unheard.
final class ProcessTable {
  /*
   * Stripes of chained hash tables whose members are the cells themselves; removing never
   * allocates, and adding only to grow, which may fail without harm. A process that exists during a whole `cells()`
   * is in its stripe while that is walked, and so in the list (X11).
   */
  private static final int STRIPES = 16;

  private final Stripe[] stripes = new Stripe[STRIPES];

  ProcessTable(Host host) {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe(host);
    }
  }

  void add(Cell cell) {
    stripe(cell.pid.number).add(cell);
  }

  void remove(Cell cell) {
    stripe(cell.pid.number).remove(cell);
  }

  @Nullable Cell find(long number) {
    return stripe(number).find(number);
  }

  /// Returns the processes, oldest first.
  List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (Stripe stripe : stripes) {
      stripe.addTo(cells);
    }
    cells.sort(Comparator.comparingLong(cell -> cell.pid.number));
    return cells;
  }

  /// How many parts the table has, for those who need not have all of it at once.
  int parts() {
    return STRIPES;
  }

  /// Returns the processes of one part, in no order.
  ///
  /// @param number from 0
  List<Cell> part(int number) {
    List<Cell> cells = new ArrayList<>();
    stripes[number].addTo(cells);
    return cells;
  }

  private Stripe stripe(long number) {
    return stripes[(int) number & (STRIPES - 1)];
  }

  /// One part of the table, under a spin lock of its own.
  private static final class Stripe {
    private final Host host;

    @SuppressWarnings("UnusedVariable") // by its VarHandle
    private volatile int lock;

    private @Nullable Cell[] buckets = new Cell[16];
    private int size;

    Stripe(Host host) {
      this.host = host;
    }

    private static int index(long number, int buckets) {
      return (int) (number / STRIPES) & (buckets - 1);
    }

    void add(Cell cell) {
      acquire();
      try {
        if (size >= buckets.length) {
          grow();
        }
        int i = index(cell.pid.number, buckets.length);
        cell.nextInTable = buckets[i];
        buckets[i] = cell;
        size++;
      } finally {
        lock = 0;
      }
    }

    void remove(Cell cell) {
      acquire();
      try {
        int i = index(cell.pid.number, buckets.length);
        Cell before = null;
        Cell at = buckets[i];
        while (at != null && at != cell) {
          before = at;
          at = at.nextInTable;
        }
        if (at != null) {
          if (before == null) {
            buckets[i] = cell.nextInTable;
          } else {
            before.nextInTable = cell.nextInTable;
          }
          cell.nextInTable = null;
          size--;
        }
      } finally {
        lock = 0;
      }
    }

    @Nullable Cell find(long number) {
      acquire();
      try {
        Cell at = buckets[index(number, buckets.length)];
        while (at != null && at.pid.number != number) {
          at = at.nextInTable;
        }
        return at;
      } finally {
        lock = 0;
      }
    }

    void addTo(List<Cell> cells) {
      acquire();
      try {
        for (Cell chain : buckets) {
          for (Cell cell = chain; cell != null; cell = cell.nextInTable) {
            cells.add(cell);
          }
        }
      } finally {
        lock = 0;
      }
    }

    private void grow() {
      Cell[] wider;
      try {
        wider = new Cell[buckets.length << 1];
      } catch (OutOfMemoryError e) {
        return;
      }
      for (Cell chain : buckets) {
        Cell cell = chain;
        while (cell != null) {
          Cell next = cell.nextInTable;
          int i = (int) (cell.pid.number / STRIPES) & (wider.length - 1);
          cell.nextInTable = wider[i];
          wider[i] = cell;
          cell = next;
        }
      }
      buckets = wider;
    }

    private void acquire() {
      int attempt = 0;
      while (!LOCK.compareAndSet(this, 0, 1)) {
        host.relax(attempt++);
      }
    }

    private static final VarHandle LOCK;

    static {
      try {
        LOCK = MethodHandles.lookup().findVarHandle(Stripe.class, "lock", int.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}

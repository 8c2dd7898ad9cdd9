package dev.belay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The registered names of one node (R1–R5).
final class Names {
  /*
   * An entry is put into the map *pending*, becomes *held* under its cell's lock, and *freed* under it too.
   * Look-ups see only held entries. Who wants the name and finds a pending entry waits for its fate, which
   * is a few instructions away; a freed entry counts as absent and is replaced. So a name is free for all to take
   * from the moment its holder's death has freed it (X9), and no two locks are ever held.
   */
  private static final int PENDING = 0;
  private static final int HELD = 1;
  private static final int FREED = 2;

  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  /// One name and who holds it. The state is written under the cell's lock.
  static final class Entry {
    final String name;
    final Cell cell;
    volatile int state = PENDING;

    Entry(String name, Cell cell) {
      this.name = name;
      this.cell = cell;
    }
  }

  @Nullable Cell lookup(String name) {
    Entry entry = entries.get(name);
    return entry != null && entry.state == HELD ? entry.cell : null;
  }

  List<String> all() {
    List<String> names = new ArrayList<>();
    entries.forEach((name, entry) -> {
      if (entry.state == HELD) {
        names.add(name);
      }
    });
    names.sort(null);
    return names;
  }

  /// Registers a process (R1, R2).
  ///
  /// @throws NameException if the name is taken, or the process has a name or is not alive
  void register(String name, Cell cell) {
    check(name);
    Stack.probe();
    Entry mine = new Entry(name, cell);
    int attempt = 0;
    while (true) {
      Entry other = entries.putIfAbsent(name, mine);
      if (other == null) {
        break;
      }
      int state = other.state;
      if (state == HELD) {
        throw new NameException(
            "register(\"" + name + "\", " + cell.pid + "): the name is taken by " + other.cell.pid);
      }
      if (state == FREED) {
        if (entries.replace(name, other, mine)) {
          break;
        }
      } else {
        cell.host().relax(attempt++);
      }
    }
    String problem = null;
    try {
      cell.lock();
      try {
        Entry old = cell.nameEntry;
        if (cell.state != Cell.ALIVE) {
          problem = "the process is not alive";
        } else if (old != null) {
          problem = "the process is registered as \"" + old.name + "\" already";
        } else {
          cell.nameEntry = mine;
          mine.state = HELD;
        }
      } finally {
        cell.lockWord = 0;
      }
    } finally {
      if (mine.state != HELD) {
        mine.state = FREED;
        entries.remove(name, mine);
      }
    }
    if (problem != null) {
      throw new NameException("register(\"" + name + "\", " + cell.pid + "): " + problem);
    }
  }

  /// Frees a name (R4).
  ///
  /// @throws NameException if nobody holds it
  void unregister(String name) {
    Entry entry = entries.get(name);
    if (entry == null || !free(entry)) {
      throw new NameException("unregister(\"" + name + "\"): nobody is registered under that name");
    }
  }

  private boolean free(Entry entry) {
    Cell cell = entry.cell;
    boolean held;
    cell.lock();
    try {
      held = entry.state == HELD && cell.nameEntry == entry;
      if (held) {
        cell.nameEntry = null;
        entry.state = FREED;
      }
    } finally {
      cell.lockWord = 0;
    }
    if (held) {
      entries.remove(entry.name, entry);
    }
    return held;
  }

  /// Frees the name of a process that ends; for its dismantler, which may repeat it.
  void release(Cell cell) {
    Entry entry;
    cell.lock();
    try {
      // Somebody may unregister it at the same time.
      entry = cell.nameEntry;
      if (entry != null) {
        entry.state = FREED;
      }
    } finally {
      cell.lockWord = 0;
    }
    if (entry != null) {
      entries.remove(entry.name, entry);
      cell.lock();
      try {
        cell.nameEntry = null;
      } finally {
        cell.lockWord = 0;
      }
    }
  }

  static void check(String name) {
    if (name.isEmpty() || name.equals("undefined")) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot be a registered name: it must not be empty or \"undefined\"");
    }
  }
}

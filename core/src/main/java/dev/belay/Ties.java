package dev.belay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some of the bonds of a process, for people: its name, and a bounded number of links and
/// monitors.
///
/// Taken on any thread under the cell's lock, for a time that does not grow with their number.
final class Ties {
  static final int MOST = 20;

  /// How many records of monitors and aliases are looked at.
  private static final int MOST_STEPS = 1_024;

  private final @Nullable String name;
  private final boolean traps;
  private final int linkCount;
  private final List<Pid> links;
  private final List<Subject> monitors;
  private final List<Pid> monitoredBy;

  private Ties(
      @Nullable String name,
      boolean traps,
      int linkCount,
      List<Pid> links,
      List<Subject> monitors,
      List<Pid> monitoredBy) {
    this.name = name;
    this.traps = traps;
    this.linkCount = linkCount;
    this.links = links;
    this.monitors = monitors;
    this.monitoredBy = monitoredBy;
  }

  static Ties of(Cell cell) {
    Pid[] peers = new Pid[MOST];
    Subject[] subjects = new Subject[MOST + 1];
    Pid[] watchers = new Pid[MOST + 1];
    int linkCount = 0;
    int peerCount = 0;
    int subjectCount = 0;
    int watcherCount = 0;
    Names.Entry entry;
    boolean traps;
    cell.lock();
    try {
      // After the time of death its bonds are the dismantler's, and change without the lock.
      boolean ended = cell.state >= Cell.DEAD;
      entry = ended ? null : cell.nameEntry;
      traps = cell.trapExits;
      LinkTable table = ended ? null : cell.links;
      if (table != null) {
        linkCount = table.size();
        peerCount = table.some(peers);
      }
      Watch watch = ended ? null : cell.watching;
      for (int steps = 0;
          watch != null && subjectCount < subjects.length && steps < MOST_STEPS;
          steps++) {
        Subject subject = watch.subject;
        if (subject != null) {
          subjects[subjectCount++] = subject;
        }
        watch = watch.ownNext;
      }
      watch = ended ? null : cell.watchers;
      while (watch != null && watcherCount < watchers.length) {
        watchers[watcherCount++] = watch.watcherPid();
        watch = watch.targetNext;
      }
    } finally {
      cell.lockWord = 0;
    }
    return new Ties(
        entry == null ? null : entry.name,
        traps,
        linkCount,
        sorted(peers, peerCount),
        List.of(Arrays.copyOf(subjects, subjectCount)),
        sorted(watchers, watcherCount));
  }

  private static List<Pid> sorted(Pid[] pids, int count) {
    List<Pid> list = new ArrayList<>(Arrays.asList(pids).subList(0, count));
    // Of more than are shown, it is all the same which.
    list.sort(null);
    return list;
  }

  @Nullable String name() {
    return name == null ? null : PlainText.line(name);
  }

  /// Adds what there is to a page.
  void addTo(Page page) {
    page.fact("traps exits", traps ? "yes" : "no");
    page.fact("links", links());
    page.fact("monitors", some(monitors));
    page.fact("monitored by", some(monitoredBy));
  }

  private @Nullable String links() {
    if (linkCount == 0) {
      return null;
    }
    String pids = StackText.pids(links, false);
    return linkCount > links.size() ? PlainText.count(linkCount) + ", among them " + pids : pids;
  }

  private static String some(List<? extends Subject> all) {
    boolean more = all.size() > MOST;
    return StackText.pids(more ? all.subList(0, MOST) : all, more);
  }
}

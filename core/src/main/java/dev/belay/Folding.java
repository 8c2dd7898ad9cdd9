package dev.belay;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Knows the places from which reports come, and which reports are only counted. Used by the
/// reporter's thread alone.
final class Folding {
  /*
   * A place's first WHOLE reports are said in full. From then on they are counted, and each WINDOW in which there were any
   * gives one summary. A place that was silent for a window is forgotten, so its next report is said in full.
   * At most PLACES are remembered; the one that was silent longest makes room.
   */
  static final int WHOLE = 3;
  static final int PLACES = 256;
  static final int PIDS = 20;
  static final long WINDOW_NANOS = 10_000_000_000L;

  private final LinkedHashMap<Report.Place, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Sayer sayer;

  /// Logs a line.
  interface Sayer {
    void say(Level level, String text);
  }

  private static final class Entry {
    int whole;
    long folded;
    long since;
    Level level = Level.ERROR;
    final List<Pid> whose = new ArrayList<>(0);
  }

  Folding(Sayer sayer) {
    this.sayer = sayer;
  }

  /// Notes a report.
  ///
  /// @return whether it is to be said in full
  boolean admit(Report.Place place, Report report, long now) {
    Entry entry = entries.get(place);
    if (entry == null) {
      makeRoom(now);
      entry = new Entry();
      entry.since = now;
      entries.put(place, entry);
    }
    if (entry.whole < WHOLE) {
      entry.whole++;
      entry.since = now;
      return true;
    }
    entry.folded++;
    entry.level = report.level;
    Pid about = report.about();
    if (about != null && entry.whose.size() <= PIDS) {
      entry.whose.add(about);
    }
    return false;
  }

  private void makeRoom(long now) {
    if (entries.size() >= PLACES) {
      Map.Entry<Report.Place, Entry> eldest = entries.firstEntry();
      summarise(eldest.getKey(), eldest.getValue(), now);
      entries.remove(eldest.getKey());
    }
  }

  /// Says the summaries whose time has come, and forgets places that fell silent.
  ///
  /// @param all whether to say all of them now
  void summarise(long now, boolean all) {
    Iterator<Map.Entry<Report.Place, Entry>> places = entries.entrySet().iterator();
    while (places.hasNext()) {
      Map.Entry<Report.Place, Entry> place = places.next();
      Entry entry = place.getValue();
      boolean over = now - entry.since >= WINDOW_NANOS;
      if (entry.folded > 0 && (over || all)) {
        summarise(place.getKey(), entry, now);
      } else if (over) {
        places.remove();
      }
    }
  }

  private void summarise(Report.Place place, Entry entry, long now) {
    if (entry.folded == 0) {
      return;
    }
    boolean more = entry.whose.size() > PIDS;
    if (more) {
      entry.whose.removeLast();
    }
    String whose = StackText.pids(entry.whose, more);
    String text =
        "… "
            + PlainText.count(entry.folded)
            + " more like this in the last "
            + PlainText.duration(now - entry.since)
            + ": "
            + place
            + (whose.isEmpty() ? "" : "; of " + whose);
    entry.folded = 0;
    entry.whose.clear();
    entry.since = now;
    sayer.say(entry.level, text);
  }

  /// Returns how long until [#summarise] has something to do; negative if there is nothing to wait
  /// for.
  long nanosUntilDue(long now) {
    long least = -1;
    for (Entry entry : entries.values()) {
      if (entry.folded > 0) {
        long left = Math.max(0, entry.since + WINDOW_NANOS - now);
        least = least < 0 ? left : Math.min(least, left);
      }
    }
    return least;
  }
}

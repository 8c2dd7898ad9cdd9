package dev.belay.distribution.internal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// In what order the frames of many senders are written.
///
/// The signals of one sender come out in the order in which they were added. A *great* signal is
/// one that is cut into fragments. Not safe for use by several threads at once; [OutgoingQueue] has
/// it under its lock.
final class FairLine {
  /*
   * `line` has in the order of their arrival the whole frames, and a place for each great signal
   * that is not begun. When such a place comes to the front, the signal goes into `ring`; the
   * signals in there get one fragment each in turn. While there are any, up to QUANTUM bytes of
   * whole frames pass between two fragments, so that neither side waits long for the other: the
   * frame at the front of the line waits for one fragment at most.
   *
   * A sender with a great signal in the line or in the ring has a Backlog, which keeps what it adds
   * meanwhile. After the last fragment that goes into the line, up to and with the next great
   * signal. Senders without one are not known here at all.
   *
   * Between any two calls:
   * - a Backlog is in `backlogs` if and only if its great signal is in the line or in the ring,
   *   once;
   * - of a sender with a Backlog, nothing that was added after the great signal is in the line;
   * - `bytes` is the sum of the whole frames in the line.
   */
  private static final int QUANTUM = FrameWriter.FRAGMENT;

  private final Queue<Entry> line = new ArrayDeque<>();
  private final Queue<Backlog> ring = new ArrayDeque<>();
  private final Map<Object, Backlog> backlogs = new HashMap<>();

  private long bytes;

  /// How many bytes of whole frames may pass before the next fragment.
  private int credit;

  private long sequences;
  private @Nullable Object freed;

  /// A place in the line: a whole frame, or a great signal and its backlog.
  private record Entry(Outbound signal, @Nullable Backlog backlog) {}

  /// A sender that has a great signal here.
  private static final class Backlog {
    final Object sender;
    final Queue<Outbound> signals = new ArrayDeque<>();
    Outbound great;
    long sequence;

    Backlog(Object sender, Outbound great) {
      this.sender = sender;
      this.great = great;
    }
  }

  void add(Object sender, Outbound signal) {
    Backlog backlog = backlogs.get(sender);
    if (backlog != null) {
      backlog.signals.add(signal);
    } else if (signal.isFragmented()) {
      backlog = new Backlog(sender, signal);
      backlogs.put(sender, backlog);
      line.add(new Entry(signal, backlog));
    } else {
      addWhole(signal);
    }
  }

  /// Takes the next frame out, or returns null if there is none.
  @Nullable ByteBuffer next() {
    while (true) {
      if (!ring.isEmpty() && (credit <= 0 || line.isEmpty())) {
        return nextFragment(ring.remove());
      }
      Entry entry = line.poll();
      if (entry == null) {
        return null;
      }
      Backlog backlog = entry.backlog();
      if (backlog == null) {
        int size = entry.signal().size();
        bytes -= size;
        credit = ring.isEmpty() ? 0 : credit - size;
        return entry.signal().cut(0);
      }
      backlog.sequence = ++sequences;
      ring.add(backlog);
    }
  }

  /// Tells whether a sender has a great signal here that is not written to the end.
  boolean isBusy(Object sender) {
    return backlogs.containsKey(sender);
  }

  /// Returns the sender that is not [busy][#isBusy] any longer since the last call, if there is
  /// one. To be called after every [#next].
  @Nullable Object takeFreed() {
    Object sender = freed;
    freed = null;
    return sender;
  }

  /// Counts the bytes of the frames in line. Great signals do not count, nor does what is behind
  /// them.
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return line.isEmpty() && ring.isEmpty();
  }

  /// Drops everything.
  ///
  /// @return how many signals that was
  int clear() {
    int dropped = line.size() + ring.size();
    for (Backlog backlog : backlogs.values()) {
      dropped += backlog.signals.size();
    }
    line.clear();
    ring.clear();
    backlogs.clear();
    bytes = 0;
    return dropped;
  }

  private void addWhole(Outbound signal) {
    line.add(new Entry(signal, null));
    bytes += signal.size();
  }

  private ByteBuffer nextFragment(Backlog backlog) {
    ByteBuffer frame = backlog.great.cut(backlog.sequence);
    credit = QUANTUM;
    if (backlog.great.isDone()) {
      finish(backlog);
    } else {
      ring.add(backlog);
    }
    return frame;
  }

  /// The great signal of a sender is whole; what it has added since then goes into the line.
  private void finish(Backlog backlog) {
    Outbound signal;
    while ((signal = backlog.signals.poll()) != null) {
      if (signal.isFragmented()) {
        backlog.great = signal;
        line.add(new Entry(signal, backlog));
        return;
      }
      addWhole(signal);
    }
    backlogs.remove(backlog.sender);
    freed = backlog.sender;
  }
}

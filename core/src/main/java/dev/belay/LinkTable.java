package dev.belay;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The link ends of one cell by peer; guarded by the cell's lock.
final class LinkTable {
  /*
   * A chained hash table whose members are their own chain. Adding and removing never allocate, except that
   * the table of buckets grows: if there is no memory for that, the chains get longer and nothing else happens.
   */
  private static final int FIRST = 4;

  private @Nullable LinkEnd[] buckets = new LinkEnd[FIRST];
  private int size;
  private int popped;

  int size() {
    return size;
  }

  @Nullable LinkEnd find(Pid peer) {
    LinkEnd end = buckets[peer.hashCode() & (buckets.length - 1)];
    while (end != null && !end.peer.equals(peer)) {
      end = end.nextInBucket;
    }
    return end;
  }

  /// Adds an end whose peer has none here.
  void add(LinkEnd end) {
    if (size >= buckets.length) {
      grow();
    }
    int i = end.peer.hashCode() & (buckets.length - 1);
    end.nextInBucket = buckets[i];
    buckets[i] = end;
    size++;
  }

  /// Removes an end, if it is here.
  void remove(LinkEnd end) {
    int i = end.peer.hashCode() & (buckets.length - 1);
    LinkEnd before = null;
    LinkEnd at = buckets[i];
    while (at != null && at != end) {
      before = at;
      at = at.nextInBucket;
    }
    if (at == null) {
      return;
    }
    if (before == null) {
      buckets[i] = end.nextInBucket;
    } else {
      before.nextInBucket = end.nextInBucket;
    }
    end.nextInBucket = null;
    size--;
  }

  /// Looks at some end without removing it; for the dismantler, which empties the table.
  @Nullable LinkEnd peek() {
    while (popped < buckets.length) {
      LinkEnd end = buckets[popped];
      if (end != null) {
        return end;
      }
      popped++;
    }
    return null;
  }

  /// Copies some peers, as many as there is room for and can be found quickly.
  ///
  /// @return how many
  int some(Pid[] peers) {
    int count = 0;
    for (int i = 0; i < buckets.length && i < 1_024; i++) {
      for (LinkEnd end = buckets[i]; end != null && count < peers.length; end = end.nextInBucket) {
        if (end.isActive()) {
          peers[count++] = end.peer;
        }
      }
    }
    return count;
  }

  void forEach(Consumer<LinkEnd> action) {
    for (LinkEnd chain : buckets) {
      for (LinkEnd end = chain; end != null; end = end.nextInBucket) {
        action.accept(end);
      }
    }
  }

  private void grow() {
    LinkEnd[] wider;
    try {
      wider = new LinkEnd[buckets.length << 1];
    } catch (OutOfMemoryError e) {
      return;
    }
    // Only field accesses from here on.
    for (LinkEnd chain : buckets) {
      LinkEnd end = chain;
      while (end != null) {
        LinkEnd next = end.nextInBucket;
        int i = Pid.spread(end.peer.number) & (wider.length - 1);
        end.nextInBucket = wider[i];
        wider[i] = end;
        end = next;
      }
    }
    buckets = wider;
  }
}

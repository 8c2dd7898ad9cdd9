package dev.belay;

import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The messages of one process, in the order in which they came.
///
/// Any thread may [#push], [#length] and [#wake], and look by way of [Peek]. All other methods are
/// for the owner: the process's own thread, or after its death the dismantler.
final class Mailbox {
  /*
   * Two parts. The *inbox* is a Treiber stack that senders push on; the owner takes it whole, turns
   * it round and appends it to the *kept* part, a doubly linked list in arrival order, from which
   * selective receive removes anywhere.
   *
   * head is null (empty), a node, PARKED (empty, and the owner sleeps or is about to) or CLOSED.
   * The owner: swap null for PARKED, re-read the cell's state, park. A sender that swaps PARKED out
   * must unpark. This is the whole wake-up protocol.
   *
   * The length is exact: each node carries its depth in the inbox, and `version` is odd while the
   * owner moves nodes from the inbox to the kept part, so that a reader never sees a node in
   * neither (I2, I8). A node that is being pushed counts from its CAS on.
   *
   * Marks (RV3): a reference remembers where the mailbox ended when it was made, so that a receive for
   * that reference begins there. A mark is a node without a message. At most MARKS live; the oldest
   * makes room, and its reference then searches from the front, which is slower but right.
   *
   * | field            | writers | read mode | write mode |
   * | head             | any     | volatile  | CAS, getAndSet |
   * | version          | owner; with a bound, under the lock | acquire   | plain before the getAndSet, volatile after the move |
   * | kept             | owner   | acquire   | plain, published by version |
   * | first, last, marks | owner | plain     | plain      |
   * | sampled          | any     | plain     | plain: a count that is lost does not matter |
   *
   * With a bound, every push, `take`, and the removal of letters are under the lock of the owner's cell; see Bound.
   */
  private static final Message PARKED = new Message("parked");
  private static final Message CLOSED = new Message("closed");
  private static final int MARKS = 8;

  final @Nullable Bound bound;

  volatile @Nullable Message head;
  volatile int version;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private int kept;

  private byte sampled;

  @Nullable Message first;
  private @Nullable Message last;
  private Mark @Nullable [] marks;

  /// Where the mailbox ended when a reference was made.
  private static final class Mark extends Message {
    final Ref ref;

    Mark(Ref ref) {
      super(null);
      this.ref = ref;
    }
  }

  Mailbox() {
    this(null);
  }

  Mailbox(@Nullable Bound bound) {
    this.bound = bound;
  }

  /// Lets one in some messages note the time, before it is pushed.
  void sample(Message message, Host host) {
    byte count = sampled;
    sampled = (byte) (count + 1);
    if ((count & ((head == PARKED ? Age.WAITING : Age.BUSY) - 1)) == 0) {
      message.sentAt = Age.time(host.nanoTime());
    }
  }

  /// Adds a message at the end; its CAS is its last act. The caller wakes the owner if told to. One
  /// that comes too late has a depth of 0 after it.
  ///
  /// @param message the message
  /// @return whether the owner was parked and must be unparked
  boolean push(Message message) {
    while (true) {
      Message seen = head;
      if (seen == CLOSED) {
        message.depth = 0;
        return false;
      }
      if (seen == null || seen == PARKED) {
        if (seen == PARKED) {
          // The caller will have to unpark, which must not fail for want of stack.
          Stack.probe();
        }
        message.next = null;
        message.depth = 1;
      } else {
        message.next = seen;
        message.depth = seen.depth + 1;
      }
      if (HEAD.compareAndSet(this, seen, message)) {
        return seen == PARKED;
      }
    }
  }

  /// Tells whether the owner was parked on the empty inbox, and if so takes over the duty to unpark
  /// it.
  boolean wake() {
    return head == PARKED && HEAD.compareAndSet(this, PARKED, null);
  }

  boolean isParked() {
    return head == PARKED;
  }

  /// Tells whether something has come that was not taken.
  boolean hasNews() {
    Message seen = head;
    return seen != null && seen != PARKED;
  }

  boolean isClosed() {
    return head == CLOSED;
  }

  /// Publishes that the owner goes to sleep. Returns false if there is something in the inbox, or
  /// it is closed. May be repeated: a stack overflow can keep the owner from taking it back.
  boolean park() {
    return head == PARKED || HEAD.compareAndSet(this, null, PARKED);
  }

  /// Takes back a [#park] that nobody answered.
  void unpark() {
    if (head == PARKED) {
      HEAD.compareAndSet(this, PARKED, null);
    }
  }

  /// Counts the messages.
  int length() {
    return bound == null ? count() : bound.length();
  }

  /// Counts the nodes that are messages: those kept and those in the inbox.
  int count() {
    for (int attempt = 0; ; attempt++) {
      int before = (int) VERSION.getAcquire(this);
      Message top = head;
      int known = (int) KEPT.getAcquire(this);
      VarHandle.loadLoadFence();
      if ((before & 1) == 0 && before == (int) VERSION.getAcquire(this)) {
        return known + (top == null || top == PARKED || top == CLOSED ? 0 : top.depth);
      }
      if (attempt > 64) {
        Thread.onSpinWait();
      }
    }
  }

  /// Changes whenever messages move, and is odd while they do; for [Peek].
  int version() {
    return (int) VERSION.getAcquire(this);
  }

  /// Moves everything from the inbox to the kept part, turning it round.
  ///
  /// @return whether there was anything
  boolean take() {
    Message seen = head;
    if (seen == null || seen == PARKED || seen == CLOSED) {
      return false;
    }
    return bound == null ? move() : bound.take();
  }

  /// Does what [#take] promises, where there is something in the inbox or it is closed.
  boolean move() {
    if (head == CLOSED) {
      return false;
    }
    int v = version;
    VERSION.set(this, v + 1);
    Message top;
    boolean taken = false;
    try {
      top = (Message) HEAD.getAndSet(this, null);
      taken = true;
    } finally {
      if (!taken) {
        version = v + 2;
      }
    }
    // From here on only field accesses: the nodes are in nobody's hand but ours, and nothing may
    // fail.
    int count = top == null ? 0 : top.depth;
    Message oldest = null;
    Message node = top;
    while (node != null) {
      Message older = node.next;
      node.next = oldest;
      if (oldest != null) {
        oldest.prev = node;
      }
      node.queued = true;
      oldest = node;
      node = older;
    }
    if (oldest != null) {
      oldest.prev = last;
      if (last == null) {
        first = oldest;
      } else {
        last.next = oldest;
      }
      last = top;
    }
    kept += count;
    version = v + 2;
    return true;
  }

  @Nullable Message first() {
    return first;
  }

  @Nullable Message last() {
    return last;
  }

  /// Removes a kept node, wherever it is.
  ///
  /// @return whether it was still a message; a letter that was not stays
  boolean remove(Message node) {
    if (bound != null && node instanceof Letter letter) {
      return bound.remove(letter);
    }
    unlink(node);
    return true;
  }

  /// Removes a kept node that is no message.
  void skip(Message node) {
    if (bound != null && node instanceof Letter) {
      bound.sweep();
    } else {
      unlink(node);
    }
  }

  /// Takes a node out of the kept part.
  void unlink(Message node) {
    Message before = node.prev;
    Message after = node.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.prev = before;
    }
    node.prev = null;
    node.next = null;
    node.queued = false;
    if (!(node instanceof Mark)) {
      kept--;
    }
  }

  /// Takes the letters out of the inbox that were dropped; under the lock of the owner's cell, and
  /// only if there is something in it.
  void compact() {
    Message top = head;
    int left = 0;
    for (Message node = top; node != null; node = node.next) {
      if (!(node instanceof Letter letter) || letter.content != null) {
        left++;
      }
    }
    Message newest = null;
    Message above = null;
    // For who looks on.
    int v = version;
    version = v + 1;
    for (Message node = top; node != null; node = node.next) {
      if (!(node instanceof Letter letter) || letter.content != null) {
        node.depth = left--;
        if (above == null) {
          newest = node;
        } else {
          above.next = node;
        }
        above = node;
      }
    }
    if (above != null) {
      above.next = null;
    }
    head = newest;
    version = v + 2;
  }

  /// Remembers for a new reference where the mailbox ends now. With nothing kept no mark is needed:
  /// the front is the place.
  void mark(Ref ref) {
    take();
    if (first == null) {
      return;
    }
    Mark[] all = marks;
    if (all == null) {
      all = new Mark[MARKS];
      marks = all;
    }
    Mark mark = new Mark(ref);
    int place = placeFor(all);
    Mark oldest = all[place];
    if (oldest != null) {
      unmark(oldest);
    }
    all[place] = mark;
    mark.queued = true;
    mark.prev = last;
    if (last == null) {
      first = mark;
    } else {
      last.next = mark;
    }
    last = mark;
  }

  /// Finds a free place for a mark, or the one of the oldest reference. Calls within calls give
  /// their places back (`unmark`), and then the outermost call keeps its own however many there
  /// are.
  private static int placeFor(Mark[] all) {
    int place = 0;
    for (int i = 0; i < MARKS; i++) {
      Mark mark = all[i];
      if (mark == null) {
        return i;
      }
      if (mark.ref.number < all[place].ref.number) {
        place = i;
      }
    }
    return place;
  }

  private void unmark(Mark mark) {
    if (mark.queued) {
      unlink(mark);
    }
  }

  /// Forgets the place of a reference that is used up.
  void unmark(Ref ref) {
    Mark[] all = marks;
    if (all != null) {
      for (int i = 0; i < MARKS; i++) {
        Mark mark = all[i];
        if (mark != null && mark.ref == ref) {
          unmark(mark);
          clear(all, i);
        }
      }
    }
  }

  @SuppressWarnings("NullAway") // an empty place holds null
  private static void clear(Mark[] all, int i) {
    all[i] = null;
  }

  /// Where a receive for a reference begins: after its mark, or at the front.
  ///
  /// @return the node before the first to look at, or null for the front
  @Nullable Message placeOf(Ref ref) {
    Mark[] all = marks;
    if (all != null) {
      for (Mark mark : all) {
        if (mark != null && mark.queued && mark.ref == ref) {
          return mark;
        }
      }
    }
    return null;
  }

  /// Looks at the newest message in the inbox, from which older ones follow by `next`; only while
  /// nobody takes.
  @Nullable Message newest() {
    Message top = head;
    return top == PARKED || top == CLOSED ? null : top;
  }

  /// Refuses all later messages and drops those in the inbox.
  void close() {
    HEAD.getAndSet(this, CLOSED);
  }

  /// Drops everything; for the dismantler, when the owner is done.
  void clear() {
    first = null;
    last = null;
    marks = null;
    kept = 0;
    if (bound != null) {
      bound.clear();
    }
  }

  // VarHandle mechanics
  private static final VarHandle HEAD;
  private static final VarHandle VERSION;
  private static final VarHandle KEPT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(Mailbox.class, "head", Message.class);
      VERSION = lookup.findVarHandle(Mailbox.class, "version", int.class);
      KEPT = lookup.findVarHandle(Mailbox.class, "kept", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}

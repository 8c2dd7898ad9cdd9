package dev.belay;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How long the oldest message of a mailbox has been waiting, as far as samples tell; seen from any
/// thread, while the mailbox's owner goes on.
final class Age {
  /*
   * Some messages of each mailbox note when they were sent (`Message.sentAt`): the first of all, then one in BUSY of those that find
   * the owner busy, which is when mailboxes grow, and one in WAITING of the others, so that a process that waits for messages and
   * takes them at once pays next to nothing. The oldest that does stands for the oldest message.
   *
   * A time is kept in 32 bits, in units of about a millisecond, which no message grows by. 0 is none.
   *
   * Walks as Peek does, under the mailbox's version. PARKED and CLOSED have a depth of 0.
   */
  static final int BUSY = 8;

  static final int WAITING = 64;
  private static final int UNIT_BITS = 20;
  private static final int ATTEMPTS = 4;
  private static final int MOST_KEPT_STEPS = 1_024;
  private static final int MOST_UNREAD_STEPS = 10_000_000;

  private Age() {}

  /// Makes of the host's time what a message keeps of it.
  static int time(long nanos) {
    int units = (int) (nanos >> UNIT_BITS);
    return units == 0 ? 1 : units;
  }

  /// Looks for the oldest message that tells its age.
  ///
  /// @return its age, rounded down, or nothing if there is none, or if the mailbox did not hold
  ///   still
  static Optional<Duration> ofOldest(Cell cell) {
    Mailbox mailbox = cell.mailbox;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int version = mailbox.version;
      if ((version & 1) == 0) {
        int sentAt = oldest(mailbox);
        VarHandle.loadLoadFence();
        if (mailbox.version == version) {
          return sentAt == 0
              ? Optional.empty()
              : Optional.of(Duration.ofNanos(between(sentAt, cell.host().nanoTime())));
        }
      }
      Thread.onSpinWait();
    }
    return Optional.empty();
  }

  private static int oldest(Mailbox mailbox) {
    @Nullable Message node = mailbox.first;
    for (int steps = 0; node != null && steps < MOST_KEPT_STEPS; steps++) {
      if (tells(node)) {
        return node.sentAt;
      }
      node = node.next;
    }
    int oldest = 0;
    Message top = mailbox.head;
    int depth = top == null ? 0 : Math.min(top.depth, MOST_UNREAD_STEPS);
    node = top;
    for (int steps = 0; node != null && steps < depth; steps++) {
      if (tells(node)) {
        oldest = node.sentAt;
      }
      node = node.next;
    }
    return oldest;
  }

  /// Whether it says when it was sent, and has not been dropped since.
  private static boolean tells(Message node) {
    return node.sentAt != 0 && !(node instanceof Letter letter && letter.content == null);
  }

  /// A lower bound of the time between; both ends are rounded.
  static long between(int sentAt, long now) {
    int units = (int) (now >> UNIT_BITS) - sentAt - 1;
    // Unsigned, but for two threads' clocks that are read at about the same time.
    return units < 0 && units > -16 ? 0 : Integer.toUnsignedLong(units) << UNIT_BITS;
  }
}

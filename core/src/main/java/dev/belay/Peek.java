package dev.belay;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first messages of a mailbox, seen from another thread while its owner goes on.
///
/// Any thread may look, and as often as it likes: it takes no lock, writes nothing, and neither the
/// owner nor a sender waits for it.
final class Peek {
  /*
   * The mailbox's `version` works as a sequence lock: it is odd while the owner moves messages from the inbox to the kept
   * part, and another number afterwards. A look that finds the same even version before and after has walked chains that
   * nobody turned round meanwhile, and what it has read was published by the write of that version, or by
   * the inbox's head.
   *
   * The owner may also take single messages out of the kept part, which changes no version. A message that is taken out loses its
   * neighbours: a walk that ends elsewhere than at the last message begins again. One that has gone on before that
   * shows a message that has just been taken, and all that are there after it.
   *
   * Chains are followed for a bounded number of steps, so that a walk through one that is being changed ends.
   */
  private static final int ATTEMPTS = 16;
  static final int MOST_STEPS = 20_000;

  private final List<Object> messages = new ArrayList<>();
  private boolean newest;
  private boolean steady;

  private Peek() {}

  /// Looks at a mailbox.
  ///
  /// @param wanted how many messages at most
  static Peek at(Mailbox mailbox, int wanted) {
    Peek peek = new Peek();
    for (int attempt = 0; attempt < ATTEMPTS && !peek.steady; attempt++) {
      int version = mailbox.version();
      peek.messages.clear();
      peek.newest = false;
      if ((version & 1) == 0 && peek.walk(mailbox, wanted)) {
        VarHandle.loadLoadFence();
        peek.steady = mailbox.version() == version;
      }
      if (!peek.steady) {
        Thread.onSpinWait();
      }
    }
    if (!peek.steady) {
      peek.messages.clear();
    }
    return peek;
  }

  /// The messages, oldest first unless [#isNewestFirst()].
  List<Object> messages() {
    return messages;
  }

  /// Whether there were so many that only the newest could be reached.
  boolean isNewestFirst() {
    return newest;
  }

  /// Whether the mailbox held still for a moment; if not there are no messages here.
  boolean isSteady() {
    return steady;
  }

  private boolean walk(Mailbox mailbox, int wanted) {
    Message node = mailbox.first();
    for (int steps = 0; node != null && messages.size() < wanted; steps++) {
      Object message = node.peek();
      Message next = node.next;
      VarHandle.loadLoadFence();
      if (steps > MOST_STEPS || (next == null && node != mailbox.last())) {
        return false;
      }
      if (message != null) {
        messages.add(message);
      }
      node = next;
    }
    Message top = mailbox.newest();
    int missing = wanted - messages.size();
    if (top != null && missing > 0) {
      addUnread(top, missing);
    }
    return true;
  }

  /// Adds messages of the inbox, a chain from the newest to the oldest.
  private void addUnread(Message top, int missing) {
    int depth = top.depth;
    if (depth > MOST_STEPS) {
      newest = messages.isEmpty();
      if (!newest) {
        return;
      }
    }
    int skipped = newest ? 0 : Math.max(0, depth - missing);
    List<Object> backwards = new ArrayList<>(Math.min(missing, depth));
    @Nullable Message node = top;
    for (int at = 0; node != null && at < skipped + missing; at++) {
      if (at >= skipped) {
        Object message = node.peek();
        if (message != null) {
          backwards.add(message);
        }
      }
      node = node.next;
    }
    messages.addAll(newest ? backwards : backwards.reversed());
  }
}

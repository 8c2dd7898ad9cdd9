package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Looks at mailboxes that change at the worst moment: while they are being looked at.
class PeekTest {
  private final Mailbox mailbox = new Mailbox();

  /// Has something done when it is looked at.
  private static final class Trap extends Message {
    private final Runnable action;
    private int times;

    Trap(String text, int times, Runnable action) {
      super(text);
      this.times = times;
      this.action = action;
    }

    @Override
    @Nullable Object peek() {
      if (times-- > 0) {
        action.run();
      }
      return super.peek();
    }
  }

  private Message push(String text) {
    Message message = new Message(text);
    mailbox.push(message);
    return message;
  }

  private static List<Object> seen(Mailbox mailbox, int wanted) {
    Peek peek = Peek.at(mailbox, wanted);
    assertThat(peek.isSteady()).isTrue();
    assertThat(peek.isNewestFirst()).isFalse();
    return peek.messages();
  }

  @Test
  void theOldestComeFirstWhereverTheyAre() {
    assertThat(seen(mailbox, 5)).isEmpty();
    push("a");
    push("b");
    mailbox.take();
    push("c");
    push("d");
    assertThat(seen(mailbox, 5)).containsExactly("a", "b", "c", "d");
    assertThat(seen(mailbox, 3)).containsExactly("a", "b", "c");
    assertThat(seen(mailbox, 2)).containsExactly("a", "b");
    assertThat(seen(mailbox, 0)).isEmpty();
    assertThat(mailbox.length()).as("nothing has changed").isEqualTo(4);
  }

  @Test
  void marksAreNoMessages() {
    push("a");
    try (Node node = Node.start(NodeOptions.DEFAULT.daemon(true))) {
      mailbox.mark(new Ref(node.system, 1));
    }
    push("b");
    assertThat(seen(mailbox, 5)).containsExactly("a", "b");
  }

  @Test
  void aWalkThroughTheInboxBeginsAgainIfItIsTakenMeanwhile() {
    push("a");
    push("b");
    mailbox.push(new Trap("c", 1, mailbox::take));
    assertThat(seen(mailbox, 5)).containsExactly("a", "b", "c");
  }

  @Test
  void aWalkThroughTheKeptPartBeginsAgainIfItStandsOnAMessageThatIsTakenOut() {
    push("a");
    Message[] trap = new Message[1];
    trap[0] = new Trap("b", 1, () -> mailbox.remove(trap[0]));
    mailbox.push(trap[0]);
    push("c");
    mailbox.take();
    assertThat(seen(mailbox, 5)).containsExactly("a", "c");
  }

  /// It stands on a message whose neighbour is gone for one look.
  @Test
  void aWalkThatEndsElsewhereThanAtTheLastMessageBeginsAgain() {
    push("a");
    Message[] trap = new Message[1];
    Message[] after = new Message[1];
    trap[0] = new Trap("b", 2, () -> trap[0].next = trap[0].next == null ? after[0] : null);
    mailbox.push(trap[0]);
    after[0] = push("c");
    mailbox.take();
    assertThat(seen(mailbox, 5)).containsExactly("a", "b", "c");
  }

  @Test
  void oneThatNeverHoldsStillShowsNothing() {
    push("a");
    mailbox.push(
        new Trap(
            "b",
            Integer.MAX_VALUE,
            () -> {
              push("more");
              mailbox.take();
            }));
    push("c");
    Peek peek = Peek.at(mailbox, 5);
    assertThat(peek.isSteady()).isFalse();
    assertThat(peek.messages()).isEmpty();
  }

  @Test
  void ofTooManyUnreadOnesTheNewestAreShown() {
    for (int i = 0; i <= Peek.MOST_STEPS; i++) {
      push("message " + i);
    }
    Peek peek = Peek.at(mailbox, 2);
    assertThat(peek.isSteady()).isTrue();
    assertThat(peek.isNewestFirst()).isTrue();
    assertThat(peek.messages()).containsExactly("message 20000", "message 19999");

    mailbox.take();
    assertThat(seen(mailbox, 2)).containsExactly("message 0", "message 1");
    for (int i = 0; i <= Peek.MOST_STEPS; i++) {
      push("more");
    }
    assertThat(seen(mailbox, 2)).containsExactly("message 0", "message 1");
  }
}

package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The mailbox by itself: its order, its length, its places for references, and its wake-up.
class MailboxTest {
  private static final int PLACES = 8;

  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final Mailbox mailbox = new Mailbox();
  private long refs;

  @AfterEach
  void close() {
    node.close();
  }

  private Ref newRef() {
    return new Ref(node.system, ++refs);
  }

  /// The messages of the kept part behind a node, or all of them.
  private List<Object> keptBehind(@Nullable Message place) {
    List<Object> messages = new ArrayList<>();
    Message at = place == null ? mailbox.first() : place.next;
    while (at != null) {
      Object message = at.open();
      if (message != null) {
        messages.add(message);
      }
      at = at.next;
    }
    return messages;
  }

  private int marks() {
    int marks = 0;
    for (Message at = mailbox.first(); at != null; at = at.next) {
      marks += at.open() == null ? 1 : 0;
    }
    return marks;
  }

  /// The kept message at an index, not counting places.
  private Message kept(int index) {
    int left = index;
    for (Message at = mailbox.first(); at != null; at = at.next) {
      if (at.open() != null && left-- == 0) {
        return at;
      }
    }
    throw new AssertionError("no message " + index);
  }

  /// A reference, and the number of the first message after it was made.
  private record Made(Ref ref, int next) {}

  @Test
  void itDoesWhatTwoListsWouldDo() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Object> inbox = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    List<Made> made = new ArrayList<>();
    int next = 0;
    for (int step = 0; step < 5_000; step++) {
      String where = "seed " + seed + ", step " + step;
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> {
          assertThat(mailbox.push(new Message(next))).as(where).isFalse();
          inbox.add(next++);
        }
        case 4 -> {
          int version = mailbox.version();
          assertThat(mailbox.take()).as(where).isEqualTo(!inbox.isEmpty());
          assertThat(mailbox.version() != version).as(where).isEqualTo(!inbox.isEmpty());
          assertThat(mailbox.version() & 1).as(where).isZero();
          kept.addAll(inbox);
          inbox.clear();
        }
        case 5, 6, 7 -> {
          if (!kept.isEmpty()) {
            int index = random.nextInt(kept.size());
            assertThat(mailbox.remove(kept(index))).as(where).isTrue();
            kept.remove(index);
          }
        }
        case 8 -> {
          Made fresh = new Made(newRef(), next);
          mailbox.mark(fresh.ref());
          kept.addAll(inbox);
          inbox.clear();
          made.add(fresh);
          if (made.size() > 2 * PLACES) {
            made.removeFirst();
          }
        }
        default -> {
          if (!made.isEmpty()) {
            mailbox.unmark(made.remove(random.nextInt(made.size())).ref());
          }
        }
      }
      assertThat(mailbox.length()).as(where).isEqualTo(kept.size() + inbox.size());
      assertThat(keptBehind(null)).as(where).isEqualTo(kept);
      assertThat(marks()).as(where).isLessThanOrEqualTo(PLACES);
      for (Made each : made) {
        Message place = mailbox.placeOf(each.ref());
        if (place != null) {
          List<Object> since = kept.stream().filter(m -> (Integer) m >= each.next()).toList();
          assertThat(keptBehind(place)).as(where).isEqualTo(since);
        }
      }
    }
  }

  @Test
  void theEightLatestReferencesHavePlaces() {
    mailbox.push(new Message("old"));
    List<Ref> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(newRef());
      mailbox.mark(all.getLast());
    }
    for (int i = 0; i < 20; i++) {
      assertThat(mailbox.placeOf(all.get(i)) != null).as("reference %s", i).isEqualTo(i >= 12);
    }
  }

  /// The outer call of many keeps its place as long as the inner ones give theirs back.
  @Test
  void aPlaceThatWasGivenBackIsUsedFirst() {
    mailbox.push(new Message("old"));
    Ref outer = newRef();
    mailbox.mark(outer);
    for (int i = 0; i < 100; i++) {
      Ref inner = newRef();
      mailbox.mark(inner);
      assertThat(mailbox.placeOf(inner)).isNotNull();
      mailbox.unmark(inner);
    }
    assertThat(mailbox.placeOf(outer)).isNotNull();
    assertThat(marks()).isEqualTo(1);
  }

  @Test
  void theOwnerIsWokenOnceForEachPark() {
    assertThat(mailbox.wake()).isFalse();
    assertThat(mailbox.park()).isTrue();
    assertThat(mailbox.isParked()).isTrue();
    assertThat(mailbox.length()).isZero();
    assertThat(mailbox.push(new Message(1))).as("the first push unparks").isTrue();
    assertThat(mailbox.isParked()).isFalse();
    assertThat(mailbox.push(new Message(2))).as("the second need not").isFalse();
    assertThat(mailbox.park()).as("there is something").isFalse();
    assertThat(mailbox.take()).isTrue();
    assertThat(mailbox.park()).isTrue();
    assertThat(mailbox.wake()).isTrue();
    assertThat(mailbox.wake()).isFalse();
    assertThat(mailbox.park()).isTrue();
    mailbox.unpark();
    assertThat(mailbox.push(new Message(3))).isFalse();
    assertThat(mailbox.length()).isEqualTo(3);
  }

  @Test
  void theNewestIsTheOneThatCameLast() {
    assertThat(mailbox.newest()).isNull();
    mailbox.park();
    assertThat(mailbox.newest()).as("nothing, while the owner sleeps").isNull();
    Message second = new Message(2);
    mailbox.push(new Message(1));
    mailbox.push(second);
    assertThat(mailbox.newest()).isSameAs(second);
    mailbox.take();
    assertThat(mailbox.newest()).as("the inbox is empty").isNull();
    assertThat(mailbox.last()).isSameAs(second);
    mailbox.close();
    assertThat(mailbox.newest()).as("nothing, when it is closed").isNull();
  }

  @Test
  void aClosedOneTakesNothing() {
    assertThat(mailbox.isClosed()).isFalse();
    mailbox.push(new Message("kept"));
    mailbox.take();
    mailbox.push(new Message("in the inbox"));
    mailbox.close();
    assertThat(mailbox.isClosed()).isTrue();
    assertThat(mailbox.push(new Message("late"))).isFalse();
    assertThat(mailbox.take()).isFalse();
    assertThat(mailbox.park()).isFalse();
    assertThat(mailbox.wake()).isFalse();
    assertThat(mailbox.length()).isEqualTo(1);
    mailbox.clear();
    assertThat(mailbox.length()).isZero();
    assertThat(mailbox.first()).isNull();
  }

  /// While messages only come and are moved, the length that others read only grows: none is
  /// counted twice or missed.
  @Test
  void theLengthIsExactWhileMessagesAreMoved() throws InterruptedException {
    int each = 1_000_000;
    AtomicBoolean done = new AtomicBoolean();
    List<String> wrong = new ArrayList<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              int last = 0;
              while (!done.get()) {
                int length = mailbox.length();
                if (length < last || length > 2 * each) {
                  wrong.add(length + " after " + last);
                }
                last = length;
              }
            });
    Runnable push =
        () -> {
          for (int i = 0; i < each; i++) {
            mailbox.push(new Message(i));
          }
        };
    Thread first = Thread.ofPlatform().start(push);
    Thread second = Thread.ofPlatform().start(push);
    while (first.isAlive() || second.isAlive()) {
      // Moving many at a time takes long enough to be looked at.
      LockSupport.parkNanos(200_000);
      mailbox.take();
    }
    mailbox.take();
    done.set(true);
    reader.join();
    assertThat(wrong).isEmpty();
    assertThat(mailbox.length()).isEqualTo(2 * each);
    assertThat(keptBehind(null)).hasSize(2 * each);
  }
}

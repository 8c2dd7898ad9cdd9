package dev.belay.distribution.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.internal.handshake.Flags;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.FrameWriter;
import dev.belay.distribution.internal.wire.Outbound;
import dev.belay.distribution.internal.wire.OutgoingQueue;
import dev.belay.distribution.internal.wire.Signal;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// When senders have to wait (S14): for many bytes, but not for one great message, between whose
/// fragments theirs pass.
class FlowTest {
  private static final WirePid FROM = new WirePid(Atom.of("a@h"), 1, 0, 4);
  private static final WirePid TO = new WirePid(Atom.of("b@h"), 1, 0, 4);
  private static final int GREAT = 10 << 20;

  private final Flow flow = new Flow();
  private final OutgoingQueue queue = new OutgoingQueue(1, () -> {});
  private int senders;

  private boolean isFull() {
    return flow.isFull(Thread.currentThread());
  }

  /// What happens to a message from its sender to the line, each from another sender.
  private void send(int bytes) {
    flow.pushed(bytes);
    flow.taken(bytes);
    Outbound message =
        new FrameWriter(new Dialect(Flags.offered(false, false)), Identities.PLAIN)
            .write(
                new Signal(
                    new ControlMessage.SendSender(FROM, TO, null), Binary.of(new byte[bytes])));
    flow.queued(message);
    queue.owe(++senders, message);
  }

  /// Writes frames until so many bytes or more are gone, or nothing is left.
  private void write(int bytes) {
    int done = 0;
    while (done < bytes) {
      ByteBuffer frame = queue.poll();
      if (frame == null) {
        return;
      }
      done += frame.remaining();
      flow.written(frame, !queue.isEmpty());
    }
  }

  @Test
  void oneGreatMessageHoldsNobodyUp() {
    send(GREAT);
    assertThat(isFull()).isFalse();
    for (int i = 0; i < 100; i++) {
      send(1_000);
    }
    assertThat(isFull()).isFalse();
    write(Integer.MAX_VALUE);
    assertThat(isFull()).isFalse();
  }

  @Test
  void severalGreatOnesDo() {
    for (int i = 0; i < Flow.LIMIT / Flow.GREAT; i++) {
      assertThat(isFull()).isFalse();
      send(GREAT);
    }
    assertThat(isFull()).isTrue();
    // They take turns, so that all of them are nearly done before the first one is.
    write((int) (Flow.LIMIT / Flow.GREAT) * (GREAT - (1 << 18)));
    assertThat(isFull()).isTrue();
    write(Integer.MAX_VALUE);
    assertThat(isFull()).isFalse();
  }

  @Test
  void manySmallOnesDo() {
    for (int i = 0; i < Flow.LIMIT / 1_000; i++) {
      send(1_000);
    }
    assertThat(isFull()).isTrue();
    write(100_000);
    assertThat(isFull()).isFalse();
  }

  @Test
  void smallOnesBesideAGreatOneAreCountedOnTheirOwn() {
    send(GREAT);
    for (int i = 0; i < Flow.LIMIT / 1_000; i++) {
      send(1_000);
    }
    assertThat(isFull()).isTrue();
    // The fragments of the great one that are written meanwhile make no room.
    write(300_000);
    assertThat(isFull()).isTrue();
    write(2_000_000);
    assertThat(isFull()).isFalse();
  }

  @Test
  void whatIsNotTakenYetCounts() {
    flow.pushed((int) Flow.LIMIT);
    flow.pushed(GREAT);
    assertThat(isFull()).isFalse();
    for (int i = 0; i < Flow.LIMIT / 1_000; i++) {
      flow.pushed(1_000);
    }
    assertThat(isFull()).isTrue();
    flow.close();
    assertThat(isFull()).isFalse();
  }
}

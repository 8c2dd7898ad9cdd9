package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.wire.Frames.Event;
import dev.belay.distribution.internal.wire.Frames.Received;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Messages that come in fragments.
class FragmentsTest {
  private static final ControlMessage SEND = send(1);
  private static final Object MESSAGE = Tuple.of(Atom.of("hello"), 5L);
  private static final Object TEXT =
      Tuple.of(Atom.of("text"), Binary.utf8("a text that is cut anywhere"), 12345678901L);
  private static final byte[] BYTES = Frames.term(TEXT);
  private static final Event EVENT = new Event(SEND, TEXT);

  private final FrameReader reader = Frames.reader(Samples.PLAIN_FLAGS);

  private static ControlMessage send(int from) {
    return new ControlMessage.SendSender(Samples.remote(from), Samples.local(2), null);
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(BYTES, from, to);
  }

  private void assertWrong(byte[] frame, String... words) {
    assertThatThrownBy(() -> Frames.read(reader, frame))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void twoFragmentsCutAnywhere() {
    for (int cut = 0; cut <= BYTES.length; cut++) {
      byte[] first = Frames.first(7, 2, SEND, part(0, cut));
      byte[] second = Frames.next(7, 1, part(cut, BYTES.length));
      assertThat(Frames.read(reader, first).events).isEmpty();
      assertThat(reader.openSequences()).isEqualTo(1);
      assertThat(Frames.read(reader, second).events).containsExactly(EVENT);
      assertThat(reader.openSequences()).isZero();
      assertThat(reader.openBytes()).isZero();
    }
  }

  @Test
  void aFragmentForEachByte() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < BYTES.length; i++) {
      int left = BYTES.length - i;
      byte[] part = part(i, i + 1);
      out.writeBytes(i == 0 ? Frames.first(7, left, SEND, part) : Frames.next(7, left, part));
    }
    assertThat(Frames.read(reader, out.toByteArray()).events).containsExactly(EVENT);
  }

  @Test
  void oneFragmentIsAllowed() {
    assertThat(Frames.read(reader, Frames.first(7, 1, SEND, BYTES)).events).containsExactly(EVENT);
    assertThat(Frames.read(reader, Frames.first(7, 1, SEND, BYTES)).events).containsExactly(EVENT);
    ControlMessage link = new ControlMessage.Link(Samples.remote(1), Samples.local(2));
    assertThat(Frames.read(reader, Frames.first(7, 1, link, new byte[0])).events)
        .containsExactly(new Event(link, null));
  }

  @Test
  void aNumberIsUsedAgainAfterItsSequence() {
    for (int i = 0; i < 3; i++) {
      byte[] first = Frames.first(0x2a800000553L, 2, SEND, part(0, 3));
      byte[] second = Frames.next(0x2a800000553L, 1, part(3, BYTES.length));
      assertThat(Frames.read(reader, first, second).events).containsExactly(EVENT);
    }
  }

  @Test
  void numbersHaveNoSign() {
    byte[] first = Frames.first(-1, Long.MIN_VALUE, SEND, part(0, 3));
    byte[] second = Frames.next(-1, Long.MAX_VALUE, part(3, 4));
    assertThat(Frames.read(reader, first, second).events).isEmpty();
    assertWrong(Frames.next(-1, Long.MAX_VALUE, part(3, 4)), "9223372036854775806");
  }

  @Test
  void sequencesWholeFramesAndTicksMix() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      List<Queue<byte[]>> queues = new ArrayList<>();
      List<Event> expected = new ArrayList<>();
      int count = 1 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        queues.add(sequence(i, random));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int ticks = 0;
      while (!queues.isEmpty()) {
        int chosen = random.nextInt(queues.size() + 2);
        if (chosen < queues.size()) {
          out.writeBytes(queues.get(chosen).remove());
          if (queues.get(chosen).size() == 1) {
            // What is left is the last frame, whose number tells which it was.
            byte[] last = queues.remove(chosen).remove();
            out.writeBytes(last);
            int index = (int) ByteBuffer.wrap(last).getLong(6);
            expected.add(new Event(send(index), payload(index)));
          }
        } else if (chosen == queues.size()) {
          out.writeBytes(Frames.whole(SEND, MESSAGE));
          expected.add(new Event(SEND, MESSAGE));
        } else {
          out.writeBytes(Frames.TICK);
          ticks++;
        }
      }
      Received received = new Received();
      Frames.read(reader, out.toByteArray(), random, 1 + random.nextInt(300), received);
      assertThat(received.events).as("seed %d, round %d", seed, round).isEqualTo(expected);
      assertThat(received.ticks).isEqualTo(ticks);
      assertThat(reader.openSequences()).isZero();
      assertThat(reader.openBytes()).isZero();
    }
  }

  private static Object payload(int index) {
    return Tuple.of((long) index, Binary.of(new byte[100 * index]));
  }

  /// The frames of a message from one sender, at least two.
  private static Queue<byte[]> sequence(int index, Random random) {
    int count = 2 + random.nextInt(5);
    List<byte[]> parts = Frames.cut(Frames.term(payload(index)), count, random);
    Queue<byte[]> frames = new ArrayDeque<>();
    frames.add(Frames.first(index, count, send(index), parts.getFirst()));
    for (int i = 1; i < count; i++) {
      frames.add(Frames.next(index, count - i, parts.get(i)));
    }
    return frames;
  }

  @Test
  void aGapIsFound() {
    Frames.read(reader, Frames.first(7, 4, SEND, part(0, 3)));
    assertWrong(Frames.next(7, 2, part(3, 6)), "fragment 2", "place of 3");
  }

  @Test
  void aRepeatedFragmentIsFound() {
    Frames.read(reader, Frames.first(7, 4, SEND, part(0, 3)), Frames.next(7, 3, part(3, 6)));
    assertWrong(Frames.next(7, 3, part(3, 6)), "fragment 3", "place of 2");
  }

  @Test
  void aFragmentNeedsAFirstOne() {
    assertWrong(Frames.next(7, 1, BYTES), "without a first one");
  }

  @Test
  void aSequenceIsOverAfterItsLastFragment() {
    Frames.read(
        reader, Frames.first(7, 2, SEND, part(0, 3)), Frames.next(7, 1, part(3, BYTES.length)));
    assertWrong(Frames.next(7, 0, BYTES), "without a first one");
  }

  @Test
  void aNumberInUseIsNotUsedForAnother() {
    Frames.read(reader, Frames.first(7, 2, SEND, part(0, 3)));
    assertWrong(Frames.first(7, 2, send(3), part(0, 3)), "before the last one");
  }

  @Test
  void aNumberInUseIsNotUsedForASingleOneEither() {
    Frames.read(reader, Frames.first(7, 2, SEND, part(0, 3)));
    assertWrong(Frames.first(7, 1, send(3), BYTES), "before the last one");
  }

  @Test
  void zeroFragmentsAreNone() {
    assertWrong(Frames.first(7, 0, SEND, BYTES), "no fragments");
  }

  @Test
  void theControlMessageIsInTheFirstFragment() {
    byte[] control = Frames.term(SEND.toTerm());
    byte[] numbers = ByteBuffer.allocate(16).putLong(7).putLong(2).array();
    byte[] half = Arrays.copyOf(control, control.length / 2);
    assertWrong(Frames.frame(Frames.bytes("83 45"), numbers, new byte[1], half), "control message");
  }

  @Test
  void aFragmentThatIsTooShortIsFound() {
    for (int size = 0; size < 17; size++) {
      byte[] frame = Frames.frame(Frames.bytes("83 45"), new byte[size]);
      assertThatThrownBy(() -> Frames.read(Frames.reader(Samples.PLAIN_FLAGS), frame))
          .isInstanceOf(ProtocolException.class);
    }
    assertWrong(Frames.frame(Frames.bytes("83 46"), new byte[15]), "too early");
  }

  @Test
  void onlyPayloadsComeInFragments() {
    ControlMessage link = new ControlMessage.Link(Samples.remote(1), Samples.local(2));
    assertWrong(Frames.first(7, 2, link, new byte[0]), "operation 1", "no payload");
  }

  @Test
  void aPayloadHasToCome() {
    Frames.read(reader, Frames.first(7, 2, SEND, new byte[0]));
    assertWrong(Frames.next(7, 1, new byte[0]), "operation 22", "without its payload");
  }

  @Test
  void aLastFragmentIsCheckedForItsSender() {
    ControlMessage forged =
        new ControlMessage.PayloadExit(Samples.local(1), Samples.local(2), null);
    assertWrong(Frames.first(7, 2, forged, part(0, 3)), "operation 24");
  }

  @Test
  void onlySoManySequencesAreOpen() {
    FrameReader few = Frames.reader(Samples.PLAIN_FLAGS, new FrameLimits(1 << 20, 1 << 20, 3));
    for (int i = 0; i < 3; i++) {
      Frames.read(few, Frames.first(i, 2, SEND, part(0, 3)));
    }
    // One that ends makes room.
    Frames.read(few, Frames.next(1, 1, part(3, BYTES.length)));
    Frames.read(few, Frames.first(3, 2, SEND, part(0, 3)));
    assertThatThrownBy(() -> Frames.read(few, Frames.first(4, 2, SEND, part(0, 3))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("more than 3 sequences");
  }

  @Test
  void onlySoManyBytesAreOpen() {
    FrameReader small = Frames.reader(Samples.PLAIN_FLAGS, new FrameLimits(1 << 20, 50_000, 100));
    Frames.read(small, Frames.first(1, 100, SEND, new byte[10_000]));
    Frames.read(small, Frames.first(2, 100, SEND, new byte[10_000]));
    Frames.read(small, Frames.next(1, 99, new byte[20_000]));
    assertThat(small.openBytes()).isBetween(40_000L, 50_000L);
    assertThatThrownBy(() -> Frames.read(small, Frames.next(2, 99, new byte[10_000])))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("more than 50000 bytes");
  }

  @Test
  void bytesAreFreedWithTheirSequence() {
    FrameReader small = Frames.reader(Samples.PLAIN_FLAGS, new FrameLimits(1 << 20, 50_000, 100));
    Binary binary = Binary.of(new byte[30_000]);
    byte[] bytes = Frames.term(binary);
    for (int i = 0; i < 100; i++) {
      byte[] first = Frames.first(i, 2, SEND, Arrays.copyOf(bytes, 10_000));
      byte[] second = Frames.next(i, 1, Arrays.copyOfRange(bytes, 10_000, bytes.length));
      assertThat(Frames.read(small, first, second).events).containsExactly(new Event(SEND, binary));
      assertThat(small.openBytes()).isZero();
    }
  }

  @Test
  void tinyFragmentsCount() {
    FrameReader small = Frames.reader(Samples.PLAIN_FLAGS, new FrameLimits(1 << 20, 50_000, 100));
    Frames.read(small, Frames.first(1, 100_000, SEND, new byte[1]));
    assertThatThrownBy(
            () -> {
              for (int i = 1; i < 1_000; i++) {
                Frames.read(small, Frames.next(1, 100_000 - i, new byte[1]));
              }
            })
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("more than 50000 bytes");
  }

  @Test
  void emptyFragmentsTakeNothing() {
    Frames.read(reader, Frames.first(1, 1L << 60, SEND, part(0, 3)));
    long open = reader.openBytes();
    for (int i = 1; i < 10_000; i++) {
      Frames.read(reader, Frames.next(1, (1L << 60) - i, new byte[0]));
    }
    assertThat(reader.openBytes()).isEqualTo(open);
  }

  @Test
  void greatControlMessagesCountWhileTheirSequenceIsOpen() {
    FrameReader small = Frames.reader(Samples.PLAIN_FLAGS, new FrameLimits(1 << 20, 50_000, 100));
    ControlMessage traced =
        new ControlMessage.SendSender(
            Samples.remote(1), Samples.local(2), Binary.of(new byte[60_000]));
    assertThatThrownBy(() -> Frames.read(small, Frames.first(1, 2, traced, new byte[0])))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("more than 50000 bytes");
  }
}

package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.TermException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever comes, it is signals, or a [ProtocolException] and the end.
class FrameFuzzTest {
  private static final int INPUTS = 200_000;
  private static final long[] FLAGS = {
    Samples.PLAIN_FLAGS, Samples.CACHE_FLAGS, Samples.PASS_THROUGH_FLAGS
  };

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /// Decodes what comes, as a receiver would.
  private static final class Decoding implements FrameSink {
    int signals;

    @Override
    public void tick() {}

    @Override
    public void signal(ControlMessage control, @Nullable Payload payload) {
      signals++;
      if (payload != null) {
        payload.read(Frames.termReader());
      }
    }
  }

  /// Frames of all kinds for a connection with a header; with a cache, also such that refer to it.
  private static List<byte[]> corpus(long flags) {
    List<byte[]> corpus = new ArrayList<>();
    Object message =
        Tuple.of(Atom.of("a"), List.of(1L, 2L), Binary.of(new byte[20]), Map.of(1L, 2L));
    for (ControlMessage control : Samples.all()) {
      Object payload = control.hasPayload() ? message : null;
      corpus.add(
          flags == Samples.PASS_THROUGH_FLAGS
              ? Frames.passedThrough(control, payload)
              : Frames.whole(control, payload));
    }
    if (flags != Samples.PASS_THROUGH_FLAGS) {
      ControlMessage send = Samples.all().get(13);
      byte[] bytes = Frames.term(message);
      corpus.add(Frames.first(1, 3, send, Arrays.copyOf(bytes, 5)));
      corpus.add(Frames.next(1, 2, Arrays.copyOfRange(bytes, 5, 9)));
      corpus.add(Frames.next(1, 1, Arrays.copyOfRange(bytes, 9, bytes.length)));
    }
    if (flags == Samples.CACHE_FLAGS) {
      byte[] terms =
          Frames.bytes(
              "6803 6116 58 5200 00000055 00000000 6b013864 58 5201 00000001 00000000 00012fd1"
                  + "| 6802 58 5200 00000055 00000000 6b013864 5202");
      byte[] first =
          Frames.bytes(
              "83 44 03 cf0f | 41 0b \"p@localhost\" | 78 0c \"f1@localhost\" | 97 05 \"hello\"");
      corpus.add(Frames.frame(first, terms));
      corpus.add(Frames.frame(Frames.bytes("83 44 03 4707 41 78 97"), terms));
    }
    return corpus;
  }

  /// Reads in pieces; returns whether all of it was right.
  private boolean isRead(long flags, byte[] bytes, Decoding sink, int input) {
    FrameReader reader = Frames.reader(flags, new FrameLimits(1 << 16, 1 << 16, 8));
    try {
      Frames.read(reader, bytes, random, 1 + random.nextInt(200), sink);
      return true;
    } catch (ProtocolException e) {
      assertDead(reader);
      return false;
    } catch (RuntimeException | Error e) {
      return fail("seed " + seed + ", input " + input, e);
    }
  }

  private static void assertDead(FrameReader reader) {
    try {
      Frames.read(reader, Frames.TICK);
    } catch (ProtocolException e) {
      return;
    }
    fail("it goes on");
  }

  @Test
  void theCorpusIsRight() {
    for (long flags : FLAGS) {
      Decoding sink = new Decoding();
      byte[] all = Frames.concat(corpus(flags).toArray(byte[][]::new));
      assertThat(isRead(flags, all, sink, 0)).isTrue();
      assertThat(sink.signals).isGreaterThanOrEqualTo(Samples.all().size());
    }
  }

  @Test
  void randomBytes() {
    int right = 0;
    for (int i = 0; i < INPUTS / 2; i++) {
      long flags = FLAGS[i % FLAGS.length];
      byte[] body = new byte[random.nextInt(64)];
      random.nextBytes(body);
      int known = random.nextInt(4);
      byte[] begin =
          flags == Samples.PASS_THROUGH_FLAGS
              ? new byte[] {112, (byte) 131, 104}
              : new byte[] {(byte) 131, (byte) (68 + random.nextInt(3)), 0};
      System.arraycopy(begin, 0, body, 0, Math.min(known, body.length));
      byte[] input = random.nextInt(8) == 0 ? body : Frames.frame(body);
      right += isRead(flags, input, new Decoding(), i) ? 1 : 0;
    }
    // Ticks and frames that are not complete.
    assertThat(right).isLessThan(INPUTS / 8);
  }

  @Test
  void framesThatWereChanged() {
    List<List<byte[]>> corpora = new ArrayList<>();
    for (long flags : FLAGS) {
      corpora.add(corpus(flags));
    }
    int right = 0;
    for (int i = 0; i < INPUTS / 2; i++) {
      int which = i % FLAGS.length;
      List<byte[]> corpus = corpora.get(which);
      int from = random.nextInt(corpus.size());
      int to = Math.min(corpus.size(), from + 1 + random.nextInt(4));
      byte[] bytes = Frames.concat(corpus.subList(from, to).toArray(byte[][]::new));
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        int at = random.nextInt(bytes.length);
        bytes[at] =
            (byte) (random.nextBoolean() ? bytes[at] ^ 1 << random.nextInt(8) : random.nextInt());
      }
      right += isRead(FLAGS[which], bytes, new Decoding(), i) ? 1 : 0;
    }
    assertThat(right).isBetween(1, INPUTS / 2 - 1);
  }

  @Test
  void framesThatEndTooEarly() {
    for (long flags : FLAGS) {
      for (byte[] frame : corpus(flags)) {
        byte[] body = Arrays.copyOfRange(frame, 4, frame.length);
        for (int size = 1; size < body.length; size++) {
          Decoding sink = new Decoding();
          boolean isFragment = body[1] == 69 || body[1] == 70;
          boolean isRight = isRead(flags, Frames.frame(Arrays.copyOf(body, size)), sink, size);
          // A first fragment may end anywhere behind its control message.
          assertThat(isRight && !isFragment).as("%d of %d bytes", size, body.length).isFalse();
        }
      }
    }
  }

  @Test
  void streamsThatEndAnywhereAreWaitedFor() {
    for (long flags : FLAGS) {
      for (byte[] frame : corpus(flags).subList(0, Samples.all().size())) {
        for (int size = 0; size < frame.length; size++) {
          Decoding sink = new Decoding();
          assertThat(isRead(flags, Arrays.copyOf(frame, size), sink, size)).isTrue();
          assertThat(sink.signals).isZero();
        }
      }
    }
  }

  @Test
  void randomTuplesAsControlMessages() {
    int right = 0;
    for (int i = 0; i < INPUTS; i++) {
      Object term = tuple();
      try {
        ControlMessage message = ControlMessage.parse(term);
        right++;
        assertThat(ControlMessage.parse(message.toTerm())).isEqualTo(message);
        message.checkSender(Samples.PEER);
      } catch (ProtocolException e) {
        assertThat(e.getMessage()).hasSizeLessThan(200);
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", input " + i + ": " + term, e);
      }
    }
    assertThat(right).isGreaterThan(INPUTS / 200);
  }

  private Object tuple() {
    if (random.nextInt(50) == 0) {
      return element(0);
    }
    List<Object> elements = new ArrayList<>();
    List<Object> sample =
        ((Tuple) Samples.all().get(random.nextInt(Samples.all().size())).toTerm()).elements();
    int size = random.nextInt(4) == 0 ? random.nextInt(9) : sample.size();
    for (int i = 0; i < size; i++) {
      boolean isLikely = random.nextInt(6) != 0 && i < sample.size();
      elements.add(isLikely ? sample.get(i) : element(0));
    }
    return new Tuple(elements);
  }

  private Object element(int depth) {
    return switch (random.nextInt(depth > 3 ? 8 : 11)) {
      case 0 -> (long) random.nextInt(40);
      case 1 -> random.nextLong();
      case 2 -> new BigInteger(1 + random.nextInt(80), random).negate();
      case 3 -> new BigInteger(1 + random.nextInt(80), random);
      case 4 -> Atom.of("a" + random.nextInt(3));
      case 5 -> random.nextBoolean() ? Samples.local(1) : Samples.remote(1);
      case 6 -> Samples.ref(1, 2);
      case 7 -> Binary.EMPTY;
      case 8 -> List.of(element(depth + 1));
      case 9 -> new ImproperList(List.of(Atom.OK), Atom.OK);
      default -> Tuple.of(element(depth + 1), element(depth + 1), element(depth + 1));
    };
  }

  @Test
  void randomTermsAsPayloads() {
    for (int i = 0; i < INPUTS / 10; i++) {
      byte[] bytes = new byte[1 + random.nextInt(40)];
      random.nextBytes(bytes);
      bytes[0] = (byte) (67 + random.nextInt(54));
      try {
        new Payload(bytes, 0, bytes.length, null).read(Frames.termReader());
      } catch (ProtocolException e) {
        assertThat(e.getCause() == null || e.getCause() instanceof TermException).isTrue();
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", input " + i, e);
      }
    }
  }
}

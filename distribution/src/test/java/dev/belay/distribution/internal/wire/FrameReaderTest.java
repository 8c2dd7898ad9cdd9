package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.Frames.Event;
import dev.belay.distribution.internal.wire.Frames.Received;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From bytes to signals: ticks, whole frames in both encodings, and what is no frame.
class FrameReaderTest {
  private static final Object MESSAGE = Tuple.of(Atom.of("hello"), Samples.remote(1), 7L);

  private static final ControlMessage SEND =
      new ControlMessage.SendSender(Samples.remote(1), Samples.local(2), null);
  private static final ControlMessage LINK =
      new ControlMessage.Link(Samples.remote(1), Samples.local(2));

  private static final WirePid SHELL = new WirePid(Atom.of("otp25@localhost"), 0x55, 0, 0x6b013864);
  private static final WirePid PROBE = new WirePid(Atom.of("f1@localhost"), 1, 0, 0x12fd1);

  private static void assertWrong(long flags, byte[] bytes, String... words) {
    FrameReader reader = Frames.reader(flags);
    assertThatThrownBy(() -> Frames.read(reader, bytes))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContainingAll(words);
    // It stays so, whatever comes.
    assertThatThrownBy(() -> Frames.read(reader, Frames.TICK))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("before");
  }

  /// One of each operation with its payload, with ticks between them, and what is to come of it.
  private static byte[] stream(boolean hasHeader, List<Event> expected) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ControlMessage control : Samples.all()) {
      Object payload = control.hasPayload() ? MESSAGE : null;
      Object reason = ControlTerms.reason(control);
      out.writeBytes(Frames.TICK);
      out.writeBytes(
          hasHeader ? Frames.whole(control, payload) : Frames.passedThrough(control, payload));
      expected.add(new Event(control, reason == null ? payload : reason));
    }
    return out.toByteArray();
  }

  private static FrameReader readerOf(boolean hasHeader) {
    return Frames.reader(hasHeader ? Samples.PLAIN_FLAGS : Samples.PASS_THROUGH_FLAGS);
  }

  @Test
  void aCapturedFrameWithACacheAndTheNextOne() {
    FrameReader reader =
        new FrameReader(
            new Dialect(Samples.CACHE_FLAGS),
            FrameLimits.DEFAULT,
            TermLimits.DEFAULT,
            SHELL.node());
    byte[] terms =
        Frames.bytes(
            "6803 6116 58 5200 00000055 00000000 6b013864 58 5201 00000001 00000000 00012fd1"
                + "| 6802 58 5200 00000055 00000000 6b013864 5202");
    byte[] first =
        Frames.bytes(
            "83 44 03 cf0f | 41 0f \"otp25@localhost\" | 78 0c \"f1@localhost\" | 97 05 \"hello\"");
    byte[] second = Frames.bytes("83 44 03 4707 41 78 97");
    assertThat(first.length + terms.length).isEqualTo(96);
    assertThat(second.length + terms.length).isEqualTo(61);
    Event event =
        new Event(
            new ControlMessage.SendSender(SHELL, PROBE, null), Tuple.of(SHELL, Atom.of("hello")));
    assertThat(Frames.read(reader, Frames.frame(first, terms), Frames.frame(second, terms)).events)
        .containsExactly(event, event);
  }

  @Test
  void aCapturedRequestOfErpc() {
    ControlMessage request =
        new ControlMessage.SpawnRequest(
            Samples.ref(1, 2, 3),
            Samples.remote(1),
            Samples.remote(2),
            Atom.of("erpc"),
            Atom.of("execute_call"),
            4,
            List.of(Atom.of("monitor")),
            null);
    Object arguments = List.of(Samples.ref(4), Atom.of("m"), Atom.of("f"), List.of(1L, 2L));
    Received received =
        Frames.read(Frames.reader(Samples.PLAIN_FLAGS), Frames.whole(request, arguments));
    assertThat(received.events).containsExactly(new Event(request, arguments));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyOperationInOnePiece(boolean hasHeader) {
    List<Event> expected = new ArrayList<>();
    byte[] stream = stream(hasHeader, expected);
    Received received = Frames.read(readerOf(hasHeader), stream);
    assertThat(received.events).isEqualTo(expected);
    assertThat(received.ticks).isEqualTo(expected.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyOperationInTwoPiecesCutAnywhere(boolean hasHeader) {
    List<Event> expected = new ArrayList<>();
    byte[] stream = stream(hasHeader, expected);
    for (int cut = 0; cut <= stream.length; cut++) {
      FrameReader reader = readerOf(hasHeader);
      Received received = new Received();
      reader.read(ByteBuffer.wrap(stream, 0, cut), received);
      reader.read(ByteBuffer.wrap(stream, cut, stream.length - cut), received);
      assertThat(received.events).as("cut at %d", cut).isEqualTo(expected);
      assertThat(received.ticks).isEqualTo(expected.size());
      assertThat(reader.openBytes()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyOperationByteByByteAndInPieces(boolean hasHeader) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Event> expected = new ArrayList<>();
    byte[] stream = stream(hasHeader, expected);
    for (int longest = 1; longest < 200; longest++) {
      Received received = new Received();
      Frames.read(readerOf(hasHeader), stream, random, longest, received);
      assertThat(received.events).as("seed %d, up to %d", seed, longest).isEqualTo(expected);
    }
  }

  @Test
  void aPieceMayBeDirect() {
    byte[] frame = Frames.whole(SEND, MESSAGE);
    ByteBuffer piece = ByteBuffer.allocateDirect(frame.length).put(frame).flip();
    Received received = new Received();
    Frames.reader(Samples.PLAIN_FLAGS).read(piece, received);
    assertThat(received.events).containsExactly(new Event(SEND, MESSAGE));
  }

  @Test
  void aPayloadIsDecodedLater() {
    List<Payload> payloads = new ArrayList<>();
    FrameSink sink =
        new FrameSink() {
          @Override
          public void tick() {}

          @Override
          public void signal(ControlMessage control, @Nullable Payload payload) {
            if (payload != null) {
              payloads.add(payload);
            }
          }
        };
    FrameReader reader = Frames.reader(Samples.PLAIN_FLAGS);
    byte[] bytes = Frames.whole(SEND, MESSAGE);
    ByteBuffer piece = ByteBuffer.wrap(bytes);
    reader.read(piece, sink);
    Arrays.fill(bytes, (byte) 0);
    assertThat(payloads).hasSize(1);
    Payload payload = payloads.getFirst();
    assertThat(payload.size()).isEqualTo(Frames.term(MESSAGE).length);
    assertThat(payload.read(Frames.termReader())).isEqualTo(MESSAGE);
    assertThat(payload.read(Frames.termReader())).isEqualTo(MESSAGE);
  }

  @Test
  void aPayloadIsOneTerm() {
    byte[] frame =
        Frames.frame(Frames.bytes("83 44 00"), Frames.term(SEND.toTerm()), Frames.bytes("6a 6a"));
    assertThatThrownBy(() -> Frames.read(Frames.reader(Samples.PLAIN_FLAGS), frame))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("goes on after its term");
    byte[] broken =
        Frames.frame(Frames.bytes("83 44 00"), Frames.term(SEND.toTerm()), Frames.bytes("6802 6a"));
    assertThatThrownBy(() -> Frames.read(Frames.reader(Samples.PLAIN_FLAGS), broken))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("payload cannot be decoded");
  }

  @Test
  void whatIsWrongWithAHeader() {
    byte[] control = Frames.term(LINK.toTerm());
    long flags = Samples.PLAIN_FLAGS;
    assertWrong(flags, Frames.frame(Frames.bytes("84 44 00"), control), "version", "132");
    assertWrong(flags, Frames.frame(Frames.bytes("83 43 00"), control), "header", "67");
    assertWrong(flags, Frames.frame(Frames.bytes("83 47 00"), control), "header", "71");
    assertWrong(flags, Frames.passedThrough(LINK, null), "version", "112");
    assertWrong(flags, Frames.frame(Frames.bytes("83")), "too early");
    assertWrong(flags, Frames.frame(Frames.bytes("83 44")), "too early");
    assertWrong(flags, Frames.frame(Frames.bytes("83 44 00")), "control message");
    assertWrong(flags, Frames.frame(Frames.bytes("83 44 00 6a")), "control message");
    assertWrong(flags, Frames.frame(Frames.bytes("83 44 00 61")), "control message");
  }

  @Test
  void whatIsWrongWithPassingThrough() {
    byte[] control = Frames.term(LINK.toTerm());
    long flags = Samples.PASS_THROUGH_FLAGS;
    assertWrong(flags, Frames.whole(LINK, null), "kind of frame", "131");
    assertWrong(flags, Frames.frame(Frames.bytes("70 44"), control), "version");
    assertWrong(flags, Frames.frame(Frames.bytes("70")), "too early");
    byte[] sends = Frames.term(SEND.toTerm());
    assertWrong(flags, Frames.frame(Frames.bytes("70 83"), sends), "too early");
    assertWrong(
        flags,
        Frames.frame(Frames.bytes("70 83"), sends, Frames.bytes("83")),
        "without its payload");
    assertWrong(
        flags, Frames.frame(Frames.bytes("70 83"), sends, Frames.bytes("6a6a")), "payload", "106");
  }

  @Test
  void fragmentsAndTheCacheHaveToBeAgreedOn() {
    byte[] payload = Frames.term(MESSAGE);
    long cacheOnly = Samples.PASS_THROUGH_FLAGS | 0x2000;
    assertWrong(cacheOnly, Frames.first(1, 1, SEND, payload), "header", "69");
    assertWrong(cacheOnly, Frames.next(1, 1, payload), "header", "70");
    byte[] cached =
        Frames.frame(Frames.bytes("83 44 01 08 00 01 \"a\""), Frames.term(LINK.toTerm()));
    assertWrong(Samples.PLAIN_FLAGS, cached, "not agreed on");
    assertThat(Frames.read(Frames.reader(cacheOnly), cached).events).hasSize(1);
  }

  @Test
  void payloadsAreThereExactlyIfTheyBelong() {
    for (ControlMessage control : Samples.all()) {
      Object wrong = control.hasPayload() ? null : MESSAGE;
      String what = control.hasPayload() ? "without its payload" : "with a payload";
      assertWrong(
          Samples.PLAIN_FLAGS, Frames.whole(control, wrong), what, "operation " + control.op());
      if (wrong != null) {
        assertWrong(Samples.PASS_THROUGH_FLAGS, Frames.passedThrough(control, wrong), what);
      }
    }
  }

  @Test
  void thePeerSpeaksForItself() {
    ControlMessage forged = new ControlMessage.Link(Samples.local(1), Samples.local(2));
    assertWrong(
        Samples.PLAIN_FLAGS, Frames.whole(forged, null), "operation 1", "not one of the peer");
  }

  @Test
  void aFrameThatIsTooLongIsRefusedBeforeItComes() {
    byte[] frame = Frames.whole(SEND, MESSAGE);
    int size = frame.length - 4;
    FrameReader just = Frames.reader(Samples.PLAIN_FLAGS, new FrameLimits(size, 1, 1));
    assertThat(Frames.read(just, frame).events).hasSize(1);
    FrameReader less = Frames.reader(Samples.PLAIN_FLAGS, new FrameLimits(size - 1, 1, 1));
    assertThatThrownBy(() -> Frames.read(less, Arrays.copyOf(frame, 4)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("frame of " + size + " bytes");
    assertWrong(Samples.PLAIN_FLAGS, Frames.bytes("ffffffff"), "frame of 4294967295 bytes");
    assertWrong(Samples.PLAIN_FLAGS, Frames.bytes("80000000"), "frame of 2147483648 bytes");
  }

  @Test
  void memoryGrowsWithWhatHasCome() {
    FrameReader reader = Frames.reader(Samples.PLAIN_FLAGS);
    Received received = new Received();
    reader.read(ByteBuffer.allocate(4).putInt(128 << 20).flip(), received);
    assertThat(reader.openBytes()).isZero();
    long come = 0;
    for (int size = 1; size < 1 << 20; size *= 3) {
      reader.read(ByteBuffer.allocate(size), received);
      come += size;
      assertThat(reader.openBytes()).isBetween(come, Math.max(4096, 2 * come));
    }
  }

  @Test
  void whatTheSinkThrowsEndsItToo() {
    FrameReader reader = Frames.reader(Samples.PLAIN_FLAGS);
    FrameSink failing =
        new FrameSink() {
          @Override
          public void tick() {
            throw new IllegalStateException("no");
          }

          @Override
          public void signal(ControlMessage control, @Nullable Payload payload) {}
        };
    assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(Frames.TICK), failing))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Frames.read(reader, Frames.TICK))
        .isInstanceOf(ProtocolException.class);
  }
}

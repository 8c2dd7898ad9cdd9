package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import dev.belay.distribution.internal.wire.Frames.Event;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From signals to bytes: whole frames in both encodings, and fragments.
class FrameWriterTest {
  private static final Dialect NOW = new Dialect(Samples.PLAIN_FLAGS);
  private static final Dialect OLD = new Dialect(Samples.PASS_THROUGH_FLAGS);

  private static final ControlMessage SEND =
      new ControlMessage.SendSender(Samples.remote(1), Samples.local(2), null);

  /// So many bytes the term takes besides those of a binary.
  private static final int BINARY_HEAD = 5;

  private static FrameWriter writer(Dialect dialect) {
    return new FrameWriter(dialect, Identities.PLAIN);
  }

  private static Signal signal(int bytes) {
    return new Signal(SEND, Binary.of(new byte[bytes - BINARY_HEAD]));
  }

  private static List<byte[]> frames(Outbound signal, long sequence) {
    List<byte[]> frames = new ArrayList<>();
    while (!signal.isDone()) {
      ByteBuffer frame = signal.cut(sequence);
      byte[] bytes = new byte[frame.remaining()];
      frame.get(bytes);
      frames.add(bytes);
    }
    return frames;
  }

  private static byte[] only(Outbound signal) {
    List<byte[]> frames = frames(signal, 1);
    assertThat(frames).hasSize(1);
    return frames.getFirst();
  }

  @Test
  void theCapturedFrameWithoutACache() {
    WirePid shell = new WirePid(Atom.of("otp25@localhost"), 0x55, 0, 0x6b013864);
    WirePid probe = new WirePid(Atom.of("f1@localhost"), 1, 0, 0x12fd1);
    byte[] frame =
        only(writer(NOW).write(NOW.send(shell, probe, Tuple.of(shell, Atom.of("hello")))));
    byte[] expected =
        Frames.bytes(
            "83 44 00 6803 6116 58 77 0f \"otp25@localhost\" 00000055 00000000 6b013864"
                + "58 77 0c \"f1@localhost\" 00000001 00000000 00012fd1"
                + "6802 58 77 0f \"otp25@localhost\" 00000055 00000000 6b013864 77 05 \"hello\"");
    assertThat(expected).hasSize(103);
    assertThat(frame).isEqualTo(Frames.frame(expected));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyOperationComesBack(boolean hasHeader) {
    Dialect dialect = hasHeader ? NOW : OLD;
    FrameWriter writer = writer(dialect);
    FrameReader reader = Frames.reader(dialect.flags());
    Object message = Tuple.of(Atom.of("hello"), Samples.remote(1), Samples.ref(1));
    for (ControlMessage control : Samples.all()) {
      Object payload = control.hasPayload() ? message : null;
      byte[] frame = only(writer.write(new Signal(control, payload)));
      assertThat(frame)
          .isEqualTo(
              hasHeader ? Frames.whole(control, payload) : Frames.passedThrough(control, payload));
      Object reason = ControlTerms.reason(control);
      assertThat(Frames.read(reader, frame).events)
          .containsExactly(new Event(control, reason == null ? payload : reason));
    }
  }

  @Test
  void upTo64KiBAreOneFrame() {
    Outbound whole = writer(NOW).write(signal(65_536));
    assertThat(whole.isFragmented()).isFalse();
    byte[] frame = only(whole);
    assertThat(whole.size()).isEqualTo(frame.length);
    assertThat(frame[5]).isEqualTo((byte) 68);
    Outbound cut = writer(NOW).write(signal(65_537));
    assertThat(cut.isFragmented()).isTrue();
    assertThat(frames(cut, 1)).hasSize(2);
  }

  @Test
  void fragmentsCountDown() {
    int control = Frames.term(SEND.toTerm()).length;
    List<byte[]> frames = frames(writer(NOW).write(signal(200_000)), 0x2a800000553L);
    assertThat(frames)
        .extracting(frame -> frame.length - 4)
        .containsExactly(19 + control + 65_536, 65_554, 65_554, 18 + 200_000 - 3 * 65_536);
    for (int i = 0; i < 4; i++) {
      ByteBuffer frame = ByteBuffer.wrap(frames.get(i));
      assertThat(frame.getInt()).isEqualTo(frame.remaining());
      assertThat(frame.get()).isEqualTo((byte) 131);
      assertThat(frame.get()).isEqualTo((byte) (i == 0 ? 69 : 70));
      assertThat(frame.getLong()).isEqualTo(0x2a800000553L);
      assertThat(frame.getLong()).isEqualTo(4 - i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65_537, 131_072, 131_073, 1_000_000})
  void fragmentsComeBack(int size) {
    Random random = new Random(size);
    byte[] content = new byte[size - BINARY_HEAD];
    random.nextBytes(content);
    Binary message = Binary.of(content);
    List<byte[]> frames = frames(writer(NOW).write(new Signal(SEND, message)), 1);
    assertThat(frames).hasSize((size + 65_535) / 65_536);
    FrameReader reader = Frames.reader(Samples.PLAIN_FLAGS);
    assertThat(Frames.read(reader, frames.toArray(byte[][]::new)).events)
        .containsExactly(new Event(SEND, message));
  }

  @Test
  void withoutFragmentsAllIsOneFrame() {
    long cacheOnly = Samples.PASS_THROUGH_FLAGS | 0x2000;
    for (Dialect dialect : List.of(OLD, new Dialect(cacheOnly))) {
      byte[] frame = only(writer(dialect).write(signal(1_000_000)));
      assertThat(Frames.read(Frames.reader(dialect.flags()), frame).events).hasSize(1);
    }
  }

  /// A process of the program's, which stands for one on the wire.
  private record Known(int id) {}

  private static final class Others implements Identities {
    @Override
    public Object pid(Atom node, int id, int serial, int creation) {
      return new Known(id);
    }

    @Override
    public Object reference(Atom node, int creation, int[] words) {
      return new WireRef(node, creation, words);
    }

    @Override
    public @Nullable WirePid wirePid(Object value) {
      return value instanceof Known known ? Samples.local(known.id()) : null;
    }

    @Override
    public @Nullable WireRef wireRef(Object value) {
      return null;
    }
  }

  @Test
  void payloadsAndReasonsHaveTheIdentitiesOfTheProgram() {
    for (Dialect dialect : List.of(NOW, OLD)) {
      FrameWriter writer = new FrameWriter(dialect, new Others());
      Signal exit = dialect.exitOfLink(Samples.remote(1), Samples.local(2), new Known(3));
      byte[] frame = only(writer.write(exit));
      List<Event> events = Frames.read(Frames.reader(dialect.flags()), frame).events;
      assertThat(events).extracting(Event::payload).containsExactly(Samples.local(3));
    }
  }

  @Test
  void whatIsNoTermLeavesNothingBehind() {
    FrameWriter writer = writer(NOW);
    Signal bad = new Signal(SEND, Tuple.of(Atom.OK, new Object()));
    assertThatThrownBy(() -> writer.write(bad)).isInstanceOf(TermException.class);
    assertThat(only(writer.write(new Signal(SEND, Atom.OK))))
        .isEqualTo(Frames.whole(SEND, Atom.OK));
  }

  @Test
  void aGreatSignalDoesNotShowInTheNextOne() {
    FrameWriter writer = writer(NOW);
    writer.write(signal(3_000_000));
    assertThat(only(writer.write(new Signal(SEND, Atom.OK))))
        .isEqualTo(Frames.whole(SEND, Atom.OK));
  }
}

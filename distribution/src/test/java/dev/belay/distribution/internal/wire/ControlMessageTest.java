package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.WirePid;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The operations as tuples: there and back, and what is none.
class ControlMessageTest {
  private static final WirePid FROM = Samples.remote(1);
  private static final WirePid TO = Samples.local(2);

  static List<ControlMessage> samples() {
    return Samples.all();
  }

  private static Tuple tuple(ControlMessage message) {
    return (Tuple) message.toTerm();
  }

  /// The tuple with another element.
  private static Tuple with(Tuple tuple, int index, Object value) {
    List<Object> elements = new ArrayList<>(tuple.elements());
    elements.set(index, value);
    return new Tuple(elements);
  }

  private static void assertWrong(Object term, CharSequence... words) {
    assertThatThrownBy(() -> ControlMessage.parse(term))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContainingAll(words);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyOperationComesBack(ControlMessage message) {
    byte[] bytes = Frames.term(message.toTerm());
    Object term = Frames.termReader().read(ByteBuffer.wrap(bytes), null);
    assertThat(ControlMessage.parse(term)).isEqualTo(message);
    assertThat(tuple(message).get(0)).isEqualTo((long) message.op());
  }

  @Test
  void thereIsASampleOfEveryOperation() {
    Set<Integer> ops = new TreeSet<>();
    Samples.all().forEach(message -> ops.add(message.op()));
    assertThat(ops)
        .containsExactly(
            1, 2, 3, 6, 7, 8, 12, 13, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
            32, 33, 34, 35, 36, 37);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aPayloadFollowsSomeOperations(ControlMessage message) {
    Set<Integer> with = Set.of(2, 6, 12, 16, 22, 23, 24, 25, 26, 27, 28, 29, 30, 33, 34, 37);
    assertThat(message.hasPayload()).isEqualTo(with.contains(message.op()));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aTupleHasExactlySoManyElements(ControlMessage message) {
    List<Object> elements = tuple(message).elements();
    assertWrong(new Tuple(elements.subList(0, elements.size() - 1)), "operation " + message.op());
    List<Object> more = new ArrayList<>(elements);
    more.add(List.of());
    if (message.op() != 37) {
      assertWrong(new Tuple(more), "operation " + message.op());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anElementOfAWrongKindIsFound(ControlMessage message) {
    Tuple tuple = tuple(message);
    // What may be anything: old cookies, tokens, reasons.
    Set<Integer> free =
        switch (message.op()) {
          case 2 -> Set.of(1);
          case 12 -> Set.of(1, 3);
          case 6 -> Set.of(2);
          case 16 -> Set.of(2, 4);
          case 3, 8, 23, 25, 27, 34 -> Set.of(3);
          case 13, 18 -> Set.of(3, 4);
          case 21, 37 -> Set.of(4);
          case 30 -> Set.of(6);
          case 32 -> Set.of(5);
          default -> Set.of();
        };
    for (int i = 0; i < tuple.size(); i++) {
      Tuple changed = with(tuple, i, Binary.EMPTY);
      if (free.contains(i)) {
        assertThat(ControlMessage.parse(changed).op()).isEqualTo(message.op());
      } else {
        assertWrong(changed, i == 0 ? "no number of an operation" : "element");
      }
    }
  }

  @Test
  void theTokenIsKept() {
    Tuple term = Tuple.of(23L, FROM, TO, Samples.TOKEN);
    assertThat(ControlMessage.parse(term))
        .isEqualTo(new ControlMessage.SendSender(FROM, TO, Samples.TOKEN));
  }

  @Test
  void whatIsNoOperationIsNone() {
    assertWrong(Atom.OK, "Atom");
    assertWrong(Tuple.of(), "empty");
    assertWrong(Tuple.of(Atom.OK, FROM, TO), "operation");
    assertWrong(Tuple.of(-1L, FROM, TO), "operation");
    assertWrong(Tuple.of(1L << 32 | 1, FROM, TO), "operation");
    assertWrong(Tuple.of(BigInteger.ONE.shiftLeft(64), FROM, TO), "operation");
    for (long op : new long[] {0, 5, 9, 10, 11, 14, 15, 17, 38, 39, 255}) {
      assertWrong(Tuple.of(op, FROM, TO), "no such operation: " + op);
    }
  }

  @Test
  void theOldUnlinkIsNamed() {
    assertWrong(Tuple.of(4L, FROM, TO), "operation 4", "UNLINK");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 255, 256, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void idsOfUnlinksHave64BitsWithoutSign(long id) {
    ControlMessage message = new ControlMessage.UnlinkId(id, FROM, TO);
    Object term = Frames.termReader().read(ByteBuffer.wrap(Frames.term(message.toTerm())), null);
    assertThat(ControlMessage.parse(term)).isEqualTo(message);
    assertThat(new BigInteger(((Tuple) term).get(1).toString()))
        .isEqualTo(new BigInteger(Long.toUnsignedString(id)));
  }

  @Test
  void idsOfUnlinksAreNotZeroNegativeOrGreater() {
    for (int op : new int[] {35, 36}) {
      assertWrong(Tuple.of((long) op, 0L, FROM, TO), "element 2");
      assertWrong(Tuple.of((long) op, -1L, FROM, TO), "element 2");
      assertWrong(Tuple.of((long) op, BigInteger.ONE.shiftLeft(64), FROM, TO), "element 2");
      assertWrong(Tuple.of((long) op, BigInteger.ONE.shiftLeft(64).negate(), FROM, TO), "not");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new ControlMessage.UnlinkId(0, FROM, TO));
  }

  @Test
  void prioritySendsSayWhatTheirReceiverIs() {
    Atom name = Atom.of("name");
    Object ref = Samples.ref(1);
    assertThat(ControlMessage.parse(Tuple.of(37L, 1L, FROM, TO)))
        .isEqualTo(new ControlMessage.AltactSigSend(1, FROM, TO, null));
    assertThat(ControlMessage.parse(Tuple.of(37L, 4L, FROM, ref)))
        .isEqualTo(new ControlMessage.AltactSigSend(0, FROM, ref, null));
    assertThat(ControlMessage.parse(Tuple.of(37L, 8L, FROM, name)))
        .isEqualTo(new ControlMessage.AltactSigSend(8, FROM, name, null));
    assertWrong(Tuple.of(37L, 0L, FROM, ref), "pid");
    assertWrong(Tuple.of(37L, 0L, FROM, name), "pid");
    assertWrong(Tuple.of(37L, 4L, FROM, TO), "reference");
    assertWrong(Tuple.of(37L, 8L, FROM, TO), "atom");
    assertWrong(Tuple.of(37L, 12L, FROM, ref), "alias", "name");
    assertWrong(Tuple.of(37L, 12L, FROM, name), "alias", "name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ControlMessage.AltactSigSend(0, FROM, "name", null));
  }

  @Test
  void prioritySendsMayHaveATokenAndMore() {
    ControlMessage plain = new ControlMessage.AltactSigSend(17, FROM, TO, null);
    assertThat(ControlMessage.parse(Tuple.of(37L, 17L, FROM, TO, Atom.OK))).isEqualTo(plain);
    assertThat(ControlMessage.parse(Tuple.of(37L, 17L, FROM, TO, Atom.OK, 1L))).isEqualTo(plain);
    ControlMessage traced = new ControlMessage.AltactSigSend(1, FROM, TO, Samples.TOKEN);
    assertThat(ControlMessage.parse(Tuple.of(37L, 3L, FROM, TO, Samples.TOKEN))).isEqualTo(traced);
    assertThat(ControlMessage.parse(Tuple.of(37L, 3L, FROM, TO, Samples.TOKEN, 1L)))
        .isEqualTo(traced);
    assertWrong(Tuple.of(37L, 3L, FROM, TO), "token");
  }

  @Test
  void ofTheFlagsOnlyTheLowByteCounts() {
    var message =
        (ControlMessage.AltactSigSend)
            ControlMessage.parse(Tuple.of(37L, 0x1234_0000_0011L, FROM, TO));
    assertThat(message.flags()).isEqualTo(0x11);
    assertThat(message.isExit()).isTrue();
    assertThat(message.hasPriority()).isTrue();
    assertWrong(Tuple.of(37L, -1L, FROM, TO), "element 2");
    var plain = new ControlMessage.AltactSigSend(0, FROM, TO, null);
    assertThat(plain.isExit()).isFalse();
    assertThat(plain.hasPriority()).isFalse();
  }

  @Test
  void aRequestToSpawnHasAFunctionAndAProperList() {
    Tuple good = tuple(Samples.all().get(20));
    assertThat(ControlMessage.parse(good).op()).isEqualTo(29);
    Atom m = Atom.of("m");
    assertWrong(with(good, 4, Tuple.of(m, m)), "element 5");
    assertWrong(with(good, 4, Tuple.of(m, m, m)), "element 3");
    assertWrong(with(good, 4, Tuple.of(m, m, -1L)), "element 3");
    assertWrong(with(good, 4, Tuple.of(m, m, 256L)), "element 3");
    assertWrong(with(good, 4, Tuple.of(m, 1L, 1L)), "element 2");
    assertWrong(with(good, 5, new ImproperList(List.of(m), m)), "element 6", "proper list");
  }

  /// Operations in which the peer speaks for a process, as the samples have them.
  static Stream<ControlMessage> ofTheirOwn() {
    Set<Integer> free = Set.of(2, 6, 7, 12, 16, 22, 23, 33, 34, 37);
    Set<Integer> byName = Set.of(28, 32);
    return Stream.concat(
        Samples.all().stream()
            .filter(message -> !free.contains(message.op()) && !byName.contains(message.op())),
        Stream.of(
            new ControlMessage.PayloadMonitorPExit(FROM, TO, Samples.ref(1)),
            new ControlMessage.SpawnReply(Samples.ref(1), TO, 0, FROM, Samples.TOKEN)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void thePeerMaySpeakForItsProcesses(ControlMessage message) {
    message.checkSender(Samples.PEER);
  }

  @ParameterizedTest
  @MethodSource("ofTheirOwn")
  void thePeerMayNotSpeakForOthers(ControlMessage message) {
    assertThatThrownBy(() -> message.checkSender(Atom.of("other@localhost")))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("operation " + message.op());
  }
}

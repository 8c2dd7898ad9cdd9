package dev.belay.distribution.internal.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written is read as the same value.
class RoundTripTest {
  private final TermReader reader = new TermReader(Identities.PLAIN, TermLimits.DEFAULT);
  private final TermWriter writer = new TermWriter(Identities.PLAIN);

  private Object roundTrip(Object term) {
    writer.reset();
    writer.write(term);
    ByteBuffer written = writer.view();
    Object read = reader.read(written, null);
    assertThat(written.hasRemaining()).isFalse();
    return read;
  }

  static List<Object> integers() {
    List<Object> integers = new ArrayList<>();
    for (int bit : new int[] {0, 7, 8, 15, 16, 31, 32, 40, 55, 56, 62, 63, 64, 65, 2040, 5000}) {
      for (int delta = -1; delta <= 1; delta++) {
        BigInteger number = BigInteger.TWO.pow(bit).add(BigInteger.valueOf(delta));
        for (BigInteger signed : List.of(number, number.negate())) {
          integers.add(signed.bitLength() < Long.SIZE ? (Object) signed.longValue() : signed);
        }
      }
    }
    return integers;
  }

  @ParameterizedTest
  @MethodSource("integers")
  void integersKeepTheirValueAndType(Object integer) {
    assertThat(roundTrip(integer)).isEqualTo(integer);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.0, 1.0, 1e308, Double.MIN_VALUE, Double.MAX_VALUE, Math.PI})
  void floatsKeepAllBits(double number) {
    assertThat(roundTrip(number)).isEqualTo(number);
    assertThat(roundTrip(-number)).isEqualTo(-number);
  }

  @Test
  void largeListsAreRead() {
    List<Object> numbers = LongStream.rangeClosed(1, 70_000).mapToObj(i -> (Object) i).toList();
    assertThat(roundTrip(numbers)).isEqualTo(numbers);
  }

  @Test
  void largeBinariesAreRead() {
    byte[] bytes = new byte[1 << 20];
    bytes[17] = 3;
    assertThat(roundTrip(Binary.of(bytes))).isEqualTo(Binary.of(bytes));
  }

  @Test
  void nestedMapsAreRead() {
    Map<Object, Object> inner = new HashMap<>();
    for (long i = 0; i < 100; i++) {
      inner.put(Tuple.of(i, Map.of(i, "ä".codePoints().asLongStream().boxed().toList())), i * 1.5);
    }
    Map<Object, Object> outer = new HashMap<>();
    for (long i = 0; i < 100; i++) {
      outer.put(i, inner);
      outer.put(Atom.of("key" + i), Map.of(inner, List.of(inner)));
    }
    assertThat(roundTrip(outer)).isEqualTo(outer);
  }

  /// Erlang does not tell them apart, and so the values must not either.
  @Test
  void listsAreEqualHoweverTheyWereWritten() {
    Object string = reader.read(ByteBuffer.wrap(Hex.bytes("6b 0003 'abc'")), null);
    Object list = reader.read(ByteBuffer.wrap(Hex.bytes("6c 00000003 6161 6162 6163 6a")), null);
    Object parts = reader.read(ByteBuffer.wrap(Hex.bytes("6c 00000001 6161 6b 0002 'bc'")), null);
    assertThat(List.of(string, list, parts)).allMatch(each -> each.equals(List.of(97L, 98L, 99L)));
    assertThat(string).hasSameHashCodeAs(list);
    assertThat(new HashMap<>(Map.of(string, 1))).containsKeys(list, parts);
  }

  @Test
  void whatIsReadCannotBeChanged() {
    List<?> list = (List<?>) roundTrip(List.of(1000L, 2L, 3L));
    Map<?, ?> map = (Map<?, ?>) roundTrip(Map.of(1L, 2L));
    assertThat(List.of(list, roundTrip(List.of(1L)), roundTrip(List.of()), map.keySet()))
        .allSatisfy(each ->
            assertThatThrownBy(() -> ((Collection<?>) each).clear())
                .isInstanceOf(UnsupportedOperationException.class));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyTermIsRead(long seed) {
    RandomTerms terms = new RandomTerms(seed);
    for (int i = 0; i < 2_500; i++) {
      Object term = terms.term(5);
      assertThat(roundTrip(term)).as("term %d of seed %d", i, seed).isEqualTo(term);
    }
  }

  /// A million tuples, lists and maps in each other: deeper than the stack of any thread.
  @Test
  void depthIsNoMatterOfTheStack() {
    TermReader deep =
        new TermReader(Identities.PLAIN, TermLimits.DEFAULT.maxDepth(Integer.MAX_VALUE));
    int depth = 1_000_000;
    StringBuilder begin = new StringBuilder();
    StringBuilder end = new StringBuilder();
    String[] begins = {"6801", "6c000000026101", "7400000001 6101", "6c000000017701'a'"};
    for (int i = 0; i < depth; i++) {
      begin.append(begins[i % begins.length]);
      // Only the list has something behind its last element. The improper one has the rest as its
      // tail.
      end.append(i % begins.length == 1 ? "6a" : "");
    }
    byte[] bytes = Hex.bytes(begin + "6801 6164" + end);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Object term = deep.read(buffer, null);
    assertThat(buffer.hasRemaining()).isFalse();
    writer.write(term);
    assertThat(writer.size()).isEqualTo(bytes.length);
    assertThat(Arrays.equals(writer.toBytes(), bytes)).isTrue();
  }
}

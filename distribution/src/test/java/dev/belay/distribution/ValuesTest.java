package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tuples, binaries and the rest: immutable, and equal if their parts are.
class ValuesTest {
  private static final Atom A = Atom.of("a");
  private static final Binary UNIQ = Binary.of(new byte[16]);

  @Test
  void tuplesHaveElements() {
    Tuple tuple = Tuple.of(Atom.OK, 1L, 2L);
    assertThat(tuple.size()).isEqualTo(3);
    assertThat(tuple.get(0)).isEqualTo(Atom.OK);
    assertThat(tuple.elements()).containsExactly(Atom.OK, 1L, 2L).isUnmodifiable();
    assertThatThrownBy(() -> tuple.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Tuple.of()).isSameAs(Tuple.of()).isEqualTo(new Tuple(List.of()));
  }

  @Test
  void tuplesAreValues() {
    List<Object> elements = new ArrayList<>(List.of(Atom.OK, 1L));
    Tuple tuple = new Tuple(elements);
    elements.clear();
    assertThat(tuple).isEqualTo(Tuple.of(Atom.OK, 1L)).hasSameHashCodeAs(Tuple.of(Atom.OK, 1L));
    assertThat(tuple).isNotEqualTo(Tuple.of(1L, Atom.OK)).isNotEqualTo(tuple.elements());
    assertThat(tuple.elements()).isNotEqualTo(tuple);
    assertThat(Tuple.of(1L)).isNotEqualTo(Tuple.of(1.0));
  }

  @Test
  void improperListsHaveATail() {
    ImproperList list = new ImproperList(List.of(1L, 2L), A);
    assertThat(list).isEqualTo(new ImproperList(List.of(1L), new ImproperList(List.of(2L), A)));
    assertThat(list).isNotEqualTo(new ImproperList(List.of(1L, 2L), Atom.OK));
    assertThat(list.elements()).isUnmodifiable();
    assertThatIllegalArgumentException().isThrownBy(() -> new ImproperList(List.of(), A));
    assertThatIllegalArgumentException().isThrownBy(() -> new ImproperList(List.of(1L), List.of()));
  }

  @Test
  void binariesAreCopies() {
    byte[] bytes = {1, 2, 3, 4};
    Binary all = Binary.of(bytes);
    Binary some = Binary.of(bytes, 1, 2);
    bytes[1] = 9;
    all.toBytes()[0] = 9;
    assertThat(all.toBytes()).containsExactly(1, 2, 3, 4);
    assertThat(some.toBytes()).containsExactly(2, 3);
    assertThat(some.size()).isEqualTo(2);
    assertThat(some.get(1)).isEqualTo((byte) 3);
    assertThat(Binary.of(new byte[0])).isSameAs(Binary.EMPTY);
    assertThatThrownBy(() -> Binary.of(bytes, 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> some.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void binariesAreReadWithoutACopy() {
    ByteBuffer buffer = Binary.of(new byte[] {1, 2}).asByteBuffer();
    assertThat(buffer.isReadOnly()).isTrue();
    assertThat(buffer.getShort()).isEqualTo((short) 0x0102);
    byte[] target = new byte[4];
    Binary.of(new byte[] {1, 2}).copyTo(target, 1);
    assertThat(target).containsExactly(0, 1, 2, 0);
  }

  @Test
  void binariesAreTexts() {
    assertThat(Binary.utf8("å").toBytes()).containsExactly(0xC3, 0xA5);
    assertThat(Binary.utf8("日本😀").text()).isEqualTo("日本😀");
    assertThat(Binary.utf8("")).isSameAs(Binary.EMPTY);
    assertThat(Binary.of(new byte[] {'a', -1}).text()).isEqualTo("a\uFFFD");
  }

  @Test
  void binariesAreValues() {
    Binary binary = Binary.utf8("abc");
    assertThat(binary).isEqualTo(Binary.utf8("abc")).hasSameHashCodeAs(Binary.utf8("abc"));
    assertThat(binary.hashCode()).as("asked again").isEqualTo(binary.hashCode());
    assertThat(binary).isNotEqualTo(Binary.utf8("abd")).isNotEqualTo("abc");
    assertThat(Stream.of("b", "", "é", "ab", "a").map(Binary::utf8).sorted())
        .extracting(Binary::text)
        .containsExactly("", "a", "ab", "b", "é");
  }

  @Test
  void bitstringsAreComparedByTheirBits() {
    Bitstring bits = new Bitstring(Binary.of(new byte[] {1, (byte) 0b1010_0000}), 3);
    assertThat(bits).isEqualTo(new Bitstring(Binary.of(new byte[] {1, (byte) 0b1011_1111}), 3));
    assertThat(bits).isNotEqualTo(new Bitstring(bits.bytes(), 4));
    assertThat(bits.bitSize()).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "1, 0", "1, 8", "1, -1"})
  void bitstringsHaveAPartOfAByte(int bytes, int bits) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bitstring(Binary.of(new byte[bytes]), bits));
  }

  @Test
  void functionsHaveAnArity() {
    assertThat(new ExternalFun(A, A, 255)).isEqualTo(new ExternalFun(A, A, 255));
    assertThatIllegalArgumentException().isThrownBy(() -> new ExternalFun(A, A, 256));
    assertThatIllegalArgumentException().isThrownBy(() -> new ExternalFun(A, A, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fun(A, 256, 0, UNIQ, 0, 0, A, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fun(A, 0, 0, Binary.EMPTY, 0, 0, A, List.of()));
    List<Object> free = new ArrayList<>(List.of(1L));
    Fun fun = new Fun(A, 0, 0, UNIQ, 0, 0, A, free);
    free.clear();
    assertThat(fun).isEqualTo(new Fun(A, 0, 0, UNIQ, 0, 0, A, List.of(1L)));
  }

  @Test
  void recordsHaveFields() {
    Atom x = Atom.of("x");
    NativeRecord point = new NativeRecord(A, A, true, List.of(x), List.of(1L));
    assertThat(point.get(x)).isEqualTo(1L);
    assertThat(point).isEqualTo(new NativeRecord(A, A, true, List.of(x), List.of(1L)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> point.get(Atom.OK))
        .withMessageContaining("[x], not ok");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NativeRecord(A, A, true, List.of(x), List.of()));
  }
}

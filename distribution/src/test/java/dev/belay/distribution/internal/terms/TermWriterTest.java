package dev.belay.distribution.internal.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Fun;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TermWriterTest {
  private final TermWriter writer = new TermWriter(Identities.PLAIN);

  private String written(Object term) {
    writer.reset();
    writer.write(term);
    return Hex.text(writer.toBytes());
  }

  @Test
  void writesWhatStandsAroundTerms() {
    writer.writeInt(0);
    writer.writeByte(131);
    writer.writeByte(0x1FF);
    writer.writeLong(0x0102030405060708L);
    writer.writeBytes(new byte[] {9, 10, 11, 12}, 1, 2);
    writer.write(Atom.OK);
    writer.setInt(0, writer.size() - 4);
    assertThat(Hex.text(writer.toBytes())).isEqualTo("0000001083ff01020304050607080a0b77026f6b");
    assertThat(writer.size()).isEqualTo(20);
  }

  @Test
  void changesOnlyWhatIsWritten() {
    writer.writeInt(7);
    assertThatThrownBy(() -> writer.setInt(1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> writer.setInt(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> writer.writeBytes(new byte[3], 2, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Hex.text(writer.toBytes())).isEqualTo("00000007");
  }

  @Test
  void showsWhatIsWrittenWithoutACopy() {
    writer.write(Binary.of(new byte[100_000]));
    ByteBuffer view = writer.view();
    assertThat(view.remaining()).isEqualTo(100_005);
    assertThat(Allocation.of(writer::view)).isLessThan(1_000);
    assertThat(view.get(0)).isEqualTo((byte) Tag.BINARY);
  }

  @Test
  void beginsAnew() {
    writer.write(Binary.of(new byte[3 << 20]));
    writer.reset();
    assertThat(writer.size()).isZero();
    assertThat(written(1L)).isEqualTo("6101");
    assertThat(writer.view().capacity()).as("room that is kept").isLessThan(1 << 20);
  }

  @Test
  void takesTheBoxedIntegersOfJava() {
    assertThat(List.of(5, (short) 5, (byte) 5, 5L, BigInteger.valueOf(5)))
        .allMatch(five -> written(five).equals("6105"));
    assertThat(written(List.of(1, 2))).isEqualTo("6c00000002610161026a");
    assertThat(written(BigInteger.TWO.pow(31))).isEqualTo(written(1L << 31));
    assertThat(written(BigInteger.valueOf(Long.MIN_VALUE))).isEqualTo(written(Long.MIN_VALUE));
  }

  @Test
  void takesAnyList() {
    @SuppressWarnings("JdkObsolete") // one whose elements cannot be reached directly
    List<Object> list = new LinkedList<>(List.of(1L, 1000L));
    assertThat(written(list)).isEqualTo(written(List.of(1L, 1000L)));
    assertThat(written(Collections.unmodifiableList(list))).isEqualTo(written(list));
    assertThat(written(Arrays.asList(1L, 2L))).isEqualTo("6b00020102");
  }

  /// An improper list in another one would not be read as it was.
  @Test
  void listsInTheTailAreOneList() {
    ImproperList inner = new ImproperList(List.of(2L), 3L);
    assertThat(written(new ImproperList(List.of(1L), inner))).isEqualTo("6c00000002610161026103");
  }

  static Stream<Object> noTerms() {
    return Stream.of(
        "text",
        true,
        'c',
        1.0f,
        new byte[3],
        new Object(),
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Arrays.asList(1L, null),
        Collections.singletonMap(null, 1L),
        Collections.singletonMap(1L, null),
        new Fun(Atom.OK, 0, 0, Binary.of(new byte[16]), 0, 0, "no pid", List.of()));
  }

  @ParameterizedTest
  @MethodSource("noTerms")
  void whatIsNoTermIsNotWritten(Object value) {
    writer.write(Atom.OK);
    Object term =
        Tuple.of(1L, Map.of(2L, new ImproperList(List.of(1L, List.of(3L, value)), Atom.OK)));
    assertThatExceptionOfType(TermException.class)
        .isThrownBy(() -> writer.write(term))
        .withMessageContaining(
            "in element 2 of a tuple, value 1 of a map, element 2 of a list, element 2 of a list");
    assertThat(Hex.text(writer.toBytes())).as("what was there before").isEqualTo("77026f6b");
    writer.write(1L);
    assertThat(Hex.text(writer.toBytes())).as("and what came after").isEqualTo("77026f6b6101");
  }

  @Test
  void saysWhatToUseInstead() {
    assertThatThrownBy(() -> writer.write("text")).hasMessageContaining("Binary.utf8");
    assertThatThrownBy(() -> writer.write(true)).hasMessageContaining("Atom.TRUE");
    assertThatThrownBy(() -> writer.write(new byte[0])).hasMessageContaining("Binary.of");
    assertThatThrownBy(() -> writer.write(new ImproperList(List.of(1L), "text")))
        .hasMessageContaining("the tail after element 1 of a list");
  }

  /// Its size stands before its entries, so that a wrong one would spoil all that follows.
  @ParameterizedTest
  @MethodSource("changingMaps")
  void mapsThatChangeAreNotWritten(int claimed, Map<Object, Object> entries) {
    Map<Object, Object> changing =
        new AbstractMap<>() {
          @Override
          public int size() {
            return claimed;
          }

          @Override
          public Set<Entry<Object, Object>> entrySet() {
            return entries.entrySet();
          }
        };
    assertThatThrownBy(() -> writer.write(changing))
        .isInstanceOf(TermException.class)
        .hasMessageContaining("changes while it is written");
    assertThat(writer.size()).isZero();
  }

  static Stream<Arguments> changingMaps() {
    return Stream.of(
        Arguments.of(1, Map.of(1L, 2L, 3L, 4L)),
        Arguments.of(3, Map.of(1L, 2L, 3L, 4L)),
        Arguments.of(0, Map.of(1L, 2L)),
        Arguments.of(1, Map.of()));
  }

  @Test
  void writingSmallTermsCostsNothing() {
    Object term = Tuple.of(22L, Atom.OK, List.of(Atom.ERROR, 1.5), Binary.of(new byte[100]));
    for (int i = 0; i < 1_000; i++) {
      writer.reset();
      writer.write(term);
    }
    writer.reset();
    assertThat(
            Allocation.of(() -> {
              for (int i = 0; i < 1_000; i++) {
                writer.reset();
                writer.write(term);
              }
            }))
        .isLessThan(20_000);
  }

  @Test
  void identitiesAreOtherPeoplesBusiness() {
    Identities byName =
        new Identities() {
          @Override
          public Object pid(Atom node, int id, int serial, int creation) {
            return "pid " + id + " of " + node;
          }

          @Override
          public Object reference(Atom node, int creation, int[] words) {
            return "reference " + words[0] + " of " + node;
          }

          @Override
          public @Nullable WirePid wirePid(Object value) {
            return value.equals("pid 7 of here") ? new WirePid(Atom.of("here"), 7, 0, 4) : null;
          }

          @Override
          public @Nullable WireRef wireRef(Object value) {
            return value.equals("reference 8 of here")
                ? new WireRef(Atom.of("here"), 4, new int[] {8})
                : null;
          }
        };
    TermWriter named = new TermWriter(byName);
    Tuple term = Tuple.of("pid 7 of here", List.of("reference 8 of here"));
    named.write(term);
    assertThat(new TermReader(byName, TermLimits.DEFAULT).read(named.view(), null)).isEqualTo(term);
    assertThatThrownBy(() -> named.write("pid 8 of here")).isInstanceOf(TermException.class);
  }
}

package dev.belay.distribution.internal.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Terms that are right, but too large, too deep, or too many things at once.
class LimitsTest {
  private static final Duration QUICKLY = Duration.ofSeconds(2);

  private final TermWriter writer = new TermWriter(Identities.PLAIN);

  private static TermReader reader(TermLimits limits) {
    return new TermReader(Identities.PLAIN, limits);
  }

  private static void refuses(ThrowingCallable reading, String reason) {
    Assertions.assertThatExceptionOfType(TermException.class)
        .isThrownBy(reading)
        .withMessageContaining(reason);
  }

  private static Object read(TermLimits limits, byte[] bytes) {
    return reader(limits).read(ByteBuffer.wrap(bytes), null);
  }

  private static byte[] repeated(String hex, int times, String end) {
    byte[] once = Hex.bytes(hex);
    byte[] last = Hex.bytes(end);
    byte[] bytes = new byte[once.length * times + last.length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(once, 0, bytes, i * once.length, once.length);
    }
    System.arraycopy(last, 0, bytes, bytes.length - last.length, last.length);
    return bytes;
  }

  // Depth

  @ParameterizedTest
  @ValueSource(strings = {"6801", "6c00000001", "740000000161 01", "6c00000001 6101 6801"})
  void depthOfTenMillionIsRefused(String begin) {
    byte[] bytes = repeated(begin, 10_000_000, "6a");
    long start = System.nanoTime();
    refuses(() -> read(TermLimits.DEFAULT, bytes), "deeper than the limit of 100000");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(QUICKLY);
  }

  @Test
  void depthIsCountedExactly() {
    TermLimits limits = TermLimits.DEFAULT.maxDepth(3);
    assertThat(read(limits, Hex.bytes("6801 6801 6801 6a"))).isNotNull();
    refuses(() -> read(limits, Hex.bytes("6801 6801 6801 6801 6a")), "the limit of 3");
  }

  /// Its elements are beside each other, however it is written.
  @Test
  void aListOfManyPartsIsNotDeep() {
    TermLimits limits = TermLimits.DEFAULT.maxDepth(1);
    assertThat(read(limits, repeated("6c00000001 6101", 1_000_000, "6a")))
        .isEqualTo(Collections.nCopies(1_000_000, 1L));
    assertThat(read(limits, repeated("6c00000000", 1_000_000, "6a"))).isEqualTo(List.of());
    assertThat(read(limits, Hex.bytes("6c00000001 6101 6c00000000 6c00000000 6b 0001 02")))
        .isEqualTo(List.of(1L, 2L));
  }

  /// Their hashes are computed by recursion.
  @ParameterizedTest
  @ValueSource(strings = {"6801", "6c00000001", "7400000001", "6c00000001 6101 6801"})
  void keysMustNotBeDeep(String begin) {
    byte[] bytes = concat(Hex.bytes("7400000001"), repeated(begin, 40_000, "6a"));
    refuses(() -> read(TermLimits.DEFAULT, bytes), "A key of a map that nests deeper than 256");
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void depthOfKeysIsCountedExactly() {
    byte[] map = Hex.bytes("68 01 7400000002 6101");
    byte[] afterValue =
        concat(concat(map, repeated("6801", 300, "6a")), repeated("6801", 256, "6a"));
    assertThat(read(TermLimits.DEFAULT, concat(afterValue, Hex.bytes("6102")))).isNotNull();
    byte[] tooDeep = concat(concat(map, repeated("6801", 300, "6a")), repeated("6801", 257, "6a"));
    refuses(() -> read(TermLimits.DEFAULT, concat(tooDeep, Hex.bytes("6102"))), "deeper than 256");
  }

  @Test
  void valuesMayBeDeeperThanKeys() {
    byte[] key = Hex.bytes("7400000001 6801 6101");
    assertThat(read(TermLimits.DEFAULT, concat(key, repeated("6801", 300, "6a")))).isNotNull();
  }

  /// A map that is a key, and the key's own value.
  @Test
  void whatIsInAKeyCountsForIt() {
    byte[] keyOfKey = Hex.bytes("7400000001 7400000001 6101");
    refuses(
        () -> read(TermLimits.DEFAULT, concat(keyOfKey, repeated("6801", 256, "6a"))),
        "deeper than 256");
  }

  // Size

  @Test
  void sizeIsCountedExactly() {
    byte[] bytes = Hex.bytes("68 02 6d 00000003 010203 6101 6a6a6a");
    assertThat(read(TermLimits.DEFAULT.maxBytes(12), bytes)).isInstanceOf(Tuple.class);
    refuses(() -> read(TermLimits.DEFAULT.maxBytes(11), bytes), "more than 11 bytes");
    refuses(() -> read(TermLimits.DEFAULT.maxBytes(9), bytes), "more than 9 bytes");
  }

  @Test
  void integersHaveALimit() {
    byte[] bytes = Hex.bytes("6f 00000100 00" + "ff".repeat(256));
    assertThat(read(TermLimits.DEFAULT.maxIntegerBytes(256), bytes)).isNotNull();
    refuses(() -> read(TermLimits.DEFAULT.maxIntegerBytes(255), bytes), "limit of 255");
    byte[] large = Hex.bytes("6f 00800000 00" + "ff".repeat(0x800000));
    refuses(() -> read(TermLimits.DEFAULT, large), "limit of 65536");
  }

  @Test
  void limitsArePositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TermLimits.DEFAULT.maxDepth(0))
        .withMessageContaining("maxDepth");
    assertThatIllegalArgumentException().isThrownBy(() -> TermLimits.DEFAULT.maxBytes(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> TermLimits.DEFAULT.maxAtoms(0));
    assertThatIllegalArgumentException().isThrownBy(() -> TermLimits.DEFAULT.maxIntegerBytes(0));
  }

  // Atoms

  private byte[] listOfAtoms(int count, int different) {
    writer.reset();
    writer.writeByte(Tag.LIST);
    writer.writeInt(count);
    for (int i = 0; i < count; i++) {
      writer.write(Atom.of("atom" + i % different));
    }
    writer.writeByte(Tag.NIL);
    return writer.toBytes();
  }

  @Test
  void floodsOfAtomsAreRefused() {
    byte[] bytes = listOfAtoms(100_001, 100_001);
    refuses(() -> read(TermLimits.DEFAULT, bytes), "More different atoms than the limit of 100000");
  }

  @Test
  void theSameAtomsCountOnce() {
    TermReader reader = reader(TermLimits.DEFAULT.maxAtoms(3_000));
    for (int i = 0; i < 10; i++) {
      byte[] bytes = listOfAtoms(300_000, 3_000 - i);
      assertThat((List<?>) reader.read(ByteBuffer.wrap(bytes), null)).hasSize(300_000);
    }
    refuses(() -> reader.read(ByteBuffer.wrap(listOfAtoms(3_001, 3_001)), null), "limit of 3000");
  }

  @Test
  void aTableForgetsAFlood() {
    AtomTable table = new AtomTable();
    table.begin();
    for (int i = 0; i < 50_000; i++) {
      byte[] name = ("name" + i).getBytes(StandardCharsets.UTF_8);
      assertThat(table.find(name, 0, name.length)).isEqualTo(Atom.of("name" + i));
    }
    assertThat(table.different()).isEqualTo(50_000);
    table.begin();
    assertThat(table.size()).isZero();
    assertThat(table.different()).isZero();
  }

  @Test
  void aTableKeepsWhatIsUsed() {
    AtomTable table = new AtomTable();
    byte[] name = {'x', 'o', 'k', 'x'};
    table.begin();
    Atom first = table.find(name, 1, 2);
    table.begin();
    assertThat(table.find(name, 1, 2)).isSameAs(first).isEqualTo(Atom.OK);
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.different()).isEqualTo(1);
  }

  @Test
  void knownAtomsCostNothing() {
    TermReader reader = reader(TermLimits.DEFAULT);
    byte[] bytes = listOfAtoms(10_000, 100);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    assertThat(reader.read(buffer, null)).isNotNull();
    long allocated = Allocation.of(() -> reader.read(buffer.rewind(), null));
    // Two arrays and the stack have 10,000 references each; atoms would take ten times as much.
    assertThat(allocated).isLessThan(200_000);
  }

  // What remains

  @Test
  void noValueIsKeptByWhoReadAndWroteIt() {
    TermReader reader = reader(TermLimits.DEFAULT);
    WeakReference<Object> part = partOfATerm(reader);
    byte[] wrong = Hex.bytes("6803 6801 46 3ff0000000000000 6a 00");
    refuses(() -> reader.read(ByteBuffer.wrap(wrong), null), "begins with 0");
    for (int i = 0; i < 50 && part.get() != null; i++) {
      System.gc();
    }
    assertThat(part.get()).isNull();
    assertThat(List.of(reader, writer)).isNotEmpty();
  }

  private WeakReference<Object> partOfATerm(TermReader reader) {
    byte[] bytes = Hex.bytes("6802 6801 46 3ff0000000000000 6a");
    Tuple term = (Tuple) reader.read(ByteBuffer.wrap(bytes), null);
    writer.write(term);
    refuses(() -> writer.write(List.of(term, "text")), "no term");
    return new WeakReference<>(term.get(0));
  }

  // Compression

  @Test
  void compressedTermsHaveTheSameLimit() {
    byte[] zeros = new byte[2 << 20];
    zeros[0] = Tag.BINARY;
    ByteBuffer.wrap(zeros).putInt(1, zeros.length - 5);
    byte[] compressed = Deflated.claiming(zeros.length, zeros);
    assertThat(readStandalone(TermLimits.DEFAULT, compressed)).isNotNull();
    TermLimits oneMebibyte = TermLimits.DEFAULT.maxBytes(1 << 20);
    long allocated =
        Allocation.of(
            () -> refuses(() -> readStandalone(oneMebibyte, compressed), "limit of 1048576"));
    assertThat(allocated).isLessThan(200_000);
  }

  private static Object readStandalone(TermLimits limits, byte[] bytes) {
    return reader(limits).readStandalone(ByteBuffer.wrap(bytes));
  }

  @Test
  void compressedTermsHaveTheSizeTheyClaim() {
    byte[] plain = Hex.bytes("6803 6101 6102 6103");
    assertThat(readStandalone(TermLimits.DEFAULT, Deflated.claiming(8, plain)))
        .isEqualTo(Tuple.of(1L, 2L, 3L));
    refuses(() -> readStandalone(TermLimits.DEFAULT, Deflated.claiming(7, plain)), "does not end");
    refuses(() -> readStandalone(TermLimits.DEFAULT, Deflated.claiming(9, plain)), "not of 9");
    refuses(() -> readStandalone(TermLimits.DEFAULT, Deflated.claiming(0, plain)), "does not end");
    refuses(
        () -> readStandalone(TermLimits.DEFAULT, Deflated.claiming(Integer.MIN_VALUE, plain)),
        "limit");
    byte[] tooMany = Hex.bytes("6101 6a");
    refuses(
        () -> readStandalone(TermLimits.DEFAULT, Deflated.claiming(3, tooMany)),
        "1 bytes too many");
  }

  /// A hundred mebibytes are claimed, and within the limit, but there are only a few.
  @Test
  void sizesThatAreClaimedCostNothing() {
    byte[] few = Deflated.claiming(100 << 20, new byte[200]);
    byte[] some = Deflated.claiming(100 << 20, new byte[1 << 20]);
    byte[] padded = Arrays.copyOf(some, 200_000);
    for (byte[] bytes : List.of(few, some)) {
      long allocated =
          Allocation.of(
              () -> refuses(() -> readStandalone(TermLimits.DEFAULT, bytes), "cannot be"));
      assertThat(allocated).isLessThan(200_000);
    }
    long allocated =
        Allocation.of(() -> refuses(() -> readStandalone(TermLimits.DEFAULT, padded), "not of"));
    assertThat(allocated).isLessThan(6 << 20);
  }

  @Test
  void damagedCompressionIsRefused() {
    writer.write(Tuple.of(Atom.OK, Map.of(1L, "text".chars().asLongStream().boxed().toList())));
    byte[] standalone = new byte[writer.size() + 1];
    standalone[0] = (byte) 131;
    System.arraycopy(writer.toBytes(), 0, standalone, 1, writer.size());
    byte[] compressed = Deflated.term(standalone);
    for (int length = 0; length < compressed.length; length++) {
      byte[] part = Arrays.copyOf(compressed, length);
      assertThatThrownBy(() -> readStandalone(TermLimits.DEFAULT, part))
          .isInstanceOf(TermException.class);
    }
    for (int i = 0; i < compressed.length; i++) {
      byte[] damaged = compressed.clone();
      damaged[i] ^= 0x55;
      assertThatThrownBy(() -> readStandalone(TermLimits.DEFAULT, damaged))
          .as("byte %d", i)
          .isInstanceOf(TermException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "6a", "82 6a", "83", "83 83 6a", "83 50", "83 50 00000001"})
  void standaloneTermsBeginRight(String hex) {
    refuses(() -> readStandalone(TermLimits.DEFAULT, Hex.bytes(hex)), "");
  }
}

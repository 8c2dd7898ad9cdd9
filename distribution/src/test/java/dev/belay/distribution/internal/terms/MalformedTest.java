package dev.belay.distribution.internal.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes that are no term: they cost an exception of one kind, and nothing else.
class MalformedTest {
  /// An exception and its text take some thousand bytes themselves.
  private static final long MODEST = 100_000;

  private final TermReader reader = new TermReader(Identities.PLAIN, TermLimits.DEFAULT);

  private void refuses(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    assertThatExceptionOfType(TermException.class)
        .as(() -> Hex.text(Arrays.copyOf(bytes, Math.min(bytes.length, 100))))
        .isThrownBy(() -> reader.read(buffer, Vector.CACHE));
    assertThat(buffer.position()).as("position after a failure").isZero();
  }

  static List<Vector> vectors() {
    return Vector.all();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void noBeginningIsATerm(Vector vector) {
    byte[] bytes = vector.bytes();
    // Of the long ones all near the ends, and some in between.
    int step = Math.max(1, bytes.length / 500);
    for (int length = 0; length < bytes.length; length++) {
      if (length < 300 || bytes.length - length < 300 || length % step == 0) {
        refuses(Arrays.copyOf(bytes, length));
      }
    }
  }

  static List<String> lies() {
    List<String> lies = new ArrayList<>();
    String node = "7703 'n@h'";
    for (String claim : List.of("ffffffff", "80000000", "7fffffff", "00010000", "00000011")) {
      String rest = "61".repeat(16);
      lies.add("69" + claim + rest);
      lies.add("6c" + claim + rest);
      lies.add("6d" + claim + rest);
      lies.add("4d" + claim + "03" + rest);
      lies.add("6f" + claim + "00" + rest);
      lies.add("74" + claim + rest);
      lies.add("43" + claim + "00 7701 61 7701 61" + rest);
      lies.add("70" + claim + rest.repeat(10));
      lies.add("70 000000a4 01" + rest + "00000000" + claim + rest.repeat(9).substring(16));
    }
    lies.addAll(
        List.of(
            "6eff00 0102",
            "6bffff 0102",
            "77ff 61",
            "76ffff 61",
            "76 0401" + "61".repeat(0x401),
            "76 0100" + "61".repeat(256),
            "76 0200" + "c3a5".repeat(256),
            "64ffff 61",
            "64 0100" + "61".repeat(256),
            "73ff 61",
            "68ff 6161",
            "5a 0005" + node + "00000004 00000001",
            "5a 0000" + node + "00000004",
            "5a 0006" + node + "00000004" + "00000001".repeat(6),
            "5a ffff" + node + "00000004" + "00000001".repeat(6),
            "72 0000" + node + "04",
            "72 0006" + node + "04" + "00000001".repeat(6)));
    return lies;
  }

  @ParameterizedTest
  @MethodSource("lies")
  void claimsCostNothing(String hex) {
    byte[] bytes = Hex.bytes(hex);
    refuses(bytes);
    assertThat(Allocation.of(() -> refuses(bytes))).isLessThan(MODEST);
  }

  /// In each tuple another one, of as many elements as there are bytes left. Whoever makes room for
  /// them takes memory by the square of the bytes.
  @Test
  void claimsInClaimsCostNothing() {
    for (int tag : new int[] {Tag.LARGE_TUPLE, Tag.LIST}) {
      byte[] bytes = new byte[450_000];
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        buffer.put((byte) tag).putInt(buffer.remaining() - 4);
      }
      assertThat(Allocation.of(() -> refuses(bytes))).isLessThan(20L * bytes.length);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "46 7ff0000000000000 | float",
        "46 fff0000000000000 | float",
        "46 7ff8000000000000 | float",
        "46 7ff0000000000001 | float",
        "77 02 c0af | UTF-8",
        "77 01 ff | UTF-8",
        "77 01 c3 | UTF-8",
        "77 03 eda080 | UTF-8",
        "77 04 f4908080 | UTF-8",
        "77 04 efbfbdff | UTF-8",
        "52 03 | cache",
        "4d 00000001 00 ff | bitstring",
        "4d 00000000 03 | bitstring",
        "4d 00000001 09 ff | bitstring",
        "74 00000002 7701 61 6101 7701 61 6102 | equal keys",
        "74 00000002 6101 6101 6e010001 6102 | equal keys",
        "74 00000002 6b00026162 6101 6c00000002616161626a 6102 | equal keys",
        "58 6101 00000001 00000000 00000004 | An atom is needed",
        "58 58 00000001 00000000 00000004 | An atom is needed",
        "71 7701 61 7701 61 62 00000002 | arity",
        "43 00000000 02 7701 6d 7701 65 | flags",
        "43 00000001 00 7701 6d 7701 65 6101 6101 | An atom is needed",
        "75 00000000 | before OTP 23",
        "79 00000000 00000000 6a | only the node that wrote it",
        "00 | No term begins with 0",
        "83 6a | No term begins with 131",
        "50 0000000a 00 | No term begins with 80",
        "ff | No term begins with 255",
      })
  void saysWhatIsWrong(String hex, String reason) {
    byte[] bytes = Hex.bytes(hex);
    assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(bytes), Vector.CACHE))
        .isInstanceOf(TermException.class)
        .hasMessageContaining(reason);
  }

  /// Java reads most of these.
  @ParameterizedTest
  @ValueSource(strings = {"", "1.0e400", "NaN", "Infinity", "0x1p3", "1.0d", " 1.0", "1.0.0", "-"})
  void oldFloatsHaveToBeWrittenRight(String text) {
    String zeros = "00".repeat(31 - text.length());
    assertThatThrownBy(
            () -> reader.read(ByteBuffer.wrap(Hex.bytes("63'" + text + "'" + zeros)), null))
        .isInstanceOf(TermException.class)
        .hasMessageContaining("float");
  }

  @Test
  void saysWhereItIs() {
    byte[] bytes = Hex.bytes("68 02 7702 'ok' 74 00000001 6101 6c 00000002 6101 00");
    assertThatExceptionOfType(TermException.class)
        .isThrownBy(() -> reader.read(ByteBuffer.wrap(bytes), null))
        .withMessage(
            "No term begins with 0 at byte 20, in element 2 of a tuple, value 1 of a map,"
                + " element 2 of a list")
        .satisfies(e -> assertThat(e.offset()).isEqualTo(20));
  }

  @Test
  void aReaderGoesOnAfterAFailure() {
    refuses(Hex.bytes("68 02 74 00000001 6101 6c 00000002 6101 00"));
    assertThat(reader.read(ByteBuffer.wrap(Hex.bytes("6101")), null)).isEqualTo(1L);
  }

  static List<String> wrongFuns() {
    String head = " 00 000102030405060708090a0b0c0d0e0f 00000006";
    String pid = "58 7701 61 00000055 00000000 00000004";
    return List.of(
        // The size is one too small, one too large, less than the head, and without the variable.
        "70 00000033" + head + "00000000 7701 6d 6105 6101" + pid + "6a6a",
        "70 00000035" + head + "00000000 7701 6d 6105 6101" + pid + "6a6a",
        "70 00000004" + head + "00000000 7701 6d 6105 6101" + pid + "6a6a",
        "70 00000034" + head + "00000001 7701 6d 6105 6101" + pid + "6a",
        // No number, a number that is too large, no process.
        "70 00000033" + head + "00000000 7701 6d 6a 6101" + pid,
        "70 0000003e" + head + "00000000 7701 6d 6e 09 00 010203040506070809 6101" + pid,
        "70 00000027" + head + "00000000 7701 6d 6105 6101 7701 61");
  }

  @ParameterizedTest
  @MethodSource("wrongFuns")
  void funsHaveToBeRight(String hex) {
    refuses(Hex.bytes(hex));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyBytesAreATermOrRefused(long seed) {
    Random random = new Random(seed);
    TermWriter writer = new TermWriter(Identities.PLAIN);
    RandomTerms terms = new RandomTerms(seed);
    // Long ones take long to compare, and have no other bytes.
    List<Vector> vectors = Vector.all().stream().filter(v -> v.hex().length() < 3_000).toList();
    int understood = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes =
          switch (i % 4) {
            case 0 -> noise(random);
            case 1 -> tags(random);
            case 2 -> changed(vectors.get(random.nextInt(vectors.size())).bytes(), random);
            default -> {
              writer.reset();
              writer.write(terms.term(3));
              yield changed(writer.toBytes(), random);
            }
          };
      Object term;
      try {
        term = reader.read(ByteBuffer.wrap(bytes), Vector.CACHE);
      } catch (TermException _) {
        continue;
      } catch (Throwable e) {
        throw new AssertionError("input " + i + " of seed " + seed + ": " + Hex.text(bytes), e);
      }
      understood++;
      writer.reset();
      writer.write(term);
      assertThat(reader.read(writer.view(), null)).as(() -> Hex.text(bytes)).isEqualTo(term);
    }
    assertThat(understood).isGreaterThan(1_000);
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Bytes that are often tags, or small.
  private static byte[] tags(Random random) {
    byte[] bytes = new byte[random.nextInt(60)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(3) == 0 ? 97 + random.nextInt(24) : random.nextInt(4));
    }
    return bytes;
  }

  private static byte[] changed(byte[] bytes, Random random) {
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      bytes[random.nextInt(bytes.length)] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : 97 + random.nextInt(24));
    }
    return bytes;
  }
}

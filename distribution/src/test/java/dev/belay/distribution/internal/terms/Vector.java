package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.Fun;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.Port;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Bytes and the term that they are.
///
/// @param hex the bytes
/// @param term the term
/// @param written whether the term is written like this, too
record Vector(String hex, Object term, boolean written) {
  private static final String NODE = "7703 'n@h'";
  private static final Atom N = Atom.of("n@h");
  private static final Atom A = Atom.of("a");
  private static final String UNIQ = "000102030405060708090a0b0c0d0e0f";

  /// The atoms to which vectors refer by index.
  static final Atom[] CACHE = {
    Atom.of("otp25@localhost"), Atom.of("f1@localhost"), Atom.of("hello")
  };

  private static final WirePid OURS = new WirePid(CACHE[1], 1, 0, 0x12fd1);
  private static final WirePid THEIRS = new WirePid(CACHE[0], 0x55, 0, 0x6b013864);

  static List<Vector> all() {
    return Stream.concat(bothWays().stream(), onlyRead().stream()).toList();
  }

  byte[] bytes() {
    return Hex.bytes(hex);
  }

  @Override
  public String toString() {
    return hex.length() > 60 ? hex.substring(0, 60) + "..." : hex;
  }

  private static Vector both(String hex, Object term) {
    return new Vector(hex, term, true);
  }

  private static Vector read(String hex, Object term) {
    return new Vector(hex, term, false);
  }

  private static List<Vector> bothWays() {
    return List.of(
        both("61 00", 0L),
        both("61 ff", 255L),
        both("62 00000100", 256L),
        both("62 ffffffff", -1L),
        both("62 7fffffff", (long) Integer.MAX_VALUE),
        both("62 80000000", (long) Integer.MIN_VALUE),
        both("6e 04 00 00000080", 1L << 31),
        both("6e 04 01 01000080", -(1L << 31) - 1),
        both("6e 05 00 0000000001", 1L << 32),
        both("6e 08 00 ffffffffffffff7f", Long.MAX_VALUE),
        both("6e 08 01 ffffffffffffff7f", -Long.MAX_VALUE),
        both("6e 08 01 0000000000000080", Long.MIN_VALUE),
        both("6e 08 00 0000000000000080", BigInteger.TWO.pow(63)),
        both("6e 08 01 0100000000000080", BigInteger.TWO.pow(63).negate().subtract(BigInteger.ONE)),
        both("6e 08 00 ffffffffffffffff", BigInteger.TWO.pow(64).subtract(BigInteger.ONE)),
        both("6e 09 00 000000000000000001", BigInteger.TWO.pow(64)),
        both("6e ff 00" + "ff".repeat(255), BigInteger.TWO.pow(2040).subtract(BigInteger.ONE)),
        both("6f 00000100 01" + "00".repeat(255) + "01", BigInteger.TWO.pow(2040).negate()),
        both("6f 00000272 00" + "00".repeat(625) + "01", BigInteger.TWO.pow(5000)),
        both("46 3ff0000000000000", 1.0),
        both("46 8000000000000000", -0.0),
        both("46 7fe1ccf385ebc8a0", 1.0e308),
        both("77 00", Atom.EMPTY),
        both("77 01 'a'", A),
        both("77 02 c3a5", Atom.of("å")),
        both("77 06 '日本'", Atom.of("日本")),
        both("77 ff" + "61".repeat(255), Atom.of("a".repeat(255))),
        both("76 0100" + "61".repeat(254) + "c3a5", Atom.of("a".repeat(254) + "å")),
        both("76 03fc" + "f09f9880".repeat(255), Atom.of("😀".repeat(255))),
        both("68 00", Tuple.of()),
        both("68 02 7702 'ok' 61 01", Tuple.of(Atom.OK, 1L)),
        both("68 ff" + "6a".repeat(255), new Tuple(Collections.nCopies(255, List.of()))),
        both("69 00000100" + "6a".repeat(256), new Tuple(Collections.nCopies(256, List.of()))),
        both("6a", List.of()),
        both("6b 0003 'abc'", List.of(97L, 98L, 99L)),
        both("6b 0001 ff", List.of(255L)),
        both("6b ffff" + "01".repeat(65_535), Collections.nCopies(65_535, 1L)),
        both("6c 00010000" + "6101".repeat(65_536) + "6a", Collections.nCopies(65_536, 1L)),
        both("6c 00000001 7701 'a' 6a", List.of(A)),
        both("6c 00000002 61 01 62 00000100 6a", List.of(1L, 256L)),
        both("6c 00000001 7701 'a' 7701 'b'", new ImproperList(List.of(A), Atom.of("b"))),
        both("6c 00000002 61 01 61 02 61 03", new ImproperList(List.of(1L, 2L), 3L)),
        both("6d 00000000", Binary.EMPTY),
        both("6d 00000003 010203", Binary.of(new byte[] {1, 2, 3})),
        both("4d 00000001 03 a0", new Bitstring(Binary.of(new byte[] {(byte) 0xA0}), 3)),
        both("4d 00000002 07 01fe", new Bitstring(Binary.of(new byte[] {1, (byte) 0xFE}), 7)),
        both("74 00000000", Map.of()),
        both("74 00000001 7701 'a' 61 01", Map.of(A, 1L)),
        both("58" + NODE + "00000055 00000000 6b013864", new WirePid(N, 0x55, 0, 0x6b013864)),
        both("58" + NODE + "ffffffff ffffffff ffffffff", new WirePid(N, -1, -1, -1)),
        both("5a 0001" + NODE + "00000004 00000007", new WireRef(N, 4, new int[] {7})),
        both(
            "5a 0005" + NODE + "6b013864 00000001 00000002 00000003 00000004 ffffffff",
            new WireRef(N, 0x6b013864, new int[] {1, 2, 3, 4, -1})),
        both("78" + NODE + "0000000000000006 00000004", new Port(N, 6, 4)),
        both("78" + NODE + "ffffffffffffffff 00000004", new Port(N, -1, 4)),
        both(
            "71 7705 'lists' 7703 'map' 61 02",
            new ExternalFun(Atom.of("lists"), Atom.of("map"), 2)),
        both(
            "70 0000003b 01"
                + UNIQ
                + "00000006 00000001 7701 'm' 61 05 62 01020304 58"
                + NODE
                + "00000055 00000000 00000004 61 07",
            fun(List.of(7L))),
        both(
            "70 00000039 01"
                + UNIQ
                + "00000006 00000000 7701 'm' 61 05 62 01020304 58"
                + NODE
                + "00000055 00000000 00000004",
            fun(List.of())),
        both(
            "43 00000002 01 7705 'mymod' 7705 'point' 7701 'x' 7701 'y' 61 07 46 4004000000000000",
            new NativeRecord(
                Atom.of("mymod"),
                Atom.of("point"),
                true,
                List.of(Atom.of("x"), Atom.of("y")),
                List.of(7L, 2.5))),
        both(
            "43 00000001 00 7705 'mymod' 7703 'hid' 7701 'z' 61 00",
            new NativeRecord(
                Atom.of("mymod"), Atom.of("hid"), false, List.of(Atom.of("z")), List.of(0L))),
        both(
            "43 00000000 01 7701 'm' 7701 'e'",
            new NativeRecord(Atom.of("m"), Atom.of("e"), true, List.of(), List.of())));
  }

  private static Fun fun(List<Object> free) {
    return new Fun(
        Atom.of("m"),
        1,
        6,
        Binary.of(Hex.bytes(UNIQ)),
        5,
        0x01020304,
        new WirePid(N, 0x55, 0, 4),
        free);
  }

  /// Old forms, long forms, and forms that are written only by others.
  private static List<Vector> onlyRead() {
    return List.of(
        read("62 00000001", 1L),
        read("6e 01 00 01", 1L),
        read("6e 00 00", 0L),
        read("6e 00 01", 0L),
        read("6e 03 01 050000", -5L),
        read("6e 09 00 010000000000000000", 1L),
        read("6e 09 01 000000000000008000", Long.MIN_VALUE),
        read("6f 00000000 00", 0L),
        read("6f 00000001 00 01", 1L),
        read("6f 00000008 01 ffffffffffffff7f", -Long.MAX_VALUE),
        read("63 '1.00000000000000000000e+00' 0000000000", 1.0),
        read("63 '-2.50000000000000000000e-01' 00000000", -0.25),
        read("76 0001 'a'", A),
        read("64 0001 'a'", A),
        read("64 0001 e5", Atom.of("å")),
        read("64 00ff" + "ff".repeat(255), Atom.of("ÿ".repeat(255))),
        read("73 00", Atom.EMPTY),
        read("73 02 61e5", Atom.of("aå")),
        read("52 02", Atom.of("hello")),
        read("69 00000000", Tuple.of()),
        read("69 00000001 61 01", Tuple.of(1L)),
        read("6b 0000", List.of()),
        read("6c 00000000 6a", List.of()),
        read("6c 00000000 7701 'a'", A),
        read("6c 00000000 6c 00000000 6b 0001 05", List.of(5L)),
        read("6c 00000000 68 01 61 01", Tuple.of(1L)),
        read("6c 00000003 61 61 61 62 61 63 6a", List.of(97L, 98L, 99L)),
        read("6c 00000001 61 01 6c 00000001 61 02 6a", List.of(1L, 2L)),
        read("6c 00000001 61 01 6c 00000000 6a", List.of(1L)),
        read("6c 00000001 7701 'a' 6b 0002 0102", List.of(A, 1L, 2L)),
        read(
            "6c 00000001 61 01 6c 00000000 6c 00000001 61 02 61 03",
            new ImproperList(List.of(1L, 2L), 3L)),
        read("4d 00000000 00", Binary.EMPTY),
        read("4d 00000001 08 ff", Binary.of(new byte[] {-1})),
        read("4d 00000001 03 bf", new Bitstring(Binary.of(new byte[] {(byte) 0xA0}), 3)),
        read("67" + NODE + "00000055 00000001 03", new WirePid(N, 0x55, 1, 3)),
        read("58 73 03 'n@h' 00000001 00000000 00000004", new WirePid(N, 1, 0, 4)),
        read(
            "72 0003" + NODE + "02 00000001 00000002 00000003",
            new WireRef(N, 2, new int[] {1, 2, 3})),
        read("65" + NODE + "00000007 01", new WireRef(N, 1, new int[] {7})),
        read("59" + NODE + "00000006 6b013864", new Port(N, 6, 0x6b013864)),
        read("66" + NODE + "80000006 03", new Port(N, 0x80000006L, 3)),
        read(
            "6803 6116 58 5200 00000055 00000000 6b013864 58 5201 00000001 00000000 00012fd1",
            Tuple.of(22L, THEIRS, OURS)),
        read("6802 58 5200 00000055 00000000 6b013864 5202", Tuple.of(THEIRS, CACHE[2])),
        read(
            "6803 6116 58 77 0f 'otp25@localhost' 00000055 00000000 6b013864"
                + "58 77 0c 'f1@localhost' 00000001 00000000 00012fd1",
            Tuple.of(22L, THEIRS, OURS)));
  }
}

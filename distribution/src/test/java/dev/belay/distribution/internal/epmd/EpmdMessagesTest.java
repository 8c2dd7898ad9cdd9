package dev.belay.distribution.internal.epmd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The bytes of EPMD, held against those that Erlang/OTP 25 was seen to send.
class EpmdMessagesTest {
  private static final PortInfo OTP25 = new PortInfo("otp25", 0xA34B, 77, 0, 6, 5, "");

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(hex(text));
  }

  private static ByteBuffer withoutLength(byte[] request) {
    ByteBuffer buffer = ByteBuffer.wrap(request);
    assertThat(Short.toUnsignedInt(buffer.getShort())).isEqualTo(request.length - 2);
    return buffer;
  }

  @Test
  void requestsAreThoseOfErlang() throws ProtocolException {
    PortInfo emb = new PortInfo("emb", 0xAA29, 77, 0, 6, 5, "");
    String body = "78 aa29 4d 00 0006 0005 0003 656d62 0000";
    assertThat(EpmdMessages.parse(bytes(body))).isEqualTo(new EpmdMessages.Alive(emb));
    assertThat(EpmdMessages.encode(new EpmdMessages.Alive(emb))).isEqualTo(hex("0010" + body));
    assertThat(EpmdMessages.encode(new EpmdMessages.PortPlease("otp25")))
        .isEqualTo(hex("0006 7a 6f74703235"));
    assertThat(EpmdMessages.encode(new EpmdMessages.Names())).isEqualTo(hex("0001 6e"));
    assertThat(EpmdMessages.encode(new EpmdMessages.Dump())).isEqualTo(hex("0001 64"));
    assertThat(EpmdMessages.encode(new EpmdMessages.Kill())).isEqualTo(hex("0001 6b"));
    assertThat(EpmdMessages.encode(new EpmdMessages.Stop("a"))).isEqualTo(hex("0002 73 61"));
  }

  @Test
  void responsesAreThoseOfErlang() throws ProtocolException {
    assertThat(EpmdMessages.registered(6, 0x6B013880L)).isEqualTo(hex("76 00 6b013880"));
    assertThat(EpmdMessages.refused(6)).isEqualTo(hex("76 01 00000063"));
    assertThat(EpmdMessages.registered(5, 8)).isEqualTo(hex("79 00 0003"));
    assertThat(EpmdMessages.refused(5)).isEqualTo(hex("79 01 0063"));
    assertThat(EpmdMessages.found(OTP25))
        .isEqualTo(hex("77 00 a34b 4d 00 0006 0005 0005 6f74703235 0000"));
    assertThat(EpmdMessages.notFound()).isEqualTo(hex("77 01"));
    assertThat(EpmdMessages.killed(true)).isEqualTo(hex("4f 4b"));
    assertThat(EpmdMessages.killed(false)).isEqualTo(hex("4e 4f"));
    assertThat(new String(EpmdMessages.stopped(true), US_ASCII)).isEqualTo("STOPPED");
    assertThat(new String(EpmdMessages.stopped(false), US_ASCII)).isEqualTo("NOEXIST");
    assertThat(EpmdMessages.names(4369, List.of(OTP25)))
        .isEqualTo(concat(hex("00001111"), "name otp25 at port 41803\n"));
    assertThat(
            EpmdMessages.dump(
                4369,
                List.of(new EpmdMessages.Dumped(OTP25, 7)),
                List.of(new EpmdMessages.Dumped(OTP25, 5))))
        .isEqualTo(
            concat(
                hex("00001111"),
                "active name     <otp25> at port 41803, fd = 7\n\0"
                    + "old/unused name <otp25>, port = 41803, fd = 5 \n\0"));
  }

  private static byte[] concat(byte[] start, String text) {
    byte[] end = text.getBytes(UTF_8);
    return ByteBuffer.allocate(start.length + end.length).put(start).put(end).array();
  }

  @Test
  void responsesAreRead() throws ProtocolException {
    assertThat(EpmdMessages.parseAliveAnswer(bytes("76 00 6b013880")))
        .isEqualTo(new EpmdMessages.AliveAnswer(true, 0x6B013880L));
    assertThat(EpmdMessages.parseAliveAnswer(bytes("76 00 fb013880")).creation())
        .isEqualTo(0xFB013880L);
    assertThat(EpmdMessages.parseAliveAnswer(bytes("76 01 00000063")).registered()).isFalse();
    assertThat(EpmdMessages.parseAliveAnswer(bytes("79 00 0003")))
        .isEqualTo(new EpmdMessages.AliveAnswer(true, 3));
    assertThat(
            EpmdMessages.parsePortAnswer(bytes("77 00 a34b 4d 00 0006 0005 0005 6f74703235 0000")))
        .hasValue(OTP25);
    assertThat(EpmdMessages.parsePortAnswer(bytes("77 01"))).isEmpty();
    assertThat(
            EpmdMessages.parseNames(
                ByteBuffer.wrap(
                    concat(
                        hex("00001111"),
                        "name a b at port 1\nnonsense\nname c at port 99999\nname d at port 65535\n"))))
        .containsExactly(
            new EpmdMessages.NameAndPort("a b", 1), new EpmdMessages.NameAndPort("d", 65535));
  }

  @Test
  void aNameMayEndWithAZeroWhenAskedFor() throws ProtocolException {
    assertThat(EpmdMessages.parse(bytes("7a 6162 00")))
        .isEqualTo(new EpmdMessages.PortPlease("ab"));
    assertThatThrownBy(() -> EpmdMessages.parse(bytes("7a 61 00 62")))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> EpmdMessages.parse(bytes("7a 00")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void namesHaveLimits() throws ProtocolException {
    String longest = "ä".repeat(255);
    assertThat(parsed(longest, "")).isInstanceOf(EpmdMessages.Alive.class);
    assertThat(parsed("\uD83D\uDE00".repeat(255), "x".repeat(1020)))
        .isInstanceOf(EpmdMessages.Alive.class);
    assertThat(parsed(longest + "a", "")).isEqualTo(new EpmdMessages.BadAlive(6));
    assertThat(parsed("a", "x".repeat(1021))).isEqualTo(new EpmdMessages.BadAlive(6));
    assertThat(EpmdMessages.parse(bytes("78 aa29 4d 00 0006 0005 0000 0001 00")))
        .as("no name")
        .isEqualTo(new EpmdMessages.BadAlive(6));
    assertThat(EpmdMessages.parse(bytes("78 aa29 4d 00 0006 0005 0002 c080 0000")))
        .as("not UTF-8")
        .isEqualTo(new EpmdMessages.BadAlive(6));
    assertThatThrownBy(() -> EpmdMessages.parse(bytes("78 aa29 4d 00 0006 0005 0003 610062 0000")))
        .isInstanceOf(ProtocolException.class);
    assertThat(EpmdMessages.isName("")).isFalse();
    assertThat(EpmdMessages.isName("a\0")).isFalse();
    assertThat(EpmdMessages.isName("\uD800")).isFalse();
  }

  private static EpmdMessages.Request parsed(String name, String extra) throws ProtocolException {
    PortInfo node = new PortInfo(name, 1, 77, 0, 6, 5, extra);
    return EpmdMessages.parse(withoutLength(EpmdMessages.encode(new EpmdMessages.Alive(node))));
  }

  @Test
  void whatIsCutShortIsRefused() throws ProtocolException {
    byte[] request = EpmdMessages.encode(new EpmdMessages.Alive(OTP25));
    for (int length = 0; length < request.length - 2; length++) {
      ByteBuffer part = ByteBuffer.wrap(request, 2, length);
      assertThatThrownBy(() -> EpmdMessages.parse(part)).isInstanceOf(ProtocolException.class);
    }
    byte[] response = EpmdMessages.found(OTP25);
    for (int length = 0; length < response.length; length++) {
      ByteBuffer part = ByteBuffer.wrap(response, 0, length);
      assertThatThrownBy(() -> EpmdMessages.parsePortAnswer(part))
          .isInstanceOf(ProtocolException.class);
    }
    for (int length = 0; length < 6; length++) {
      ByteBuffer part = ByteBuffer.wrap(EpmdMessages.registered(6, 99), 0, length);
      assertThatThrownBy(() -> EpmdMessages.parseAliveAnswer(part))
          .isInstanceOf(ProtocolException.class);
    }
    assertThat(EpmdMessages.parse(withoutLength(request))).isNotNull();
  }

  @Test
  void anyBytesAreAMessageOrAProtocolException() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<byte[]> seeds =
        List.of(
            EpmdMessages.encode(new EpmdMessages.Alive(OTP25)),
            EpmdMessages.encode(new EpmdMessages.PortPlease("otp25")),
            EpmdMessages.found(OTP25),
            EpmdMessages.registered(6, 7),
            EpmdMessages.names(4369, List.of(OTP25, OTP25)));
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = mutated(seeds, random);
      int at = round;
      Supplier<String> where =
          () -> "seed " + seed + ", round " + at + ": " + HexFormat.of().formatHex(bytes);
      int start = Math.min(bytes.length, random.nextInt(3));
      attempt(where, () -> EpmdMessages.parse(slice(bytes, start)));
      attempt(where, () -> EpmdMessages.parsePortAnswer(slice(bytes, 0)));
      attempt(where, () -> EpmdMessages.parseAliveAnswer(slice(bytes, 0)));
      attempt(where, () -> EpmdMessages.parseNames(slice(bytes, 0)));
    }
  }

  private static ByteBuffer slice(byte[] bytes, int start) {
    return ByteBuffer.wrap(bytes, start, bytes.length - start);
  }

  /// Something random, or a message with some of its bytes changed, cut or added.
  static byte[] mutated(List<byte[]> seeds, Random random) {
    if (random.nextInt(4) == 0) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      return bytes;
    }
    byte[] seed = seeds.get(random.nextInt(seeds.size()));
    byte[] bytes = Arrays.copyOf(seed, Math.max(0, seed.length + random.nextInt(-4, 4)));
    for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private interface Parsing {
    Object parse() throws ProtocolException;
  }

  private static void attempt(Supplier<String> where, Parsing parsing) {
    try {
      if (parsing.parse() == null) {
        throw new AssertionError(where.get());
      }
    } catch (ProtocolException e) {
      if (String.valueOf(e.getMessage()).indexOf('\n') >= 0) {
        throw new AssertionError(where.get(), e);
      }
    } catch (RuntimeException e) {
      throw new AssertionError(where.get(), e);
    }
  }
}

package dev.belay.distribution.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The bytes of the handshake, held against those that Erlang/OTP 25 was seen to send.
class HandshakeMessagesTest {
  private static final String NAME = "4e 0000000001070f94 00012fd1 000c 6831406c6f63616c686f7374";
  private static final String CHALLENGE =
      "4e 0000000d07df7fbd b7fabc1a 6b013864 000f 6f74703235406c6f63616c686f7374";
  private static final String REPLY = "72 c22962b7 7d3acc8e9a22af3073da9b4e95d3ad1a";
  private static final String ACK = "61 a8e2cd7b689c64bac1f36ac590b848ef";
  private static final String NAMED =
      "736e616d65643a 0017 333156353535574251475835464062656c61792e746573 37d36f74";

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(hex(text));
  }

  @Test
  void theNameMessageIsThatOfErlang() throws ProtocolException {
    HandshakeMessages.Name name =
        new HandshakeMessages.Name(0x1070F94L, 77_777, "h1@localhost", false);
    assertThat(HandshakeMessages.encode(name)).isEqualTo(hex(NAME));
    assertThat(HandshakeMessages.parseName(bytes(NAME))).isEqualTo(name);
    assertThat(HandshakeMessages.parseName(bytes(NAME + "0102")))
        .as("bytes of future versions")
        .isEqualTo(name);
  }

  @Test
  void namesAreLatin1() throws ProtocolException {
    HandshakeMessages.Name name = new HandshakeMessages.Name(0, 0, "é@h", false);
    assertThat(HandshakeMessages.encode(name)).endsWith(hex("0003 e94068"));
    assertThat(HandshakeMessages.parseName(ByteBuffer.wrap(HandshakeMessages.encode(name))))
        .isEqualTo(name);
  }

  @Test
  void theOldNameMessageIsThatOfErlang() throws ProtocolException {
    String old = "6e 0005 01070f94 6831406c6f63616c686f7374";
    HandshakeMessages.Name name = new HandshakeMessages.Name(0x1070F94L, 0, "h1@localhost", true);
    assertThat(HandshakeMessages.parseName(bytes(old))).isEqualTo(name);
    assertThat(HandshakeMessages.encode(name)).isEqualTo(hex(old));
    HandshakeMessages.Complement complement =
        new HandshakeMessages.Complement(0x4_0000_0000L, 0xFFFF_FFFFL);
    assertThat(HandshakeMessages.encode(complement)).isEqualTo(hex("63 00000004 ffffffff"));
    assertThat(HandshakeMessages.parseComplement(bytes("63 00000004 ffffffff")))
        .isEqualTo(complement);
  }

  @Test
  void theStatusMessagesAreThoseOfErlang() throws ProtocolException {
    for (Map.Entry<String, String> entry :
        Map.of(
                "736f6b", "ok",
                "73616c697665", "alive",
                "736e6f6b", "nok",
                "736f6b5f73696d756c74616e656f7573", "ok_simultaneous",
                "736e6f745f616c6c6f776564", "not_allowed",
                "7374727565", "true")
            .entrySet()) {
      HandshakeMessages.Plain status = new HandshakeMessages.Plain(entry.getValue());
      assertThat(HandshakeMessages.encode(status)).isEqualTo(hex(entry.getKey()));
      assertThat(HandshakeMessages.parseStatus(bytes(entry.getKey()))).isEqualTo(status);
    }
    HandshakeMessages.Named named =
        new HandshakeMessages.Named("31V555WBQGX5F@belay.tes", 0x37D36F74L);
    assertThat(HandshakeMessages.encode(named)).isEqualTo(hex(NAMED));
    assertThat(HandshakeMessages.parseStatus(bytes(NAMED + "00"))).isEqualTo(named);
  }

  /// A status goes into logs.
  @Test
  void aStatusIsPrintable() throws ProtocolException {
    assertThat(HandshakeMessages.parseStatus(bytes("73 0a1b5b41")))
        .isEqualTo(new HandshakeMessages.Plain("??[A"));
    String longer = "73" + "41".repeat(4_000);
    assertThat(((HandshakeMessages.Plain) HandshakeMessages.parseStatus(bytes(longer))).word())
        .hasSize(255);
  }

  @Test
  void theOtherMessagesAreThoseOfErlang() throws ProtocolException {
    HandshakeMessages.Challenge challenge =
        new HandshakeMessages.Challenge(0xD07DF7FBDL, 0xB7FABC1A, 0x6B013864L, "otp25@localhost");
    assertThat(HandshakeMessages.encode(challenge)).isEqualTo(hex(CHALLENGE));
    assertThat(HandshakeMessages.parseChallenge(bytes(CHALLENGE + "00"))).isEqualTo(challenge);

    HandshakeMessages.Reply reply = HandshakeMessages.parseReply(bytes(REPLY));
    assertThat(reply.challenge()).isEqualTo((int) 3257492151L);
    assertThat(reply.digest().matches(Cookie.of("secret").digest(0xB7FABC1A))).isTrue();
    assertThat(HandshakeMessages.encode(reply)).isEqualTo(hex(REPLY));

    Digest ack = HandshakeMessages.parseAck(bytes(ACK));
    assertThat(ack.matches(Cookie.of("secret").digest((int) 3257492151L))).isTrue();
    assertThat(HandshakeMessages.encode(ack)).isEqualTo(hex(ACK));
  }

  private interface Parsing {
    Object parse(ByteBuffer message) throws ProtocolException;
  }

  @Test
  void whatIsCutShortIsRefused() {
    Map<String, Parsing> messages =
        Map.of(
            NAME,
            HandshakeMessages::parseName,
            CHALLENGE,
            HandshakeMessages::parseChallenge,
            REPLY,
            HandshakeMessages::parseReply,
            ACK,
            HandshakeMessages::parseAck,
            NAMED,
            HandshakeMessages::parseStatus,
            "63 00000004 ffffffff",
            HandshakeMessages::parseComplement);
    messages.forEach((text, parsing) -> {
      byte[] whole = hex(text);
      // Less than "named:" is a word, and none that has a meaning.
      int start = text.equals(NAMED) ? 7 : 0;
      for (int length = start; length < whole.length; length++) {
        ByteBuffer part = ByteBuffer.wrap(whole, 0, length);
        assertThatThrownBy(() -> parsing.parse(part)).isInstanceOf(ProtocolException.class);
      }
    });
  }

  @Test
  void whatIsTooLongIsRefusedWhereNothingMayFollow() {
    assertThatThrownBy(() -> HandshakeMessages.parseReply(bytes(REPLY + "00")))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> HandshakeMessages.parseAck(bytes(ACK + "00")))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> HandshakeMessages.parseComplement(bytes("63 00000004 ffffffff 00")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void framesAreTakenWhole() throws ProtocolException {
    byte[] message = "abc".getBytes(StandardCharsets.US_ASCII);
    assertThat(Framing.TCP.frame(message)).isEqualTo(hex("0003 616263"));
    assertThat(Framing.TLS.frame(message)).isEqualTo(hex("00000003 616263"));
    for (Framing framing : Framing.values()) {
      byte[] framed = framing.frame(message);
      for (int length = 0; length < framed.length; length++) {
        ByteBuffer part = ByteBuffer.wrap(framed, 0, length);
        assertThat(framing.take(part)).isNull();
        assertThat(part.position()).isZero();
      }
      ByteBuffer more = ByteBuffer.allocate(20).put(framed).put((byte) 7).flip();
      assertThat(framing.take(more)).isEqualTo(ByteBuffer.wrap(message));
      assertThat(more.remaining()).isEqualTo(1);
    }
    assertThatThrownBy(() -> Framing.TCP.take(bytes("1001"))).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> Framing.TLS.take(bytes("ffffffff")))
        .isInstanceOf(ProtocolException.class);
  }
}

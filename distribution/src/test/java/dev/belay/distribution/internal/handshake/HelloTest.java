package dev.belay.distribution.internal.handshake;

import static dev.belay.distribution.internal.handshake.Dialogue.A;
import static dev.belay.distribution.internal.handshake.Dialogue.B;
import static dev.belay.distribution.internal.handshake.Dialogue.FLAGS;
import static dev.belay.distribution.internal.handshake.HandshakeMessagesTest.bytes;
import static dev.belay.distribution.internal.handshake.HandshakeMessagesTest.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.internal.handshake.Hello.Feature;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What nodes of Belay's say behind their names in the handshake, and what others have behind
/// theirs.
class HelloTest {
  private static final String NAME = "4e 0000000001070f94 00012fd1 000c 6831406c6f63616c686f7374";
  private static final String CHALLENGE =
      "4e 0000000d07df7fbd b7fabc1a 6b013864 000f 6f74703235406c6f63616c686f7374";

  /// "dev.belay", and the first two features.
  private static final String HELLO = "6465762e62656c6179 00000003";

  @Test
  void itStandsBehindTheName() throws ProtocolException {
    assertThat(Hello.OF_THIS_VERSION).isEqualTo(new Hello(3));
    HandshakeMessages.Name name =
        new HandshakeMessages.Name(
            0x1070F94L, 77_777, "h1@localhost", false, Hello.OF_THIS_VERSION);
    assertThat(HandshakeMessages.encode(name)).isEqualTo(hex(NAME + HELLO));
    assertThat(HandshakeMessages.parseName(bytes(NAME + HELLO))).isEqualTo(name);

    HandshakeMessages.Challenge challenge =
        new HandshakeMessages.Challenge(
            0xD07DF7FBDL, 0xB7FABC1A, 0x6B013864L, "otp25@localhost", Hello.OF_THIS_VERSION);
    assertThat(HandshakeMessages.encode(challenge)).isEqualTo(hex(CHALLENGE + HELLO));
    assertThat(HandshakeMessages.parseChallenge(bytes(CHALLENGE + HELLO))).isEqualTo(challenge);
  }

  @Test
  void whoHasNothingToSaySaysNothing() {
    assertThat(
            HandshakeMessages.encode(
                new HandshakeMessages.Name(0x1070F94L, 77_777, "h1@localhost", false)))
        .isEqualTo(hex(NAME));
  }

  @Test
  void laterVersionsMaySayMore() throws ProtocolException {
    assertThat(HandshakeMessages.parseName(bytes(NAME + HELLO + "0102030405")).hello())
        .isEqualTo(Hello.OF_THIS_VERSION);
    Hello later = HandshakeMessages.parseName(bytes(NAME + "6465762e62656c6179 ffffffff")).hello();
    assertThat(later.common(Hello.OF_THIS_VERSION)).isEqualTo(Hello.OF_THIS_VERSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "6465762e62656c6179",
        "6465762e62656c6179 000000",
        "6465762e62656c6178 00000003",
        "6c65762e62656c6179 00000003",
        "00000003 6465762e62656c6179",
        "6465762e62656c6179 00000000"
      })
  void whatIsNoHelloIsNone(String rest) throws ProtocolException {
    assertThat(HandshakeMessages.parseName(bytes(NAME + rest)).hello()).isEqualTo(Hello.NONE);
    assertThat(HandshakeMessages.parseChallenge(bytes(CHALLENGE + rest)).hello())
        .isEqualTo(Hello.NONE);
  }

  /// It is never a reason to refuse a node.
  @Test
  void noBytesBehindANameAreWrong() throws ProtocolException {
    Random random = new Random(4711);
    byte[] name = hex(NAME);
    byte[] hello = hex(HELLO);
    for (int i = 0; i < 10_000; i++) {
      byte[] rest = new byte[random.nextInt(40)];
      random.nextBytes(rest);
      int kept = Math.min(rest.length, random.nextInt(hello.length + 1));
      System.arraycopy(hello, 0, rest, 0, kept);
      ByteBuffer message = ByteBuffer.allocate(name.length + rest.length).put(name).put(rest);
      assertThat(HandshakeMessages.parseName(message.flip()).name()).isEqualTo("h1@localhost");
    }
  }

  @Test
  void theOldNameMessageHasNone() throws ProtocolException {
    String old = "6e 0005 01070f94 6831406c6f63616c686f7374";
    assertThat(HandshakeMessages.parseName(bytes(old)).hello()).isEqualTo(Hello.NONE);
  }

  private static Dialogue dialogue(Framing framing, int connector, int acceptor) {
    return Dialogue.of(
        framing,
        Identity.of(A, 4, FLAGS, new Hello(connector)),
        Identity.of(B, 5, FLAGS, new Hello(acceptor)));
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void bothKnowAtTheEndOfTheHandshake(Framing framing) {
    for (int pieces : new int[] {1, 7, Integer.MAX_VALUE}) {
      Dialogue dialogue = dialogue(framing, 3, 3);
      dialogue.pieces = pieces;
      dialogue.run();
      assertThat(dialogue.connector.agreed().hello()).isEqualTo(Hello.OF_THIS_VERSION);
      assertThat(dialogue.acceptor.agreed().hello()).isEqualTo(Hello.OF_THIS_VERSION);
    }
  }

  /// Older and newer versions, and nodes that say nothing: what holds is what both have said.
  @ParameterizedTest
  @CsvSource({
    "3, 0, 0",
    "0, 3, 0",
    "0, 0, 0",
    "1, 3, 1",
    "3, 2, 2",
    "1, 2, 0",
    "-1, 3, 3",
    "3, -1, 3"
  })
  void bothHaveTheSame(int connector, int acceptor, int common) {
    Dialogue dialogue = dialogue(Framing.TCP, connector, acceptor).run();
    assertThat(dialogue.connector.agreed().hello()).isEqualTo(new Hello(common));
    assertThat(dialogue.acceptor.agreed().hello()).isEqualTo(new Hello(common));
    assertThat(new Hello(common).has(Feature.TERMINATE)).isEqualTo((common & 1) != 0);
    assertThat(new Hello(common).has(Feature.TRAIL)).isEqualTo((common & 2) != 0);
  }

  /// Erlang's nodes that connect to us see nothing of it.
  @Test
  void whoSaysNothingIsToldNothing() {
    for (boolean says : new boolean[] {false, true}) {
      Accepting accepting =
          new Accepting(
              Framing.TCP,
              Identity.of(B, 5, FLAGS, Hello.OF_THIS_VERSION),
              _ -> Dialogue.COOKIE,
              () -> 1);
      accepting.begin();
      byte[] name =
          HandshakeMessages.encode(
              new HandshakeMessages.Name(
                  FLAGS, 4, A.toString(), false, says ? Hello.OF_THIS_VERSION : Hello.NONE));
      accepting.receive(ByteBuffer.wrap(Framing.TCP.frame(name)));
      byte[] answer = accepting.answer(Verdict.OK).bytes();
      byte[] challenge =
          Framing.TCP.frame(
              HandshakeMessages.encode(
                  new HandshakeMessages.Challenge(
                      FLAGS, 1, 5, B.toString(), says ? Hello.OF_THIS_VERSION : Hello.NONE)));
      assertThat(answer).endsWith(challenge);
    }
  }

  @Test
  void aNodeThatIsGivenItsNameSaysItToo() {
    Identity nameless = new Identity("localhost", 0, Flags.nameless(FLAGS), Hello.OF_THIS_VERSION);
    Dialogue dialogue =
        Dialogue.of(Framing.TCP, nameless, Identity.of(B, 9, FLAGS, Hello.OF_THIS_VERSION));
    dialogue.verdict = new Verdict.Named(NodeName.of("31V555WBQGX5F@localhost"), 7);
    dialogue.run();
    assertThat(dialogue.connector.agreed().hello()).isEqualTo(Hello.OF_THIS_VERSION);
    assertThat(dialogue.acceptor.agreed().hello()).isEqualTo(Hello.OF_THIS_VERSION);
  }
}

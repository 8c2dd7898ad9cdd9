package dev.belay.distribution.internal.handshake;

import static dev.belay.distribution.internal.handshake.Dialogue.A;
import static dev.belay.distribution.internal.handshake.Dialogue.B;
import static dev.belay.distribution.internal.handshake.Dialogue.COOKIE;
import static dev.belay.distribution.internal.handshake.Dialogue.FLAGS;
import static dev.belay.distribution.internal.handshake.Dialogue.IDENTITY_A;
import static dev.belay.distribution.internal.handshake.Dialogue.IDENTITY_B;
import static dev.belay.distribution.internal.handshake.HandshakeMessagesTest.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both sides of the handshake: what they agree on, and why they do not.
class HandshakeTest {
  // what they agree on

  @ParameterizedTest
  @EnumSource(Framing.class)
  void theyAgree(Framing framing) {
    for (int pieces : new int[] {1, 2, 3, 7, Integer.MAX_VALUE}) {
      Dialogue dialogue = Dialogue.of(framing, IDENTITY_A, IDENTITY_B);
      dialogue.pieces = pieces;
      dialogue.run();
      assertThat(dialogue.connector.agreement)
          .isEqualTo(new Agreement(A, 77_777, B, 0xFFFF_FFFFL, FLAGS, Hello.NONE));
      assertThat(dialogue.acceptor.agreement)
          .isEqualTo(new Agreement(B, 0xFFFF_FFFFL, A, 77_777, FLAGS, Hello.NONE));
    }
  }

  @Test
  void theyAgreeOnWhatBothHave() {
    long less = FLAGS & ~Flag.ALIAS.mask() & ~Flag.FRAGMENTS.mask();
    long more = Flags.offered(true, true) | 1L << 50;
    Dialogue dialogue =
        Dialogue.of(Framing.TCP, Identity.of(A, 4, less), Identity.of(B, 5, more)).run();
    assertThat(dialogue.connector.agreed().flags()).isEqualTo(less);
    assertThat(dialogue.acceptor.agreed().flags()).isEqualTo(less);
    assertThat(dialogue.acceptor.agreed().isVisible()).isFalse();
    assertThat(dialogue.acceptor.agreed().has(Flag.UNLINK_ID)).isTrue();
  }

  @Test
  void theDigestFlagStandsForTheOthers() {
    long digest = Flag.MANDATORY_25_DIGEST.mask() | Flag.V4_NC.mask() | Flag.UNLINK_ID.mask();
    for (boolean connector : new boolean[] {true, false}) {
      Dialogue dialogue =
          Dialogue.of(
                  Framing.TCP,
                  Identity.of(A, 4, connector ? digest : FLAGS),
                  Identity.of(B, 5, connector ? FLAGS : digest))
              .run();
      assertThat(dialogue.acceptor.agreed().flags())
          .isEqualTo(Flags.MANDATORY | Flag.MANDATORY_25_DIGEST.mask());
      assertThat(dialogue.connector.agreed().flags()).isEqualTo(dialogue.acceptor.agreed().flags());
    }
  }

  @Test
  void theDropOfAnotherAttemptChangesNothing() {
    Dialogue dialogue = Dialogue.usual();
    dialogue.verdict = Verdict.OK_SIMULTANEOUS;
    dialogue.run();
    assertThat(dialogue.connector.agreement).isNotNull();
    assertThat(dialogue.acceptor.agreement).isNotNull();
  }

  @Test
  void aNewConnectionReplacesAnOldOneIfTheConnectorWants() {
    Dialogue dialogue = Dialogue.usual();
    dialogue.verdict = Verdict.ALIVE;
    dialogue.run();
    assertThat(dialogue.connector.agreement).isNotNull();
    assertThat(dialogue.acceptor.agreement).isNotNull();

    Dialogue unwanted = Dialogue.usual();
    unwanted.verdict = Verdict.ALIVE;
    unwanted.stillWanted = false;
    unwanted.run();
    assertThat(unwanted.connector.reason()).isEqualTo(Reason.ALREADY_UP);
    assertThat(unwanted.acceptor.reason()).isEqualTo(Reason.ALREADY_UP);
  }

  @Test
  void aNodeMayBeGivenItsName() {
    Identity nameless = Identity.nameless("localhost", Flags.offered(true, false));
    Identity visible = Identity.of(B, 9, Flags.offered(true, false));
    Dialogue dialogue = Dialogue.of(Framing.TCP, nameless, visible);
    NodeName given = NodeName.of("31V555WBQGX5F@localhost");
    dialogue.verdict = new Verdict.Named(given, 0x37D36F74L);
    dialogue.run();
    assertThat(dialogue.connector.agreement)
        .isEqualTo(
            new Agreement(given, 0x37D36F74L, B, 9, FLAGS | Flag.NAME_ME.mask(), Hello.NONE));
    assertThat(dialogue.acceptor.agreement)
        .as("hidden, although both would be visible")
        .isEqualTo(
            new Agreement(B, 9, given, 0x37D36F74L, FLAGS | Flag.NAME_ME.mask(), Hello.NONE));
  }

  @Test
  void anOldNodeSaysItsCreationLater() {
    Accepting accepting = accepting();
    Step step = take(accepting, hex("0013 6e 0005 07df7fbc 6831406c6f63616c686f7374"));
    assertThat(step.next()).isEqualTo(new Step.Arbitrate("h1@localhost", false));
    assertThat(accepting.answer(Verdict.OK).bytes()).startsWith(hex("0003 736f6b"));
    step = take(accepting, hex("0009 63 0000000d 00012fd1"));
    assertThat(step.next()).isInstanceOf(Step.Receive.class);
    step = take(accepting, reply(COOKIE, 1));
    assertThat(step.next()).isInstanceOf(Step.MakeWay.class);
    assertThat(accepting.clear().next())
        .isInstanceOfSatisfying(
            Step.Done.class,
            done -> {
              assertThat(done.agreement().peer()).isEqualTo(NodeName.of("h1@localhost"));
              assertThat(done.agreement().peerCreation()).isEqualTo(77_777);
              assertThat(done.agreement().flags()).isEqualTo(FLAGS);
            });
  }

  @Test
  void anOldNodeThatLacksUpperFlagsIsRefusedWhenItSaysThem() {
    Accepting accepting = accepting();
    take(accepting, hex("0013 6e 0005 07df7fbc 6831406c6f63616c686f7374"));
    accepting.answer(Verdict.OK);
    assertThat(failure(take(accepting, hex("0009 63 00000009 00012fd1"))))
        .hasMessageContaining("V4_NC");
  }

  /// What follows the last message belongs to the frames of the connection.
  @Test
  void whatComesAfterTheLastMessageIsLeft() {
    Accepting accepting = accepting();
    take(accepting, name(A.toString(), FLAGS));
    accepting.answer(Verdict.OK);
    ByteBuffer in = ByteBuffer.allocate(100).put(reply(COOKIE, 1)).put(hex("00000000 0102")).flip();
    assertThat(accepting.receive(in).next()).isInstanceOf(Step.MakeWay.class);
    assertThat(accepting.clear().next()).isInstanceOf(Step.Done.class);
    assertThat(in).isEqualTo(ByteBuffer.wrap(hex("00000000 0102")));

    Connecting connecting = connecting();
    connecting.begin();
    in =
        ByteBuffer.allocate(200)
            .put(hex("0003 736f6b"))
            .put(challenge(B.toString(), FLAGS))
            .put(ack(COOKIE))
            .put(hex("00000000 0102"))
            .flip();
    assertThat(connecting.receive(in).next()).isInstanceOf(Step.Done.class);
    assertThat(in).isEqualTo(ByteBuffer.wrap(hex("00000000 0102")));
  }

  // why they do not agree

  @Test
  void differentCookiesAreNoticedByTheAcceptorFirst() {
    Dialogue dialogue =
        new Dialogue(
            new Connecting(Framing.TCP, IDENTITY_A, B, Cookie.of("other"), () -> 1),
            new Accepting(Framing.TCP, IDENTITY_B, _ -> COOKIE, () -> 2));
    dialogue.run();
    assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.COOKIE);
    assertThat(dialogue.acceptor.message()).contains("a@localhost does not have the same cookie");
    assertThat(dialogue.connector.reason()).isEqualTo(Reason.COOKIE);
    assertThat(dialogue.connector.message()).contains("b@localhost closed", "cookies differ");
  }

  @Test
  void aCookieMayBeForOnePeer() {
    Dialogue dialogue =
        new Dialogue(
            new Connecting(Framing.TCP, IDENTITY_A, B, Cookie.of("for b"), () -> 1),
            new Accepting(
                Framing.TCP,
                IDENTITY_B,
                peer -> peer.equals(A) ? Cookie.of("for b") : COOKIE,
                () -> 2));
    dialogue.run();
    assertThat(dialogue.acceptor.agreement).isNotNull();
  }

  @Test
  void anAcceptorThatProvesNothingIsNoticed() {
    Connecting connecting = connecting();
    connecting.begin();
    take(connecting, hex("0003 736f6b"));
    take(connecting, challenge(B.toString(), FLAGS));
    HandshakeException failure = failure(take(connecting, ack(Cookie.of("other"))));
    assertThat(failure.reason()).isEqualTo(Reason.COOKIE);
    assertThat(failure).hasMessageContaining("b@localhost");
  }

  @Test
  void eachMandatoryFlagIsDemandedByBoth() {
    for (Flag flag : Flag.values()) {
      if (flag.isIn(Flags.MANDATORY)) {
        long less = Flags.MANDATORY & ~flag.mask();
        Dialogue dialogue = Dialogue.of(Framing.TCP, Identity.of(A, 4, less), IDENTITY_B).run();
        assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.FLAGS);
        assertThat(dialogue.acceptor.message()).contains("a@localhost lacks", "[" + flag + "]");
        assertThat(dialogue.connector.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(dialogue.connector.message()).contains("b@localhost does not allow a@localhost");

        dialogue = Dialogue.of(Framing.TCP, IDENTITY_A, Identity.of(B, 4, less)).run();
        assertThat(dialogue.connector.reason()).isEqualTo(Reason.FLAGS);
        assertThat(dialogue.connector.message()).contains("b@localhost lacks", "[" + flag + "]");
        assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.CLOSED);
        assertThat(dialogue.acceptor.message())
            .contains("a@localhost closed", "after our challenge");
      }
    }
  }

  @Test
  void whoIsNotWantedHearsIt() {
    Dialogue dialogue = Dialogue.usual();
    dialogue.verdict = Verdict.NOT_ALLOWED;
    dialogue.run();
    assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(dialogue.connector.reason()).isEqualTo(Reason.NOT_ALLOWED);
  }

  @Test
  void whoHasToWaitForTheOtherHearsIt() {
    Dialogue dialogue = Dialogue.usual();
    dialogue.verdict = Verdict.NOK;
    dialogue.run();
    assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.YIELDED);
    assertThat(dialogue.connector.reason()).isEqualTo(Reason.YIELDED);
  }

  @Test
  void aThirdAttemptIsClosedWithoutAWord() {
    Dialogue dialogue = Dialogue.usual();
    dialogue.verdict = Verdict.BUSY;
    dialogue.run();
    assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.BUSY);
    assertThat(dialogue.connector.reason()).isEqualTo(Reason.CLOSED);
    assertThat(dialogue.connector.message()).contains("another attempt of ours is under way");
  }

  @Test
  void aNodeOfAnotherNameIsNoticed() {
    Dialogue dialogue =
        new Dialogue(
            new Connecting(Framing.TCP, IDENTITY_A, NodeName.of("x@localhost"), COOKIE, () -> 1),
            new Accepting(Framing.TCP, IDENTITY_B, _ -> COOKIE, () -> 2));
    dialogue.run();
    assertThat(dialogue.connector.reason()).isEqualTo(Reason.NAME);
    assertThat(dialogue.connector.message()).contains("x@localhost", "\"b@localhost\"");
    assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.CLOSED);
    assertThat(dialogue.acceptor.message()).contains("another name than b@localhost");
  }

  @Test
  void ourOwnNameIsRefused() {
    Dialogue dialogue = Dialogue.of(Framing.TCP, IDENTITY_B, IDENTITY_B).run();
    assertThat(dialogue.acceptor.reason()).isEqualTo(Reason.NAME);
    assertThat(dialogue.acceptor.message()).contains("another node calls itself b@localhost");
    assertThat(dialogue.connector.reason()).isEqualTo(Reason.NOT_ALLOWED);
  }

  @Test
  void namesThatAreNoneAreRefused() {
    for (String wrong :
        new String[] {"", "a", "@", "a@", "@h", "a@b@c", "a\n@b", "x".repeat(300)}) {
      HandshakeException failure = failure(take(accepting(), name(wrong, FLAGS)));
      assertThat(failure.reason()).as(wrong).isEqualTo(Reason.NAME);
      assertThat(failure).hasMessageContaining("wrong name").hasMessageNotContaining("\n");
    }
    for (String wrong : new String[] {"", "a@b", "a\n"}) {
      HandshakeException failure = failure(take(accepting(), name(wrong, Flags.nameless(FLAGS))));
      assertThat(failure.reason()).as(wrong).isEqualTo(Reason.NAME);
    }
  }

  @Test
  void aNameThatDoesNotFitIsNotTaken() {
    for (String wrong : new String[] {"a@elsewhere", "a", "@localhost", "a@b@localhost"}) {
      Connecting connecting =
          new Connecting(Framing.TCP, Identity.nameless("localhost", FLAGS), B, COOKIE, () -> 1);
      connecting.begin();
      HandshakeException failure =
          failure(take(connecting, status(new HandshakeMessages.Named(wrong, 7))));
      assertThat(failure.reason()).as(wrong).isEqualTo(Reason.NAME);
      assertThat(failure).hasMessageContaining(wrong);
    }
  }

  @Test
  void aSilentPeerIsNamed() {
    Connecting connecting = connecting();
    connecting.begin();
    HandshakeException failure = failure(connecting.timedOut());
    assertThat(failure.reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(failure)
        .hasMessageContaining("b@localhost")
        .hasMessageContaining("our name, a@localhost");
    Accepting accepting = accepting();
    assertThat(failure(accepting.timedOut())).hasMessageContaining("before saying its name");
    assertThat(accepting.isOver()).isTrue();
  }

  // how it is to be used

  @Test
  void itIsToldOneThingAfterTheOther() {
    Connecting connecting = connecting();
    assertThatThrownBy(() -> connecting.receive(ByteBuffer.allocate(0)))
        .isInstanceOf(IllegalStateException.class);
    connecting.begin();
    assertThatThrownBy(connecting::begin).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> connecting.answer(true)).isInstanceOf(IllegalStateException.class);
    connecting.closed();
    assertThatThrownBy(connecting::closed).isInstanceOf(IllegalStateException.class);

    Accepting accepting = accepting();
    take(accepting, name(A.toString(), FLAGS));
    assertThatThrownBy(() -> accepting.receive(ByteBuffer.allocate(0)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(accepting::clear).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> accepting.answer(new Verdict.Named(A, 7)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(accepting.answer(Verdict.OK).next()).isInstanceOf(Step.Receive.class);
  }

  @Test
  void anIdentityIsComplete() {
    assertThatThrownBy(() -> new Identity("a", 1, FLAGS, Hello.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Identity.nameless("a@b", FLAGS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Identity.of(A, 1L << 32, FLAGS))
        .isInstanceOf(IllegalArgumentException.class);
    Function<NodeName, Cookie> cookies = _ -> COOKIE;
    assertThatThrownBy(
            () -> new Accepting(Framing.TCP, Identity.nameless("h", FLAGS), cookies, () -> 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // parts

  static Connecting connecting() {
    return new Connecting(Framing.TCP, IDENTITY_A, B, COOKIE, () -> 1);
  }

  static Accepting accepting() {
    Accepting accepting = new Accepting(Framing.TCP, IDENTITY_B, _ -> COOKIE, () -> 1);
    accepting.begin();
    return accepting;
  }

  static Step take(Handshake handshake, byte[] bytes) {
    return handshake.receive(ByteBuffer.wrap(bytes));
  }

  static HandshakeException failure(Step step) {
    assertThat(step.next()).isInstanceOf(Step.Failed.class);
    return ((Step.Failed) step.next()).failure();
  }

  static byte[] name(String name, long flags) {
    return Framing.TCP.frame(
        HandshakeMessages.encode(new HandshakeMessages.Name(flags, 7, name, false)));
  }

  static byte[] status(HandshakeMessages.Status status) {
    return Framing.TCP.frame(HandshakeMessages.encode(status));
  }

  static byte[] challenge(String name, long flags) {
    return Framing.TCP.frame(
        HandshakeMessages.encode(new HandshakeMessages.Challenge(flags, 1, 7, name)));
  }

  static byte[] reply(Cookie cookie, int challenge) {
    return Framing.TCP.frame(
        HandshakeMessages.encode(new HandshakeMessages.Reply(5, cookie.digest(challenge))));
  }

  static byte[] ack(Cookie cookie) {
    return Framing.TCP.frame(HandshakeMessages.encode(cookie.digest(1)));
  }
}

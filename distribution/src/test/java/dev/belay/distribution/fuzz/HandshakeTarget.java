package dev.belay.distribution.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.belay.distribution.internal.handshake.Accepting;
import dev.belay.distribution.internal.handshake.Agreement;
import dev.belay.distribution.internal.handshake.Connecting;
import dev.belay.distribution.internal.handshake.Cookie;
import dev.belay.distribution.internal.handshake.Flags;
import dev.belay.distribution.internal.handshake.Framing;
import dev.belay.distribution.internal.handshake.Handshake;
import dev.belay.distribution.internal.handshake.HandshakeException;
import dev.belay.distribution.internal.handshake.Identity;
import dev.belay.distribution.internal.handshake.NodeName;
import dev.belay.distribution.internal.handshake.Step;
import dev.belay.distribution.internal.handshake.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Both sides of the handshake. An input is a byte that says how it stands, four bytes with the
/// challenge that we give, and what the peer sends.
///
/// Nothing is thrown. It comes to an end, in the same way in however many pieces the bytes come.
/// Done it is only if the peer has proven that it has the cookie, and then with a peer that has a
/// name and all that is mandatory. After the end nothing is taken any more. What failed is said in
/// one line, which does not tell the cookie; and little is sent to who has proven nothing.
final class HandshakeTarget implements FuzzTarget {
  /*
   * The first byte:
   *
   *   bit 0     we connect, or else accept
   *   bit 1     messages follow each other as over TLS
   *   bits 2-4  what is decided about who connects
   *   bit 5     connecting: the attempt is not wanted any more
   *   bit 6     connecting: we have no name
   */
  static final NodeName US = NodeName.of("belay@localhost");
  static final NodeName THEM = NodeName.of("erlang@localhost");
  static final String COOKIE = "of-the-corpus";
  static final int HEAD = 1 + Integer.BYTES;
  static final int CONNECTING = 1;
  static final int TLS = 2;

  private static final int VERDICT = 2;
  private static final int STALE = 32;
  private static final int NAMELESS = 64;
  private static final Verdict[] VERDICTS = {
    Verdict.OK,
    Verdict.OK_SIMULTANEOUS,
    Verdict.NOK,
    Verdict.NOT_ALLOWED,
    Verdict.ALIVE,
    Verdict.BUSY
  };

  /// The longest host with which the name that we give is still one.
  private static final int LONGEST_HOST = 200;

  private static final long FLAGS = Flags.offered(false, false);

  /// Three messages with a name each.
  private static final int MOST_SENT = 1_200;

  @Override
  public boolean takes(byte[] input) {
    if (input.length < HEAD) {
      return false;
    }
    Talk whole = new Talk(input, input.length).run();
    Talk pieces = new Talk(input, 1).run();
    Promises.keep(
        whole.result().equals(pieces.result()),
        "in pieces: " + pieces.result() + "\nas a whole: " + whole.result());
    return whole.agreement != null && !whole.in.hasRemaining();
  }

  /// One handshake.
  private static final class Talk {
    final byte[] input;
    final int how;
    final int challenge;
    final int piece;
    final ByteBuffer in;
    final Handshake handshake;
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    @Nullable Agreement agreement;
    @Nullable HandshakeException failure;

    Talk(byte[] input, int piece) {
      this.input = input;
      this.how = input[0];
      this.challenge = ByteBuffer.wrap(input).getInt(1);
      this.piece = piece;
      this.in = ByteBuffer.wrap(input, HEAD, 0);
      this.handshake = handshake();
    }

    private boolean is(int bit) {
      return (how & bit) != 0;
    }

    private Handshake handshake() {
      Framing framing = is(TLS) ? Framing.TLS : Framing.TCP;
      Cookie cookie = Cookie.of(COOKIE);
      if (!is(CONNECTING)) {
        return new Accepting(framing, Identity.of(US, 7, FLAGS), _ -> cookie, () -> challenge);
      }
      Identity self =
          is(NAMELESS) ? Identity.nameless(US.host(), FLAGS) : Identity.of(US, 7, FLAGS);
      return new Connecting(framing, self, THEM, cookie, () -> challenge);
    }

    Talk run() {
      Step step = handshake.begin();
      while (agreement == null && failure == null) {
        sent.writeBytes(step.bytes());
        step =
            switch (step.next()) {
              case Step.Receive _ -> receive();
              case Step.Arbitrate question -> ((Accepting) handshake).answer(verdict(question));
              case Step.StillWanted _ -> ((Connecting) handshake).answer(!is(STALE));
              case Step.MakeWay _ -> ((Accepting) handshake).clear();
              case Step.Done(Agreement reached) -> {
                agreement = reached;
                checkDone(reached);
                yield step;
              }
              case Step.Failed(HandshakeException e) -> {
                failure = e;
                checkFailed(e);
                yield step;
              }
            };
      }
      checkOver();
      return this;
    }

    /// What is not enough for a message is given again, with one piece more.
    private Step receive() {
      int before = in.position();
      Step step = handshake.receive(in);
      if (in.position() != before || !(step.next() instanceof Step.Receive)) {
        return step;
      }
      if (in.limit() == in.capacity()) {
        return handshake.closed();
      }
      in.limit((int) Math.min(in.capacity(), (long) in.limit() + piece));
      return step;
    }

    private Verdict verdict(Step.Arbitrate question) {
      Verdict verdict = VERDICTS[(how >> VERDICT & 7) % VERDICTS.length];
      if (!question.nameless() || verdict.equals(Verdict.NOT_ALLOWED)) {
        return verdict;
      }
      return question.name().length() > LONGEST_HOST
          ? Verdict.NOT_ALLOWED
          : new Verdict.Named(new NodeName("given", question.name()), 9);
    }

    private void checkDone(Agreement reached) {
      Promises.keep(contains(input, proof()), "done without a proof");
      Promises.keep(Flags.missing(reached.flags()).isEmpty(), "done without what is mandatory");
      Promises.keep(
          (reached.flags() & ~Flags.expand(Flags.nameless(FLAGS))) == 0,
          "done with what was not offered");
      Promises.keep(
          NodeName.flaw(reached.peer().toString()).isEmpty(), "done with a name that is none");
      Promises.keep(reached.peerCreation() >>> Integer.SIZE == 0, "done with no creation");
    }

    private void checkFailed(HandshakeException e) {
      Promises.speakPlainly(e);
      Promises.keep(
          !String.valueOf(e.getMessage()).contains(COOKIE)
              || contains(input, COOKIE.getBytes(US_ASCII)),
          "the cookie is told");
    }

    private void checkOver() {
      Promises.keep(handshake.isOver(), "it is not over");
      Promises.keep(sent.size() <= MOST_SENT, sent.size() + " bytes were sent");
      refuses(() -> handshake.receive(ByteBuffer.wrap(input, HEAD, input.length - HEAD)));
      refuses(handshake::closed);
      refuses(handshake::timedOut);
      refuses(handshake::begin);
      if (handshake instanceof Accepting accepting) {
        refuses(accepting::clear);
        refuses(() -> accepting.answer(Verdict.OK));
      } else if (handshake instanceof Connecting connecting) {
        refuses(() -> connecting.answer(true));
      }
    }

    /// Everything that matters of how it ended.
    String result() {
      String end = failure == null ? String.valueOf(agreement) : String.valueOf(failure);
      return end + ", " + in.position() + ", " + sent.toString(ISO_8859_1);
    }

    /// What only who has the cookie can send in answer to our challenge.
    private byte[] proof() {
      try {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        return md5.digest((COOKIE + Integer.toUnsignedString(challenge)).getBytes(US_ASCII));
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void refuses(Runnable call) {
    try {
      call.run();
    } catch (IllegalStateException _) {
      return;
    }
    throw new AssertionError("it goes on after its end");
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}

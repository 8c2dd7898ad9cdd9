package dev.belay.distribution.internal.handshake;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.IntSupplier;

/// The handshake of the node that has connected.
public final class Connecting extends Handshake {
  private final Identity self;
  private final NodeName wanted;
  private final Cookie cookie;
  private final IntSupplier challenges;

  private State state = State.STATUS;
  private String ownName;
  private long ownCreation;
  private long flags;
  private Hello hello = Hello.NONE;
  private long peerCreation;
  private int challenge;

  private enum State {
    STATUS,
    CHALLENGE,
    ACK
  }

  /// Makes the handshake.
  ///
  /// @param framing how messages follow each other
  /// @param self what to say of ourselves
  /// @param wanted the node that we mean to have connected to
  /// @param cookie our cookie for it
  /// @param challenges gives challenges that nobody can foresee: [Cookie#challenge]
  public Connecting(
      Framing framing, Identity self, NodeName wanted, Cookie cookie, IntSupplier challenges) {
    super(framing);
    this.self = self;
    this.wanted = wanted;
    this.cookie = cookie;
    this.challenges = challenges;
    this.ownName = self.name();
    this.ownCreation = self.creation();
  }

  @Override
  Step.Next start() {
    send(
        HandshakeMessages.encode(
            new HandshakeMessages.Name(
                self.flags(), self.creation(), self.name(), false, self.hello())));
    return new Step.Receive();
  }

  @Override
  Step.Next take(ByteBuffer message) throws ProtocolException {
    return switch (state) {
      case STATUS -> takeStatus(HandshakeMessages.parseStatus(message));
      case CHALLENGE -> takeChallenge(HandshakeMessages.parseChallenge(message));
      case ACK -> takeAck(HandshakeMessages.parseAck(message));
    };
  }

  private Step.Next takeStatus(HandshakeMessages.Status status) {
    return switch (status) {
      case HandshakeMessages.Plain(String word) when word.equals("not_allowed") ->
          failed(
              Reason.NOT_ALLOWED,
              wanted
                  + " does not allow "
                  + ownName
                  + " to connect: our name may not be on its list of allowed nodes, or it demands a capability that"
                  + " we lack. It says which in its own log.");
      case HandshakeMessages.Plain(String word) when self.isNameless() ->
          failed(
              Reason.MALFORMED,
              wanted + " gives no name but the status \"" + word + "\". We have asked for one.");
      case HandshakeMessages.Plain(String word) -> takeWord(word);
      case HandshakeMessages.Named named -> takeName(named);
    };
  }

  private Step.Next takeWord(String word) {
    return switch (word) {
      case "ok", "ok_simultaneous" -> {
        state = State.CHALLENGE;
        yield new Step.Receive();
      }
      case "nok" ->
          failed(Reason.YIELDED, wanted + " is connecting to us, and its attempt goes before ours");
      case "alive" -> new Step.StillWanted();
      default -> failed(Reason.MALFORMED, wanted + " gives the unknown status \"" + word + "\"");
    };
  }

  private Step.Next takeName(HandshakeMessages.Named named) {
    if (!self.isNameless()) {
      return failed(Reason.MALFORMED, wanted + " gives a name that we have not asked for");
    }
    if (NodeName.flaw(named.name()).isPresent()
        || !NodeName.of(named.name()).host().equals(self.name())) {
      return failed(
          Reason.NAME,
          wanted
              + " gives us the name \""
              + NodeName.printable(named.name())
              + "\", which is none on our host "
              + self.name());
    }
    ownName = named.name();
    ownCreation = named.creation();
    state = State.CHALLENGE;
    return new Step.Receive();
  }

  /// Answers [Step.StillWanted].
  ///
  /// @param wantedStill whether this attempt is the one by which we want to be connected now, and
  ///   not one that another has overtaken
  /// @return what to do
  public Step answer(boolean wantedStill) {
    expectQuestion();
    send(HandshakeMessages.encode(new HandshakeMessages.Plain(Boolean.toString(wantedStill))));
    if (!wantedStill) {
      return answered(
          failed(Reason.ALREADY_UP, "there is a connection to " + wanted + " by another attempt"));
    }
    state = State.CHALLENGE;
    return answered(new Step.Receive());
  }

  private Step.Next takeChallenge(HandshakeMessages.Challenge message) {
    if (!message.name().equals(wanted.toString())) {
      return failed(
          Reason.NAME,
          "where "
              + wanted
              + " should listen, a node answers that calls itself \""
              + NodeName.printable(message.name())
              + "\"");
    }
    Set<Flag> missing = Flags.missing(message.flags());
    if (!missing.isEmpty()) {
      return failed(Reason.FLAGS, Accepting.lacks(wanted.toString(), missing));
    }
    flags = Flags.common(self.flags(), message.flags());
    hello = self.hello().common(message.hello());
    peerCreation = message.creation();
    challenge = challenges.getAsInt();
    send(
        HandshakeMessages.encode(
            new HandshakeMessages.Reply(challenge, cookie.digest(message.challenge()))));
    state = State.ACK;
    return new Step.Receive();
  }

  private Step.Next takeAck(Digest ack) {
    if (!ack.matches(cookie.digest(challenge))) {
      return failed(Reason.COOKIE, Accepting.otherCookie(wanted.toString()));
    }
    return new Step.Done(
        new Agreement(NodeName.of(ownName), ownCreation, wanted, peerCreation, flags, hello));
  }

  @Override
  String peer() {
    return wanted.toString();
  }

  @Override
  String when() {
    return switch (state) {
      case STATUS -> "after we had said our name, " + ownName;
      case CHALLENGE -> "before its challenge";
      case ACK -> "after we had answered its challenge";
    };
  }

  @Override
  Reason closedReason() {
    return state == State.ACK ? Reason.COOKIE : Reason.CLOSED;
  }

  @Override
  String closedMessage() {
    return when()
        + switch (state) {
          case STATUS -> ": it does not take that name, or another attempt of ours is under way";
          case CHALLENGE -> "";
          case ACK ->
              ", without proving that it has our cookie: most likely the cookies differ. Give both nodes the same.";
        };
  }
}

package dev.belay.distribution.internal.handshake;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// The handshake of the node that was connected to.
public final class Accepting extends Handshake {
  private static final String SOMEBODY = "somebody who connected";

  private final Identity self;
  private final Function<? super NodeName, Cookie> cookies;
  private final IntSupplier challenges;

  private State state = State.NAME;
  private HandshakeMessages.@Nullable Name said;
  private @Nullable NodeName peer;
  private @Nullable Cookie cookie;
  private long peerCreation;
  private long peerFlags;
  private Hello peerHello = Hello.NONE;
  private long offered;
  private int challenge;
  private int peerChallenge;

  private enum State {
    NAME,
    ALIVE,
    COMPLEMENT,
    REPLY,
    CLEAR
  }

  /// Makes the handshake.
  ///
  /// @param framing how messages follow each other
  /// @param self what to say of ourselves; it has a name
  /// @param cookies gives our cookie for a node
  /// @param challenges gives challenges that nobody can foresee: [Cookie#challenge]
  public Accepting(
      Framing framing,
      Identity self,
      Function<? super NodeName, Cookie> cookies,
      IntSupplier challenges) {
    super(framing);
    if (self.isNameless()) {
      throw new IllegalArgumentException("a node without a name cannot be connected to");
    }
    this.self = self;
    this.cookies = cookies;
    this.challenges = challenges;
    this.offered = self.flags();
  }

  @Override
  Step.Next start() {
    return new Step.Receive();
  }

  @Override
  Step.Next take(ByteBuffer message) throws ProtocolException {
    return switch (state) {
      case NAME -> takeName(HandshakeMessages.parseName(message));
      case ALIVE -> takeAlive(HandshakeMessages.parseStatus(message));
      case COMPLEMENT -> takeComplement(HandshakeMessages.parseComplement(message));
      case REPLY -> takeReply(HandshakeMessages.parseReply(message));
      case CLEAR -> throw new ProtocolException("a message where none was due");
    };
  }

  private Step.Next takeName(HandshakeMessages.Name message) {
    boolean nameless = !message.old() && Flag.NAME_ME.isIn(message.flags());
    Optional<String> flaw =
        nameless ? NodeName.flawOfHost(message.name()) : NodeName.flaw(message.name());
    if (flaw.isPresent()) {
      return failed(Reason.NAME, "somebody connected with a wrong name: " + flaw.get());
    }
    said = message;
    if (message.name().equals(self.name())) {
      refuse();
      return failed(
          Reason.NAME,
          "another node calls itself "
              + self.name()
              + ", as this one does. Rename one of the two.");
    }
    Set<Flag> missing =
        message.old() ? Flags.missingOfLower(message.flags()) : Flags.missing(message.flags());
    if (!missing.isEmpty()) {
      refuse();
      return failed(Reason.FLAGS, lacks(peer(), missing));
    }
    peerFlags = message.flags();
    peerCreation = message.creation();
    return new Step.Arbitrate(message.name(), nameless);
  }

  private void refuse() {
    status("not_allowed");
  }

  private void status(String word) {
    send(HandshakeMessages.encode(new HandshakeMessages.Plain(word)));
  }

  /// Answers [Step.Arbitrate].
  ///
  /// @param verdict what was decided. To a node that asks for a name it is [Verdict.Named] or
  ///   [Verdict#NOT_ALLOWED]; to others all but the former.
  /// @return what to do
  public Step answer(Verdict verdict) {
    expectQuestion();
    HandshakeMessages.Name name = said;
    if (state != State.NAME || name == null) {
      throw new IllegalStateException("there is nothing to decide");
    }
    boolean nameless = Flag.NAME_ME.isIn(name.flags());
    if (nameless != (verdict instanceof Verdict.Named) && !verdict.equals(Verdict.NOT_ALLOWED)) {
      throw new IllegalArgumentException(verdict + " is no answer to " + name.name());
    }
    return answered(
        switch (verdict) {
          case Verdict.Named(NodeName given, long creation) -> {
            peerCreation = creation;
            offered = Flags.nameless(self.flags());
            send(HandshakeMessages.encode(new HandshakeMessages.Named(given.toString(), creation)));
            yield challenge(given);
          }
          case Verdict.Word word -> answerWord(word, nameless, name);
        });
  }

  private Step.Next answerWord(
      Verdict.Word verdict, boolean nameless, HandshakeMessages.Name name) {
    if (!verdict.equals(Verdict.BUSY)) {
      status(verdict.text());
    }
    if (nameless || verdict.equals(Verdict.NOT_ALLOWED)) {
      return failed(Reason.NOT_ALLOWED, peer() + " is not among the nodes that may connect");
    }
    if (verdict.equals(Verdict.NOK)) {
      return failed(Reason.YIELDED, "our own attempt to connect to " + peer() + " goes before its");
    }
    if (verdict.equals(Verdict.BUSY)) {
      return failed(Reason.BUSY, "another attempt of " + peer() + " to connect is under way");
    }
    NodeName known = NodeName.of(name.name());
    if (verdict.equals(Verdict.ALIVE)) {
      peer = known;
      state = State.ALIVE;
      return new Step.Receive();
    }
    return challenge(known);
  }

  private Step.Next takeAlive(HandshakeMessages.Status status) throws ProtocolException {
    if (status instanceof HandshakeMessages.Plain(String word)) {
      if (word.equals("true") && peer != null) {
        return challenge(peer);
      }
      if (word.equals("false")) {
        return failed(Reason.ALREADY_UP, peer() + " keeps to the connection that it has with us");
      }
    }
    throw new ProtocolException("neither true nor false to the status \"alive\"");
  }

  private Step.Next challenge(NodeName name) {
    HandshakeMessages.Name known = said;
    peerHello = known == null ? Hello.NONE : known.hello();
    // Who says nothing is told nothing.
    Hello hello = peerHello.equals(Hello.NONE) ? Hello.NONE : self.hello();
    peer = name;
    cookie = cookies.apply(name);
    challenge = challenges.getAsInt();
    send(
        HandshakeMessages.encode(
            new HandshakeMessages.Challenge(
                offered, challenge, self.creation(), self.name(), hello)));
    state = known != null && known.old() ? State.COMPLEMENT : State.REPLY;
    return new Step.Receive();
  }

  private Step.Next takeComplement(HandshakeMessages.Complement message) {
    peerFlags |= message.flags();
    peerCreation = message.creation();
    Set<Flag> missing = Flags.missing(peerFlags);
    if (!missing.isEmpty()) {
      return failed(Reason.FLAGS, lacks(peer(), missing));
    }
    state = State.REPLY;
    return new Step.Receive();
  }

  private Step.Next takeReply(HandshakeMessages.Reply message) {
    if (cookie == null || !message.digest().matches(cookie.digest(challenge))) {
      return failed(Reason.COOKIE, otherCookie(peer()));
    }
    peerChallenge = message.challenge();
    state = State.CLEAR;
    return new Step.MakeWay();
  }

  /// Says that [Step.MakeWay] has been done.
  ///
  /// @return that the handshake is done
  public Step clear() {
    expectQuestion();
    NodeName name = peer;
    if (state != State.CLEAR || name == null || cookie == null) {
      throw new IllegalStateException("the peer has not proven anything yet");
    }
    send(HandshakeMessages.encode(cookie.digest(peerChallenge)));
    return answered(
        new Step.Done(
            new Agreement(
                NodeName.of(self.name()),
                self.creation(),
                name,
                peerCreation,
                Flags.common(offered, peerFlags),
                self.hello().common(peerHello))));
  }

  static String lacks(String node, Set<Flag> missing) {
    return node
        + " lacks capabilities that Belay demands, as Erlang/OTP 26 and newer do: "
        + missing;
  }

  static String otherCookie(String node) {
    return node
        + " does not have the same cookie as this node: its answer to our challenge is wrong. Give both nodes the same.";
  }

  @Override
  String peer() {
    if (peer != null) {
      return peer.toString();
    }
    return said == null ? SOMEBODY : said.name();
  }

  @Override
  String when() {
    return switch (state) {
      case NAME -> "before saying its name";
      case ALIVE -> "when asked about the connection that it has with us";
      case COMPLEMENT, REPLY -> "after our challenge";
      case CLEAR -> "after it had answered our challenge";
    };
  }

  @Override
  Reason closedReason() {
    return Reason.CLOSED;
  }

  @Override
  String closedMessage() {
    return when()
        + switch (state) {
          case COMPLEMENT, REPLY ->
              ": it may have looked for a node of another name than "
                  + self.name()
                  + ", or demand what we lack";
          default -> "";
        };
  }
}

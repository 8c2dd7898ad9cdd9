package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.handshake.Hello;
import dev.belay.distribution.internal.handshake.Hello.Feature;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.ProtocolException;
import dev.belay.distribution.internal.wire.Signal;
import org.jspecify.annotations.Nullable;

/// The signals for which two nodes of Belay's have words that Erlang has not: each as one message
/// to a name that nobody else is sent anything by.
///
/// ```text
/// {terminate, To, Reason}       a request to end, whatever the receiver traps
/// {exit, To, Reason, Trail}     the exit of a linked process
/// {down, Ref, Reason, Trail}    what a monitor is told
/// ```
///
/// The sender of the message is who sends the signal, or has ended; so it is in order with all that
/// he sends. It takes the place of Erlang's signal, and does not come in addition: there is nothing
/// that could be lost or doubled on its own. An exit or a down without a trail is said in Erlang's
/// words.
///
/// What has been agreed on is known when the first frame is read or written, and stays so. To a
/// node that has said nothing the name is one like any other.
final class BelaySignals {
  /// To whom they go.
  static final Atom NAME = Atom.of("$belay");

  private static final Atom TERMINATE = Atom.of("terminate");
  private static final Atom EXIT = Atom.of("exit");
  private static final Atom DOWN = Atom.of("down");

  private final Hello agreed;
  private final String peer;
  private final NodeIdentities identities;
  private final TermCodec codec;

  /// @param agreed what both nodes understand
  /// @param peer the name of the other node
  /// @param identities makes pids and references of what is on the wire
  /// @param codec which types reasons may be of
  BelaySignals(Hello agreed, String peer, NodeIdentities identities, TermCodec codec) {
    this.agreed = agreed;
    this.peer = peer;
    this.identities = identities;
    this.codec = codec;
  }

  /// Tells whether a message to a name is one of these signals, and no message.
  ///
  /// @param name a name at the receiver
  /// @return whether it is; a message of a program's own must then not go there
  boolean isReserved(String name) {
    return agreed.features() != 0 && name.equals(NAME.name());
  }

  // speaking

  /// Says a signal in these words, if it has to be.
  ///
  /// @param signal the signal
  /// @param reason its reason as a term, if it has one
  /// @return null if Erlang's words are the right ones
  /// @throws IllegalStateException if there are no words for it at all
  @Nullable Signal say(Carrier.Signal signal, Object reason) {
    return switch (signal.kind()) {
      case TERMINATE -> {
        if (!agreed.has(Feature.TERMINATE)) {
          // The node has been told so, and has refused it to its sender.
          throw new IllegalStateException("a request to end, to a node that knows none");
        }
        yield message(signal, Tuple.of(TERMINATE, signal.to(), reason));
      }
      case LINK_EXIT ->
          hasTrail(signal)
              ? message(
                  signal, Tuple.of(EXIT, signal.to(), reason, TrailTerms.term(signal.trail())))
              : null;
      case DOWN ->
          hasTrail(signal)
              ? message(
                  signal, Tuple.of(DOWN, signal.ref(), reason, TrailTerms.term(signal.trail())))
              : null;
      default -> null;
    };
  }

  private boolean hasTrail(Carrier.Signal signal) {
    return agreed.has(Feature.TRAIL) && !signal.trail().hops().isEmpty();
  }

  private Signal message(Carrier.Signal signal, Tuple said) {
    return new Signal(new ControlMessage.RegSend(identities.wire(signal.from()), NAME, null), said);
  }

  // hearing

  /// Applies what has come to the [reserved][#isReserved] name.
  ///
  /// @param sender who has sent it
  /// @param said what
  /// @param in applies it
  /// @throws ProtocolException if it is none of these signals, or not of a process of the peer's
  void hear(WirePid sender, Object said, Carrier.Incoming in) {
    Pid from = identities.pid(sender);
    if (!from.node().equals(peer)) {
      throw new ProtocolException("a signal of Belay's comes from a process of another node");
    }
    switch (said) {
      case Tuple(var e)
          when e.size() == 3
              && e.get(0).equals(TERMINATE)
              && e.get(1) instanceof Pid to
              && agreed.has(Feature.TERMINATE) ->
          in.terminate(from, to, reason(e.get(2)));
      case Tuple(var e)
          when e.size() == 4
              && e.get(0).equals(EXIT)
              && e.get(1) instanceof Pid to
              && agreed.has(Feature.TRAIL) ->
          in.linkExit(from, to, reason(e.get(2)), TrailTerms.trail(e.get(3)));
      case Tuple(var e)
          when e.size() == 4
              && e.get(0).equals(DOWN)
              && e.get(1) instanceof Ref ref
              && agreed.has(Feature.TRAIL) ->
          in.down(ref, reason(e.get(2)), TrailTerms.trail(e.get(3)));
      default -> throw new ProtocolException("a signal of Belay's that was not agreed on");
    }
  }

  private ExitReason reason(Object term) {
    return codec.fromTerm(term, ExitReason.class);
  }
}

package dev.belay.distribution.internal.handshake;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// One side of the handshake of two nodes (version 6), without socket, thread or clock: it is told
/// what happens, and says what to do.
///
/// Whatever comes from the peer leads to a [Step], a wrong message to one that says why the
/// handshake failed. After [Step.Done] and [Step.Failed] it is over; after a question only its
/// answer may follow, or the end of the connection. A caller that does anything else gets an
/// [IllegalStateException].
///
/// Not to be used by two threads at once.
public abstract sealed class Handshake permits Connecting, Accepting {
  /// How long to wait for each next message of the peer.
  public static final Duration STEP_TIME = Duration.ofSeconds(7);

  private final Framing framing;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Waiting waiting = Waiting.BEGIN;

  /// What has to happen next.
  private enum Waiting {
    BEGIN,
    MESSAGE,
    ANSWER,
    NOTHING
  }

  Handshake(Framing framing) {
    this.framing = framing;
  }

  /// Begins.
  ///
  /// @return what to do
  public final Step begin() {
    expect(Waiting.BEGIN);
    return step(start());
  }

  /// Takes the messages that have come. Of one that is not complete nothing is taken, and after the
  /// last message nothing is.
  ///
  /// @param in what has come
  /// @return what to do
  public final Step receive(ByteBuffer in) {
    expect(Waiting.MESSAGE);
    Step.Next next = new Step.Receive();
    try {
      ByteBuffer message = framing.take(in);
      while (message != null) {
        next = take(message);
        message = next instanceof Step.Receive ? framing.take(in) : null;
      }
    } catch (ProtocolException e) {
      next =
          failed(
              Reason.MALFORMED,
              peer() + " does not keep to the protocol of distributed Erlang: " + e.getMessage());
    }
    return step(next);
  }

  /// Takes it that the peer has closed the connection.
  ///
  /// @return that the handshake failed, and most likely why
  public final Step closed() {
    return ended(closedReason(), peer() + " closed the connection " + closedMessage());
  }

  /// Takes it that the peer has not said anything for too long.
  ///
  /// @return that the handshake failed
  public final Step timedOut() {
    return ended(Reason.TIMED_OUT, peer() + " did not say anything for too long " + when());
  }

  private Step ended(Reason reason, String message) {
    if (waiting == Waiting.NOTHING) {
      throw new IllegalStateException("the handshake is over");
    }
    return step(failed(reason, message));
  }

  /// Tells whether it is done or has failed.
  ///
  /// @return whether it is over
  public final boolean isOver() {
    return waiting == Waiting.NOTHING;
  }

  private void expect(Waiting expected) {
    if (waiting != expected) {
      throw new IllegalStateException("the handshake waits for " + waiting + ", not " + expected);
    }
  }

  // for the two sides

  /// What is done first.
  abstract Step.Next start();

  /// Takes a message.
  abstract Step.Next take(ByteBuffer message) throws ProtocolException;

  /// The peer, in a sentence.
  abstract String peer();

  /// Where the handshake is, in a sentence.
  abstract String when();

  /// What it most likely means that the peer closes the connection now.
  abstract Reason closedReason();

  /// The same in a sentence.
  abstract String closedMessage();

  /// Goes on after a question.
  final Step answered(Step.Next next) {
    expect(Waiting.ANSWER);
    return step(next);
  }

  /// Makes sure that a question is open.
  final void expectQuestion() {
    expect(Waiting.ANSWER);
  }

  final void send(byte[] message) {
    out.writeBytes(framing.frame(message));
  }

  static Step.Failed failed(Reason reason, String message) {
    return new Step.Failed(new HandshakeException(reason, message));
  }

  private Step step(Step.Next next) {
    waiting =
        switch (next) {
          case Step.Receive _ -> Waiting.MESSAGE;
          case Step.Arbitrate _, Step.StillWanted _, Step.MakeWay _ -> Waiting.ANSWER;
          case Step.Done _, Step.Failed _ -> Waiting.NOTHING;
        };
    Step step = new Step(out.toByteArray(), next);
    out.reset();
    return step;
  }
}

package dev.belay.distribution.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A handshake of ours with another of ours, without sockets: each gets what the other sends, in
/// pieces of a size.
final class Dialogue {
  static final NodeName A = NodeName.of("a@localhost");
  static final NodeName B = NodeName.of("b@localhost");
  static final Cookie COOKIE = Cookie.of("secret");
  static final long FLAGS = Flags.offered(false, false);
  static final Identity IDENTITY_A = Identity.of(A, 77_777, FLAGS);
  static final Identity IDENTITY_B = Identity.of(B, 0xFFFF_FFFFL, FLAGS);

  final Side connector;
  final Side acceptor;

  /// What the acceptor decides.
  Verdict verdict = Verdict.OK;

  /// What the connector answers to `alive`.
  boolean stillWanted = true;

  int pieces = Integer.MAX_VALUE;

  /// One side.
  static final class Side {
    final Handshake handshake;
    final ByteBuffer in = ByteBuffer.allocate(100_000).flip();
    final Deque<Byte> underWay = new ArrayDeque<>();
    @Nullable Agreement agreement;
    @Nullable HandshakeException failure;

    Side(Handshake handshake) {
      this.handshake = handshake;
    }

    Agreement agreed() {
      return Objects.requireNonNull(agreement, "there is no agreement");
    }

    Reason reason() {
      assertThat(failure).isNotNull();
      return failure == null ? Reason.CLOSED : failure.reason();
    }

    String message() {
      return failure == null ? "" : String.valueOf(failure.getMessage());
    }
  }

  Dialogue(Connecting connecting, Accepting accepting) {
    this.connector = new Side(connecting);
    this.acceptor = new Side(accepting);
  }

  static Dialogue of(Framing framing, Identity connector, Identity acceptor) {
    return new Dialogue(
        new Connecting(framing, connector, NodeName.of(acceptor.name()), COOKIE, () -> 0x12345678),
        new Accepting(framing, acceptor, _ -> COOKIE, () -> 0xB7FABC1A));
  }

  static Dialogue usual() {
    return of(Framing.TCP, IDENTITY_A, IDENTITY_B);
  }

  /// Goes on until nothing is under way, and tells who is not done then that the other has closed.
  Dialogue run() {
    perform(connector, acceptor, connector.handshake.begin());
    perform(acceptor, connector, acceptor.handshake.begin());
    boolean more = true;
    while (more) {
      more = deliver(connector, acceptor);
      more |= deliver(acceptor, connector);
    }
    if (!connector.handshake.isOver()) {
      perform(connector, acceptor, connector.handshake.closed());
    }
    if (!acceptor.handshake.isOver()) {
      perform(acceptor, connector, acceptor.handshake.closed());
    }
    return this;
  }

  private boolean deliver(Side to, Side from) {
    if (to.underWay.isEmpty()) {
      return false;
    }
    to.in.compact();
    for (int i = 0; i < pieces && !to.underWay.isEmpty(); i++) {
      to.in.put(to.underWay.remove());
    }
    to.in.flip();
    if (!to.handshake.isOver()) {
      perform(to, from, to.handshake.receive(to.in));
    }
    return true;
  }

  private void perform(Side side, Side other, Step first) {
    Step step = first;
    while (true) {
      for (byte b : step.bytes()) {
        other.underWay.add(b);
      }
      switch (step.next()) {
        case Step.Receive _ -> {
          return;
        }
        case Step.Arbitrate _ -> step = ((Accepting) side.handshake).answer(verdict);
        case Step.StillWanted _ -> step = ((Connecting) side.handshake).answer(stillWanted);
        case Step.MakeWay _ -> step = ((Accepting) side.handshake).clear();
        case Step.Done(Agreement agreement) -> {
          side.agreement = agreement;
          return;
        }
        case Step.Failed(HandshakeException failure) -> {
          side.failure = failure;
          return;
        }
      }
    }
  }
}

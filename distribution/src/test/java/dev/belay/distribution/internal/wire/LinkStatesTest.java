package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.ControlMessage.Exit;
import dev.belay.distribution.internal.wire.ControlMessage.Link;
import dev.belay.distribution.internal.wire.ControlMessage.PayloadExit;
import dev.belay.distribution.internal.wire.ControlMessage.UnlinkId;
import dev.belay.distribution.internal.wire.ControlMessage.UnlinkIdAck;
import dev.belay.distribution.internal.wire.LinkStates.Bond;
import org.junit.jupiter.api.Test;

/// The table of states and events, one entry after the other.
class LinkStatesTest {
  private static final WirePid LOCAL = Samples.local(1);
  private static final WirePid REMOTE = Samples.remote(2);
  private static final WirePid STALE = new WirePid(Samples.PEER, 2, 0, Samples.PEER_CREATION - 1);

  private static final Link LINK_IN = new Link(REMOTE, LOCAL);
  private static final Signal LINK_OUT = Signal.of(new Link(LOCAL, REMOTE));
  private static final Atom BOOM = Atom.of("boom");

  private final LinkStates states =
      new LinkStates(new Dialect(Samples.PLAIN_FLAGS), Samples.PEER_CREATION);

  private static Signal unlink(long id) {
    return Signal.of(new UnlinkId(id, LOCAL, REMOTE));
  }

  private static UnlinkIdAck ack(long id) {
    return new UnlinkIdAck(id, REMOTE, LOCAL);
  }

  private static Signal exit(WirePid to, Atom reason) {
    return new Signal(new PayloadExit(LOCAL, to, null), reason);
  }

  private void active() {
    states.link(LOCAL, REMOTE);
  }

  private void pending() {
    active();
    assertThat(states.unlink(LOCAL, REMOTE)).isEqualTo(unlink(1));
  }

  private void assertAbsent() {
    assertThat(states.isEmpty()).as(states.toString()).isTrue();
    assertThat(states.isLinked(LOCAL, REMOTE)).isFalse();
  }

  private void assertActive() {
    assertThat(states.isLinked(LOCAL, REMOTE)).isTrue();
    assertThat(states.isEmpty()).isFalse();
  }

  private void assertPending() {
    assertThat(states.isLinked(LOCAL, REMOTE)).isFalse();
    assertThat(states.isEmpty()).isFalse();
  }

  @Test
  void link() {
    assertThat(states.link(LOCAL, REMOTE)).isEqualTo(LINK_OUT);
    assertActive();
    assertThat(states.link(LOCAL, REMOTE)).isNull();
    assertActive();
  }

  @Test
  void linkWhilePending() {
    pending();
    assertThat(states.link(LOCAL, REMOTE)).isEqualTo(LINK_OUT);
    assertActive();
    // The answer to the older unlink changes nothing.
    states.receive(ack(1));
    assertActive();
  }

  @Test
  void unlink() {
    assertThat(states.unlink(LOCAL, REMOTE)).isNull();
    assertAbsent();
    pending();
    assertPending();
    assertThat(states.unlink(LOCAL, REMOTE)).isNull();
    assertPending();
  }

  @Test
  void everyUnlinkHasAnotherId() {
    pending();
    states.link(LOCAL, REMOTE);
    assertThat(states.unlink(LOCAL, REMOTE)).isEqualTo(unlink(2));
    states.receive(ack(1));
    assertPending();
    states.receive(ack(2));
    assertAbsent();
  }

  @Test
  void linkReceived() {
    assertThat(states.receive(LINK_IN, true)).isNull();
    assertActive();
    assertThat(states.receive(LINK_IN, true)).isNull();
    assertActive();
  }

  @Test
  void linkReceivedWhilePending() {
    pending();
    assertThat(states.receive(LINK_IN, true)).isNull();
    assertPending();
  }

  @Test
  void linkReceivedForTheDead() {
    assertThat(states.receive(LINK_IN, false)).isEqualTo(exit(REMOTE, Atom.NOPROC));
    assertAbsent();
    LinkStates old = new LinkStates(new Dialect(Samples.PASS_THROUGH_FLAGS), 9);
    assertThat(old.receive(LINK_IN, false))
        .isEqualTo(Signal.of(new Exit(LOCAL, REMOTE, null, Atom.NOPROC)));
  }

  @Test
  void unlinkReceived() {
    Signal answer = Signal.of(new UnlinkIdAck(77, LOCAL, REMOTE));
    UnlinkId unlink = new UnlinkId(77, REMOTE, LOCAL);
    assertThat(states.receive(unlink)).isEqualTo(answer);
    assertAbsent();
    active();
    assertThat(states.receive(unlink)).isEqualTo(answer);
    assertAbsent();
    pending();
    assertThat(states.receive(unlink)).isEqualTo(answer);
    assertPending();
  }

  @Test
  void ackReceived() {
    states.receive(ack(1));
    assertAbsent();
    active();
    states.receive(ack(1));
    assertActive();
    states.unlink(LOCAL, REMOTE);
    states.receive(ack(2));
    assertPending();
    states.receive(ack(1));
    assertAbsent();
  }

  @Test
  void exitReceived() {
    assertThat(states.receiveExit(LOCAL, REMOTE)).isFalse();
    active();
    assertThat(states.receiveExit(LOCAL, REMOTE)).isTrue();
    assertAbsent();
    assertThat(states.receiveExit(LOCAL, REMOTE)).isFalse();
    pending();
    assertThat(states.receiveExit(LOCAL, REMOTE)).isFalse();
    assertAbsent();
  }

  @Test
  void localExit() {
    assertThat(states.exit(LOCAL, BOOM)).isEmpty();
    pending();
    assertThat(states.exit(LOCAL, BOOM)).isEmpty();
    assertAbsent();
    active();
    states.link(LOCAL, Samples.remote(3));
    states.link(LOCAL, Samples.remote(4));
    states.unlink(LOCAL, Samples.remote(4));
    states.link(Samples.local(5), REMOTE);
    assertThat(states.exit(LOCAL, BOOM))
        .containsExactlyInAnyOrder(exit(REMOTE, BOOM), exit(Samples.remote(3), BOOM));
    assertThat(states.exit(LOCAL, BOOM)).isEmpty();
    assertThat(states.isLinked(Samples.local(5), REMOTE)).isTrue();
  }

  @Test
  void connectionLost() {
    assertThat(states.disconnect()).isEmpty();
    pending();
    states.link(LOCAL, Samples.remote(3));
    states.link(Samples.local(5), REMOTE);
    assertThat(states.disconnect())
        .containsExactlyInAnyOrder(
            new Bond(LOCAL, Samples.remote(3)), new Bond(Samples.local(5), REMOTE));
    assertAbsent();
    assertThat(states.disconnect()).isEmpty();
  }

  @Test
  void spawned() {
    states.spawned(LOCAL, REMOTE);
    assertActive();
    assertThat(states.link(LOCAL, REMOTE)).isNull();
    assertThat(states.receiveExit(LOCAL, REMOTE)).isTrue();
  }

  @Test
  void aFormerLifeOfThePeerIsNotToldOfUnlinks() {
    assertThat(states.link(LOCAL, STALE)).isEqualTo(Signal.of(new Link(LOCAL, STALE)));
    assertThat(states.unlink(LOCAL, STALE)).isNull();
    assertAbsent();
    // What the peer answers to the link comes too late.
    assertThat(states.receiveExit(LOCAL, STALE)).isFalse();
    assertThat(states.receive(new UnlinkId(1, STALE, LOCAL))).isNull();
  }

  @Test
  void idsHaveNoSign() {
    assertThat(states.receive(new UnlinkId(-1, REMOTE, LOCAL)))
        .isEqualTo(Signal.of(new UnlinkIdAck(-1, LOCAL, REMOTE)));
  }
}

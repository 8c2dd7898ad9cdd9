package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import java.util.List;

/// Processes of two nodes, and a control message of each kind.
final class Samples {
  static final Atom HERE = Atom.of("h@localhost");
  static final Atom PEER = Atom.of("p@localhost");
  static final int PEER_CREATION = 9;

  static final Object TOKEN =
      Tuple.of(0L, Tuple.of(Atom.of("big"), Atom.of("label")), 1L, remote(1), 0L);

  /// What a hidden node offers and stock nodes of Erlang/OTP 25 to 27 do: no cache.
  static final long PLAIN_FLAGS = 0xD07DF5FBCL;

  /// What stock nodes of Erlang/OTP 25 to 27 offer.
  static final long CACHE_FLAGS = 0xD07DF7FBCL;

  /// Neither header nor fragments.
  static final long PASS_THROUGH_FLAGS = 0x403070F94L;

  /// What Erlang/OTP 28 offers.
  static final long ALTACT_FLAGS = 0x2D07DF7FBCL;

  private Samples() {}

  static WirePid local(int id) {
    return new WirePid(HERE, id, 0, 7);
  }

  static WirePid remote(int id) {
    return new WirePid(PEER, id, 0, PEER_CREATION);
  }

  static WireRef ref(int... words) {
    return new WireRef(PEER, PEER_CREATION, words);
  }

  /// All operations as the peer would send them, in the order of their numbers.
  static List<ControlMessage> all() {
    WirePid from = remote(1);
    WirePid to = local(2);
    WireRef ref = ref(1, 2, 3);
    Atom name = Atom.of("name");
    Object reason = Tuple.of(Atom.of("boom"), remote(5));
    List<?> options = List.of(Atom.of("monitor"), Tuple.of(Atom.of("priority"), Atom.of("high")));
    return List.of(
        new ControlMessage.Link(from, to),
        new ControlMessage.Send(to, null),
        new ControlMessage.Exit(from, to, null, reason),
        new ControlMessage.RegSend(from, name, null),
        new ControlMessage.GroupLeader(from, to),
        new ControlMessage.Exit2(from, to, null, reason),
        new ControlMessage.Send(to, TOKEN),
        new ControlMessage.Exit(from, to, TOKEN, reason),
        new ControlMessage.RegSend(from, name, TOKEN),
        new ControlMessage.Exit2(from, to, TOKEN, reason),
        new ControlMessage.MonitorP(from, to, ref),
        new ControlMessage.DemonitorP(from, name, ref),
        new ControlMessage.MonitorPExit(from, to, ref, reason),
        new ControlMessage.SendSender(from, to, null),
        new ControlMessage.SendSender(from, to, TOKEN),
        new ControlMessage.PayloadExit(from, to, null),
        new ControlMessage.PayloadExit(from, to, TOKEN),
        new ControlMessage.PayloadExit2(from, to, null),
        new ControlMessage.PayloadExit2(from, to, TOKEN),
        new ControlMessage.PayloadMonitorPExit(name, to, ref),
        new ControlMessage.SpawnRequest(
            ref, from, remote(3), Atom.of("jt"), Atom.of("add"), 2, options, null),
        new ControlMessage.SpawnRequest(
            ref, from, remote(3), Atom.of("jt"), Atom.of("add"), 0, List.of(), TOKEN),
        new ControlMessage.SpawnReply(ref, to, 3, remote(4), null),
        new ControlMessage.SpawnReply(ref, to, 0, Atom.of("badopt"), TOKEN),
        new ControlMessage.AliasSend(from, ref(1, 2, 3, 4, 5), null),
        new ControlMessage.AliasSend(from, ref, TOKEN),
        new ControlMessage.UnlinkId(1, from, to),
        new ControlMessage.UnlinkIdAck(-1, from, to),
        new ControlMessage.AltactSigSend(AltactFlags.PRIORITY, from, ref, null),
        new ControlMessage.AltactSigSend(AltactFlags.EXIT, from, name, TOKEN));
  }
}

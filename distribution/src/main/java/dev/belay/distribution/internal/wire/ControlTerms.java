package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import dev.belay.distribution.internal.wire.ControlMessage.AliasSend;
import dev.belay.distribution.internal.wire.ControlMessage.AltactSigSend;
import dev.belay.distribution.internal.wire.ControlMessage.DemonitorP;
import dev.belay.distribution.internal.wire.ControlMessage.Exit;
import dev.belay.distribution.internal.wire.ControlMessage.Exit2;
import dev.belay.distribution.internal.wire.ControlMessage.GroupLeader;
import dev.belay.distribution.internal.wire.ControlMessage.Link;
import dev.belay.distribution.internal.wire.ControlMessage.MonitorP;
import dev.belay.distribution.internal.wire.ControlMessage.MonitorPExit;
import dev.belay.distribution.internal.wire.ControlMessage.PayloadExit;
import dev.belay.distribution.internal.wire.ControlMessage.PayloadExit2;
import dev.belay.distribution.internal.wire.ControlMessage.PayloadMonitorPExit;
import dev.belay.distribution.internal.wire.ControlMessage.RegSend;
import dev.belay.distribution.internal.wire.ControlMessage.Send;
import dev.belay.distribution.internal.wire.ControlMessage.SendSender;
import dev.belay.distribution.internal.wire.ControlMessage.SpawnReply;
import dev.belay.distribution.internal.wire.ControlMessage.SpawnRequest;
import dev.belay.distribution.internal.wire.ControlMessage.UnlinkId;
import dev.belay.distribution.internal.wire.ControlMessage.UnlinkIdAck;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// How control messages are laid out as tuples, in both directions.
final class ControlTerms {
  /// Stands where there once was a cookie.
  private static final Atom NO_COOKIE = Atom.EMPTY;

  private static final long LONGEST_ARITY = 255;

  private ControlTerms() {}

  static ControlMessage parse(Object term) {
    Fields f = Fields.of(term);
    return switch (f.op()) {
      case 1 -> new Link(f.pid(1), f.pid(2));
      case 2 -> new Send(f.pid(2), null);
      case 12 -> new Send(f.pid(2), f.any(3));
      case 3 -> new Exit(f.pid(1), f.pid(2), null, f.any(3));
      case 13 -> new Exit(f.pid(1), f.pid(2), f.any(3), f.any(4));
      case 6 -> new RegSend(f.pid(1), f.atom(3), null);
      case 16 -> new RegSend(f.pid(1), f.atom(3), f.any(4));
      case 7 -> new GroupLeader(f.pid(1), f.pid(2));
      case 8 -> new Exit2(f.pid(1), f.pid(2), null, f.any(3));
      case 18 -> new Exit2(f.pid(1), f.pid(2), f.any(3), f.any(4));
      case 19 -> new MonitorP(f.pid(1), f.pidOrAtom(2), f.ref(3));
      case 20 -> new DemonitorP(f.pid(1), f.pidOrAtom(2), f.ref(3));
      case 21 -> new MonitorPExit(f.pidOrAtom(1), f.pid(2), f.ref(3), f.any(4));
      case 22 -> new SendSender(f.pid(1), f.pid(2), null);
      case 23 -> new SendSender(f.pid(1), f.pid(2), f.any(3));
      case 24 -> new PayloadExit(f.pid(1), f.pid(2), null);
      case 25 -> new PayloadExit(f.pid(1), f.pid(2), f.any(3));
      case 26 -> new PayloadExit2(f.pid(1), f.pid(2), null);
      case 27 -> new PayloadExit2(f.pid(1), f.pid(2), f.any(3));
      case 28 -> new PayloadMonitorPExit(f.pidOrAtom(1), f.pid(2), f.ref(3));
      case 29 -> spawnRequest(f, null);
      case 30 -> spawnRequest(f, f.any(6));
      case 31 -> spawnReply(f, null);
      case 32 -> spawnReply(f, f.any(5));
      case 33 -> new AliasSend(f.pid(1), f.ref(2), null);
      case 34 -> new AliasSend(f.pid(1), f.ref(2), f.any(3));
      case 35 -> new UnlinkId(f.id(1), f.pid(2), f.pid(3));
      case 36 -> new UnlinkIdAck(f.id(1), f.pid(2), f.pid(3));
      case 37 -> altactSigSend(f);
      default -> throw new IllegalStateException("a layout without a reader: " + f.op());
    };
  }

  private static SpawnRequest spawnRequest(Fields f, @Nullable Object token) {
    Fields function = f.tuple(4, 3);
    return new SpawnRequest(
        f.ref(1),
        f.pid(2),
        f.pid(3),
        function.atom(0),
        function.atom(1),
        (int) function.number(2, LONGEST_ARITY),
        f.list(5),
        token);
  }

  private static SpawnReply spawnReply(Fields f, @Nullable Object token) {
    return new SpawnReply(
        f.ref(1), f.pid(2), (int) f.number(3, Integer.MAX_VALUE), f.pidOrAtom(4), token);
  }

  private static AltactSigSend altactSigSend(Fields f) {
    int flags = (int) f.number(1, Long.MAX_VALUE);
    boolean byAlias = (flags & AltactFlags.ALIAS) != 0;
    boolean byName = (flags & AltactFlags.NAME) != 0;
    if (byAlias && byName) {
      throw f.wrong("says of its receiver that it is an alias as well as a name");
    }
    Object to = byAlias ? f.ref(3) : byName ? f.atom(3) : f.pid(3);
    boolean hasToken = (flags & AltactFlags.TOKEN) != 0;
    if (hasToken && f.size() < 5) {
      throw f.wrong("says that it has a token, and has none");
    }
    return new AltactSigSend(flags, f.pid(2), to, hasToken ? f.any(4) : null);
  }

  static Object toTerm(ControlMessage message) {
    Object op = (long) message.op();
    return switch (message) {
      case Link(var from, var to) -> Tuple.of(op, from, to);
      case Send(var to, var token) -> tuple(token, op, NO_COOKIE, to);
      case Exit(var from, var to, var token, var reason) ->
          token == null ? Tuple.of(op, from, to, reason) : Tuple.of(op, from, to, token, reason);
      case RegSend(var from, var to, var token) -> tuple(token, op, from, NO_COOKIE, to);
      case GroupLeader(var leader, var to) -> Tuple.of(op, leader, to);
      case Exit2(var from, var to, var token, var reason) ->
          token == null ? Tuple.of(op, from, to, reason) : Tuple.of(op, from, to, token, reason);
      case MonitorP(var watcher, var watched, var ref) -> Tuple.of(op, watcher, watched, ref);
      case DemonitorP(var watcher, var watched, var ref) -> Tuple.of(op, watcher, watched, ref);
      case MonitorPExit(var watched, var watcher, var ref, var reason) ->
          Tuple.of(op, watched, watcher, ref, reason);
      case SendSender(var from, var to, var token) -> tuple(token, op, from, to);
      case PayloadExit(var from, var to, var token) -> tuple(token, op, from, to);
      case PayloadExit2(var from, var to, var token) -> tuple(token, op, from, to);
      case PayloadMonitorPExit(var watched, var watcher, var ref) ->
          Tuple.of(op, watched, watcher, ref);
      case SpawnRequest r -> {
        Object function = Tuple.of(r.module(), r.function(), (long) r.arity());
        yield tuple(r.token(), op, r.ref(), r.from(), r.groupLeader(), function, r.options());
      }
      case SpawnReply(var ref, var to, var flags, var result, var token) ->
          tuple(token, op, ref, to, (long) flags, result);
      case AliasSend(var from, var to, var token) -> tuple(token, op, from, to);
      case UnlinkId(var id, var from, var to) -> Tuple.of(op, number(id), from, to);
      case UnlinkIdAck(var id, var from, var to) -> Tuple.of(op, number(id), from, to);
      case AltactSigSend(var flags, var from, var to, var token) ->
          tuple(token, op, (long) flags, from, to);
    };
  }

  static int op(ControlMessage message) {
    return switch (message) {
      case Link _ -> 1;
      case Send(_, var token) -> token == null ? 2 : 12;
      case Exit(_, _, var token, _) -> token == null ? 3 : 13;
      case RegSend(_, _, var token) -> token == null ? 6 : 16;
      case GroupLeader _ -> 7;
      case Exit2(_, _, var token, _) -> token == null ? 8 : 18;
      case MonitorP _ -> 19;
      case DemonitorP _ -> 20;
      case MonitorPExit _ -> 21;
      case SendSender(_, _, var token) -> token == null ? 22 : 23;
      case PayloadExit(_, _, var token) -> token == null ? 24 : 25;
      case PayloadExit2(_, _, var token) -> token == null ? 26 : 27;
      case PayloadMonitorPExit _ -> 28;
      case SpawnRequest r -> r.token() == null ? 29 : 30;
      case SpawnReply r -> r.token() == null ? 31 : 32;
      case AliasSend(_, _, var token) -> token == null ? 33 : 34;
      case UnlinkId _ -> 35;
      case UnlinkIdAck _ -> 36;
      case AltactSigSend _ -> 37;
    };
  }

  static boolean hasPayload(int op) {
    return switch (op) {
      case 2, 6, 12, 16, 22, 23, 24, 25, 26, 27, 28, 29, 30, 33, 34, 37 -> true;
      default -> false;
    };
  }

  /// The reason, where it is part of the control message.
  static @Nullable Object reason(ControlMessage message) {
    return switch (message) {
      case Exit(_, _, _, var reason) -> reason;
      case Exit2(_, _, _, var reason) -> reason;
      case MonitorPExit(_, _, _, var reason) -> reason;
      default -> null;
    };
  }

  /// Who has to be a process of the node that sends the message; not a pid where anybody may.
  static @Nullable Object responsible(ControlMessage message) {
    return switch (message) {
      case Link(var from, _) -> from;
      case Exit(var from, _, _, _) -> from;
      case Exit2(var from, _, _, _) -> from;
      case MonitorP(var watcher, _, _) -> watcher;
      case DemonitorP(var watcher, _, _) -> watcher;
      case MonitorPExit(var watched, _, _, _) -> watched;
      case PayloadExit(var from, _, _) -> from;
      case PayloadExit2(var from, _, _) -> from;
      case PayloadMonitorPExit(var watched, _, _) -> watched;
      case SpawnRequest r -> r.from();
      case SpawnReply r -> r.result();
      case UnlinkId(_, var from, _) -> from;
      case UnlinkIdAck(_, var from, _) -> from;
      case Send _, RegSend _, GroupLeader _, SendSender _, AliasSend _, AltactSigSend _ -> null;
    };
  }

  static void checkPidOrName(Object value) {
    if (!(value instanceof WirePid || value instanceof Atom)) {
      throw new IllegalArgumentException("must be a WirePid or an Atom: " + value);
    }
  }

  static void checkId(long id) {
    if (id == 0) {
      throw new IllegalArgumentException("id must not be 0");
    }
  }

  static int altactFlags(int flags, Object to, @Nullable Object token) {
    int receiver =
        switch (to) {
          case WirePid _ -> 0;
          case WireRef _ -> AltactFlags.ALIAS;
          case Atom _ -> AltactFlags.NAME;
          default ->
              throw new IllegalArgumentException("must be a WirePid, a WireRef or an Atom: " + to);
        };
    int own = flags & 0xff & ~(AltactFlags.ALIAS | AltactFlags.NAME | AltactFlags.TOKEN);
    return own | receiver | (token == null ? 0 : AltactFlags.TOKEN);
  }

  private static Tuple tuple(@Nullable Object token, Object... elements) {
    if (token == null) {
      return Tuple.of(elements);
    }
    Object[] all = new Object[elements.length + 1];
    System.arraycopy(elements, 0, all, 0, elements.length);
    all[elements.length] = token;
    return Tuple.of(all);
  }

  private static Object number(long unsigned) {
    return unsigned >= 0 ? (Object) unsigned : new BigInteger(Long.toUnsignedString(unsigned));
  }
}

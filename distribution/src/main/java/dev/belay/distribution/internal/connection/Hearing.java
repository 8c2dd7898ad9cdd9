package dev.belay.distribution.internal.connection;

import dev.belay.Belay;
import dev.belay.Carrier;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Subject;
import dev.belay.distribution.Atom;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import dev.belay.distribution.internal.wire.AltactFlags;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.FrameSink;
import dev.belay.distribution.internal.wire.Payload;
import dev.belay.distribution.internal.wire.ProtocolException;
import dev.belay.distribution.internal.wire.SpawnOptions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Applies what another node says to the processes of this one. For the thread that reads.
final class Hearing implements FrameSink {
  private final String self;
  private final NodeIdentities identities;
  private final Carrier.Incoming in;
  private final Functions functions;
  private final TermLimits limits;
  private final TermCodec codec;
  private final TermReader reader;

  /// For what Belay's nodes say in words of their own, in which a reason is an element of a tuple.
  private final TermReader wider;

  private final BelaySignals belay;
  private final Consumer<? super ProtocolException> wrong;

  /// Hears what one connection brings.
  ///
  /// @param self the name of this node
  /// @param functions what may be spawned
  /// @param codec which types reasons may be of
  /// @param belay understands what is not Erlang's
  /// @param wrong is told of what is found to make no sense only later, by the process that it was
  ///   for: the connection has to end
  Hearing(
      String self,
      NodeIdentities identities,
      Carrier.Incoming in,
      TermLimits limits,
      Functions functions,
      TermCodec codec,
      BelaySignals belay,
      Consumer<? super ProtocolException> wrong) {
    this.self = self;
    this.identities = identities;
    this.in = in;
    this.functions = functions;
    this.limits = limits;
    this.codec = codec;
    this.belay = belay;
    this.wrong = wrong;
    this.reader = new TermReader(identities, limits);
    this.wider = new TermReader(identities, limits.maxDepth(limits.maxDepth() + 1));
  }

  @Override
  public void tick() {
    // That something has come has been noted.
  }

  @Override
  public void signal(ControlMessage control, @Nullable Payload payload) {
    switch (control) {
      case ControlMessage.SendSender(WirePid from, WirePid to, Object _) ->
          in.message(identities.pid(from), identities.pid(to), there(payload));
      case ControlMessage.Send(WirePid to, Object _) ->
          in.message(identities.pid(to), identities.pid(to), there(payload));
      case ControlMessage.RegSend(WirePid from, Atom to, Object _)
          when belay.isReserved(to.name()) ->
          belay.hear(from, there(payload).read(wider), in);
      case ControlMessage.RegSend(WirePid from, Atom to, Object _) ->
          in.message(identities.pid(from), to.name(), Unconverted.to(to, there(payload)));
      case ControlMessage.AliasSend(WirePid from, WireRef to, Object _) ->
          in.message(identities.pid(from), identities.reference(to), there(payload));
      case ControlMessage.AltactSigSend altact -> altact(altact, there(payload));
      case ControlMessage.Link(WirePid from, WirePid to) -> in.link(identities.pid(from), own(to));
      case ControlMessage.UnlinkId(long id, WirePid from, WirePid to) ->
          in.unlink(id, identities.pid(from), own(to));
      case ControlMessage.UnlinkIdAck(long id, WirePid from, WirePid to) ->
          in.unlinkAck(id, identities.pid(from), identities.pid(to));
      case ControlMessage.Exit(WirePid from, WirePid to, Object _, Object _) ->
          in.linkExit(identities.pid(from), identities.pid(to), reason(payload));
      case ControlMessage.PayloadExit(WirePid from, WirePid to, Object _) ->
          in.linkExit(identities.pid(from), identities.pid(to), reason(payload));
      case ControlMessage.Exit2(WirePid from, WirePid to, Object _, Object _) ->
          in.exit(identities.pid(from), identities.pid(to), reason(payload));
      case ControlMessage.PayloadExit2(WirePid from, WirePid to, Object _) ->
          in.exit(identities.pid(from), identities.pid(to), reason(payload));
      case ControlMessage.MonitorP(WirePid watcher, Object watched, WireRef ref) ->
          in.monitor(identities.pid(watcher), subject(watched), identities.reference(ref));
      case ControlMessage.DemonitorP(WirePid watcher, Object _, WireRef ref) ->
          in.demonitor(identities.pid(watcher), identities.reference(ref));
      case ControlMessage.MonitorPExit(Object _, WirePid _, WireRef ref, Object _) ->
          in.down(identities.reference(ref), reason(payload));
      case ControlMessage.PayloadMonitorPExit(Object _, WirePid _, WireRef ref) ->
          in.down(identities.reference(ref), reason(payload));
      case ControlMessage.SpawnRequest request -> spawn(request, there(payload));
      case ControlMessage.SpawnReply reply -> spawned(reply);
      case ControlMessage.GroupLeader(WirePid leader, WirePid to) ->
          in.groupLeader(identities.pid(leader), identities.pid(to));
    }
  }

  private void spawned(ControlMessage.SpawnReply reply) {
    Ref ref = identities.reference(reply.ref());
    if (reply.result() instanceof WirePid child) {
      boolean linked = (reply.flags() & ControlMessage.SpawnReply.LINKED) != 0;
      boolean monitored = (reply.flags() & ControlMessage.SpawnReply.MONITORED) != 0;
      in.spawned(ref, identities.pid(child), linked, monitored);
    } else {
      in.notSpawned(ref, ((Atom) reply.result()).name());
    }
  }

  private void spawn(ControlMessage.SpawnRequest request, Payload payload) {
    Pid parent = identities.pid(request.from());
    Ref ref = identities.reference(request.ref());
    Optional<SpawnOptions> options = SpawnOptions.read(request.options());
    if (options.isEmpty()) {
      in.refuseSpawn(parent, ref, "badopt");
      return;
    }
    Functions.Key key =
        new Functions.Key(request.module().name(), request.function().name(), request.arity());
    // Decoded by the new process, which has the time for it.
    in.spawn(
        parent,
        identities.pid(request.groupLeader()),
        ref,
        childsEnd(options.get()),
        options.get().monitor(),
        functions.body(key, () -> arguments(payload, request.arity())));
  }

  private static @Nullable LinkMode childsEnd(SpawnOptions options) {
    if (!options.link()) {
      return null;
    }
    return options.anyExit() ? LinkMode.ANY_EXIT : LinkMode.NORMAL;
  }

  /// For the new process: if these are not the arguments that were announced, that ends, too.
  @SuppressWarnings("unchecked") // a list of terms
  private List<Object> arguments(Payload payload, int arity) {
    try {
      if (payload.read(new TermReader(identities, limits)) instanceof List<?> list
          && list.size() == arity) {
        return (List<Object>) list;
      }
      throw new ProtocolException("request to spawn comes without its " + arity + " arguments");
    } catch (ProtocolException e) {
      wrong.accept(e);
      throw Belay.exit(ExitReason.NO_CONNECTION);
    }
  }

  private void altact(ControlMessage.AltactSigSend signal, Payload payload) {
    boolean exits = (signal.flags() & AltactFlags.EXIT) != 0;
    switch (signal.to()) {
      case WirePid to when exits ->
          in.exit(identities.pid(signal.from()), identities.pid(to), reason(payload));
      case WirePid to -> in.message(identities.pid(signal.from()), identities.pid(to), payload);
      case WireRef to when !exits ->
          in.message(identities.pid(signal.from()), identities.reference(to), payload);
      case Atom to when !exits ->
          in.message(identities.pid(signal.from()), to.name(), Unconverted.to(to, payload));
      default -> {
        // An exit by an alias or a name: not offered, and so not sent by Erlang.
      }
    }
  }

  private static Payload there(@Nullable Payload payload) {
    return Objects.requireNonNull(payload);
  }

  private ExitReason reason(@Nullable Payload payload) {
    return codec.fromTerm(there(payload).read(reader), ExitReason.class);
  }

  private Subject subject(Object watched) {
    return watched instanceof WirePid pid ? own(pid) : new Name(((Atom) watched).name(), self);
  }

  /// A process of this node, of whichever of its lives. What is asked of it is answered in its name
  /// if it is not there; nobody answers in the name of another node's.
  private Pid own(WirePid pid) {
    if (!pid.node().name().equals(self)) {
      throw new ProtocolException("a signal that is answered goes to a process of another node");
    }
    return identities.pid(pid);
  }
}

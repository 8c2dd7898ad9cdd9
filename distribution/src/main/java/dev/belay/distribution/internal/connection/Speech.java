package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Subject;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.FrameWriter;
import dev.belay.distribution.internal.wire.Outbound;
import dev.belay.distribution.internal.wire.Signal;
import dev.belay.distribution.internal.wire.SpawnOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says a node's signals in the words of one connection.
final class Speech {
  private final Dialect dialect;
  private final NodeIdentities identities;
  private final FrameWriter frames;
  private final TermCodec codec;
  private final BelaySignals belay;

  /// @param belay what there are words for besides Erlang's
  Speech(Dialect dialect, NodeIdentities identities, TermCodec codec, BelaySignals belay) {
    this.dialect = dialect;
    this.belay = belay;
    this.identities = identities;
    this.frames = new FrameWriter(dialect, identities);
    this.codec = codec;
  }

  /// Makes what is written for a signal.
  ///
  /// @return null if the other node does not understand such a signal, so that it is dropped
  @Nullable Outbound say(Carrier.Signal signal) {
    Signal said = signal(signal, reason(signal));
    if (said == null) {
      return null;
    }
    try {
      return frames.write(said);
    } catch (TermException e) {
      // Only a reason can be what is no term: messages were encoded by their senders. It is told as
      // a
      // text rather than not at all.
      Signal text = signal(signal, Binary.utf8(signal.reason().toString()));
      return text == null ? null : frames.write(text);
    }
  }

  private Object reason(Carrier.Signal signal) {
    return switch (signal.kind()) {
      case LINK_EXIT, EXIT, TERMINATE, DOWN -> {
        try {
          yield codec.toTerm(signal.reason());
        } catch (RuntimeException e) {
          // What is no term, or the accessor of a record has thrown.
          yield Binary.utf8(signal.reason().toString());
        }
      }
      default -> Atom.UNDEFINED;
    };
  }

  private @Nullable Signal signal(Carrier.Signal signal, Object reason) {
    Signal other = belay.say(signal, reason);
    return other == null ? erlang(signal, reason) : other;
  }

  private @Nullable Signal erlang(Carrier.Signal signal, Object reason) {
    Pid from = signal.from();
    return switch (signal.kind()) {
      case MESSAGE -> message(signal);
      case LINK ->
          Signal.of(new ControlMessage.Link(identities.wire(from), identities.wire(to(signal))));
      case UNLINK ->
          Signal.of(
              new ControlMessage.UnlinkId(
                  signal.id(), identities.wire(from), identities.wire(to(signal))));
      case UNLINK_ACK ->
          Signal.of(
              new ControlMessage.UnlinkIdAck(
                  signal.id(), identities.wire(from), identities.wire(to(signal))));
      case LINK_EXIT ->
          dialect.exitOfLink(identities.wire(from), identities.wire(to(signal)), reason);
      case EXIT -> dialect.exit(identities.wire(from), identities.wire(to(signal)), reason, false);
      case TERMINATE -> throw new IllegalArgumentException("Erlang has no words for " + signal);
      case GROUP_LEADER ->
          Signal.of(
              new ControlMessage.GroupLeader(identities.wire(from), identities.wire(to(signal))));
      case MONITOR ->
          dialect.hasMonitors()
              ? Signal.of(
                  new ControlMessage.MonitorP(
                      identities.wire(from),
                      subject(signal.subject()),
                      identities.wire(signal.ref())))
              : null;
      case DEMONITOR ->
          dialect.hasMonitors()
              ? Signal.of(
                  new ControlMessage.DemonitorP(
                      identities.wire(from),
                      subject(signal.subject()),
                      identities.wire(signal.ref())))
              : null;
      case SPAWN_REQUEST -> dialect.hasSpawn() ? request(signal) : null;
      case SPAWN_REPLY ->
          Signal.of(
              new ControlMessage.SpawnReply(
                  identities.wire(signal.ref()),
                  identities.wire(to(signal)),
                  (int) signal.id(),
                  spawned(signal),
                  null));
      case DOWN ->
          dialect.down(
              subject(signal.subject()),
              identities.wire(to(signal)),
              identities.wire(signal.ref()),
              reason);
    };
  }

  private @Nullable Signal message(Carrier.Signal signal) {
    Object payload = signal.payload();
    return switch (signal.to()) {
      case Pid pid -> dialect.send(identities.wire(signal.from()), identities.wire(pid), payload);
      // What is reserved is nobody's name.
      case Name name when belay.isReserved(name.name()) -> null;
      case Name name -> dialect.send(identities.wire(signal.from()), Atom.of(name.name()), payload);
      case Ref ref ->
          dialect.send(identities.wire(signal.from()), identities.wire(ref), payload, false);
    };
  }

  private Signal request(Carrier.Signal signal) {
    SpawnCall.OnTheWire call = (SpawnCall.OnTheWire) signal.payload();
    List<Object> options =
        new ArrayList<>(new SpawnOptions(signal.isLinked(), signal.isMonitored()).toTerm());
    options.addAll(call.others());
    return new Signal(
        new ControlMessage.SpawnRequest(
            identities.wire(signal.ref()),
            identities.wire(signal.from()),
            identities.wire(call.groupLeader()),
            call.module(),
            call.function(),
            call.arity(),
            options,
            null),
        call.arguments());
  }

  private Object spawned(Carrier.Signal signal) {
    String refusal = signal.refusal();
    return refusal == null ? identities.wire(signal.from()) : Atom.of(refusal);
  }

  private static Pid to(Carrier.Signal signal) {
    return (Pid) signal.to();
  }

  private Object subject(Subject subject) {
    return switch (subject) {
      case Pid pid -> identities.wire(pid);
      case Name name -> Atom.of(name.name());
    };
  }
}

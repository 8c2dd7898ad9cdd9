package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The head of every signal that two nodes send each other: what kind of signal it is, from whom
/// and to whom. The records are called as the operations are in Erlang's documentation.
///
/// An operation with a token of sequential tracing is the same record as the one without; tokens
/// are not looked into.
///
/// These are the operations as they are on the wire, also those that are no longer sent to a peer
/// of our time; [Dialect] chooses what to send. Whether a process is there, or is of a node's
/// former life, is not looked at here.
public sealed interface ControlMessage {
  /// Returns the number of the operation.
  ///
  /// @return a number from 1 to 37
  default int op() {
    return ControlTerms.op(this);
  }

  /// Tells whether a second term follows: a message, a reason, or a list of arguments.
  ///
  /// @return whether one does
  default boolean hasPayload() {
    return ControlTerms.hasPayload(op());
  }

  /// Returns the control message as a term.
  ///
  /// @return a tuple
  default Object toTerm() {
    return ControlTerms.toTerm(this);
  }

  /// Reads a control message, of which pids are [WirePid]s and references [WireRef]s.
  ///
  /// @param term the term as it came
  /// @return the control message
  /// @throws ProtocolException if it is none: not a tuple, an operation that does not exist or no
  ///   longer, too many or too few elements, or one of a wrong kind
  static ControlMessage parse(Object term) {
    return ControlTerms.parse(term);
  }

  /// Checks that the peer speaks for its own processes only. As with Erlang, what sends a message
  /// is not checked.
  ///
  /// @param peer the name of the peer
  /// @throws ProtocolException if a link, monitor, exit or request to spawn is said to come from a
  ///   process of another node
  default void checkSender(Atom peer) {
    Object sender = ControlTerms.responsible(this);
    if (sender instanceof WirePid pid && !pid.node().equals(peer)) {
      throw new ProtocolException(
          "operation " + op() + " comes from a process that is not one of the peer's");
    }
  }

  /// 1: two processes are linked.
  ///
  /// @param from who links
  /// @param to who is linked to it
  record Link(WirePid from, WirePid to) implements ControlMessage {}

  /// 2, 12: a message to a process, without the sender. No longer sent.
  ///
  /// @param to the receiver
  /// @param token of sequential tracing
  record Send(WirePid to, @Nullable Object token) implements ControlMessage {}

  /// 3, 13: a linked process has exited; the reason is in the control message. No longer sent.
  ///
  /// @param from who has exited
  /// @param to who was linked to it
  /// @param token of sequential tracing
  /// @param reason why
  record Exit(WirePid from, WirePid to, @Nullable Object token, Object reason)
      implements ControlMessage {}

  /// 6, 16: a message to a registered name.
  ///
  /// @param from the sender
  /// @param to the name
  /// @param token of sequential tracing
  record RegSend(WirePid from, Atom to, @Nullable Object token) implements ControlMessage {}

  /// 7: a process is given a group leader.
  ///
  /// @param leader the group leader
  /// @param to the process
  record GroupLeader(WirePid leader, WirePid to) implements ControlMessage {}

  /// 8, 18: a process is asked to exit; the reason is in the control message. No longer sent.
  ///
  /// @param from who asks
  /// @param to who is asked
  /// @param token of sequential tracing
  /// @param reason with what reason
  record Exit2(WirePid from, WirePid to, @Nullable Object token, Object reason)
      implements ControlMessage {}

  /// 19: a process watches another, or what has a name now.
  ///
  /// @param watcher who watches
  /// @param watched a [WirePid], or the name as an [Atom]
  /// @param ref the reference of the monitor
  record MonitorP(WirePid watcher, Object watched, WireRef ref) implements ControlMessage {
    public MonitorP {
      ControlTerms.checkPidOrName(watched);
    }
  }

  /// 20: a process watches another no longer.
  ///
  /// @param watcher who has watched
  /// @param watched what [MonitorP] has said: a [WirePid], or the name as an [Atom]
  /// @param ref the reference of the monitor
  record DemonitorP(WirePid watcher, Object watched, WireRef ref) implements ControlMessage {
    public DemonitorP {
      ControlTerms.checkPidOrName(watched);
    }
  }

  /// 21: a watched process has exited; the reason is in the control message. No longer sent.
  ///
  /// @param watched what [MonitorP] has said: a [WirePid], or the name as an [Atom]
  /// @param watcher who watches
  /// @param ref the reference of the monitor
  /// @param reason why
  record MonitorPExit(Object watched, WirePid watcher, WireRef ref, Object reason)
      implements ControlMessage {
    public MonitorPExit {
      ControlTerms.checkPidOrName(watched);
    }
  }

  /// 22, 23: a message to a process.
  ///
  /// @param from the sender
  /// @param to the receiver
  /// @param token of sequential tracing
  record SendSender(WirePid from, WirePid to, @Nullable Object token) implements ControlMessage {}

  /// 24, 25: a linked process has exited; the payload is the reason.
  ///
  /// @param from who has exited
  /// @param to who was linked to it
  /// @param token of sequential tracing
  record PayloadExit(WirePid from, WirePid to, @Nullable Object token) implements ControlMessage {}

  /// 26, 27: a process is asked to exit; the payload is the reason.
  ///
  /// @param from who asks
  /// @param to who is asked
  /// @param token of sequential tracing
  record PayloadExit2(WirePid from, WirePid to, @Nullable Object token) implements ControlMessage {}

  /// 28: a watched process has exited; the payload is the reason.
  ///
  /// @param watched what [MonitorP] has said: a [WirePid], or the name as an [Atom]
  /// @param watcher who watches
  /// @param ref the reference of the monitor
  record PayloadMonitorPExit(Object watched, WirePid watcher, WireRef ref)
      implements ControlMessage {
    public PayloadMonitorPExit {
      ControlTerms.checkPidOrName(watched);
    }
  }

  /// 29, 30: a process is to be spawned; the payload is the list of its arguments. It is always
  /// answered, with [SpawnReply].
  ///
  /// @param ref the reference of the request, and of the monitor if there is to be one
  /// @param from who asks
  /// @param groupLeader the group leader that the child is to have
  /// @param module the module of the function
  /// @param function the name of the function
  /// @param arity how many arguments there are
  /// @param options the options, of which nothing is known but that they are a proper list; see
  ///   [SpawnOptions]
  /// @param token of sequential tracing
  record SpawnRequest(
      WireRef ref,
      WirePid from,
      WirePid groupLeader,
      Atom module,
      Atom function,
      int arity,
      List<?> options,
      @Nullable Object token)
      implements ControlMessage {
    public SpawnRequest {
      if (arity < 0) {
        throw new IllegalArgumentException("arity must not be negative: " + arity);
      }
    }
  }

  /// 31, 32: a process was spawned, or why not. Comes before any other signal of the child.
  ///
  /// @param ref the reference of the request
  /// @param to who has asked
  /// @param flags [#LINKED], [#MONITORED], or both
  /// @param result the child as a [WirePid], or the error as an [Atom]
  /// @param token of sequential tracing
  record SpawnReply(WireRef ref, WirePid to, int flags, Object result, @Nullable Object token)
      implements ControlMessage {
    /// The child is linked to who has asked.
    public static final int LINKED = 1;

    /// Who has asked watches the child, by the reference of the request.
    public static final int MONITORED = 2;

    public SpawnReply {
      ControlTerms.checkPidOrName(result);
    }
  }

  /// 33, 34: a message to an alias. Erlang/OTP 28 sends [AltactSigSend] where that was agreed on.
  ///
  /// @param from the sender
  /// @param to the alias
  /// @param token of sequential tracing
  record AliasSend(WirePid from, WireRef to, @Nullable Object token) implements ControlMessage {}

  /// 35: a link is taken back; always answered, with [UnlinkIdAck].
  ///
  /// @param id an unsigned number other than 0, unique among what the same process has sent to the
  ///   same process and what is not answered yet
  /// @param from who unlinks
  /// @param to who was linked to it
  record UnlinkId(long id, WirePid from, WirePid to) implements ControlMessage {
    public UnlinkId {
      ControlTerms.checkId(id);
    }
  }

  /// 36: the answer to [UnlinkId].
  ///
  /// @param id the number of what is answered
  /// @param from who was asked
  /// @param to who has asked
  record UnlinkIdAck(long id, WirePid from, WirePid to) implements ControlMessage {
    public UnlinkIdAck {
      ControlTerms.checkId(id);
    }
  }

  /// 37: a message or a request to exit, to a process, a name or an alias, possibly with priority;
  /// the payload is the message or the reason.
  ///
  /// @param flags of [AltactFlags]; those that tell of the receiver and the token are set as these
  ///   are
  /// @param from the sender
  /// @param to a [WirePid], a [WireRef] or an [Atom]
  /// @param token of sequential tracing
  record AltactSigSend(int flags, WirePid from, Object to, @Nullable Object token)
      implements ControlMessage {
    public AltactSigSend {
      flags = ControlTerms.altactFlags(flags, to, token);
    }

    /// Tells whether it is to be received before ordinary messages, if the receiver allows it.
    ///
    /// @return whether it is
    public boolean hasPriority() {
      return (flags & AltactFlags.PRIORITY) != 0;
    }

    /// Tells whether it is a request to exit; if not, it is a message.
    ///
    /// @return whether it is
    public boolean isExit() {
      return (flags & AltactFlags.EXIT) != 0;
    }
  }
}

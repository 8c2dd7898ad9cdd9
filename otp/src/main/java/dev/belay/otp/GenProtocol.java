package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import org.jspecify.annotations.Nullable;

/// The messages by which servers of different nodes call each other: what Erlang's `gen` is. A node
/// has one at most, given by [#use]: the module `distribution`, or a test. Programs have no use for
/// this.
///
/// This module knows its own requests, and nothing of what they are on the way to another node. A
/// protocol turns one into the other: what is to be sent to a server of another node, and what has
/// come from there. Messages between processes of one node never pass through it.
///
/// Threads: all methods may be called from any thread, several at a time. They call no verbs, but
/// those of an [Answering].
public interface GenProtocol {
  /// What kind of server a message has come to: they speak different languages.
  enum Kind {
    /// A [Server] or a [StateMachine].
    SERVER,
    /// A [Supervisor].
    SUPERVISOR,
    /// A [DynamicSupervisor].
    DYNAMIC_SUPERVISOR,
    /// A process of [Events].
    EVENTS,
    /// A scope of [Groups].
    GROUPS
  }

  /// To whom a message has come.
  ///
  /// @param kind what kind of server
  /// @param protocol the class of its protocol; of a process of events that of its events
  record Listener(Kind kind, Class<?> protocol) {}

  /// What a message means to its receiver.
  sealed interface Heard permits Asked, Told {}

  /// Somebody waits for an answer.
  ///
  /// @param caller who
  /// @param request what is asked: one of the receiver's protocol, or of [GenRequest]
  /// @param answering takes the answer
  record Asked(Pid caller, Call<?, ?> request, Answering answering) implements Heard {}

  /// Nobody waits.
  ///
  /// @param message what is told: one of the receiver's protocol, of [GenRequest], or anything
  record Told(Object message) implements Heard {}

  /// Takes the answer to what another node's process has asked for, and sends it. From any process
  /// or thread of the node.
  interface Answering {
    /// Answers.
    ///
    /// @param value the reply; a [SupervisorException] if a supervisor refuses
    void reply(@Nullable Object value);

    /// Says that there is no answer.
    ///
    /// @param reason why
    /// @param why the same for people
    void refuse(CallReason reason, String why);
  }

  /// Has the servers of a node talk with those of others by a protocol, from now on.
  ///
  /// @param node the node
  /// @param protocol the protocol
  static void use(Node node, GenProtocol protocol) {
    Abroad.use(node, protocol);
  }

  // what comes

  /// Returns the class of all messages that are for [#hear] and [#repliesTo]. Those of other
  /// classes, and of its subclasses, are never shown to them. It is the same for all nodes.
  ///
  /// @return the class
  Class<?> form();

  /// Tells whether a message is for whoever looks on a server, so that a suspended one hears it,
  /// too. [#hear] makes of it a request of [GenRequest].
  ///
  /// @param message one of the form
  /// @return whether it is
  boolean isSystem(Object message);

  /// Reads what has come to a server. Never throws: what it does not understand is as it is.
  ///
  /// @param listener to whom it has come
  /// @param message one of the form
  /// @return what it means, or null if it is nothing but itself
  @Nullable Heard hear(Listener listener, Object message);

  /// Looks whether a message is a reply to a call.
  ///
  /// @param message one of the form
  /// @return the alias to which the reply was sent, or null if it is none
  @Nullable Ref repliesTo(Object message);

  /// Reads a reply.
  ///
  /// @param message one for which [#repliesTo] has returned an alias
  /// @param request to what it is the reply
  /// @return the reply
  /// @throws IllegalArgumentException if the request has no such replies
  @Nullable Object reply(Object message, Call<?, ?> request);

  // what goes

  /// Says a call.
  ///
  /// @param caller who asks
  /// @param alias where the reply is to go
  /// @param request what is asked, none of this module's own
  /// @return what to send to the server
  Object call(Pid caller, Ref alias, Call<?, ?> request);

  /// Says a message that is not answered.
  ///
  /// @param message the message
  /// @return what to send to the server
  Object cast(Object message);

  /// Says an event.
  ///
  /// @param event the event
  /// @return what to send to the process of events
  Object event(Object event);

  /// Asks a server to end, whatever its protocol.
  ///
  /// @param caller who asks
  /// @param alias where what it answers is to go
  /// @param reason what it is to end with
  /// @return what to send to the server
  Object terminate(Pid caller, Ref alias, ExitReason reason);

  /// Returns what scopes of groups say to each other.
  ///
  /// @return the protocol
  PgProtocol groups();
}

package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeLocal;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Subject;
import org.jspecify.annotations.Nullable;

/// Talks with servers of other nodes, by the node's [GenProtocol].
final class Abroad {
  /*
   * What has come is told from what is of this node by its class alone: one comparison a message, for those who never hear from another
   * node as well. `form` is written once, by the first node that has a protocol, and again with the same value by others.
   */
  private static final NodeLocal<Abroad> OF_NODE = NodeLocal.withInitial(_ -> new Abroad());

  /// The class of the messages of all protocols; null as long as no node has one.
  private static volatile @Nullable Class<?> form;

  private volatile @Nullable GenProtocol protocol;

  private Abroad() {}

  static void use(Node node, GenProtocol protocol) {
    Class<?> known = form;
    if (known != null && known != protocol.form()) {
      throw new IllegalArgumentException(
          "the messages of all protocols are of " + known + ", not of " + protocol.form());
    }
    OF_NODE.get(node).protocol = protocol;
    form = protocol.form();
  }

  static @Nullable GenProtocol of(Node node) {
    return form == null ? null : OF_NODE.get(node).protocol;
  }

  // what comes

  /// Returns what a message means to the server that has received it, in its process.
  static Object heard(Server<?> server, Object message) {
    return message.getClass() == form ? hear(server, message) : message;
  }

  private static Object hear(Server<?> server, Object message) {
    Node node = Belay.node();
    GenProtocol protocol = of(node);
    if (protocol == null) {
      return message;
    }
    return switch (protocol.hear(server.listener(), message)) {
      case null -> message;
      case GenProtocol.Told(Object content) -> content;
      case GenProtocol.Asked asked -> FromAbroad.of(node, Belay.self(), asked);
    };
  }

  /// Tells whether a message is from somebody on another node who looks on.
  ///
  /// @param protocol that of the node, or null
  static boolean isSystem(@Nullable GenProtocol protocol, Object message) {
    return protocol != null && message.getClass() == form && protocol.isSystem(message);
  }

  /// Returns the alias that a message from another node is a reply to.
  ///
  /// @param protocol that of the node, or null
  static @Nullable Ref refOf(@Nullable GenProtocol protocol, Object message) {
    return protocol != null && message.getClass() == form ? protocol.repliesTo(message) : null;
  }

  /// Returns the answer that a message is, whichever node it has come from.
  ///
  /// @param protocol that of the node, or null
  /// @param ref the alias that it has to be for
  /// @param request what was asked
  /// @return the answer, or null if the message is none, or is for another alias
  static @Nullable Answer answer(
      @Nullable GenProtocol protocol, Object message, Ref ref, Call<?, ?> request) {
    if (message instanceof Answer answer) {
      return answer.to().equals(ref) ? answer : null;
    }
    if (protocol == null || !ref.equals(refOf(protocol, message))) {
      return null;
    }
    try {
      return new Answer.Replied(ref, protocol.reply(message, request));
    } catch (RuntimeException e) {
      return new Answer.Refused(ref, CallReason.BAD_REPLY, String.valueOf(e.getMessage()));
    }
  }

  // what goes

  /// Tells whether a server is to be talked with by a protocol.
  static boolean isAbroad(Node node, @Nullable Subject server) {
    return switch (server) {
      case null -> false;
      case Pid pid -> !pid.node().equals(node.name());
      case Name name -> !name.node().equals(node.name());
    };
  }

  /// Makes what is sent to a server that is called.
  ///
  /// @throws CallException if it cannot be
  static Object call(Node node, Pid caller, Subject callee, Ref ref, Call<?, ?> request) {
    GenProtocol protocol = isAbroad(node, callee) ? of(node) : null;
    if (protocol == null) {
      return new From<>(node, caller, callee, ref, request);
    }
    if (request.getClass().getPackageName().equals(Abroad.class.getPackageName())) {
      throw CallException.of(
          "call of "
              + callee
              + " with "
              + request
              + ": this is only for processes of "
              + node.name(),
          CallReason.BAD_REQUEST);
    }
    return protocol.call(caller, ref, request);
  }

  /// Makes what is sent to a server that is not to answer.
  static Object cast(Node node, Subject callee, Object message) {
    GenProtocol protocol = isAbroad(node, callee) ? of(node) : null;
    if (protocol == null) {
      return message;
    }
    return message instanceof EventsProcess.Notify(Object event)
        ? protocol.event(event)
        : protocol.cast(message);
  }

  /// Makes what is sent to a server that is to end.
  static Object terminate(Node node, Pid caller, Subject callee, Ref ref, ExitReason reason) {
    GenProtocol protocol = isAbroad(node, callee) ? of(node) : null;
    return protocol == null
        ? new SysCall.Terminate(reason)
        : protocol.terminate(caller, ref, reason);
  }

  /// Returns where messages for a server go.
  static Destination destination(Subject server) {
    return (Destination) server;
  }
}

package dev.belay;

import org.jspecify.annotations.Nullable;

/// Messages on their way into mailboxes.
final class Posting {
  private Posting() {}

  /// Puts a message at the end of a process's mailbox, and wakes it if it waits. A dead process's
  /// is closed: the message vanishes (S6).
  ///
  /// @param from who sent it, for the trace
  static void send(Pid from, Cell to, Object message) {
    Message node = new Message(message);
    Tracer tracer = to.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.MESSAGE, from, to.pid, message);
    }
    if (to.mailbox.push(node)) {
      Exits.follow(to, true, false);
    }
    if (tracer != null) {
      tracer.applied(
          TraceEvent.Signal.MESSAGE,
          from,
          to.pid,
          message,
          to.state >= Cell.DEAD ? "dropped: dead" : "queued");
    }
  }

  /// Sends to whatever a destination stands for; never fails (S6, S8).
  ///
  /// @param node the sender's node
  static void send(Node node, Pid from, Destination destination, Object message) {
    switch (destination) {
      case Pid pid -> {
        Cell to = node.local(pid);
        if (to != null) {
          send(from, to, message);
        }
      }
      case Name name -> {
        Cell to = name.node().equals(node.name()) ? node.names.lookup(name.name()) : null;
        if (to != null) {
          send(from, to, message);
        }
      }
      case Ref alias -> {
        if (node.local(alias.owner) != null) {
          Watches.send(alias, new Message(message));
        }
      }
    }
  }

  /// Sends to a name of the sender's node, which somebody must hold (S8).
  static void send(Node node, Pid from, String name, Object message) {
    Cell to = node.names.lookup(name);
    if (to == null) {
      throw new NoProcessException(
          "send(\""
              + name
              + "\", …): nobody is registered under that name on node "
              + node.name()
              + ". Register it first, or send to new Name(\""
              + name
              + "\", \""
              + node.name()
              + "\"), which never fails.");
    }
    send(from, to, message);
  }

  /// Finds the process that a subject means now.
  static @Nullable Cell resolve(Node node, Subject subject) {
    return switch (subject) {
      case Pid pid -> node.local(pid);
      case Name name -> name.node().equals(node.name()) ? node.names.lookup(name.name()) : null;
    };
  }
}

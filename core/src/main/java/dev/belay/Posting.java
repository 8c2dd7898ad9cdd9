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
    Bound bound = to.mailbox.bound;
    if (bound != null && bound.keepsOut(message)) {
      bound.send(from, null, message);
      return;
    }
    Message node = new Message(message);
    to.mailbox.sample(node, to.host());
    Tracer tracer = to.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.MESSAGE, from, to.pid, message);
    }
    if (push(tracer, from, to, node)) {
      Exits.follow(to, true, false);
    }
  }

  /// Puts a message at the end of a mailbox, whatever its bound. What somebody traces goes under
  /// the receiver's lock, so that it is told in the order of the mailbox; and what goes to a
  /// mailbox with a bound.
  ///
  /// @return whether the receiver was parked and must be unparked
  static boolean push(@Nullable Tracer tracer, Pid from, Cell to, Message message) {
    boolean wake;
    boolean late;
    if (tracer == null && to.mailbox.bound == null) {
      wake = to.mailbox.push(message);
      late = message.depth == 0;
    } else {
      Stack.probe();
      to.lock();
      try {
        boolean dead = to.state >= Cell.DEAD;
        if (tracer != null) {
          tracer.applied(
              TraceEvent.Signal.MESSAGE,
              from,
              to.pid,
              message.payload,
              dead ? "dropped: dead" : "queued");
        }
        message.depth = 0;
        wake = !dead && to.mailbox.push(message);
        late = message.depth == 0;
      } finally {
        to.lockWord = 0;
      }
    }
    if (late) {
      lost(to.node, from, to.pid, message.payload);
    }
    return wake;
  }

  /// Nobody will receive a message.
  static void lost(Node node, Pid from, Destination to, @Nullable Object message) {
    if (message != null) {
      node.undelivered.dropped(from, to, message, DroppedMessage.Why.NO_RECEIVER);
    }
  }

  /// Sends to whatever a destination stands for; never fails (S6, S8), but for what development
  /// mode refuses.
  ///
  /// @param node the sender's node
  static void send(Node node, Pid from, Destination destination, Object message) {
    if (node.development) {
      Development.check(node, destination, message);
    }
    // No pattern switch: its first use generates classes, and may come in a deep recursion.
    if (destination instanceof Ref alias) {
      if (node.local(alias.owner) != null) {
        Watches.send(from, alias, new Message(message), false);
      } else {
        sendFar(node, from, destination, message);
      }
      return;
    }
    Cell to = resolve(node, (Subject) destination);
    if (to != null) {
      send(from, to, message);
    } else {
      sendFar(node, from, destination, message);
    }
  }

  /// Waits until there is room on the way to another node: in a process as in a `receive`.
  static void awaitRoom(Node node, Line line, String verb) {
    Cell self = null;
    Thread sender = null;
    while (true) {
      if (sender == null) {
        self = Cell.currentOrNull();
        sender = Thread.currentThread();
      }
      if (!line.carrier().isFull(line, sender)) {
        return;
      }
      park(self, node, line, verb, "too much waited to be written to that node");
    }
  }

  /// Waits until it is known whether there is a connection to another node: in a process as in a
  /// `receive`.
  static void awaitUp(Node node, Line line, String verb) {
    Cell self = Cell.currentOrNull();
    Thread sender = Thread.currentThread();
    while (line.isOpening(sender)) {
      try {
        if (self != null && self.inVerb) {
          self.awaits = Awaited.connection(self, line);
        }
        park(self, node, line, verb, "that node was being connected");
      } finally {
        line.waitsNoMore(sender);
        if (self != null) {
          self.awaits = null;
        }
      }
    }
  }

  /// Parks once on the way to another node.
  private static void park(
      @Nullable Cell self, Node node, Line line, String verb, String meanwhile) {
    if (self != null && self.inVerb) {
      self.checkAlive();
      Receiving.parkOnce(self, verb);
      self.checkAlive();
    } else {
      node.host.park(line);
      if (node.host.clearInterrupt()) {
        throw new ProcessInterruptedException(
            verb + "() to " + line.peer() + " was interrupted while " + meanwhile + ".");
      }
    }
  }

  /// Sends to another node, if it can be reached, once there is room on the way to it.
  private static void sendFar(Node node, Pid from, Destination destination, Object message) {
    Line line = node.lineTo(destination);
    if (line == null) {
      lost(node, from, destination, message);
      return;
    }
    awaitRoom(node, line, "send");
    Stack.probe();
    Object payload = line.carrier().encode(line, message);
    Tracer tracer = node.tracer;
    if (tracer != null && destination instanceof Pid to) {
      tracer.sent(TraceEvent.Signal.MESSAGE, from, to, message);
    }
    if (line.push(Carrier.Signal.message(from, destination, payload))) {
      line.wake();
      line.carrier().pushed(line, payload);
    } else {
      lost(node, from, destination, message);
    }
  }

  /// Sends to a name of the sender's node, which somebody must hold (S8).
  static void send(Node node, Pid from, String name, Object message) {
    if (node.development) {
      Development.check(node, name, message);
    }
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
    if (subject instanceof Pid pid) {
      return node.local(pid);
    }
    Name name = (Name) subject;
    return name.node().equals(node.name()) ? node.names.lookup(name.name()) : null;
  }
}

package dev.belay;

import dev.belay.internal.line.Carrier;
import dev.belay.internal.line.Incoming;
import dev.belay.internal.line.LineAccess;
import dev.belay.internal.line.OutSignal;
import dev.belay.internal.line.Outbox;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/// Connects the nodes of a test with each other, without bytes: what one pushes is given to the
/// other as it is, but that pids and references are made anew from their numbers.
final class Wire {
  private final Map<String, End> ends = new ConcurrentHashMap<>();
  private final Map<Outbox, Thread> pumps = new ConcurrentHashMap<>();

  /// Holds what is under way, if a test takes all permits.
  final Semaphore flow = new Semaphore(1);

  /// Connects a node with all that were given before and will be.
  void add(Node node) {
    End end = new End(node);
    ends.put(node.name(), end);
    LineAccess.of(node).carry(node, end);
  }

  /// Cuts the connection between two nodes, as one of them sees it first.
  void cut(Node one, Node other) {
    for (Outbox line : pumps.keySet()) {
      if (((Line) line).node == one && line.peer().equals(other.name())) {
        line.lose();
      }
    }
  }

  private final class End implements Carrier {
    private final Node node;

    End(Node node) {
      this.node = node;
    }

    @Override
    public void connect(Outbox line) {
      Thread.ofVirtual().start(() -> {
        End other = ends.get(line.peer());
        Outbox theirs =
            other == null ? null : LineAccess.of(node).accept(other.node, node.name());
        if (other == null || theirs == null) {
          line.lose();
          return;
        }
        pump(node, line, other.node, theirs);
        pump(other.node, theirs, node, line);
      });
    }

    @Override
    public void wake(Outbox line) {
      Thread pump = pumps.get(line);
      if (pump != null) {
        LockSupport.unpark(pump);
      }
    }

    @Override
    public void lost(Outbox line) {
      wake(line);
    }

    @Override
    public Object encode(Outbox line, Object message) {
      if (message instanceof Thread) {
        throw new IllegalArgumentException("a thread cannot be sent");
      }
      return message;
    }

    @Override
    public Object decode(Outbox line, Object payload) {
      if (payload.equals("nonsense")) {
        throw new IllegalArgumentException("it makes no sense");
      }
      return payload;
    }

    @Override
    public boolean isFull(Outbox line, Thread sender) {
      return false;
    }
  }

  private void pump(Node from, Outbox line, Node to, Outbox theirs) {
    Thread thread =
        Thread.ofVirtual().unstarted(() -> {
          while (true) {
            OutSignal signal = line.take();
            if (signal == null) {
              if (line.isLost()) {
                break;
              }
              if (line.park()) {
                LockSupport.park(line);
              }
            }
            while (signal != null) {
              flow.acquireUninterruptibly();
              flow.release();
              give(from, to, signal, theirs.incoming());
              signal = signal.next;
            }
          }
          theirs.lose();
        });
    pumps.put(line, thread);
    thread.start();
  }

  private static void give(Node from, Node to, OutSignal signal, Incoming in) {
    Pid sender = pid(to, signal.from());
    switch (signal.kind()) {
      case MESSAGE -> {
        switch (signal.to()) {
          case Pid pid -> in.message(sender, pid(to, pid), signal.payload());
          case Name name -> in.message(sender, name.name(), signal.payload());
          case Ref ref -> in.message(sender, ref(from, to, ref), signal.payload());
        }
      }
      case LINK -> in.link(sender, receiver(to, signal));
      case UNLINK -> in.unlink(signal.id(), sender, receiver(to, signal));
      case UNLINK_ACK -> in.unlinkAck(signal.id(), sender, receiver(to, signal));
      case LINK_EXIT -> in.linkExit(sender, receiver(to, signal), signal.reason());
      case EXIT -> in.exit(sender, receiver(to, signal), signal.reason());
      case MONITOR -> in.monitor(sender, subject(to, signal), ref(from, to, signal.ref()));
      case DEMONITOR -> in.demonitor(sender, ref(from, to, signal.ref()));
      case DOWN -> in.down(ref(from, to, signal.ref()), signal.reason());
      case SPAWN_REPLY -> throw new AssertionError("nobody here asks for a process");
    }
  }

  private static Pid receiver(Node to, OutSignal signal) {
    return pid(to, (Pid) signal.to());
  }

  private static Subject subject(Node to, OutSignal signal) {
    return signal.subject() instanceof Pid pid ? pid(to, pid) : signal.subject();
  }

  static Pid pid(Node to, Pid pid) {
    LineAccess access = LineAccess.of(to);
    return access.pid(to, pid.node(), access.creation(pid), pid.number());
  }

  private static Ref ref(Node from, Node to, Ref ref) {
    LineAccess access = LineAccess.of(to);
    return access.reference(
        to, ref.owner().node(), access.creation(ref.owner()), access.words(from, ref));
  }
}

package dev.belay;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Connects the nodes of a test with each other, without bytes: what one pushes is given to the
/// other as it is, but that pids and references are made anew from their numbers.
final class Wire {
  private final Map<String, End> ends = new ConcurrentHashMap<>();
  private final Map<Node, Carrier.Access> accesses = new ConcurrentHashMap<>();
  private final Map<Carrier.Outbox, Thread> pumps = new ConcurrentHashMap<>();

  private final Set<Node> hidden = ConcurrentHashMap.newKeySet();
  private final Set<Node> foreign = ConcurrentHashMap.newKeySet();
  private final Map<Node, CountDownLatch> slow = new ConcurrentHashMap<>();

  /// What full mailboxes have not taken, or given up.
  final Queue<Object> refused = new ConcurrentLinkedQueue<>();

  /// Holds what is under way, if a test takes all permits.
  final Semaphore flow = new Semaphore(1);

  /// What is held, by its kind.
  private final Map<Carrier.Signal.Kind, CountDownLatch> held = new ConcurrentHashMap<>();

  /// Holds all that is of a kind, and what comes after it on its line, until it is released.
  void hold(Carrier.Signal.Kind kind) {
    held.put(kind, new CountDownLatch(1));
  }

  void release(Carrier.Signal.Kind kind) {
    Objects.requireNonNull(held.remove(kind), "it is not held").countDown();
  }

  private void awaitRelease(Carrier.Signal.Kind kind) {
    await(held.get(kind));
  }

  /// What a node may do with its lines.
  Carrier.Access of(Node node) {
    return access(node);
  }

  /// Connects a node with all that were given before and will be.
  void add(Node node) {
    End end = new End(node);
    ends.put(node.name(), end);
    accesses.put(node, node.carry(end));
  }

  /// Hides a node from others: all its connections from now on are hidden ones.
  void hide(Node node) {
    hidden.add(node);
  }

  /// Makes a node one that has only Erlang's signals: from now on, all its connections are of that
  /// kind.
  void estrange(Node node) {
    foreign.add(node);
  }

  /// Lets nobody connect to a node, until it is released.
  void delay(Node node) {
    slow.put(node, new CountDownLatch(1));
  }

  void release(Node node) {
    Objects.requireNonNull(slow.remove(node), "it is not held").countDown();
  }

  private static void await(@Nullable CountDownLatch latch) {
    try {
      if (latch != null) {
        latch.await();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the wire", e);
    }
  }

  /// Tells whether there is a connection between two nodes that [#cut] would find.
  boolean connects(Node one, Node other) {
    return pumps.keySet().stream()
        .anyMatch(line ->
            ((Line) line).node == one && line.peer().equals(other.name()) && !line.isLost());
  }

  /// Cuts the connection between two nodes, as one of them sees it first.
  void cut(Node one, Node other) {
    for (Carrier.Outbox line : pumps.keySet()) {
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
    public void connect(Carrier.Outbox line) {
      Thread.ofVirtual()
          .start(() -> {
            End other = ends.get(line.peer());
            if (other != null) {
              await(slow.get(other.node));
            }
            Carrier.Outbox theirs = other == null ? null : access(other.node).accept(node.name());
            if (other == null || theirs == null) {
              line.lose();
              return;
            }
            boolean visible = !hidden.contains(node) && !hidden.contains(other.node);
            boolean akin = !foreign.contains(node) && !foreign.contains(other.node);
            line.up(visible, akin);
            theirs.up(visible, akin);
            pump(node, line, other.node, theirs);
            pump(other.node, theirs, node, line);
          });
    }

    @Override
    public void wake(Carrier.Outbox line) {
      Thread pump = pumps.get(line);
      if (pump != null) {
        LockSupport.unpark(pump);
      }
    }

    @Override
    public void lost(Carrier.Outbox line) {
      wake(line);
    }

    @Override
    public Object encode(Carrier.Outbox line, Object message) {
      if (message instanceof Thread) {
        throw new IllegalArgumentException("a thread cannot be sent");
      }
      return message;
    }

    @Override
    public Object decode(Carrier.Outbox line, Object payload) {
      if (payload.equals("nonsense")) {
        throw new IllegalArgumentException("it makes no sense");
      }
      return payload;
    }

    @Override
    public boolean takesRoom(Carrier.Outbox line, Object payload) {
      return !payload.equals("order");
    }

    @Override
    public void refused(Carrier.Outbox line, Object payload, DroppedMessage.Why why) {
      refused.add(payload);
    }

    @Override
    public boolean isFull(Carrier.Outbox line, Thread sender) {
      return false;
    }
  }

  private void pump(Node from, Carrier.Outbox line, Node to, Carrier.Outbox theirs) {
    Thread thread =
        Thread.ofVirtual()
            .unstarted(() -> {
              while (true) {
                Carrier.Signal signal = line.take();
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
                  awaitRelease(signal.kind());
                  give(from, to, signal, theirs.incoming());
                  signal = signal.next;
                }
              }
              theirs.lose();
            });
    pumps.put(line, thread);
    thread.start();
  }

  private void give(Node from, Node to, Carrier.Signal signal, Carrier.Incoming in) {
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
      case LINK_EXIT ->
          in.linkExit(sender, receiver(to, signal), signal.reason(), trail(to, signal.trail()));
      case EXIT -> in.exit(sender, receiver(to, signal), signal.reason());
      case TERMINATE -> in.terminate(sender, receiver(to, signal), signal.reason());
      case MONITOR -> in.monitor(sender, subject(to, signal), ref(from, to, signal.ref()));
      case DEMONITOR -> in.demonitor(sender, ref(from, to, signal.ref()));
      case DOWN -> in.down(ref(from, to, signal.ref()), signal.reason(), trail(to, signal.trail()));
      case SPAWN_REQUEST -> {
        Ref ref = ref(from, to, signal.ref());
        if (signal.payload() instanceof Body body) {
          in.spawn(sender, ref, signal.isLinked(), signal.isMonitored(), body);
        } else {
          in.refuseSpawn(sender, ref, signal.payload().toString());
        }
      }
      case SPAWN_REPLY -> {
        Ref ref = ref(from, to, signal.ref());
        String refusal = signal.refusal();
        if (refusal == null) {
          in.spawned(ref, sender, signal.isLinked(), signal.isMonitored());
        } else {
          in.notSpawned(ref, refusal);
        }
      }
      case GROUP_LEADER -> in.groupLeader(sender, receiver(to, signal));
    }
  }

  private Pid receiver(Node to, Carrier.Signal signal) {
    return pid(to, (Pid) signal.to());
  }

  private Trail trail(Node to, Trail trail) {
    List<Trail.Hop> hops =
        trail.hops().stream()
            .map(hop ->
                new Trail.Hop(
                    pid(to, hop.pid()),
                    hop.label(),
                    hop.how(),
                    pid(to, hop.from()),
                    hop.declared()))
            .toList();
    return new Trail(hops, trail.omitted());
  }

  private Subject subject(Node to, Carrier.Signal signal) {
    return signal.subject() instanceof Pid pid ? pid(to, pid) : signal.subject();
  }

  private Carrier.Access access(Node node) {
    return Objects.requireNonNull(accesses.get(node));
  }

  private Pid pid(Node to, Pid pid) {
    Carrier.Access access = access(to);
    return access.pid(pid.node(), access.creation(pid), pid.number());
  }

  private Ref ref(Node from, Node to, Ref ref) {
    Carrier.Access access = access(to);
    return access.reference(
        ref.owner().node(), access.creation(ref.owner()), access(from).words(ref));
  }
}

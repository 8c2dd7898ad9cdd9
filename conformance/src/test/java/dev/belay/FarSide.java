package dev.belay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Another node, with one process on it and those that it is asked for, as a node that is explored
/// sees it: the far end of a line, without a wire between. It answers as the rules L11–L16 and M4
/// ask of it, one signal at a time, on whatever thread calls it; and it notes what a process over
/// there would be told.
final class FarSide implements Carrier {
  private static final String NAME = "far@side";
  private static final long CREATION = 77;
  private static final long NUMBER = 1;

  private final Carrier.Access access;

  /// The process over there.
  final Pid pid;

  /// What it was told about the ends of processes here.
  final List<ExitReason> told = new ArrayList<>();

  /// The messages that it got.
  final List<Object> messages = new ArrayList<>();

  /// What it has sent and full mailboxes have not taken, or given up.
  final List<Object> refused = new ArrayList<>();

  /// The monitors of it that are on, by processes here.
  final List<Ref> watchers = new ArrayList<>();

  /// The processes that were asked for from here, the latest last.
  final List<FarChild> children = new ArrayList<>();

  private Carrier.@Nullable Outbox line;

  /// The line that it has heard to be lost.
  private Carrier.@Nullable Outbox gone;

  private Carrier.@Nullable Signal next;
  private boolean linked;
  private long unlinkId;
  private long unlinks;
  private @Nullable ExitReason death;
  private boolean monitors;

  /// Whether it has asked for a process here, and does not know yet what has become of that.
  private boolean asks;

  FarSide(Node node) {
    access = node.carry(this);
    pid = access.pid(NAME, CREATION, NUMBER);
  }

  /// The far side as its process sees it: whether it is linked, and does not wait for an
  /// acknowledgement.
  boolean isLinked() {
    return linked && unlinkId == 0;
  }

  // what the far process does

  void link(Pid to) {
    Carrier.Outbox line = line();
    if (line != null && !isLinked()) {
      linked = true;
      unlinkId = 0;
      line.incoming().link(pid, to);
    }
  }

  void unlink(Pid from) {
    Carrier.Outbox line = line();
    if (line != null && isLinked()) {
      unlinkId = ++unlinks;
      line.incoming().unlink(unlinkId, pid, from);
    }
  }

  Ref monitor(Pid to) {
    Ref ref = access.reference(NAME, CREATION, new int[] {1, 2, 3});
    Carrier.Outbox line = line();
    if (line != null) {
      monitors = true;
      line.incoming().monitor(pid, to, ref);
    }
    return ref;
  }

  void demonitor(Ref ref) {
    monitors = false;
    Carrier.Outbox line = line();
    if (line != null) {
      line.incoming().demonitor(pid, ref);
    }
  }

  /// It ends: who is linked with it or monitors it is told.
  void die(Pid linkedWith, ExitReason reason) {
    death = reason;
    Carrier.Outbox line = line();
    if (line != null && isLinked()) {
      line.incoming().linkExit(pid, linkedWith, reason);
    }
    linked = false;
    unlinkId = 0;
    for (Ref ref : watchers) {
      if (line != null) {
        line.incoming().down(ref, reason);
      }
    }
    watchers.clear();
  }

  void exit(Pid to, ExitReason reason) {
    Carrier.Outbox line = line();
    if (line != null) {
      line.incoming().exit(pid, to, reason);
    }
  }

  void send(Pid to, Object message) {
    Carrier.Outbox line = line();
    if (line != null) {
      line.incoming().message(pid, to, message);
    }
  }

  /// It asks for a process here, linked with it.
  void spawn(Body body) {
    Ref ref = access.reference(NAME, CREATION, new int[] {4, 5, 6});
    Carrier.Outbox line = line();
    if (line != null) {
      asks = true;
      line.incoming().spawn(pid, ref, true, false, body);
    }
  }

  // what the far node does

  /// The connection is made.
  void up() {
    Carrier.Outbox line = line();
    if (line != null) {
      line.up(true);
    }
  }

  /// Answers the latest request for a process: it was born.
  ///
  /// @return whether there was one without an answer
  boolean answer() {
    return !children.isEmpty() && children.getLast().answer();
  }

  /// Counts what is owed on the line about the node itself.
  int lateBonds() {
    return line() instanceof Line line ? line.lateBonds() : 0;
  }

  /// The connection is lost: both sides hear of it; what has not been looked at never came.
  void lose() {
    Carrier.Outbox over = line();
    gone = over;
    next = null;
    forget();
    if (over != null) {
      over.lose();
    }
  }

  private void forget() {
    if (isLinked() || monitors || asks) {
      told.add(ExitReason.NO_CONNECTION);
    }
    linked = false;
    unlinkId = 0;
    monitors = false;
    asks = false;
    watchers.clear();
    children.forEach(FarChild::forget);
  }

  // for the processes here

  /// Asks the far node for a process, in the name of the calling one, and waits for the answer.
  Carrier.Spawned ask(boolean linked, boolean monitored) {
    return access.spawn(
        NAME,
        "what to spawn",
        linked ? LinkMode.NORMAL : null,
        monitored ? MonitorOptions.DEFAULT : null);
  }

  // what comes from here

  /// Takes the oldest signal, if there is one, and does what it asks for.
  ///
  /// @return whether there was one
  boolean step() {
    Carrier.Outbox from = line();
    if (from == null) {
      return false;
    }
    Carrier.Signal signal = next;
    if (signal == null) {
      signal = from.take();
    }
    if (signal == null || from == gone) {
      return false;
    }
    next = signal.next;
    apply(from, signal);
    return true;
  }

  private void apply(Carrier.Outbox over, Carrier.Signal signal) {
    for (FarChild child : children) {
      if (signal.to().equals(child.pid)) {
        child.apply(signal);
        return;
      }
    }
    Carrier.Incoming in = over.incoming();
    Pid from = signal.from();
    switch (signal.kind()) {
      case MESSAGE -> messages.add(signal.payload());
      case LINK -> {
        if (death != null) {
          in.linkExit(pid, from, ExitReason.NO_PROC);
        } else if (unlinkId == 0) {
          // While it waits for an acknowledgement a link is of before the unlink (L13).
          linked = true;
        }
      }
      case UNLINK -> {
        if (unlinkId == 0) {
          linked = false;
        }
        in.unlinkAck(signal.id(), pid, from);
      }
      case UNLINK_ACK -> {
        if (signal.id() == unlinkId) {
          linked = false;
          unlinkId = 0;
        }
      }
      case LINK_EXIT -> {
        if (isLinked()) {
          told.add(signal.reason());
        }
        if (unlinkId == 0) {
          linked = false;
        }
      }
      case EXIT, TERMINATE -> die(from, signal.reason());
      case MONITOR -> {
        if (death != null) {
          in.down(signal.ref(), ExitReason.NO_PROC);
        } else {
          watchers.add(signal.ref());
        }
      }
      case DEMONITOR -> watchers.remove(signal.ref());
      case DOWN -> {
        if (monitors) {
          told.add(signal.reason());
        }
        monitors = false;
      }
      case SPAWN_REQUEST -> {
        Pid fresh = access.pid(NAME, CREATION, NUMBER + 1 + children.size());
        children.add(new FarChild(fresh, signal, over));
      }
      case SPAWN_REPLY -> {
        asks = false;
        linked = signal.isLinked();
      }
      case GROUP_LEADER -> throw new AssertionError("nobody plays with group leaders");
    }
  }

  /// Returns the connection, made now if there is none.
  ///
  /// @return null if there is none because an error has kept it from being made
  private Carrier.@Nullable Outbox line() {
    if (line == null) {
      line = access.line(NAME);
    }
    return line;
  }

  // the carrier

  @Override
  public void connect(Carrier.Outbox fresh) {
    next = null;
    forget();
    line = fresh;
  }

  @Override
  public void wake(Carrier.Outbox woken) {
    // The main thread looks by itself.
  }

  @Override
  public void lost(Carrier.Outbox gone) {
    // Nobody writes or reads.
  }

  @Override
  public Object encode(Carrier.Outbox on, Object message) {
    return message;
  }

  @Override
  public Object decode(Carrier.Outbox on, Object payload) {
    return payload;
  }

  @Override
  public void refused(Carrier.Outbox on, Object payload, DroppedMessage.Why why) {
    refused.add(payload);
  }

  @Override
  public boolean isFull(Carrier.Outbox on, Thread sender) {
    return false;
  }
}

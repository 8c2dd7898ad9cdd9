package dev.belay;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Another node, with one process on it, as a node that is explored sees it: the far end of a line,
/// without a wire between. It answers as the rules L11–L16 and M4 ask of it, one signal at a time,
/// on whatever thread calls it; and it notes what a process over there would be told.
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

  /// The monitors of it that are on, by processes here.
  final List<Ref> watchers = new ArrayList<>();

  private Carrier.@Nullable Outbox line;
  private Carrier.@Nullable Signal next;
  private boolean linked;
  private long unlinkId;
  private long unlinks;
  private @Nullable ExitReason death;
  private boolean monitors;

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
    Carrier.Incoming in = line().incoming();
    if (!isLinked()) {
      linked = true;
      unlinkId = 0;
      in.link(pid, to);
    }
  }

  void unlink(Pid from) {
    if (isLinked()) {
      unlinkId = ++unlinks;
      line().incoming().unlink(unlinkId, pid, from);
    }
  }

  Ref monitor(Pid to) {
    Ref ref = access.reference(NAME, CREATION, new int[] {1, 2, 3});
    Carrier.Incoming in = line().incoming();
    monitors = true;
    in.monitor(pid, to, ref);
    return ref;
  }

  void demonitor(Ref ref) {
    monitors = false;
    line().incoming().demonitor(pid, ref);
  }

  /// It ends: who is linked with it or monitors it is told.
  void die(Pid linkedWith, ExitReason reason) {
    death = reason;
    if (isLinked()) {
      line().incoming().linkExit(pid, linkedWith, reason);
    }
    linked = false;
    unlinkId = 0;
    for (Ref ref : watchers) {
      line().incoming().down(ref, reason);
    }
    watchers.clear();
  }

  void exit(Pid to, ExitReason reason) {
    line().incoming().exit(pid, to, reason);
  }

  void send(Pid to, Object message) {
    line().incoming().message(pid, to, message);
  }

  /// The connection is lost: both sides hear of it; what has not been looked at never came.
  void lose() {
    next = null;
    forget();
    line().lose();
  }

  private void forget() {
    if (isLinked() || monitors) {
      told.add(ExitReason.NO_CONNECTION);
    }
    linked = false;
    unlinkId = 0;
    monitors = false;
    watchers.clear();
  }

  // what comes from here

  /// Takes the oldest signal, if there is one, and does what it asks for.
  ///
  /// @return whether there was one
  boolean step() {
    Carrier.Signal signal = next;
    if (signal == null) {
      signal = line().take();
    }
    if (signal == null) {
      return false;
    }
    next = signal.next;
    apply(signal);
    return true;
  }

  private void apply(Carrier.Signal signal) {
    Carrier.Incoming in = line().incoming();
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
      case SPAWN_REQUEST, SPAWN_REPLY, GROUP_LEADER ->
          throw new AssertionError("nobody plays with " + signal.kind());
    }
  }

  private Carrier.Outbox line() {
    if (line == null) {
      line = Objects.requireNonNull(access.line(NAME));
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
  public boolean isFull(Carrier.Outbox on, Thread sender) {
    return false;
  }
}

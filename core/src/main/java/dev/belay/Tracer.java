package dev.belay;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The traces of one node that are open now; immutable. A node without any has no tracer, and its
/// verbs read one field and nothing else.
///
/// Any thread may call the methods that take events, also under the lock of a cell: they do not
/// block, run no users' code and do not throw.
final class Tracer {
  /*
   * What is applied to a cell is told under that cell's lock, and told before it is done: so nobody can see its effect
   * and be ahead of it in the order. A message needs no lock to be pushed; while a trace is open, it is pushed under the receiver's
   * lock all the same, so that the order of the events is the order in the mailbox.
   */
  private final Node node;
  private final Trace[] traces;

  private Tracer(Node node, Trace[] traces) {
    this.node = node;
    this.traces = traces;
  }

  static Tracer with(Node node, @Nullable Tracer known, Trace more) {
    Trace[] all =
        known == null ? new Trace[1] : Arrays.copyOf(known.traces, known.traces.length + 1);
    all[all.length - 1] = more;
    return new Tracer(node, all);
  }

  /// Returns the tracer without one of its traces, or null if none is left.
  @Nullable Tracer without(Trace gone) {
    Trace[] left = Arrays.stream(traces).filter(trace -> trace != gone).toArray(Trace[]::new);
    return left.length == 0 ? null : new Tracer(node, left);
  }

  void close() {
    for (Trace trace : traces) {
      trace.close();
    }
  }

  /// Called before the signal is applied, without any lock.
  void sent(TraceEvent.Signal signal, Pid from, Pid to, @Nullable Object detail) {
    node.host.aboutToSend();
    emit(TraceEvent.Kind.SENT, signal, from, to, detail, "");
  }

  void applied(
      TraceEvent.Signal signal, Pid from, Pid to, @Nullable Object detail, String outcome) {
    emit(TraceEvent.Kind.APPLIED, signal, from, to, detail, outcome);
  }

  /// @param carrier the node of the mailbox in which the message was
  void delivered(Pid to, Message carrier, Object message) {
    switch (carrier) {
      case LinkEnd end -> delivered(TraceEvent.Signal.LINK_EXIT, end.peer, to, message);
      case Watch watch ->
          delivered(
              TraceEvent.Signal.DOWN, Objects.requireNonNullElse(watch.process(), to), to, message);
      default -> {
        if (message instanceof Exit exit) {
          delivered(TraceEvent.Signal.EXIT, exit.pid(), to, message);
        } else {
          delivered(TraceEvent.Signal.MESSAGE, to, to, message);
        }
      }
    }
  }

  private void delivered(TraceEvent.Signal signal, Pid from, Pid to, Object message) {
    emit(TraceEvent.Kind.DELIVERED, signal, from, to, message, "");
  }

  void spawned(Pid from, Pid to, String label, boolean linked, boolean monitored) {
    String bonds =
        linked && monitored
            ? "linked and monitored"
            : linked ? "linked" : monitored ? "monitored" : "";
    emit(TraceEvent.Kind.SPAWNED, null, from, to, label, bonds);
  }

  void exiting(Pid pid, Cause cause) {
    emit(TraceEvent.Kind.EXITING, null, cause.from(), pid, cause.reason(), "");
  }

  void closed(Pid pid, AutoCloseable resource, String fate) {
    emit(TraceEvent.Kind.CLOSED, null, pid, pid, resource.getClass().getName(), fate);
  }

  void died(Cell cell) {
    emit(TraceEvent.Kind.DEAD, null, cell.pid, cell.pid, reason(cell), declared(cell));
  }

  void ended(Cell cell) {
    emit(TraceEvent.Kind.ENDED, null, cell.pid, cell.pid, reason(cell), declared(cell));
  }

  private static ExitReason reason(Cell cell) {
    Cause cause = cell.cause;
    return cause == null ? ExitReason.NORMAL : cause.reason();
  }

  private static String declared(Cell cell) {
    return cell.declared ? "declared dead" : "";
  }

  private void emit(
      TraceEvent.Kind kind,
      TraceEvent.@Nullable Signal signal,
      Pid from,
      Pid to,
      @Nullable Object detail,
      String outcome) {
    try {
      TraceEvent event =
          new TraceEvent(0, node.host.nanoTime(), kind, signal, from, to, detail, outcome);
      for (Trace trace : traces) {
        trace.offer(event);
      }
    } catch (Throwable e) {
      // A trace must not disturb what it looks at; the missing number shows.
    }
  }
}

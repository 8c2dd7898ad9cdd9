package dev.belay.explorer;

import dev.belay.internal.host.Host;
import org.jspecify.annotations.Nullable;

/// The host of an execution: threads are strands, and time is the execution's.
final class ExplorerHost implements Host {
  static final ExplorerHost INSTANCE = new ExplorerHost();

  /// What a handshake returns for a thread that runs.
  private static final StackTraceElement[] STACK = {
    new StackTraceElement("explored", "body", null, -1)
  };

  private ExplorerHost() {}

  @Override
  public void prepare() {
    // Every execution has classes of its own, and no stack that runs out.
  }

  @Override
  public void attend() {}

  @Override
  public void leave() {}

  @Override
  public void progress() {}

  @Override
  public long nanoTime() {
    return Execution.active().now;
  }

  @Override
  public Thread processThread(@Nullable String name, Runnable body) {
    Execution execution = Execution.active();
    String label = name == null ? "process " + execution.strands.size() : name;
    Strand strand = execution.create(label, false, body);
    strand.callsVerbs = true;
    return strand.thread;
  }

  @Override
  public Thread helperThread(String name, boolean virtual, Runnable body) {
    // Reports and traces are outside of the protocol: they run when nothing else can.
    boolean background = name.contains("report") || name.contains("trace");
    return Execution.active().create(name, background, body).thread;
  }

  @Override
  public Thread systemThread(String name, boolean daemon, Runnable body) {
    return helperThread(name, false, body);
  }

  @Override
  public void start(Thread thread) {
    Execution execution = Execution.active();
    execution.start(execution.strand(thread));
  }

  @Override
  public int parallelism() {
    return 2;
  }

  @Override
  public void park(Object blocker) {
    Execution.active().park(Long.MAX_VALUE);
  }

  @Override
  public void parkNanos(Object blocker, long nanos) {
    Execution execution = Execution.active();
    if (nanos > 0) {
      long deadline = execution.now + nanos;
      execution.park(deadline < 0 ? Long.MAX_VALUE : deadline);
    }
  }

  @Override
  public void unpark(Thread thread) {
    Execution execution = Execution.active();
    execution.unpark(execution.strand(thread));
  }

  @Override
  public void interrupt(Thread thread) {
    Execution.active().interrupt(thread);
  }

  @Override
  public boolean clearInterrupt() {
    return Execution.active().clearInterrupt();
  }

  @Override
  public void relax(int attempt) {
    Execution.active().relax();
  }

  /// Of those alone whose scenario has made them patient.
  @Override
  public int looks() {
    return 1;
  }

  @Override
  public void yieldThread() {
    // A choice point like any other: whoever is waiting can go first.
    Execution.active().relax();
  }

  /// Who has been woken, or started, and has not had a turn since; one that stalls is on a carrier.
  @Override
  public boolean awaitsCarrier(Thread thread) {
    Strand strand = Execution.active().strand(thread);
    boolean woken = strand.kind == Kind.PARK && (strand.permit || strand.interrupted);
    return strand.started && !strand.ended && (woken || strand.kind == Kind.BEGIN);
  }

  @Override
  public StackTraceElement[] handshake(Thread thread) {
    Execution execution = Execution.active();
    Strand strand = execution.strand(thread);
    execution.handshake(strand);
    return strand.ended ? new StackTraceElement[0] : STACK;
  }

  @Override
  public boolean join(Thread thread, long nanos) {
    Execution execution = Execution.active();
    return execution.join(execution.strand(thread), execution.now + Math.max(0, nanos));
  }
}

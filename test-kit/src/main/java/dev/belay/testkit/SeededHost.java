package dev.belay.testkit;

import dev.belay.internal.host.Host;
import org.jspecify.annotations.Nullable;

/// The host of the nodes of a [SeededRun]: what a node asks the machine for is a point at which
/// another thread may go first, and time is the run's.
final class SeededHost implements Host {
  private static final Host JDK = Host.jdk();

  private final SeededRun run;

  SeededHost(SeededRun run) {
    this.run = run;
  }

  @Override
  public void prepare() {
    JDK.prepare();
  }

  @Override
  public void attend() {
    JDK.attend();
  }

  @Override
  public void leave() {
    JDK.leave();
  }

  @Override
  public void progress() {
    JDK.progress();
  }

  @Override
  public long nanoTime() {
    return run.nanoTime();
  }

  @Override
  public Thread processThread(@Nullable String name, Runnable body) {
    return run.create(name == null ? "process" : name, body, live -> JDK.processThread(name, live));
  }

  @Override
  public Thread helperThread(String name, boolean virtual, Runnable body) {
    return run.create(name, body, live -> JDK.helperThread(name, virtual, live));
  }

  @Override
  public Thread systemThread(String name, boolean daemon, Runnable body) {
    return run.create(name, body, live -> JDK.systemThread(name, daemon, live));
  }

  @Override
  public void start(Thread thread) {
    run.start(thread);
  }

  /// The same on every machine, because it decides how many lanes there are for runnable processes.
  @Override
  public int parallelism() {
    return 2;
  }

  @Override
  public void park(Object blocker) {
    run.park(blocker, SeededRun.NEVER);
  }

  @Override
  public void parkNanos(Object blocker, long nanos) {
    if (nanos > 0) {
      run.park(blocker, nanos);
    }
  }

  @Override
  public void unpark(Thread thread) {
    run.unpark(thread);
  }

  @Override
  public void interrupt(Thread thread) {
    run.interrupt(thread);
  }

  @Override
  public boolean clearInterrupt() {
    return run.clearInterrupt();
  }

  @Override
  public void relax(int attempt) {
    run.relax(attempt);
  }

  @Override
  public void yieldThread() {
    run.yieldThread();
  }

  @Override
  public void aboutToSend() {
    run.aboutToSend();
  }

  @Override
  public boolean awaitsCarrier(Thread thread) {
    return run.released ? JDK.awaitsCarrier(thread) : run.awaitsTurn(thread);
  }

  @Override
  public StackTraceElement[] handshake(Thread thread) {
    return JDK.handshake(thread);
  }

  @Override
  public boolean join(Thread thread, long nanos) {
    return run.join(thread, nanos);
  }
}

package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.internal.host.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The times of a grace, on a clock that stands still until the test moves it: a process whose
/// thread never comes back is interrupted, closed and declared dead at exactly the times promised.
class GraceTest {
  private final StillHost host = new StillHost();
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true).host(host));
  private final Inbox inbox = node.inbox();

  @Test
  void anExitSignalLeavesOneSecond() {
    Pid pid = spawn(SpawnOptions.DEFAULT);
    node.exit(pid, ExitReason.SHUTDOWN);
    assertDeclaredAfter(pid, Duration.ofSeconds(1), ExitReason.SHUTDOWN);
    assertThat(host.interrupts).containsExactly(ms(0), ms(250), ms(500));
  }

  @Test
  void aKillLeavesATenthOfASecond() {
    Pid pid = spawn(SpawnOptions.DEFAULT);
    node.exit(pid, ExitReason.KILL);
    assertDeclaredAfter(pid, Duration.ofMillis(100), ExitReason.KILLED);
    assertThat(host.interrupts).containsExactly(ms(0), ms(25), ms(50));
  }

  @Test
  void terminateLeavesATenthOfASecond() {
    Pid pid = spawn(SpawnOptions.DEFAULT);
    node.terminate(pid, ExitReason.NORMAL);
    assertDeclaredAfter(pid, Duration.ofMillis(100), ExitReason.NORMAL);
  }

  @Test
  void theTimesOfTheProcessCount() {
    SpawnOptions options =
        SpawnOptions.DEFAULT.grace(Duration.ofMinutes(4)).killGrace(Duration.ofSeconds(3));
    Pid exited = spawn(options);
    node.exit(exited, ExitReason.SHUTDOWN);
    assertDeclaredAfter(exited, Duration.ofMinutes(4), ExitReason.SHUTDOWN);
    Pid killed = spawn(options);
    node.exit(killed, ExitReason.KILL);
    assertDeclaredAfter(killed, Duration.ofSeconds(3), ExitReason.KILLED);
  }

  @Test
  void aKillShortensTheGraceOfAnExitingProcessOnce() {
    Pid pid = spawn(SpawnOptions.DEFAULT.grace(Duration.ofHours(1)));
    node.exit(pid, ExitReason.SHUTDOWN);
    pass(Duration.ofMinutes(20));
    node.exit(pid, ExitReason.KILL);
    pass(Duration.ofMillis(99));
    node.exit(pid, ExitReason.KILL);
    assertDeclaredAfter(pid, Duration.ofMillis(1), ExitReason.SHUTDOWN);
  }

  @Test
  void aProcessThatMustNotBeInterruptedIsNot() {
    Pid pid = spawn(SpawnOptions.DEFAULT.interrupt(InterruptPolicy.NEVER));
    node.exit(pid, ExitReason.SHUTDOWN);
    assertDeclaredAfter(pid, Duration.ofSeconds(1), ExitReason.SHUTDOWN);
    assertThat(host.interrupts).isEmpty();
  }

  /// What it owns is closed at once instead, which leaves it the rest of its grace.
  @Test
  void aProcessThatMustNotBeInterruptedKeepsItsGraceWhenWhatItOwnsIsClosed() {
    Pid pid = spawn(SpawnOptions.DEFAULT.interrupt(InterruptPolicy.NEVER).own(() -> {}));
    node.exit(pid, ExitReason.SHUTDOWN);
    ((Closing) host.helpers.getLast()).run();
    assertThat(cellOf(pid).closing).isEqualTo(Closing.DONE);
    assertDeclaredAfter(pid, Duration.ofSeconds(1), ExitReason.SHUTDOWN);
  }

  /// The closers never run: each resource costs its time, the first one twice, because the closer
  /// that did not get to it is replaced by a platform thread.
  @Test
  void afterTheGraceEachResourceHasItsTimeAndTheThreadASecondGrace() {
    Pid pid = spawn(SpawnOptions.DEFAULT.own(() -> {}).closeTime(Duration.ofSeconds(7)));
    node.exit(pid, ExitReason.SHUTDOWN);
    pass(Duration.ofSeconds(1));
    assertThat(host.helpers).as("closers").hasSize(1);
    pass(Duration.ofSeconds(7));
    assertThat(host.helpers).as("closers").hasSize(2);
    assertThat(node.info(pid)).isPresent();
    Cell cell = cellOf(pid);
    ((Closing) host.helpers.getLast()).run();
    assertThat(cell.closing).isEqualTo(Closing.DONE);
    assertDeclaredAfter(pid, Duration.ofMillis(100), ExitReason.SHUTDOWN);
  }

  @Test
  void aThreadWithoutACarrierIsWaitedForFiveSecondsMore() {
    host.carriersBusy = true;
    Pid pid = spawn(SpawnOptions.DEFAULT);
    node.exit(pid, ExitReason.KILL);
    assertDeclaredAfter(pid, Duration.ofMillis(100 + 10 * ((1 << 9) - 1)), ExitReason.KILLED);
  }

  @Test
  void aThreadThatHasGotACarrierHasAMomentToRun() {
    host.carriersBusy = true;
    Pid pid = spawn(SpawnOptions.DEFAULT);
    node.exit(pid, ExitReason.KILL);
    pass(Duration.ofMillis(100));
    host.carriersBusy = false;
    assertDeclaredAfter(pid, Duration.ofMillis(10 + 10), ExitReason.KILLED);
  }

  /// After a kill of very many processes each of them comes to run at some time, and one just when
  /// its grace is over.
  @Test
  void soDoesOneThatMayHaveGotItJustNowBecauseOthersWait() {
    Pid waiting = spawn(SpawnOptions.DEFAULT);
    Pid pid = spawn(SpawnOptions.DEFAULT);
    node.exit(waiting, ExitReason.KILL);
    pass(Duration.ofMillis(5));
    node.exit(pid, ExitReason.KILL);
    host.carriersBusy = true;
    pass(Duration.ofMillis(95));
    host.carriersBusy = false;
    assertDeclaredAfter(pid, Duration.ofMillis(5 + 10), ExitReason.KILLED);
  }

  /// It was woken in it, and may have come to its carrier only just now.
  @Test
  void soDoesOneThatIsInAVerb() {
    Pid pid = spawn(SpawnOptions.DEFAULT);
    Cell cell = cellOf(pid);
    cell.inVerb = true;
    node.exit(pid, ExitReason.KILL);
    pass(Duration.ofMillis(100));
    cell.inVerb = false;
    assertDeclaredAfter(pid, Duration.ofMillis(10), ExitReason.KILLED);
  }

  private Pid spawn(SpawnOptions options) {
    host.interrupts.clear();
    return inbox.spawnMonitor(options, () -> {}).pid();
  }

  private void assertDeclaredAfter(Pid pid, Duration time, ExitReason reason) {
    pass(time.minusNanos(1));
    assertThat(inbox.receive(Down.class, Duration.ZERO)).as("a nanosecond before").isEmpty();
    pass(Duration.ofNanos(1));
    Down down = inbox.receive(Down.class, Duration.ZERO).orElseThrow();
    assertThat(down.pid()).isEqualTo(pid);
    assertThat(down.reason()).isEqualTo(reason);
    assertThat(down.trail().hops()).last().matches(Trail.Hop::declared);
  }

  private static Cell cellOf(Pid pid) {
    return Objects.requireNonNull(pid.cell);
  }

  private static long ms(long millis) {
    return millis * 1_000_000;
  }

  /// Moves the clock on, from deadline to deadline, and does what the node's threads would.
  private void pass(Duration time) {
    long end = host.now + time.toNanos();
    settle();
    Long next = node.timers.fireDue();
    while (next != null && next <= end) {
      host.now = next;
      next = node.timers.fireDue();
      settle();
      next = node.timers.fireDue();
    }
    host.now = end;
    node.timers.fireDue();
    settle();
  }

  private void settle() {
    node.reserve.settleAll();
    Interrupter.Target target = node.interrupter.next();
    while (target != null) {
      target.giveInterrupt();
      target = node.interrupter.next();
    }
  }

  /// A host whose clock stands still, and whose threads never run.
  private static final class StillHost implements Host {
    long now = 1_000_000_000;
    private long start = now;
    boolean carriersBusy;
    final List<Long> interrupts = new ArrayList<>();
    final List<Runnable> helpers = new ArrayList<>();

    @Override
    public void prepare() {}

    @Override
    public void attend() {}

    @Override
    public void leave() {}

    @Override
    public void progress() {}

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Thread processThread(@Nullable String name, Runnable body) {
      start = now;
      return Thread.ofVirtual().unstarted(body);
    }

    @Override
    public Thread helperThread(String name, boolean virtual, Runnable body) {
      if (name.startsWith("belay-closer")) {
        helpers.add(body);
      }
      return Thread.ofPlatform().unstarted(body);
    }

    @Override
    public Thread systemThread(String name, boolean daemon, Runnable body) {
      return Thread.ofPlatform().daemon(true).unstarted(body);
    }

    @Override
    public void start(Thread thread) {}

    @Override
    public int parallelism() {
      return 1;
    }

    @Override
    public void park(Object blocker) {
      throw new AssertionError("nobody is to wait");
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
      throw new AssertionError("nobody is to wait");
    }

    @Override
    public void unpark(Thread thread) {}

    @Override
    public void interrupt(Thread thread) {
      interrupts.add(now - start);
    }

    @Override
    public boolean clearInterrupt() {
      return false;
    }

    @Override
    public void relax(int attempt) {
      throw new AssertionError("nobody else is there");
    }

    @Override
    public void yieldThread() {}

    @Override
    public boolean awaitsCarrier(Thread thread) {
      return carriersBusy;
    }

    @Override
    public StackTraceElement[] handshake(Thread thread) {
      return new StackTraceElement[0];
    }

    @Override
    public boolean join(Thread thread, long nanos) {
      return true;
    }
  }
}

package dev.belay.internal.timer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.internal.host.Host;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The heap of deadlines, on a clock that the test moves.
class TimersTest {
  private final ManualHost host = new ManualHost();
  private final Timers timers = new Timers(host, "timers under test");
  private final List<Entry> fired = new ArrayList<>();

  /// An entry that remembers how it fired.
  private final class Entry extends TimerEntry {
    int firedFor = -1;
    int failures;

    @Override
    protected void onDeadline(int what) {
      if (failures > 0) {
        failures--;
        throw new OutOfMemoryError("for the test");
      }
      firedFor = what;
      fired.add(this);
    }
  }

  /// What the model knows of an armed entry.
  private record Armed(long deadline, int purpose) {}

  /// Every operation, at random, held against a map. The clock begins at different places, so that
  /// deadlines also pass the end of its numbers.
  @ParameterizedTest
  @ValueSource(longs = {0, -50_000, Long.MAX_VALUE - 50_000})
  void itDoesWhatAMapWouldDo(long start) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    host.now = start;
    Map<Entry, Armed> model = new LinkedHashMap<>();
    List<Entry> reserved = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      reserved.add(new Entry());
    }
    timers.reserve(reserved.size());
    List<Entry> unreserved = new ArrayList<>();
    for (int step = 0; step < 50_000; step++) {
      String where = "seed " + seed + ", step " + step;
      long deadline = host.now + random.nextInt(500);
      int purpose = 1 + random.nextInt(2);
      Entry known = reserved.get(random.nextInt(reserved.size()));
      Armed armed = model.get(known);
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          timers.arm(known, deadline, purpose);
          model.put(known, new Armed(deadline, purpose));
        }
        case 2, 3 -> {
          Entry fresh = new Entry();
          unreserved.add(fresh);
          timers.armUnreserved(fresh, deadline);
          model.put(fresh, new Armed(deadline, 0));
        }
        case 4 -> {
          boolean expected = armed != null && armed.purpose() == purpose;
          assertThat(timers.disarm(known, purpose)).as(where).isEqualTo(expected);
          if (expected) {
            model.remove(known);
          }
        }
        case 5 -> {
          timers.armUnlessBusy(known, deadline, purpose);
          if (armed == null || armed.purpose() <= purpose) {
            model.put(known, new Armed(deadline, purpose));
          }
        }
        case 6 -> {
          if (!unreserved.isEmpty()) {
            Entry some = unreserved.get(random.nextInt(unreserved.size()));
            Armed was = model.remove(some);
            assertThat(timers.cancelUnreserved(some))
                .as(where)
                .isEqualTo(was == null ? null : (Long) was.deadline());
          }
        }
        case 7 ->
            assertThat(timers.deadlineOf(known))
                .as(where)
                .isEqualTo(armed == null ? null : (Long) armed.deadline());
        default -> {
          host.now += random.nextInt(100);
          fireAndCheck(model, where);
          unreserved.removeIf(entry -> entry.firedFor >= 0);
        }
      }
      assertThat(timers.armed()).as(where).isEqualTo(model.size());
    }
    host.now += 1_000;
    fireAndCheck(model, "seed " + seed + ", at the end");
    assertThat(model).isEmpty();
  }

  private void fireAndCheck(Map<Entry, Armed> model, String where) {
    fired.clear();
    Long next = timers.fireDue();
    long last = Long.MIN_VALUE;
    for (Entry entry : fired) {
      Armed armed = Objects.requireNonNull(model.remove(entry), where);
      long deadline = armed.deadline() - host.now;
      assertThat(deadline).as("not early: " + where).isLessThanOrEqualTo(0);
      assertThat(deadline).as("in order: " + where).isGreaterThanOrEqualTo(last);
      assertThat(entry.firedFor).as(where).isEqualTo(armed.purpose());
      last = deadline;
    }
    Armed earliest =
        model.values().stream()
            .min(Comparator.comparingLong(armed -> armed.deadline() - host.now))
            .orElse(null);
    assertThat(next).as(where).isEqualTo(earliest == null ? null : (Long) earliest.deadline());
    if (earliest != null) {
      assertThat(earliest.deadline() - host.now).as("none missed: " + where).isPositive();
    }
  }

  @Test
  void theThreadIsWokenOnlyForAnEarlierDeadline() {
    Entry first = new Entry();
    timers.armUnreserved(first, 100);
    assertThat(host.unparked).as("it slept without end").hasValue(1);
    assertThat(timers.fireDue()).isEqualTo(100);
    timers.armUnreserved(new Entry(), 200);
    timers.armUnreserved(new Entry(), 100);
    assertThat(host.unparked).as("nothing is earlier").hasValue(1);
    timers.armUnreserved(new Entry(), 99);
    assertThat(host.unparked).hasValue(2);
    host.now = 1_000;
    assertThat(timers.fireDue()).isNull();
    assertThat(fired).hasSize(4);
    timers.armUnreserved(new Entry(), 2_000);
    assertThat(host.unparked).as("it slept without end again").hasValue(3);
  }

  /// What could not do its work, for want of memory say, is called again, for the same purpose, and
  /// keeps nobody else from firing.
  @Test
  void anEntryThatFailsFiresAgain() {
    Entry failing = new Entry();
    failing.failures = 3;
    Entry other = new Entry();
    timers.reserve(1);
    timers.arm(failing, 10, 2);
    timers.armUnreserved(other, 20);
    host.now = 20;
    assertThat(timers.fireDue()).isNotNull();
    assertThat(fired).containsExactly(other);
    for (int round = 0; round < 3; round++) {
      assertThat(timers.armed()).isEqualTo(1);
      host.now += 10_000_000;
      timers.fireDue();
    }
    assertThat(fired).containsExactly(other, failing);
    assertThat(failing.firedFor).isEqualTo(2);
    assertThat(timers.armed()).isZero();
  }

  /// A host whose clock stands still until the test moves it, and whose threads never run.
  private static final class ManualHost implements Host {
    long now;
    final AtomicInteger unparked = new AtomicInteger();

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
      return Thread.ofVirtual().unstarted(body);
    }

    @Override
    public Thread helperThread(String name, boolean virtual, Runnable body) {
      return Thread.ofVirtual().unstarted(body);
    }

    @Override
    public Thread systemThread(String name, boolean daemon, Runnable body) {
      return Thread.ofVirtual().unstarted(body);
    }

    @Override
    public void start(Thread thread) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int parallelism() {
      return 1;
    }

    @Override
    public void park(Object blocker) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void unpark(Thread thread) {
      unparked.incrementAndGet();
    }

    @Override
    public void interrupt(Thread thread) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean clearInterrupt() {
      return false;
    }

    @Override
    public void relax(int attempt) {
      throw new AssertionError("the lock is never contended here");
    }

    @Override
    public void yieldThread() {}

    @Override
    public boolean awaitsCarrier(Thread thread) {
      return false;
    }

    @Override
    public StackTraceElement[] handshake(Thread thread) {
      return new StackTraceElement[0];
    }

    @Override
    public boolean join(Thread thread, long nanos) {
      return false;
    }
  }
}

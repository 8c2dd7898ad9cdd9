package dev.belay.death;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;

import com.sun.management.OperatingSystemMXBean;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.Trail;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Very many processes that hang on one death. Each shape is built, hit, and audited process by
/// process.
final class Multitude {
  /// Every so many processes own something.
  private static final int OWNERS = 16;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// With so many to run, each may wait long for its turn to unwind.
  private static final SpawnOptions PATIENT = SpawnOptions.DEFAULT.grace(Duration.ofMinutes(10));

  private final Node node;
  private final Inbox inbox;
  private final int size;
  private final Style style;
  private final Fall fall = new Fall();
  private final ExitReason reason = ExitReason.crash(fall);
  private final AtomicInteger ready = new AtomicInteger();
  private final AtomicInteger heard = new AtomicInteger();
  private final Collection<String> wrong = new ConcurrentLinkedQueue<>();

  /// What brings a multitude down.
  private static final class Fall extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record Go() {}

  /// How the processes hang together.
  enum Shape {
    /// Each is linked with the one before; the first falls.
    CHAIN {
      @Override
      long play(Multitude all) {
        return all.tree(i -> i - 1, 0);
      }
    },
    /// All are linked with one, which falls.
    STAR {
      @Override
      long play(Multitude all) {
        return all.tree(i -> 0, 0);
      }
    },
    /// All are linked with one; one of the others falls.
    STAR_FROM_A_POINT {
      @Override
      long play(Multitude all) {
        return all.tree(i -> 0, all.size / 2);
      }
    },
    /// Each is linked with some earlier one; one in the middle falls.
    TREE {
      @Override
      long play(Multitude all) {
        SplittableRandom random = new SplittableRandom(all.size);
        return all.tree(random::nextInt, all.size / 2);
      }
    },
    /// As the chain, of mailboxes that have no thread of their own to die on.
    CHAIN_OF_INBOXES {
      @Override
      long play(Multitude all) {
        return all.inboxes();
      }
    },
    /// All trap exits, and are linked with one and monitor it.
    AUDIENCE {
      @Override
      long play(Multitude all) {
        return all.audience();
      }
    },
    /// One is linked with all and monitors all; it lets half of them go and falls.
    GUARDIAN {
      @Override
      long play(Multitude all) {
        return all.guardian();
      }
    },
    /// All are linked with one that traps exits, and monitor it; half of them let it go, and then
    /// all fall.
    FLOCK {
      @Override
      long play(Multitude all) {
        return all.flock();
      }
    };

    /// Builds it, brings it down and audits that.
    ///
    /// @return the processor time from the fall until everybody had been told, in nanoseconds
    abstract long play(Multitude all);
  }

  private Multitude(Style style, Node node, Inbox inbox, int size) {
    this.style = style;
    this.node = node;
    this.inbox = inbox;
    this.size = size;
  }

  /// Plays a shape on a node that has no other processes.
  static long play(Shape shape, Style style, Node node, int size) {
    try (Inbox inbox = node.inbox()) {
      Multitude all = new Multitude(style, node, inbox, size);
      long nanos = shape.play(all);
      Await.until("all are gone", () -> node.processCount() == 0);
      all.require(node.processes().isEmpty(), "still there: " + node.processes().size());
      all.require(node.quarantined().isEmpty(), "in quarantine: " + node.quarantined());
      if (!all.wrong.isEmpty()) {
        throw new AssertionError(
            shape + " of " + size + ":\n" + String.join("\n", List.copyOf(all.wrong)));
      }
      return nanos;
    }
  }

  private void require(boolean condition, String what) {
    if (!condition && wrong.size() < 20) {
      wrong.add(what);
    }
  }

  /// @param parent with which earlier one each but the first is linked
  /// @param first who falls
  private long tree(IntUnaryOperator parent, int first) {
    int[] parents = new int[size];
    parents[0] = -1;
    for (int i = 1; i < size; i++) {
      parents[i] = parent.applyAsInt(i);
    }
    AtomicIntegerArray closings = new AtomicIntegerArray(size);
    Pid[] pids = new Pid[size];
    for (int i = 0; i < size; i++) {
      int me = i;
      Pid linked = i == 0 ? null : pids[parents[i]];
      pids[i] =
          falling(() -> {
            if (linked != null) {
              link(linked);
            }
            if (me % OWNERS == 0) {
              own(() -> closings.incrementAndGet(me));
            }
          });
      inbox.monitor(pids[i]);
    }
    allReady(size);
    long start = timeBefore();
    node.send(pids[first], new Go());
    hearDowns(pids, distances(parents, first), first, closings);
    long nanos = cpuTime() - start;
    for (int i = 0; i < size; i += OWNERS) {
      require(closings.get(i) == 1, "resource " + i + " was closed again");
    }
    return nanos;
  }

  /// Counts the links on the way from one of a tree to each other one.
  private static int[] distances(int[] parents, int first) {
    int[] distances = new int[parents.length];
    Arrays.fill(distances, -1);
    int steps = 0;
    for (int i = first; i >= 0; i = parents[i]) {
      distances[i] = steps++;
    }
    for (int i = 0; i < parents.length; i++) {
      if (distances[i] < 0) {
        distances[i] = distances[parents[i]] + 1;
      }
    }
    return distances;
  }

  /// Takes one `Down` of each, and looks whether it tells the truth.
  private void hearDowns(
      Pid[] pids, int[] distances, int first, @Nullable AtomicIntegerArray closings) {
    boolean[] down = new boolean[size];
    long base = pids[0].number();
    long stride = size == 1 ? 1 : (pids[1].number() - base);
    for (int n = 0; n < size; n++) {
      Down message = inbox.receive(Down.class, PATIENCE).orElse(null);
      if (message == null) {
        throw new AssertionError(
            "only " + n + " of " + size + " ended, " + node.processCount() + " are left");
      }
      int i = (int) ((message.pid().number() - base) / stride);
      require(message.pid().equals(pids[i]), "a Down of " + message.pid());
      require(!down[i], "a second Down of " + i);
      down[i] = true;
      require(message.reason().equals(reason), i + " ended with " + message.reason());
      Trail trail = message.trail();
      Trail.Hop source = trail.hops().getFirst();
      require(
          source.pid().equals(pids[first]) && source.how() == Trail.How.OWN_END,
          i + " says that it began with " + source);
      require(
          trail.hops().getLast().pid().equals(pids[i]),
          "the trail of " + i + " ends with " + trail.hops().getLast());
      require(
          trail.hops().size() + trail.omitted() == distances[i] + 1,
          i + " is " + distances[i] + " links away, and says " + trail);
      require(
          trail.hops().stream().noneMatch(Trail.Hop::declared), i + " was declared dead: " + trail);
      require(
          closings == null || i % OWNERS != 0 || closings.get(i) == 1,
          i + " was announced before what it owned was closed");
    }
    require(inbox.receive(Duration.ZERO).isEmpty(), "more messages than deaths");
  }

  private long inboxes() {
    List<Inbox> all = new ArrayList<>();
    Pid[] pids = new Pid[size];
    int[] distances = new int[size];
    for (int i = 0; i < size; i++) {
      Inbox next = node.inbox();
      pids[i] = next.pid();
      distances[i] = i;
      if (i > 0) {
        next.link(pids[i - 1]);
      }
      inbox.monitor(pids[i]);
      all.add(next);
    }
    long start = timeBefore();
    all.getFirst().close(reason);
    hearDowns(pids, distances, 0, null);
    return cpuTime() - start;
  }

  private long audience() {
    Pid star = falling(() -> {});
    for (int i = 0; i < size; i++) {
      node.spawn(
          PATIENT,
          () -> {
            trapExits(true);
            link(star);
            Ref ref = monitor(star);
            ready.incrementAndGet();
            Object exit = receive();
            Object down = receive();
            require(
                exit instanceof Exit said
                    && said.pid().equals(star)
                    && said.reason().equals(reason),
                "first came " + exit);
            require(
                down instanceof Down said && said.ref().equals(ref) && said.reason().equals(reason),
                "then came " + down);
            require(receive(Duration.ZERO).isEmpty(), "there came more");
            heard.incrementAndGet();
          });
    }
    allReady(size + 1);
    long start = timeBefore();
    node.send(star, new Go());
    Await.until("all have heard", PATIENCE, () -> heard.get() == size);
    return cpuTime() - start;
  }

  private long guardian() {
    Pid[] wards = new Pid[size];
    for (int i = 0; i < size; i++) {
      wards[i] = node.spawn(PATIENT, () -> receive(Go.class));
    }
    Pid guardian =
        falling(() -> {
          receive(Go.class);
          Ref[] refs = new Ref[size];
          for (int i = 0; i < size; i++) {
            link(wards[i]);
            refs[i] = monitor(wards[i]);
          }
          for (int i = 0; i < size; i += 2) {
            unlink(wards[i]);
            demonitor(refs[i]);
          }
        });
    Ref ref = inbox.monitor(guardian);
    long start = timeBefore();
    node.send(guardian, new Go());
    node.send(guardian, new Go());
    Down down = inbox.receive(Down.class, PATIENCE).orElseThrow();
    require(down.ref().equals(ref) && down.reason().equals(reason), "the guardian: " + down);
    Await.until("half of them are gone", PATIENCE, () -> node.processCount() <= (size + 1) / 2);
    long nanos = cpuTime() - start;
    for (int i = 0; i < size; i++) {
      boolean lives = i % 2 == 0;
      int me = i;
      require(node.isAlive(wards[i]) == lives, i + (lives ? " has died" : " has not died"));
      node.info(wards[i])
          .ifPresent(info ->
              require(
                  info.links().isEmpty() && info.monitoredBy().isEmpty(),
                  me + " has kept a bond: " + info));
    }
    for (int i = 0; i < size; i += 2) {
      node.send(wards[i], new Go());
    }
    return nanos;
  }

  private long flock() {
    Pid shepherd =
        node.spawn(
            PATIENT,
            () -> {
              trapExits(true);
              for (int i = 0; i < (size + 1) / 2; i++) {
                Object exit = receive(PATIENCE).orElse(null);
                require(
                    exit instanceof Exit said && said.reason().equals(reason),
                    "there came " + exit);
              }
              heard.incrementAndGet();
              receive(Go.class);
              require(receive(Duration.ZERO).isEmpty(), "there came more");
            });
    Pid[] sheep = new Pid[size];
    for (int i = 0; i < size; i++) {
      int me = i;
      sheep[i] =
          falling(() -> {
            link(shepherd);
            Ref ref = monitor(shepherd);
            if (me % 2 != 0) {
              unlink(shepherd);
              demonitor(ref);
            }
          });
    }
    allReady(size);
    long start = timeBefore();
    // The oldest first, which are the last in any list that begins with the newest.
    for (Pid pid : sheep) {
      node.send(pid, new Go());
    }
    Await.until("it has heard of half of them", PATIENCE, () -> heard.get() == 1);
    Await.until("all have fallen", PATIENCE, () -> node.processCount() == 1);
    long nanos = cpuTime() - start;
    node.info(shepherd)
        .ifPresentOrElse(
            info ->
                require(
                    info.links().isEmpty() && info.monitoredBy().isEmpty(),
                    "bonds with the dead: " + info),
            () -> require(false, "the one that traps exits has died"));
    node.send(shepherd, new Go());
    return nanos;
  }

  /// Spawns one that falls when it is told to.
  private Pid falling(Runnable before) {
    return node.spawn(
        PATIENT,
        style.of(
            () -> {
              before.run();
              ready.incrementAndGet();
            },
            go -> {
              throw fall;
            }));
  }

  /// Makes room, so that it is not the garbage collector's work that is measured, and looks at the
  /// clock.
  private static long timeBefore() {
    System.gc();
    return cpuTime();
  }

  /// The processor time of the whole JVM: what else runs on the machine does not count.
  private static long cpuTime() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private void allReady(int count) {
    Await.until("all are there", PATIENCE, () -> ready.get() == count);
  }
}

package dev.belay.storm;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Where roamers roam: it knows them all, living and dead, and why they died.
final class World {
  private static final int ALIASES = 200;
  private static final int NAMES = 40;
  private static final int NEAR = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = 2_000_000;

  final Node node;
  final Queue<Roamer> all = new ConcurrentLinkedQueue<>();
  final Queue<Resource> resources = new ConcurrentLinkedQueue<>();
  final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  final Map<Pid, ExitReason> reasons = new ConcurrentHashMap<>();

  /// Whether the storm is over.
  volatile boolean calm;

  private final int size;
  private final SplittableRandom random;
  private final Inbox inbox;
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger timers = new AtomicInteger();
  private final Map<Pid, Roamer> byPid = new ConcurrentHashMap<>();
  private final Queue<Pid> newcomers = new ConcurrentLinkedQueue<>();
  private final AtomicReferenceArray<@Nullable Roamer> places;
  private final AtomicReferenceArray<@Nullable Roamer> holders = new AtomicReferenceArray<>(NAMES);
  private final AtomicReferenceArray<@Nullable Ref> aliases = new AtomicReferenceArray<>(ALIASES);

  World(Node node, Inbox inbox, int size, long seed) {
    this.node = node;
    this.inbox = inbox;
    this.size = size;
    this.random = new SplittableRandom(seed);
    this.places = new AtomicReferenceArray<>(size);
  }

  // for roamers

  void enter(Roamer roamer) {
    byPid.put(roamer.pid(), roamer);
    places.set(roamer.id % size, roamer);
    newcomers.add(roamer.pid());
  }

  /// Finds another one, most often near by, so that the same ones meet again and again.
  Roamer any(Roamer near, SplittableRandom by) {
    while (true) {
      int place = by.nextInt(8) == 0 ? by.nextInt(size) : (near.id + by.nextInt(NEAR)) % size;
      Roamer found = places.get(place);
      if (found != null) {
        return found;
      }
    }
  }

  @Nullable Roamer find(Pid pid) {
    return byPid.get(pid);
  }

  /// Makes one more, unless there are enough.
  @Nullable Roamer make(SplittableRandom by) {
    return calm || node.processCount() > size + size / 10 ? null : make(this, by);
  }

  private static Roamer make(World world, SplittableRandom by) {
    Roamer roamer = new Roamer(world, world.ids.incrementAndGet(), by);
    world.all.add(roamer);
    return roamer;
  }

  static SpawnOptions options(SplittableRandom by) {
    SpawnOptions options = SpawnOptions.DEFAULT.grace(Duration.ofSeconds(5));
    return by.nextInt(4) == 0
        ? options.grace(Duration.ofMillis(10)).killGrace(Duration.ofMillis(5))
        : options.killGrace(Duration.ofSeconds(5));
  }

  Resource resource() {
    Resource resource = new Resource();
    resources.add(resource);
    return resource;
  }

  int nextTimer() {
    return timers.incrementAndGet();
  }

  void publish(Ref alias, SplittableRandom by) {
    aliases.set(by.nextInt(ALIASES), alias);
  }

  @Nullable Ref alias(SplittableRandom by) {
    return aliases.get(by.nextInt(ALIASES));
  }

  /// A roamer holds a name now. Whoever held it must have given it back, or be dead.
  void took(int place, Roamer roamer) {
    Roamer before = holders.getAndSet(place, roamer);
    if (before != null && before != roamer && Belay.isAlive(before.pid())) {
      wrong.add("name " + place + " is held by " + before.pid() + " and by " + roamer.pid());
    }
  }

  void gives(int place, Roamer roamer) {
    if (!holders.compareAndSet(place, roamer, null)) {
      wrong.add("somebody took name " + place + " while " + roamer.pid() + " held it");
    }
  }

  // for the test

  /// Lets roamers roam, with new ones for those that die.
  void rage(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      while (node.processCount() < size) {
        inbox.spawnMonitor(options(random), make(this, random.split()));
      }
      hear();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    calm = true;
    await("everybody is at rest", this::isAtRest);
  }

  /// Takes the downs. What the inbox did not monitor from the beginning it may have come too late
  /// for, and not know the reason.
  private void hear() {
    for (Pid pid = newcomers.poll(); pid != null; pid = newcomers.poll()) {
      inbox.monitor(pid);
    }
    Optional<Down> down = inbox.receive(Down.class, Duration.ZERO);
    while (down.isPresent()) {
      ExitReason reason = down.get().reason();
      if (!reason.equals(ExitReason.NO_PROC)) {
        ExitReason before = reasons.put(down.get().pid(), reason);
        if (before != null && !before.equals(reason)) {
          wrong.add("two reasons for one death: " + before + ", " + down);
        }
      }
      down = inbox.receive(Down.class, Duration.ZERO);
    }
  }

  private boolean isAtRest() {
    hear();
    return node.quarantined().isEmpty()
        && snapshots().stream()
            .allMatch(
                info -> info.status() == ProcessStatus.WAITING && info.messageQueueLength() == 0)
        && noTimerRuns()
        && newcomers.isEmpty();
  }

  /// All timers are short, and who waits takes what they bring.
  private boolean noTimerRuns() {
    for (Roamer roamer : all) {
      for (Roamer.Timer timer : List.copyOf(roamer.timers)) {
        if (node.readTimer(timer.ref()).isPresent()) {
          return false;
        }
      }
    }
    return true;
  }

  List<ProcessInfo> snapshots() {
    List<ProcessInfo> all = new ArrayList<>();
    node.processes().forEach(pid -> node.info(pid).ifPresent(all::add));
    return all;
  }

  Pid observer() {
    return inbox.pid();
  }

  /// Lets everybody take what there is and no more.
  void rest() {
    List<Pid> living = node.processes();
    living.forEach(pid -> node.send(pid, new Roamer.Rest()));
    await("everybody rests", () -> living.stream().allMatch(this::rests));
    hear();
  }

  private boolean rests(Pid pid) {
    Roamer roamer = byPid.get(pid);
    return roamer != null && roamer.survived;
  }

  void end() {
    node.processes().forEach(pid -> node.send(pid, new Roamer.End()));
    await("all have ended", () -> node.processCount() == 0);
  }

  private void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what + "\n" + state());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private String state() {
    StringBuilder text = new StringBuilder("quarantine: " + node.quarantined());
    for (ProcessInfo info : snapshots()) {
      if (info.status() != ProcessStatus.WAITING || info.messageQueueLength() > 0) {
        Roamer roamer = byPid.get(info.pid());
        text.append("\n").append(info);
        text.append(roamer == null ? "" : "\n    " + roamer.journal.tail());
      }
    }
    return text.toString();
  }
}

package dev.belay.storm;

import static dev.belay.Belay.receive;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.Destination;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Monitored;
import dev.belay.NameException;
import dev.belay.NoProcessException;
import dev.belay.Owned;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.TimerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A process that does anything to others at random, and keeps a journal of it.
final class Roamer implements Body {
  /// What it does with exit signals.
  enum Nature {
    TRAPS,
    NEVER_TRAPS,
    CHANGES
  }

  /// A message of which none is lost and whose order is kept.
  private record Numbered(Pid from, int sender, int number) {}

  /// A message to an alias or a name, which may vanish.
  private record Stray(Pid from) {}

  /// A message that is taken before others.
  private record Urgent(Pid from) {}

  private record Timed(int id) {}

  private record Present(Owned<Resource> owned) {}

  record Rest() {}

  record End() {}

  /// A timer that it started.
  record Timer(int id, Roamer to, TimerRef ref) {}

  private static final int NAMES = 40;
  private static final int HELD = 12;

  final int id;
  final Nature nature;
  final Journal journal = new Journal();
  final List<Timer> timers = new ArrayList<>();
  final List<Integer> cancelled = new ArrayList<>();

  /// Whom it spawned linked, and who were so before they could trap exits.
  final Set<Pid> children = new HashSet<>();

  /// How much it has done.
  long acts;

  /// Set before anybody can find it in the world.
  volatile @Nullable Pid pid;

  /// Whether it lived to the end and had received all there was.
  volatile boolean survived;

  private final World world;
  private final SplittableRandom random;
  private final Map<Integer, Integer> sent = new HashMap<>();
  private final List<Ref> refs = new ArrayList<>();
  private final List<Ref> aliases = new ArrayList<>();
  private final List<Owned<Resource>> possessions = new ArrayList<>();
  private int nameHeld = -1;

  Roamer(World world, int id, SplittableRandom random) {
    this.world = world;
    this.id = id;
    this.random = random;
    this.nature = Nature.values()[random.nextInt(3)];
  }

  Pid pid() {
    Pid known = pid;
    if (known == null) {
      throw new IllegalStateException("roamer " + id + " has not begun");
    }
    return known;
  }

  @Override
  public void run() throws Exception {
    pid = Belay.self();
    Belay.trapExits(nature == Nature.TRAPS);
    world.enter(this);
    while (!world.calm) {
      act();
      acts++;
    }
    while (true) {
      Object message = receive();
      if (message instanceof Rest) {
        drain();
        survived = true;
        receive(End.class);
        return;
      }
      got(message);
    }
  }

  private void act() throws Exception {
    switch (random.nextInt(100)) {
      case 0, 1, 2, 3, 4, 5 -> link();
      case 6, 7, 8, 9 -> unlink();
      case 10, 11, 12, 13, 14, 15, 16 -> monitor();
      case 17, 18, 19, 20 -> demonitor();
      case 21 -> exit();
      case 22 -> {
        if (random.nextInt(8) == 0) {
          Belay.terminate(any().pid(), ExitReason.shutdown(id));
        }
      }
      case 23, 24 -> {
        if (nature == Nature.CHANGES) {
          Belay.trapExits(random.nextBoolean());
        }
      }
      case 25, 26, 27 -> name();
      case 28, 29, 30 -> alias();
      case 31 -> spawn();
      case 32, 33, 34, 35, 36 -> own();
      case 37, 38, 39, 40, 41 -> timer();
      case 42, 43 -> {
        Optional<Urgent> urgent = receive(Urgent.class, Duration.ofNanos(random.nextInt(200_000)));
        urgent.ifPresent(message -> journal.receivedFrom(message.from()));
      }
      case 44 -> Belay.isAlive(any().pid());
      case 45, 46 -> Belay.info(any().pid());
      case 47 -> Belay.sleep(Duration.ofNanos(random.nextInt(3_000_000)));
      case 48 -> block();
      case 49 -> leave();
      case 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64 ->
          receive(Duration.ofNanos(random.nextInt(2_000_000))).ifPresent(this::got);
      case 65, 66, 67, 68, 69 -> Belay.send(any().pid(), new Urgent(pid()));
      case 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85 -> send();
      default -> drain();
    }
  }

  private Roamer any() {
    return world.any(this, random);
  }

  /// A younger one: links are made and ended by the elder of the two.
  private @Nullable Roamer younger() {
    Roamer other = any();
    return other.id > id ? other : null;
  }

  private void link() {
    Roamer other = younger();
    if (other != null && journal.links.size() < HELD && !journal.links.contains(other.pid())) {
      Pid peer = other.pid();
      journal.inDoubt = peer;
      try {
        Belay.link(peer);
        journal.links.add(peer);
        journal.note("linked with " + peer);
      } catch (NoProcessException e) {
        journal.note("no link with the dead " + peer);
      }
      journal.inDoubt = null;
    }
  }

  private void unlink() {
    Optional<Pid> linked = journal.links.stream().skip(random.nextInt(3)).findFirst();
    if (linked.isPresent()) {
      Pid peer = linked.get();
      journal.inDoubt = peer;
      Belay.unlink(peer);
      // What came before the unlink may be there still (L9).
      receive(
              message ->
                  message instanceof Exit exit && exit.pid().equals(peer) && Journal.isOfLink(exit)
                      ? exit
                      : null,
              Duration.ZERO)
          .ifPresent(exit -> journal.tookExit(exit, id, Integer.MAX_VALUE));
      journal.links.remove(peer);
      journal.inDoubt = null;
      journal.note("unlinked from " + peer);
    }
  }

  private void monitor() {
    if (refs.size() < HELD) {
      Pid target = any().pid();
      if (!target.equals(pid())) {
        Ref ref = Belay.monitor(target);
        journal.monitors.put(ref, new Journal.Watching(target));
        refs.add(ref);
        journal.note("monitors " + target + " by " + ref);
      }
    }
  }

  private void demonitor() {
    if (!refs.isEmpty()) {
      Ref ref = refs.remove(random.nextInt(refs.size()));
      Belay.demonitor(ref, Demonitor.FLUSH);
      Journal.Watching watching = journal.monitors.get(ref);
      if (watching != null) {
        watching.off = true;
      }
      journal.note("demonitored " + ref);
    }
  }

  private void exit() {
    Pid to = any().pid();
    switch (random.nextInt(8)) {
      case 0 -> Belay.exit(to, ExitReason.KILL);
      case 1 -> Belay.exit(to, ExitReason.SHUTDOWN);
      case 2, 3 -> Belay.exit(to, ExitReason.term("from " + id));
      default -> Belay.exit(to, ExitReason.NORMAL);
    }
  }

  private void name() {
    if (nameHeld < 0) {
      int place = random.nextInt(NAMES);
      try {
        Belay.register("name " + place);
        world.took(place, this);
        nameHeld = place;
      } catch (NameException e) {
        Belay.send(new dev.belay.Name("name " + place, Belay.node().name()), new Stray(pid()));
      }
    } else {
      world.gives(nameHeld, this);
      Belay.unregister("name " + nameHeld);
      nameHeld = -1;
    }
  }

  private void alias() {
    Ref known = world.alias(random);
    if (known != null) {
      Belay.send((Destination) known, new Stray(pid()));
    }
    if (aliases.size() < HELD) {
      Ref alias = Belay.alias(random.nextBoolean() ? AliasMode.REPLY : AliasMode.EXPLICIT);
      aliases.add(alias);
      world.publish(alias, random);
    } else {
      Belay.unalias(aliases.remove(random.nextInt(aliases.size())));
    }
  }

  private void spawn() {
    Roamer child = world.make(random.split());
    if (child == null) {
      return;
    }
    Resource resource = world.resource();
    try {
      spawn(child, World.options(random).own(resource));
    } catch (Throwable e) {
      // It stays the caller's.
      resource.released = true;
      throw e;
    }
  }

  private void spawn(Roamer child, SpawnOptions options) {
    switch (random.nextInt(3)) {
      case 0 -> Belay.spawn(options, child);
      case 1 -> {
        Monitored born = Belay.spawnMonitor(options, child);
        journal.monitors.put(born.ref(), new Journal.Watching(born.pid()));
        refs.add(born.ref());
      }
      default -> {
        LinkMode mode = random.nextInt(10) == 0 ? LinkMode.ANY_EXIT : LinkMode.NORMAL;
        Pid born = Belay.spawn(options.link(mode), child);
        journal.links.add(born);
        journal.note("spawned and linked with " + born);
        children.add(born);
      }
    }
  }

  private void own() {
    if (possessions.size() < 4) {
      possessions.add(Belay.own(world.resource()));
      return;
    }
    Owned<Resource> owned = possessions.remove(random.nextInt(possessions.size()));
    Resource resource = owned.get();
    if (random.nextInt(3) == 0) {
      owned.release();
      resource.released = true;
    } else {
      Pid to = any().pid();
      if (owned.giveTo(to)) {
        if (!to.equals(pid())) {
          Belay.send(to, new Present(owned));
        }
      } else {
        possessions.add(owned);
      }
    }
  }

  private void timer() {
    if (timers.isEmpty() || random.nextInt(3) != 0) {
      Roamer to = any();
      int number = world.nextTimer();
      Duration delay = Duration.ofNanos(random.nextInt(20_000_000));
      timers.add(new Timer(number, to, Belay.sendAfter(delay, to.pid(), new Timed(number))));
    } else {
      Timer timer = timers.getLast();
      if (Belay.cancelTimer(timer.ref()).isPresent()) {
        cancelled.add(timer.id());
      }
    }
  }

  /// In the JDK, or in a loop that nothing ends early: who dies then is declared dead.
  private void block() throws InterruptedException {
    if (random.nextInt(60) == 0) {
      long end = System.nanoTime() + 60_000_000;
      while (System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
    } else {
      Thread.sleep(Duration.ofNanos(random.nextInt(3_000_000)));
    }
  }

  private void leave() {
    if (random.nextInt(10) == 0) {
      switch (random.nextInt(3)) {
        case 0 -> throw new IllegalStateException("roamer " + id);
        case 1 -> throw Belay.exit(ExitReason.term("roamer " + id));
        default -> throw Belay.exit(ExitReason.NORMAL);
      }
    }
  }

  private void send() {
    Roamer to = any();
    int number = sent.merge(to.id, 1, Integer::sum);
    Belay.send(to.pid(), new Numbered(pid(), id, number));
  }

  private void drain() {
    Optional<Object> message = receive(Duration.ZERO);
    while (message.isPresent()) {
      got(message.get());
      message = receive(Duration.ZERO);
    }
  }

  private void got(Object message) {
    switch (message) {
      case Numbered(Pid from, int sender, int number) ->
          journal.receivedNumber(from, sender, number);
      case Stray(Pid from) -> journal.receivedFrom(from);
      case Urgent(Pid from) -> journal.receivedFrom(from);
      case Timed(int number) -> journal.receivedTimer(number);
      case Down down -> {
        journal.receivedDown(down);
        refs.remove(down.ref());
      }
      case Exit exit -> {
        Roamer other = world.find(exit.pid());
        journal.receivedExit(exit, id, other == null ? Integer.MAX_VALUE : other.id);
      }
      case Present(Owned<Resource> owned) -> possessions.add(owned);
      default -> journal.wrong.add("there came " + message);
    }
  }
}

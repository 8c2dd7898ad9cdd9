package dev.belay.storm;

import dev.belay.Node;
import dev.belay.otp.Backoff;
import dev.belay.otp.Restart;
import dev.belay.storm.Place.Habits;
import dev.belay.storm.Place.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What a tree of supervisors and servers on four levels should be: all strategies, servers of many
/// habits, the same for the same seed. And what was seen to be wrong with it.
final class Tree {
  /// How large a tree is.
  ///
  /// @param branches how many supervisors below the root
  /// @param twigs how many supervisors below each of these
  /// @param leaves how many servers below each of these
  record Size(int branches, int twigs, int leaves) {}

  /// So many restarts do not happen within the period.
  static final int SURVIVES = 1_000_000;

  static final Duration PERIOD = Duration.ofMillis(400);
  static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(1), Duration.ofMillis(6));

  private static final Kind[] STRATEGIES = {Kind.ONE_FOR_ONE, Kind.ONE_FOR_ALL, Kind.REST_FOR_ONE};
  private static final int BESIDES = 3;

  final Place root;
  private final Node node;
  private final List<Place> places = new ArrayList<>();
  private final List<Place> supervisors = new ArrayList<>();
  private final List<Place> frail = new ArrayList<>();
  private final List<Place> soonGivingUp = new ArrayList<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final LongAdder starts = new LongAdder();
  private volatile boolean calm;

  Tree(Node node, Size size, long seed) {
    this.node = node;
    SplittableRandom random = new SplittableRandom(seed);
    root = add(null, Kind.ONE_FOR_ONE, Habits.PLAIN, SURVIVES);
    addLeaves(root, BESIDES, random);
    for (int branch = 0; branch < size.branches(); branch++) {
      // The strategies in turn, so that none is missing.
      Place place = add(root, STRATEGIES[branch % STRATEGIES.length], Habits.PLAIN, SURVIVES);
      addLeaves(place, BESIDES, random);
      addDynamic(place, size.leaves(), random);
      for (int twig = 1; twig < size.twigs(); twig++) {
        Kind kind = STRATEGIES[random.nextInt(STRATEGIES.length)];
        addLeaves(add(place, kind, Habits.PLAIN, intensity(twig, random)), size.leaves(), random);
      }
    }
  }

  /// Every branch has one twig that gives up at once, and some that do soon.
  private static int intensity(int twig, SplittableRandom random) {
    return twig == 1 ? 0 : random.nextInt(5) == 0 ? 1 + random.nextInt(4) : SURVIVES;
  }

  private void addDynamic(Place supervisor, int leaves, SplittableRandom random) {
    Habits named = new Habits(Restart.PERMANENT, true, false, false, false, false, 0);
    Place dynamic = add(supervisor, Kind.DYNAMIC, named, random.nextInt(4) == 0 ? 8 : SURVIVES);
    addLeaves(dynamic, leaves, random);
    int ending = random.nextInt(2);
    add(
        supervisor,
        Kind.FILLER,
        new Habits(Restart.PERMANENT, false, false, false, false, false, 4 + ending),
        SURVIVES);
  }

  private void addLeaves(Place supervisor, int leaves, SplittableRandom random) {
    for (int i = 0; i < leaves; i++) {
      add(supervisor, Kind.LEAF, Habits.of(random), SURVIVES);
    }
  }

  private Place add(@Nullable Place parent, Kind kind, Habits habits, int intensity) {
    Place place = new Place(this, places.size(), parent, kind, habits, intensity);
    places.add(place);
    if (place.isSupervisor() && parent != null) {
      supervisors.add(place);
    }
    if (intensity == 0) {
      frail.add(place);
    } else if (intensity != SURVIVES) {
      soonGivingUp.add(place);
    }
    return place;
  }

  List<Place> places() {
    return Collections.unmodifiableList(places);
  }

  /// The supervisors that give up when one of their children ends.
  List<Place> frail() {
    return Collections.unmodifiableList(frail);
  }

  /// Finds a place for a stroke: any but the root, a supervisor more often than there are.
  Place any(SplittableRandom random) {
    return random.nextInt(12) == 0
        ? supervisors.get(random.nextInt(supervisors.size()))
        : places.get(1 + random.nextInt(places.size() - 1));
  }

  /// Finds a supervisor that gives up after a few restarts, or at once if there is no such.
  Place anySoonGivingUp(SplittableRandom random) {
    List<Place> some = soonGivingUp.isEmpty() ? frail : soonGivingUp;
    return some.get(random.nextInt(some.size()));
  }

  // what happens

  long now() {
    return node.nanoTime();
  }

  void started() {
    starts.increment();
  }

  /// How many children were started, or were to be.
  long starts() {
    return starts.sum();
  }

  void wrong(String what) {
    wrong.add(what);
  }

  /// What was wrong at any time.
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  void calm() {
    calm = true;
  }

  boolean isCalm() {
    return calm;
  }
}

package dev.belay.storm;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import dev.belay.Subject;
import dev.belay.Tables;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Restart;
import dev.belay.otp.ServerRef;
import dev.belay.otp.SupervisorRef;
import dev.belay.storm.Place.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

/// A tree of supervisors and servers of which anybody but the root is struck at any time, and what
/// must be true of it when nobody is struck any more.
///
/// Who strikes, when, and how time passes is for those who use this: threads on the clock, or
/// processes on a time of their own.
final class TreeStorm {
  private static final ExitReason STRUCK = ExitReason.term("struck");

  private final Node node;
  private final Tree tree;
  private final LongAdder strokes = new LongAdder();

  TreeStorm(Node node, Tree.Size size, long seed) {
    this.node = node;
    this.tree = new Tree(node, size, seed);
  }

  /// Starts the tree.
  void begin() {
    tree.root.startRoot(node);
  }

  Tree tree() {
    return tree;
  }

  long strokes() {
    return strokes.sum();
  }

  // while it lasts

  /// Strikes one of the tree.
  void strike(SplittableRandom random) {
    Place place = tree.any(random);
    Pid pid = place.pid;
    if (pid == null) {
      return;
    }
    strokes.increment();
    if (random.nextInt(60) == 0) {
      vex(tree.anySoonGivingUp(random), random);
      return;
    }
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> node.exit(pid, ExitReason.KILL);
      case 3, 4 -> node.exit(pid, STRUCK);
      case 5, 6 -> node.send(pid, new Leaf.Crash());
      default -> strikeDown(place, pid, random);
    }
  }

  /// Ends more children of a supervisor that gives up soon than it may restart, if it restarts each
  /// for itself.
  private void vex(Place place, SplittableRandom random) {
    for (int i = -2; i < place.intensity(); i++) {
      Place child = place.children().get(random.nextInt(place.children().size()));
      Pid pid = child.pid;
      if (pid != null) {
        strikeDown(child, pid, random);
      }
    }
  }

  /// Ends a child of each supervisor that gives up for that.
  void strikeTheFrail(SplittableRandom random) {
    for (Place place : tree.frail()) {
      Place child = place.children().stream().filter(one -> !one.isTemporary()).findFirst().get();
      strikeDown(child, child.pid(), random);
    }
  }

  /// Whatever it traps. Nobody starts a transient child again that has ended in order.
  private void strikeDown(Place place, Pid pid, SplittableRandom random) {
    boolean orderly = place.habits.restart() == Restart.PERMANENT && random.nextInt(3) == 0;
    node.terminate(
        pid, !orderly ? STRUCK : random.nextBoolean() ? ExitReason.NORMAL : ExitReason.SHUTDOWN);
  }

  // when it is over

  /// What is not as it should be when everything has come to rest; as long as there is any, it may
  /// not have. Waits for nobody.
  ///
  /// @param untouched such a tree that no storm has touched
  List<String> unrest(TreeStorm untouched) {
    tree.calm();
    List<String> unrest = new ArrayList<>();
    Set<Pid> known = new HashSet<>();
    Set<Place> there = new HashSet<>();
    for (Place place : tree.places()) {
      Optional<ProcessInfo> info = info(place);
      info.ifPresent(one -> {
        known.add(one.pid());
        there.add(place);
      });
      if (info.isEmpty() && !place.isTemporary()) {
        unrest.add(place + " is missing; " + place.pid + " was there last");
      }
      if (place.isHeld() != (info.isPresent() && !place.isSupervisor())) {
        unrest.add("the token of " + place + " is held: " + place.isHeld() + "; there is " + info);
      }
      info.filter(one -> !isAtRest(place, one))
          .ifPresent(one -> unrest.add(place + " is not at rest: " + one));
    }
    for (Pid pid : node.processes()) {
      if (!known.contains(pid)) {
        unrest.add("this is at no place: " + node.info(pid));
      }
    }
    untouched.tree.places().stream()
        .filter(place -> !place.hasBegun())
        .forEach(place -> unrest.add(place + " of the other tree has not begun"));
    if (unrest.isEmpty()) {
      compare(untouched, there, unrest);
    }
    return unrest;
  }

  /// Compares with the other tree; temporary processes may be missing in this one.
  private void compare(TreeStorm untouched, Set<Place> there, List<String> unrest) {
    Set<Integer> numbers = there.stream().map(place -> place.number).collect(toSet());
    Map<Integer, String> shapes = shapes(numbers);
    untouched
        .shapes(numbers)
        .forEach((number, should) -> {
          if (!should.equals(shapes.get(number))) {
            unrest.add("there is " + shapes.get(number) + "\n  and should be " + should);
          }
        });
    Set<String> names =
        there.stream()
            .filter(place -> place.habits.named())
            .map(Place::id)
            .collect(toCollection(TreeSet::new));
    if (!names.equals(new TreeSet<>(node.registered()))) {
      unrest.add("registered is " + node.registered() + "\n  and should be " + names);
    }
    long timers = there.stream().filter(place -> place.habits.timed()).count();
    if (Tables.timers(node) != timers) {
      unrest.add(Tables.timers(node) + " timers run, and should be " + timers);
    }
  }

  private static boolean isAtRest(Place place, ProcessInfo info) {
    return info.status() == ProcessStatus.WAITING
        && info.messageQueueLength() == 0
        && (place.parent == null || info.parent().equals(Optional.ofNullable(place.parent.pid)));
  }

  private Optional<ProcessInfo> info(Place place) {
    return Optional.ofNullable(place.pid).flatMap(node::info);
  }

  private boolean isThere(Place place) {
    return info(place).isPresent();
  }

  /// What was wrong during the storm, and what who is there says that is otherwise than it seems.
  List<String> verdict() {
    List<String> wrong = new ArrayList<>(tree.wrong());
    tree.places().stream().filter(this::isThere).forEach(place -> ask(place, wrong));
    return wrong;
  }

  /// Asks who is there itself.
  private void ask(Place place, List<String> wrong) {
    Pid pid = place.pid();
    List<Place> children = place.children().stream().filter(this::isThere).toList();
    Set<Pid> pids = children.stream().map(Place::pid).collect(toSet());
    ChildCounts counts;
    if (!place.isSupervisor()) {
      int answer = ServerRef.of(node, pid, Leaf.Message.class).call(new Leaf.Where());
      if (answer != place.number) {
        wrong.add(place + " says that it is " + answer);
      }
      return;
    }
    if (place.kind == Kind.DYNAMIC) {
      DynamicSupervisorRef ref = DynamicSupervisorRef.of(node, pid);
      List<Pid> said = ref.children();
      counts = ref.count();
      if (said.size() != pids.size() || !pids.equals(Set.copyOf(said))) {
        wrong.add(place + " has the children " + said + "\n  and should have " + pids);
      }
    } else {
      SupervisorRef ref = SupervisorRef.of(node, pid);
      List<ChildInfo> said = ref.children().reversed();
      counts = ref.count();
      List<ChildInfo> should =
          children.stream()
              .map(child ->
                  new ChildInfo(child.id(), Optional.of(child.pid()), false, child.isSupervisor()))
              .toList();
      if (!said.equals(should)) {
        wrong.add(place + " has the children " + said + "\n  and should have " + should);
      }
    }
    int supervisors = (int) children.stream().filter(Place::isSupervisor).count();
    ChildCounts should =
        new ChildCounts(
            children.size(), children.size(), supervisors, children.size() - supervisors);
    if (!counts.equals(should)) {
      wrong.add(place + " has " + counts + "\n  and should have " + should);
    }
  }

  /// What can be seen of those at some places, in words that are the same in every such tree.
  private Map<Integer, String> shapes(Set<Integer> numbers) {
    Map<Pid, Integer> places = new HashMap<>();
    // A temporary one may have been killed before it was known here.
    tree.places().stream()
        .filter(Place::hasBegun)
        .forEach(place -> places.put(place.pid(), place.number));
    Map<Integer, String> shapes = new HashMap<>();
    for (int number : numbers) {
      Place place = tree.places().get(number);
      info(place)
          .ifPresent(info ->
              shapes.put(
                  number,
                  place
                      + (info.trapsExits() ? ", traps" : "")
                      + (", label " + info.label() + ", name " + info.registeredName())
                      + (", child of " + info.parent().map(places::get))
                      + (", ancestors " + named(info.ancestors(), places, numbers))
                      + (", linked with " + named(info.links(), places, numbers))
                      + (", monitors " + named(info.monitors(), places, numbers))
                      + (", monitored by " + named(info.monitoredBy(), places, numbers))
                      + (", owns " + info.owned())));
    }
    return shapes;
  }

  private static List<String> named(
      Collection<? extends Subject> subjects, Map<Pid, Integer> places, Set<Integer> numbers) {
    return subjects.stream()
        .filter(subject ->
            !(subject instanceof Pid pid)
                || !places.containsKey(pid)
                || numbers.contains(places.get(pid)))
        .map(subject ->
            subject instanceof Pid pid && places.containsKey(pid)
                ? "place-" + places.get(pid)
                : "somebody else")
        .sorted()
        .toList();
  }

  /// Ends the tree.
  void end() {
    SupervisorRef.of(node, tree.root.pid()).stop();
  }

  /// What is left of the tree when it has ended.
  List<String> remains() {
    List<String> left = new ArrayList<>(tree.wrong());
    tree.places().stream()
        .filter(Place::isHeld)
        .forEach(place -> left.add("the token of " + place + " is still held"));
    node.processes().forEach(pid -> left.add("this is left: " + node.info(pid)));
    node.registered().forEach(name -> left.add("the name " + name + " is left"));
    if (Tables.timers(node) > 0) {
      left.add(Tables.timers(node) + " timers are left");
    }
    return left;
  }
}

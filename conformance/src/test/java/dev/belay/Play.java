package dev.belay;

import dev.belay.explorer.Scenario;
import dev.belay.explorer.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The frame of every scenario, in three parts.
///
/// In the first, the same in every schedule, processes are prepared: those that [#prepare] starts
/// run until they wait in [#ready]. The second is explored: these go on, all others start, and
/// everybody plays until nothing moves. Then both sides of every bond must agree. In the third, the
/// same in every schedule again, those that wait in [#rest] go on, everybody ends, and what is left
/// is looked at.
abstract class Play implements Scenario {
  static final ExitReason BYE = ExitReason.term("bye");
  static final ExitReason CIAO = ExitReason.term("ciao");
  static final Duration MOMENT = Duration.ofMillis(10);

  /// Tells a process to go on.
  private static final class Go {
    boolean taken;
  }

  private static final long LONGEST = 64_000_000_000L;

  private final List<Actor> actors = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private @Nullable Stage stage;
  private @Nullable Node node;
  private @Nullable Witness witness;

  // what a scenario says

  final Actor actor(String name, Body body) {
    return actor(name, SpawnOptions.DEFAULT, body);
  }

  final Actor actor(String name, SpawnOptions how, Body body) {
    Actor actor = new Actor(this, name, how, body);
    actors.add(actor);
    return actor;
  }

  /// A process that ends as soon as its body has returned; the others first wait for the last part,
  /// so that their ends are not explored, too.
  final Actor mortal(String name, Body body) {
    Actor actor = actor(name, body);
    actor.mortal = true;
    return actor;
  }

  /// Starts those who have something to prepare.
  void prepare() {}

  /// Begins the explored part, on the main thread; the others run when it has returned.
  void act() {
    for (Actor actor : actors) {
      if (actor.wasSpawned()) {
        if (!goesOnAtOnce(actor)) {
          letGo(actor);
        }
      } else if (!isChild(actor)) {
        start(actor);
      }
    }
  }

  /// Tells whether an actor is for another one to spawn.
  boolean isChild(Actor actor) {
    return false;
  }

  /// Tells whether an actor that was started in the preparation does not wait in [#ready].
  boolean goesOnAtOnce(Actor actor) {
    return false;
  }

  /// Tells whether the node is open until the end.
  boolean leavesNodeOpen() {
    return true;
  }

  /// What the main thread does while the others play.
  void meanwhile() {}

  /// Looks at what there is when everything has come to rest.
  void atRest() {}

  /// Looks at the outcome when every process has ended.
  abstract void check();

  /// Tells whether every body is one long turn of a turn-style process.
  boolean inTurns() {
    return false;
  }

  // the frame

  @Override
  public final void run(Stage given) throws Throwable {
    stage = given;
    Actor.forgetDeaths();
    given.calm(true);
    Node fresh =
        Node.start(NodeOptions.DEFAULT.name("explored").host(given.host()).inTurns(inTurns()));
    node = fresh;
    // The main thread and the node's own.
    long system = given.running();
    if (given.faults().areOn() && leavesNodeOpen()) {
      // Where links are the theme, the first link of a process, which makes its table, is its own.
      witness = new Witness(fresh, getClass().getEnclosingClass() != LinkPlays.class);
    }
    prepare();
    given.quiet();
    given.calm(false);
    given.faults().arm(true);
    given.together(this::act);
    stubbornly(this::meanwhile);
    given.quiet();
    if (given.faults().areOn()) {
      given.spared(() -> settle(given, () -> false));
      given.look(() -> Audit.nobodyIsForgotten(fresh));
    }
    given.calm(true);
    given.look(() -> {
      Audit.bondsAgree(fresh);
      if (!isFaulty()) {
        atRest();
      }
    });
    given.spared(() -> {
      for (Cell cell : fresh.table.cells()) {
        sendOn(cell, new Go());
      }
      settle(given, () -> hasEnded(fresh, given, system));
      if (isFaulty() && fresh.processCount() > 0) {
        haveMercy(fresh);
        settle(given, () -> hasEnded(fresh, given, system));
      }
    });
    given.faults().arm(false);
    given.look(this::lookBack);
    fresh.close();
    given.quiet();
    require(given.running() == 1, () -> "threads are left: " + given.describe());
  }

  /// Nobody is left but the node's own threads.
  private static boolean hasEnded(Node node, Stage stage, long system) {
    return node.processCount() == 0 && stage.running() <= system + node.runners.count();
  }

  /// Ends those who wait for something that the error has kept another process from doing.
  private void haveMercy(Node node) {
    stage().look(() -> Audit.nobodyIsForgotten(node));
    for (Actor actor : actors) {
      if (actor.pid != null && !actor.isOwed) {
        node.terminate(actor.pid, ExitReason.SHUTDOWN);
      }
    }
  }

  private void lookBack() {
    require(node().processCount() == 0, () -> "processes are left: " + stage().describe());
    for (Actor actor : actors) {
      Audit.isGone(actor);
    }
    require(complaints.isEmpty(), complaints::toString);
    if (witness != null) {
      witness.lookBack();
    }
    check();
  }

  /// Lets time pass until something is true, for about a minute.
  private static void settle(Stage stage, BooleanSupplier done) {
    long wait = 1_000_000;
    stage.quiet();
    while (!done.getAsBoolean() && wait < LONGEST) {
      stage.pass(wait);
      stage.quiet();
      wait *= stage.faults().areOn() ? 8 : 2;
    }
  }

  // what the main thread does although an error may strike it

  /// Does something that may be repeated, until it succeeds; no more than one error is thrown.
  private void stubbornly(Runnable part) {
    stage().verbIsOver();
    try {
      part.run();
    } catch (VirtualMachineError e) {
      if (!isFaulty()) {
        throw e;
      }
      part.run();
    }
  }

  /// Sends a process on; if that fails, it has got the message or not.
  final void letGo(Actor actor) {
    Go go = new Go();
    stage().verbIsOver();
    try {
      sendOn(Objects.requireNonNull(actor.cell), go);
    } catch (VirtualMachineError e) {
      if (!isFaulty()) {
        throw e;
      }
      Cell cell = Objects.requireNonNull(actor.cell);
      stage()
          .look(() -> {
            Message newest = cell.mailbox.newest();
            if (!go.taken && (newest == null || newest.payload != go)) {
              sendOn(cell, go);
            }
          });
    }
  }

  /// Sends a process a message that counts for no bound.
  private static void sendOn(Cell to, Go go) {
    if (to.mailbox.bound == null) {
      to.node.send(to.pid, go);
    } else if (Posting.push(null, to.node.system, to, new Message(go))) {
      Exits.follow(to, true, false);
    }
  }

  final Stage stage() {
    return Objects.requireNonNull(stage);
  }

  final Node node() {
    return Objects.requireNonNull(node);
  }

  final void complain(String what) {
    complaints.add(what);
  }

  final void start(Actor actor) {
    stubbornly(() -> actor.pid = node().spawn(actor.how, actor));
    actor.cell = actor.pid().cell;
    Witness who = witness;
    if (who != null) {
      stage().spared(() -> who.attend(actor));
    }
  }

  // for the processes

  final Actor actor(String name) {
    return actors.stream().filter(actor -> actor.name.equals(name)).findFirst().orElseThrow();
  }

  final Pid pid(String name) {
    return actor(name).pid();
  }

  /// Writes down a message or an outcome of the calling process.
  final <T> T note(T what) {
    current().notes.add(what);
    return what;
  }

  /// Waits for the explored part.
  static void ready() {
    awaitGo();
  }

  /// Waits for the last part.
  final void rest() {
    current().rested = true;
    awaitGo();
  }

  /// Whether a message tells that the last part has come.
  static boolean isLast(Object message) {
    return message instanceof Go;
  }

  private static void awaitGo() {
    Belay.receive(Go.class).taken = true;
  }

  /// Waits for a message and writes it down, and then whatever else of the kind comes.
  final void hear(Class<?> type) {
    note(receiveOwed(type));
    hearTheRest(type);
  }

  /// Waits for the end that a link must bring.
  final void linger() {
    receiveOwed(Exit.class);
  }

  private <T> T receiveOwed(Class<T> type) {
    Actor self = current();
    self.isOwed = true;
    T message = Belay.receive(type);
    self.isOwed = false;
    return message;
  }

  /// Writes down what of a kind is in the mailbox when everything has come to rest.
  final void hearTheRest(Class<?> type) {
    rest();
    Optional<?> more = Belay.receive(type, Duration.ZERO);
    while (more.isPresent()) {
      note(more.get());
      more = Belay.receive(type, Duration.ZERO);
    }
  }

  private Actor current() {
    Actor[] found = new Actor[1];
    stage()
        .spared(() -> {
          Cell self = Cell.currentOrNull();
          found[0] = actors.stream().filter(actor -> actor.cell == self).findFirst().orElseThrow();
        });
    return found[0];
  }

  // assertions

  static void require(boolean condition, Supplier<String> what) {
    if (!condition) {
      throw new AssertionError(what.get());
    }
  }

  /// Whether an error was thrown into this run.
  final boolean isFaulty() {
    return stage().faults().hasFired();
  }

  /// What a process was told about the end of another, by exits and downs.
  static List<ExitReason> tellings(Actor who, Actor of) {
    List<ExitReason> reasons = new ArrayList<>();
    for (Object message : who.notes) {
      switch (message) {
        case Exit exit when exit.pid().equals(of.pid()) -> reasons.add(exit.reason());
        case Down down when of.pid().equals(down.pid()) -> reasons.add(down.reason());
        default -> {}
      }
    }
    return reasons;
  }

  /// A process was told of the end of another once, with one of these reasons, and if that is not
  /// `noproc` then with the true one.
  final void heardOnce(Actor who, Actor of, ExitReason... reasons) {
    List<ExitReason> told = tellings(who, of);
    require(told.size() == 1, () -> who + ": not one message of " + of.name);
    ExitReason reason = told.getFirst();
    require(
        reason == ExitReason.NO_PROC || reason.equals(of.reason()),
        () -> who + ": not what " + of.name + " died of, which is " + of.reason());
    require(
        isFaulty() || Set.of(reasons).contains(reason),
        () -> who + ": not one of " + List.of(reasons));
  }

  /// As [#heardOnce], but after the true reason a `noproc` may follow: the process linked once
  /// more. If an error kept a link or an exit from being finished at once, the two may come in
  /// another order, or the second link be told the true reason, too.
  final void heardOnceOrThenNoProc(Actor who, Actor of, ExitReason... reasons) {
    List<ExitReason> told = tellings(who, of);
    if (told.size() == 2 && isFaulty()) {
      require(
          told.stream()
              .allMatch(reason -> reason == ExitReason.NO_PROC || reason.equals(of.reason())),
          () -> who + ": not what it died of");
    } else if (told.size() == 2 && told.get(1) == ExitReason.NO_PROC) {
      require(told.getFirst().equals(of.reason()), () -> who + ": not what it died of");
    } else {
      heardOnce(who, of, reasons);
    }
  }

  final void heardNothing(Actor who, Actor of) {
    require(tellings(who, of).isEmpty(), () -> who + ": something of " + of.name);
  }

  /// A process died of one of these reasons.
  final void diedOf(Actor who, ExitReason... reasons) {
    require(
        isFaulty() || Set.of(reasons).contains(who.reason()),
        () -> who + ", died of " + who.reason() + ", not of one of " + List.of(reasons));
  }

  /// A process wrote this down, and nothing else of the kind.
  final <T> T noted(Actor who, Class<T> type) {
    List<T> all = who.noted(type);
    require(all.size() == 1, () -> who + ": not one " + type.getSimpleName());
    return all.getFirst();
  }
}

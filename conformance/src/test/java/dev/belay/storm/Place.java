package dev.belay.storm;

import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.Restart;
import dev.belay.otp.Server;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A place in a tree of processes: what is to be started there, again and again, and what has come
/// of it.
final class Place {
  /*
   * What a place is does not change when the tree has grown. `pid` is written by the process that is at the place, and by its supervisor
   * when it has begun; `token` by whoever is at the place; `strain` is guarded by itself.
   */
  enum Kind {
    ONE_FOR_ONE,
    ONE_FOR_ALL,
    REST_FOR_ONE,

    /// A dynamic supervisor, whose children a filler starts.
    DYNAMIC,

    /// A server that starts the children of a dynamic supervisor.
    FILLER,

    /// A server.
    LEAF
  }

  /// As long as they like: who is declared dead runs on, and has a right to hold what it holds.
  private static final SpawnOptions PATIENT =
      SpawnOptions.DEFAULT
          .grace(Duration.ofMinutes(2))
          .killGrace(Duration.ofMinutes(2))
          .closeTime(Duration.ofMinutes(2));

  final Tree tree;
  final int number;
  final @Nullable Place parent;
  final Kind kind;
  private final List<Place> children = new ArrayList<>();

  /// Null for servers, and for supervisors that are to survive.
  final @Nullable Strain strain;

  /// How it is started: all but the start itself.
  final Habits habits;

  /// Whoever is there now, or was last.
  volatile @Nullable Pid pid;

  /// When the last token was given back.
  volatile long givenBack;

  private final AtomicReference<@Nullable Token> token = new AtomicReference<>();

  /// How one is started, and how it behaves.
  ///
  /// @param restart when it is restarted
  /// @param named whether it has a name
  /// @param traps whether it traps exits
  /// @param timed whether it has timers
  /// @param ready whether it says when it is ready
  /// @param backoff whether it is waited before it is started again
  /// @param ending how it is ended, and how it takes it: a number
  record Habits(
      Restart restart,
      boolean named,
      boolean traps,
      boolean timed,
      boolean ready,
      boolean backoff,
      int ending) {
    static final Habits PLAIN = new Habits(Restart.PERMANENT, false, false, false, false, false, 0);

    static Habits of(SplittableRandom random) {
      int restart = random.nextInt(20);
      return new Habits(
          restart == 0 ? Restart.TEMPORARY : restart < 4 ? Restart.TRANSIENT : Restart.PERMANENT,
          random.nextInt(3) == 0,
          random.nextInt(3) == 0,
          random.nextInt(5) == 0,
          random.nextInt(20) == 0,
          random.nextInt(12) == 0,
          random.nextInt(10));
    }
  }

  Place(Tree tree, int number, @Nullable Place parent, Kind kind, Habits habits, int intensity) {
    this.tree = tree;
    this.number = number;
    this.parent = parent;
    this.kind = kind;
    this.habits = habits;
    this.strain = intensity == Tree.SURVIVES ? null : new Strain(this, intensity);
    if (parent != null) {
      parent.children.add(this);
    }
  }

  boolean isSupervisor() {
    return kind != Kind.LEAF && kind != Kind.FILLER;
  }

  /// Whether it may be missing, as nobody starts it again.
  boolean isTemporary() {
    return habits.restart() == Restart.TEMPORARY;
  }

  String id() {
    return "place-" + number;
  }

  /// Whether anybody is there, or was.
  boolean hasBegun() {
    return pid != null;
  }

  /// Whoever is there now, or was last.
  Pid pid() {
    return Objects.requireNonNull(pid, () -> this + " has not begun");
  }

  Place supervisor() {
    if (parent == null) {
      throw new IllegalStateException("this is the root");
    }
    return parent;
  }

  /// The dynamic supervisor that a filler fills.
  Place filled() {
    return supervisor().children().stream()
        .filter(sibling -> sibling.kind == Kind.DYNAMIC)
        .findFirst()
        .orElseThrow();
  }

  // how it is started

  StartOptions options() {
    StartOptions options = StartOptions.DEFAULT.spawn(PATIENT.label(id()));
    return habits.named() ? options.name(id()) : options;
  }

  /// What its supervisor has to know: for a dynamic one a new one each time.
  ChildSpec spec() {
    // The first start by one specification is no restart.
    Object start = new Object();
    ChildSpec spec =
        ChildSpec.of(id(), () -> start(kindOfParent() == Kind.DYNAMIC ? start : this))
            .restart(habits.restart());
    if (isSupervisor()) {
      return spec.supervisor();
    }
    if (habits.ready()) {
      spec = spec.awaitReady(Duration.ofMinutes(1));
    }
    if (habits.backoff()) {
      spec = spec.backoff(Tree.BACKOFF);
    }
    return spec.shutdown(Leaf.shutdown(habits.ending()));
  }

  private Kind kindOfParent() {
    return supervisor().kind;
  }

  private Child start(Object start) {
    Place above = supervisor();
    // A supervisor may be struck while it begins, too.
    Pid self = Belay.self();
    above.pid = self;
    tree.started();
    if (above.strain != null) {
      above.strain.starts(self, this, start);
    }
    try {
      Pid started = startLink();
      pid = started;
      return Child.of(started);
    } catch (StartException e) {
      e.alreadyStarted()
          .ifPresent(other ->
              tree.wrong(
                  this + " cannot be started, because of " + other + ", which has its name"));
      throw e;
    }
  }

  private Pid startLink() {
    return switch (kind) {
      case LEAF -> Server.startLink(options(), () -> new Leaf(this)).pid().orElseThrow();
      case FILLER -> Server.startLink(options(), () -> new Filler(this)).pid().orElseThrow();
      case DYNAMIC ->
          DynamicSupervisor.oneForOne()
              .intensity(intensity(), Tree.PERIOD)
              .startLink(options())
              .pid()
              .orElseThrow();
      default -> description().startLink(options()).pid().orElseThrow();
    };
  }

  /// Starts the root.
  void startRoot(Node node) {
    pid = description().start(node, options()).pid().orElseThrow();
  }

  private Supervisor description() {
    Supervisor supervisor =
        switch (kind) {
          case ONE_FOR_ONE -> Supervisor.oneForOne();
          case ONE_FOR_ALL -> Supervisor.oneForAll();
          case REST_FOR_ONE -> Supervisor.restForOne();
          default -> throw new IllegalStateException(kind.toString());
        };
    supervisor = supervisor.intensity(intensity(), Tree.PERIOD);
    for (Place child : children) {
      supervisor = supervisor.child(child.spec());
    }
    return supervisor;
  }

  int intensity() {
    return strain == null ? Tree.SURVIVES : strain.intensity;
  }

  // who is there

  /// A server begins here: from now on it holds the token until it has ended.
  void begins() {
    Pid self = Belay.self();
    pid = self;
    Belay.own(new Token(this, self)).get().take();
  }

  /// Gives the token to somebody, and tells whether nobody else held it.
  boolean take(Token taken) {
    Token other = token.compareAndExchange(null, taken);
    if (other != null) {
      tree.wrong(taken + " was taken at " + this + " while there was " + other);
    }
    return other == null;
  }

  void giveBack(Token given) {
    givenBack = tree.now();
    if (!token.compareAndSet(given, null)) {
      tree.wrong(given + " at " + this + " was given back twice");
    }
  }

  boolean isHeld() {
    return token.get() != null;
  }

  List<Place> children() {
    return Collections.unmodifiableList(children);
  }

  @Override
  public String toString() {
    return id() + " (" + kind + (parent == null ? "" : " under " + parent.id()) + ")";
  }
}

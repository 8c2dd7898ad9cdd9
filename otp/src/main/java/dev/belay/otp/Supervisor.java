package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

/// A process that starts other processes, its children, and starts them again when they end:
/// Erlang's `supervisor`.
///
/// An object of this class says how: it is immutable, each method returns a changed one, and it may
/// be started any number of times.
///
/// ```java
/// SupervisorRef shop =
///     Supervisor.oneForOne()
///         .intensity(3, Duration.ofSeconds(5))
///         .child("inventory", Inventory::new)
///         .child(ChildSpec.server("tills", Tills::new).restart(Restart.TRANSIENT))
///         .startLink();
/// ```
///
/// Children are started one after the other, in the order in which they are named, and ended in the
/// reverse order. A child that ends is started again as its [Restart] says, alone or with siblings:
///
/// | strategy | a child ends |
/// | --- | --- |
/// | [#oneForOne()] | it alone is started again (SV10) |
/// | [#oneForAll()] | all others are ended, and all are started (SV11) |
/// | [#restForOne()] | those that were started after it are ended, and it and they are started (SV12) |
///
/// | option | default |
/// | --- | --- |
/// | [#intensity] | 1 restart within 5 s, of all children together |
/// | [#autoShutdown] | [AutoShutdown#NEVER] |
/// | how a child is restarted and ended | as its [ChildSpec] says |
///
/// **Before a restart** all that the child was is gone: its process is dead, its name and what it
/// owned are free, and if it was a supervisor that was killed, what it has left behind has ended as
/// its own specifications say. Only the thread of a process that was declared dead may still be
/// there, unless [ChildSpec#awaitQuarantined] says otherwise.
///
/// **While it starts or ends children** it hears nobody: what it is asked for waits. Between the
/// attempts of a restart, and while it waits for a [Backoff] or a thread in quarantine, it answers.
///
/// **When a restart does not help.** More than [#intensity] restarts in a period end the supervisor
/// with `shutdown`, and its own supervisor decides what is next (SV17, SV18).
///
/// **Its end.** Whatever ends it, its children end too: in order if it is told to shut down, by
/// their links if it is killed. Children that it starts itself hold their end of the link with
/// [dev.belay.LinkMode#ANY_EXIT], so that they go down with it whatever the reason.
///
/// | it ends because | its reason |
/// | --- | --- |
/// | restarts did not help, its significant children have ended, or a thread in quarantine outlasted [ChildSpec#awaitQuarantined] | `shutdown` |
/// | who has started it with a link ends, or tells it to | that one's |
/// | [SupervisorRef#stop()] | `normal`, or the one that is given |
/// | a child does not start when the supervisor is started | the caller gets a [StartException]; its reason is `shutdown` with a [FailedToStart] |
/// | it is killed | `killed` |
/// | its node is closed | `shutdown`; then nothing is started again, and nothing reported |
///
/// A supervisor above it restarts it after any of these, unless it told it to end itself; after the
/// orderly ones only if it is [Restart#PERMANENT], which is the default.
///
/// **When not to use it.** Not to try again what fails for a reason that stays: a wrong
/// configuration, a wrong input. That ends the tree, as it should.
public final class Supervisor {
  private static final int DEFAULT_INTENSITY = 1;
  private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

  /// What is started again together with a child that has ended.
  enum Strategy {
    ONE_FOR_ONE,
    ONE_FOR_ALL,
    REST_FOR_ONE
  }

  final Strategy strategy;
  final int intensity;
  final Duration period;
  final AutoShutdown autoShutdown;
  final List<ChildSpec> children;

  private Supervisor(
      Strategy strategy,
      int intensity,
      Duration period,
      AutoShutdown autoShutdown,
      List<ChildSpec> children) {
    this.strategy = strategy;
    this.intensity = intensity;
    this.period = period;
    this.autoShutdown = autoShutdown;
    this.children = children;
  }

  private static Supervisor of(Strategy strategy) {
    return new Supervisor(
        strategy, DEFAULT_INTENSITY, DEFAULT_PERIOD, AutoShutdown.NEVER, List.of());
  }

  /// Begins the description of a supervisor that starts a child alone again.
  ///
  /// @return a supervisor without children
  public static Supervisor oneForOne() {
    return of(Strategy.ONE_FOR_ONE);
  }

  /// Begins the description of a supervisor that starts all children again when one has ended.
  ///
  /// @return a supervisor without children
  public static Supervisor oneForAll() {
    return of(Strategy.ONE_FOR_ALL);
  }

  /// Begins the description of a supervisor that starts a child and those after it again.
  ///
  /// @return a supervisor without children
  public static Supervisor restForOne() {
    return of(Strategy.REST_FOR_ONE);
  }

  /// Sets how many restarts are too many: one more than these within the period ends the supervisor
  /// (SV17). By default, 1 within 5 s.
  ///
  /// @param restarts how many are allowed, from 0
  /// @param within the period, positive
  /// @return the changed description
  public Supervisor intensity(int restarts, Duration within) {
    Restarts.check(restarts, within);
    return new Supervisor(strategy, restarts, within, autoShutdown, children);
  }

  /// Sets whether it ends when significant children have ended by themselves (SV38).
  ///
  /// @param when when
  /// @return the changed description
  public Supervisor autoShutdown(AutoShutdown when) {
    return new Supervisor(
        strategy, intensity, period, Objects.requireNonNull(when, "when"), children);
  }

  /// Adds a child, to be started after those that are there.
  ///
  /// @param child the child
  /// @return the changed description
  public Supervisor child(ChildSpec child) {
    List<ChildSpec> more = new ArrayList<>(children);
    more.add(child);
    return new Supervisor(strategy, intensity, period, autoShutdown, List.copyOf(more));
  }

  /// Adds a server as a child, with the defaults of [ChildSpec].
  ///
  /// @param id what it is told apart by from its siblings
  /// @param server makes it: usually a constructor
  /// @param <M> its protocol
  /// @return the changed description
  public <M> Supervisor child(String id, Callable<? extends Server<M>> server) {
    return child(ChildSpec.server(id, server));
  }

  /// Adds a supervisor as a child.
  ///
  /// @param id what it is told apart by from its siblings
  /// @param supervisor its description
  /// @return the changed description
  public Supervisor child(String id, Supervisor supervisor) {
    return child(supervisor.asChild(id));
  }

  /// Makes of this supervisor a child of another one.
  ///
  /// @param id what it is told apart by from its siblings
  /// @return the specification of the child
  public ChildSpec asChild(String id) {
    return asChild(id, StartOptions.DEFAULT);
  }

  /// Makes of this supervisor a child of another one, started with options: a name, for example, by
  /// which it is found, and which it has again when it is restarted (SV37).
  ///
  /// @param id what it is told apart by from its siblings
  /// @param options how to start it
  /// @return the specification of the child
  public ChildSpec asChild(String id, StartOptions options) {
    Objects.requireNonNull(options, "options");
    return ChildSpec.of(id, () -> Child.of(startLink(options).pid().orElseThrow())).supervisor();
  }

  /// Starts the supervisor and its children, linked with the caller, and waits until all have
  /// begun.
  ///
  /// @return where it is
  /// @throws StartException if a child does not start: then those that have begun were ended (SV3)
  public SupervisorRef startLink() {
    return startLink(StartOptions.DEFAULT);
  }

  /// Starts the supervisor and its children, with options, linked with the caller, and waits until
  /// all have begun.
  ///
  /// @param options how
  /// @return where it is
  /// @throws StartException if a child does not start: then those that have begun were ended (SV3)
  public SupervisorRef startLink(StartOptions options) {
    check();
    return start(Belay.node(), options, true);
  }

  /// Starts the supervisor and its children on a node, linked with nobody, and waits until all have
  /// begun; for plain threads as well.
  ///
  /// @param node where
  /// @param options how
  /// @return where it is
  /// @throws StartException if a child does not start: then those that have begun were ended (SV3)
  public SupervisorRef start(Node node, StartOptions options) {
    check();
    return start(node, options, false);
  }

  private SupervisorRef start(Node node, StartOptions options, boolean linked) {
    Supervising overseer = new Supervising(node, this);
    return new SupervisorRef(ServerRef.at(node, start(node, options, linked, overseer)));
  }

  /// Makes what runs in the supervisor's process, for [#startLink(Supervising)].
  Supervising make(Node node) {
    check();
    return new Supervising(node, this);
  }

  /// Starts a supervisor that is linked with the caller, for one who wants to know more of it than
  /// its reference says.
  static Pid startLink(Supervising overseer) {
    return start(Belay.node(), StartOptions.DEFAULT, true, overseer);
  }

  private static Pid start(Node node, StartOptions options, boolean linked, Supervising overseer) {
    Starting.check(node);
    try (Caller caller = Caller.of(node)) {
      return Starting.start(
              caller, options, linked, false, Supervisor.class, new Beginning(overseer))
          .pid();
    }
  }

  private record Beginning(Supervising overseer) implements Starting.Child {
    @Override
    public Behaviour begin(boolean linked) throws Exception {
      overseer.begin(linked);
      return overseer;
    }

    @Override
    public Behaviour proceed(Behaviour begun) {
      return begun;
    }
  }

  /// Tells the supervisor of the calling process that this child is ready, for
  /// [ChildSpec#awaitReady].
  public static void ready() {
    Pid self = Belay.self();
    Belay.info(self)
        .flatMap(ProcessInfo::parent)
        .ifPresent(parent -> Belay.send(parent, new Overseer.Ready(self)));
  }

  /// Checks what can only be seen when all is said (SV6).
  private void check() {
    Set<String> ids = new HashSet<>();
    for (ChildSpec child : children) {
      if (!ids.add(child.id())) {
        throw new IllegalArgumentException("two children have the id \"" + child.id() + "\"");
      }
      check(child);
    }
  }

  void check(ChildSpec child) {
    if (child.isSignificant()
        && (child.restart() == Restart.PERMANENT || autoShutdown == AutoShutdown.NEVER)) {
      throw new IllegalArgumentException(
          "child \""
              + child.id()
              + "\" is significant, but "
              + (autoShutdown == AutoShutdown.NEVER
                  ? "its supervisor never shuts down for that: see autoShutdown"
                  : "permanent: it never ends without being restarted"));
    }
  }
}

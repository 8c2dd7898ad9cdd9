package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A supervision tree with a name, and what belongs to it: what has to run before it, what is to be
/// done before it starts and after it has stopped, and what its end means. Erlang's `application`.
///
/// An object of this class says how: it is immutable, each method returns a changed one, and it may
/// be started any number of times, once at a time on a node.
///
/// ```java
/// static final Application METRICS =
///     Application.named("metrics").supervisor(Supervisor.oneForOne().child("meter", Meter::new));
///
/// static final Application SHOP =
///     Application.named("shop")
///         .dependsOn(METRICS)
///         .supervisor(Supervisor.oneForOne().child("inventory", Inventory::new))
///         .shutdownTime(Duration.ofSeconds(20));
///
/// public static void main(String[] args) {
///   System.exit(SHOP.run());
/// }
/// ```
///
/// [#run()] makes a program of it, [#start(Node)] runs it on a node that is there: in a server of
/// another kind, or in a test.
///
/// | option | default |
/// | --- | --- |
/// | [#supervisor(Supervisor)] | none: it has processes only in those that it depends on |
/// | [#dependsOn] | no other applications |
/// | [#type] | [Type#PERMANENT] |
/// | [#beforeStart], [#beforeStop], [#afterStop] | nothing |
/// | [#shutdownTime] | 30 s |
///
/// **Start.** Applications are started one after the other: those that one depends on before it, in
/// the order in which they are named, and each once, however many depend on it. For each a process
/// is spawned, labelled `application` and its name, and registered as `application.` and its name.
/// It calls [#beforeStart], and starts the top supervisor, linked with it. If one does not start,
/// those that have started are stopped in reverse order, and the log says which one it was and why.
///
/// **Stop.** In reverse order, one after the other: [#beforeStop], the top supervisor, which ends
/// its children in reverse order (SV24), [#afterStop]. Then the process of the application ends,
/// and what it owns is closed. An application that has not stopped when [#shutdownTime] is over is
/// killed, all processes that it has spawned: they are dead then, or declared dead, and the log has
/// a dump of them. Those whose turn is after that have 5 s each. If the node is closed while they
/// run, all processes are told to end at once: each supervisor still ends its children in order,
/// but no application waits for another.
///
/// **When an application ends by itself.** Its top supervisor ends, because restarts did not help,
/// or because its significant children are done ([Supervisor#autoShutdown]). It has *failed* if
/// that is not orderly, or if the supervisor gave up, although the reason is `shutdown` then. What
/// follows depends on its [Type]; what depends on it is not stopped for itself. [#beforeStop] is
/// not called then, [#afterStop] is.
///
/// **Exit status** of a program, from [#run()]:
///
/// | status | |
/// | --- | --- |
/// | 0 | a permanent application has ended in order, or the JVM was told to end |
/// | 1 | an application did not start, one that the others cannot do without has failed, or some processes had to be killed |
/// | any | [#stopProgram] was called with it |
/// | 143, 130 | the JVM was told to end by SIGTERM or SIGINT: it ends with this whatever `main` does |
///
/// **Threads.** Callbacks run in the process of the application, where all verbs work. The library
/// never calls [System#exit]. If somebody does, or a signal comes, a hook of the JVM stops the
/// applications in order, and the JVM ends when they have stopped, or when the time is over; also
/// while they are being started: the one that is, is started first, and the others are not. A
/// process that calls [System#exit] waits for the end of the JVM, cannot be shut down, and has to
/// be declared dead: that takes the shutdown time of this child. [#stopProgram] is better.
///
/// **What is logged while the JVM ends.** Other hooks of the JVM run at the same time.
/// `java.util.logging`, which is what `System.Logger` logs to by default, closes its handlers in
/// one: what the applications have to say then is lost, unless a `LogManager` of one's own puts
/// that off. Log4j needs `shutdownHook="disable"`. Logback does as it should.
///
/// **When not to use it.** In a library: it should offer a [ChildSpec] or a [Supervisor], for the
/// tree of whoever uses it. For parts of one program that are restarted together or alone, those
/// are supervisors in one tree; applications are not restarted.
public final class Application {
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Body NOTHING = () -> {};

  /// What the end of an application means for those that run with it; Erlang's restart type.
  public enum Type {
    /// All others are stopped, however it has ended.
    PERMANENT,

    /// All others are stopped if it has failed; otherwise its end is only logged.
    TRANSIENT,

    /// Its end is only logged.
    TEMPORARY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String name;
  private final @Nullable Callable<Supervisor> supervisor;
  private final List<Application> dependencies;
  private final Type type;
  private final Body beforeStart;
  private final Body beforeStop;
  private final Body afterStop;
  private final Duration shutdownTime;

  private static final class Draft {
    final String name;
    @Nullable Callable<Supervisor> supervisor;
    List<Application> dependencies = List.of();
    Type type = Type.PERMANENT;
    Body beforeStart = NOTHING;
    Body beforeStop = NOTHING;
    Body afterStop = NOTHING;
    Duration shutdownTime = Duration.ofSeconds(30);

    Draft(String name) {
      this.name = name;
    }
  }

  private Application(Draft draft) {
    this.name = draft.name;
    this.supervisor = draft.supervisor;
    this.dependencies = draft.dependencies;
    this.type = draft.type;
    this.beforeStart = draft.beforeStart;
    this.beforeStop = draft.beforeStop;
    this.afterStop = draft.afterStop;
    this.shutdownTime = draft.shutdownTime;
  }

  private Application with(Consumer<Draft> change) {
    Draft draft = new Draft(name);
    draft.supervisor = supervisor;
    draft.dependencies = dependencies;
    draft.type = type;
    draft.beforeStart = beforeStart;
    draft.beforeStop = beforeStop;
    draft.afterStop = afterStop;
    draft.shutdownTime = shutdownTime;
    change.accept(draft);
    return new Application(draft);
  }

  /// Begins the description of an application.
  ///
  /// @param name what it is called in the log and in dumps, and by which it is known on its node
  /// @return the application, without a supervisor
  public static Application named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of an application must not be empty");
    }
    return new Application(new Draft(name));
  }

  /// Sets the top of its supervision tree.
  ///
  /// @param top the description of the supervisor
  /// @return the changed application
  public Application supervisor(Supervisor top) {
    Objects.requireNonNull(top, "top");
    return supervisor(() -> top);
  }

  /// Sets what makes the top of its supervision tree: when it is known only at the start, from a
  /// configuration for example. Erlang's `start/2`.
  ///
  /// @param top called in the process of the application, at each start; what it throws fails the
  ///   start
  /// @return the changed application
  public Application supervisor(Callable<Supervisor> top) {
    Objects.requireNonNull(top, "top");
    return with(draft -> draft.supervisor = top);
  }

  /// Adds applications that have to run before this one is started, and until it has stopped.
  ///
  /// @param others the applications, in the order in which they are to be started
  /// @return the changed application
  public Application dependsOn(Application... others) {
    List<Application> more = new ArrayList<>(dependencies);
    more.addAll(List.of(others));
    return with(draft -> draft.dependencies = List.copyOf(more));
  }

  /// Sets what its end means for the others.
  ///
  /// @param what what
  /// @return the changed application
  public Application type(Type what) {
    Objects.requireNonNull(what, "what");
    return with(draft -> draft.type = what);
  }

  /// Sets what is done before the supervisor is started.
  ///
  /// @param callback called in the process of the application; what it owns then is closed after
  ///   the application has stopped. What it throws fails the start
  /// @return the changed application
  public Application beforeStart(Body callback) {
    Objects.requireNonNull(callback, "callback");
    return with(draft -> draft.beforeStart = callback);
  }

  /// Sets what is done when the application is told to stop, before its supervisor is: no longer to
  /// take orders, for example. Erlang's `prep_stop/1`.
  ///
  /// @param callback called in the process of the application; what it throws is logged
  /// @return the changed application
  public Application beforeStop(Body callback) {
    Objects.requireNonNull(callback, "callback");
    return with(draft -> draft.beforeStop = callback);
  }

  /// Sets what is done when the application has started and its supervisor has ended, for whatever
  /// reason. Erlang's `stop/1`.
  ///
  /// @param callback called in the process of the application; what it throws is logged
  /// @return the changed application
  public Application afterStop(Body callback) {
    Objects.requireNonNull(callback, "callback");
    return with(draft -> draft.afterStop = callback);
  }

  /// Sets how long it may take to stop, together with all that it depends on, before what is left
  /// is killed. That of the application that is started counts, not those of its dependencies.
  ///
  /// @param time from 0 to 1 hour
  /// @return the changed application
  public Application shutdownTime(Duration time) {
    if (time.isNegative() || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("shutdownTime(" + time + "): must be from 0 to 1 hour");
    }
    return with(draft -> draft.shutdownTime = time);
  }

  /// Returns its name.
  ///
  /// @return the name
  public String name() {
    return name;
  }

  /// Starts it, and what it depends on, on a node, and waits until all have started. From processes
  /// and plain threads; the caller is not linked with it.
  ///
  /// @param node where
  /// @return what runs
  /// @throws StartException if one of them does not start, or runs on this node already; those that
  ///   have started are stopped then. To run two that depend on the same one, start one that
  ///   depends on both
  public ApplicationRef start(Node node) {
    Starting.check(node);
    Applications applications = new Applications(node, this, inOrder());
    try (Caller caller = Caller.of(node)) {
      return new ApplicationRef(
          this,
          shutdownTime.plus(applications.margin()),
          ServerRef.at(
              node,
              Starting.start(
                      caller,
                      StartOptions.DEFAULT.spawn(spawnOptions()),
                      false,
                      false,
                      Application.class,
                      new Applications.Beginning(applications))
                  .pid()));
    } catch (StartException e) {
      StartException cause = applications.failure();
      throw cause != null ? cause : e;
    }
  }

  /// Runs it as a program, on a node of its own; for `main`.
  ///
  /// @return the exit status, see above
  public int run() {
    return run(NodeOptions.DEFAULT);
  }

  /// Runs it as a program: starts a node, starts it and what it depends on, waits until the JVM is
  /// told to end or an application ends that the others cannot do without, stops all in order, and
  /// closes the node. An interrupt of the calling thread stops it, too, and its status is set again
  /// on return.
  ///
  /// @param options how to start the node
  /// @return the exit status, see above, for `main` to give to [System#exit]
  public int run(NodeOptions options) {
    if (Belay.inProcess()) {
      throw new IllegalStateException(
          "run() of application "
              + name
              + " was called within a process. It starts a node and waits for its end; within a"
              + " process use start(node()).");
    }
    List<Application> all = inOrder();
    try (Node node = Node.start(options)) {
      return new Program(node, this, all).run();
    }
  }

  /// Stops the program that runs on the calling process's node, in order, and gives it an exit
  /// status. Returns at once: the calling process is told to shut down when its turn has come.
  /// Elixir's `System.stop`.
  ///
  /// @param status what [#run()] returns, unless some processes have to be killed and it is 0
  /// @throws IllegalStateException if no program runs on this node
  public static void stopProgram(int status) {
    Program.stop(Belay.node(), status);
  }

  /// Lists this application and what it depends on, each after all that it depends on itself.
  private List<Application> inOrder() {
    Map<String, Application> found = new LinkedHashMap<>();
    collect(found);
    return List.copyOf(found.values());
  }

  private void collect(Map<String, Application> found) {
    Application known = found.get(name);
    if (known == this) {
      return;
    }
    for (Application other : dependencies) {
      other.collect(found);
    }
    if (found.putIfAbsent(name, this) != null) {
      throw new IllegalArgumentException("two applications have the name \"" + name + "\"");
    }
  }

  /// How the process is spawned that starts it and what it depends on.
  SpawnOptions spawnOptions() {
    return SpawnOptions.DEFAULT.label("applications of " + name);
  }

  /// The name under which its process is registered.
  String processName() {
    return "application." + name;
  }

  @Nullable Callable<Supervisor> supervisorToBe() {
    return supervisor;
  }

  Type type() {
    return type;
  }

  Body beforeStart() {
    return beforeStart;
  }

  Body beforeStop() {
    return beforeStop;
  }

  Body afterStop() {
    return afterStop;
  }

  /// Returns how long it may take to stop.
  ///
  /// @return the time
  public Duration shutdownTime() {
    return shutdownTime;
  }

  @Override
  public String toString() {
    return "application " + name + ", " + type;
  }
}

package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The process that starts applications in order, and stops them in reverse order: what the
/// application controller is in Erlang.
final class Applications extends Server<Applications.Request> {
  /*
   * All is the process's own but `stopBy`, which is written by whoever tells it to stop, before he does; `starting`, which others read;
   * and `failure`, `ending` and
   * `killed`, which are read when it is dead, or did not begin.
   *
   * While it starts them it is deaf but for two messages, which it looks for between two starts: that it is to end, and that one which
   * it has started has ended.
   */

  /// What it is asked for.
  sealed interface Request {}

  /// Which run, in the order in which they were started.
  record Running() implements Request, Call<Request, List<String>> {}

  /// The top supervisor of an application that runs.
  record TopSupervisor(String application) implements Request, Call<Request, Optional<Pid>> {}

  /// What runs in its process.
  record Beginning(Applications applications) implements Starting.Child {
    @Override
    public Behaviour begin(boolean linked) throws Exception {
      applications.begin(linked);
      return applications;
    }

    @Override
    public Behaviour proceed(Behaviour begun) {
      return begun;
    }
  }

  /// What an application has at least to stop if those before it have used up the time.
  private static final Duration LEAST = Duration.ofSeconds(5);

  /// How long it may take to kill one, at most: until its processes are declared dead.
  private static final Duration KILLING = Duration.ofSeconds(3);

  private final Node node;

  /// The one that is started for itself, and not because another one depends on it.
  private final Application root;

  private final List<Application> inOrder;
  private final Map<Pid, ApplicationProcess> running = new LinkedHashMap<>();

  /// Why one did not start.
  private @Nullable StartException failure;

  /// Which has ended that the others cannot do without.
  private @Nullable ApplicationEnded ending;

  /// Whether some had to be killed.
  private boolean killed;

  /// Which is being started.
  private volatile @Nullable Application starting;

  /// By when it has to have stopped, or null before it is told to.
  private volatile @Nullable Long stopBy;

  Applications(Node node, Application root, List<Application> inOrder) {
    this.node = node;
    this.root = root;
    this.inOrder = inOrder;
  }

  /// How much later than at the deadline this process has ended, unless it is deaf.
  Duration margin() {
    return LEAST.plus(KILLING).multipliedBy(inOrder.size()).plus(KILLING);
  }

  /// Kills what is being started, so that this process hears again. From any thread.
  void giveUpStarting() {
    Application application = starting;
    if (application != null) {
      node.whereis(application.processName())
          .ifPresent(pid -> Descendants.kill(node, application, pid));
    }
  }

  /// Says by when they are to have stopped. From any thread, before they are told to.
  void stopBy(long nanoTime) {
    stopBy = nanoTime;
  }

  long stopBy() {
    Long known = stopBy;
    return known != null ? known : node.nanoTime() + Nanos.of(root.shutdownTime());
  }

  /// Why one did not start; when this process has ended.
  @Nullable StartException failure() {
    return failure;
  }

  /// Tells whether anything was not as intended; when this process has ended.
  boolean failed() {
    ApplicationEnded why = ending;
    return killed || failure != null || (why != null && why.failed());
  }

  @Override
  protected void init() {
    Belay.trapExits(true);
    for (Application application : inOrder) {
      ExitReason told = hear();
      if (told != null) {
        stopAll();
        throw new ExitException(told);
      }
      start(application);
    }
  }

  private void start(Application application) {
    ApplicationProcess process = new ApplicationProcess(application);
    starting = application;
    SpawnOptions spawn = SpawnOptions.DEFAULT.label("application " + application.name());
    try {
      Pid pid =
          Starting.start(
                  Caller.OfProcess.SELF,
                  StartOptions.DEFAULT.name(application.processName()).spawn(spawn),
                  true,
                  false,
                  Application.class,
                  new ApplicationProcess.Beginning(process))
              .pid();
      running.put(pid, process);
      starting = null;
      ApplicationReport.started(application);
    } catch (StartException e) {
      starting = null;
      failure = e;
      ApplicationReport.notStarted(application, e);
      stopAll();
      throw new ExitException(
          ExitReason.shutdown(new FailedToStart(application.processName(), e.reason())));
    }
  }

  /// Takes what has come while one was started.
  ///
  /// @return what to end with, or null to go on
  private @Nullable ExitReason hear() {
    Optional<ExitReason> reason;
    boolean more = true;
    while (more) {
      Optional<Object> message =
          Belay.receive(
              m ->
                  m instanceof SysCall.Terminate
                          || (m instanceof Exit exit && running.containsKey(exit.pid()))
                      ? m
                      : null,
              Duration.ZERO);
      more = message.isPresent();
      reason =
          message.map(
              m -> m instanceof SysCall.Terminate terminate ? terminate.reason() : ended((Exit) m));
      if (reason.isPresent()) {
        return reason.get();
      }
    }
    return null;
  }

  @Override
  protected void handleMessage(Request request) {
    switch (request) {
      case Running all ->
          reply(all, running.values().stream().map(one -> one.application().name()).toList());
      case TopSupervisor top -> reply(top, supervisor(top.application()));
    }
  }

  private Optional<Pid> supervisor(String application) {
    return running.values().stream()
        .filter(one -> one.application().name().equals(application))
        .flatMap(one -> Optional.ofNullable(one.supervisor()).stream())
        .findFirst();
  }

  @Override
  protected void handleInfo(Object message) {
    if (message instanceof Exit exit) {
      ExitReason reason = null;
      if (running.containsKey(exit.pid())) {
        reason = ended(exit);
      } else if (Closing.isBehind(exit, node)) {
        reason = ExitReason.SHUTDOWN;
      }
      if (reason != null) {
        stop(reason);
      }
    } else {
      SupervisorReport.unexpected(message);
    }
  }

  /// An application has ended by itself.
  ///
  /// @return what to end with, or null if the others go on
  private @Nullable ExitReason ended(Exit exit) {
    ApplicationProcess process = running.remove(exit.pid());
    if (process == null) {
      return null;
    }
    boolean failed = process.failed(exit.reason());
    boolean takesAll =
        switch (process.application().type()) {
          case PERMANENT -> true;
          case TRANSIENT -> failed;
          case TEMPORARY -> false;
        };
    ApplicationReport.ended(process.application(), exit.reason(), failed, takesAll);
    if (!takesAll) {
      return null;
    }
    Pid supervisor = process.supervisor();
    if (supervisor != null) {
      // If the process of the application was killed, its supervisor is on its way.
      await(process.application(), exit.pid(), Belay.monitor(supervisor), stopBy(), LEAST);
    }
    ApplicationEnded why =
        new ApplicationEnded(process.application().name(), exit.reason(), failed);
    ending = why;
    return ExitReason.shutdown(why);
  }

  @Override
  protected void cleanUp(ExitReason reason) {
    stopAll();
  }

  /// Stops those that run, the last first. When the time is over those that are left are killed.
  private void stopAll() {
    long deadline = stopBy();
    // If one could not be started in time, it has used up the time of those here.
    Duration least = failure == null ? Duration.ZERO : LEAST;
    for (Pid pid : List.copyOf(running.keySet()).reversed()) {
      Application application = Objects.requireNonNull(running.remove(pid)).application();
      Ref ref = Belay.monitor(pid);
      Belay.exit(pid, ExitReason.SHUTDOWN);
      if (await(application, pid, ref, deadline, least)) {
        ApplicationReport.stopped(application);
      }
      least = LEAST;
    }
  }

  /// Waits for the end of a process; if it does not come in time, kills all of its application.
  ///
  /// @return whether it came
  private boolean await(Application application, Pid top, Ref ref, long deadline, Duration least) {
    Duration left = Duration.ofNanos(Math.max(least.toNanos(), deadline - node.nanoTime()));
    boolean came =
        Belay.receive(ref, m -> m instanceof Down d && d.ref().equals(ref) ? d : null, left)
            .isPresent();
    if (!came) {
      killed = true;
      Belay.demonitor(ref, Demonitor.FLUSH);
      Descendants.kill(node, application, top);
    }
    return came;
  }
}

package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.LinkMode;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a supervisor has to know of a child: how to start, restart and end it. Immutable: each
/// method returns a changed one.
///
/// ```java
/// ChildSpec mailer =
///     ChildSpec.server("mailer", StartOptions.DEFAULT.name("mailer"), () -> new Mailer(host))
///         .restart(Restart.TRANSIENT)
///         .shutdown(Shutdown.within(Duration.ofSeconds(20)))
///         .backoff(Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10)));
/// ChildSpec listener = ChildSpec.process("listener", () -> listen(port));
/// SupervisorRef post = Supervisor.restForOne().child(mailer).child(listener).startLink();
/// ```
///
/// | for a child that is | there is |
/// | --- | --- |
/// | a server, a state machine | [#server(String, Callable)] |
/// | a plain function, or a [dev.belay.Behaviour] | [#process(String, Body)] |
/// | a supervisor | [Supervisor#asChild], and its like |
/// | anything else that can be linked | [#of] |
///
/// | what | default (SV5) |
/// | --- | --- |
/// | [#restart] | [Restart#PERMANENT] |
/// | [#shutdown] | within 5 s; for supervisors [Shutdown#INFINITE] |
/// | [#significant()] | no |
/// | [#backoff] | restarted at once |
/// | [#awaitReady] | it is ready when it has begun |
/// | [#awaitQuarantined] | restarted at once also after it was declared dead |
///
/// **When it does not start.** At the start of its supervisor, that does not start either, and ends
/// the children before it. At a restart it is tried again, and each try counts for the intensity.
///
/// **When not to use it.** For what only has to run once, beside something else, a [Task] needs no
/// supervisor. What makes a specification is called again for each restart: it must not hand out
/// something that exists once, such as an open socket.
public final class ChildSpec {
  private static final Shutdown WORKERS_SHUTDOWN = Shutdown.within(Duration.ofSeconds(5));

  private final String id;
  private final ChildStart start;
  private final Restart restart;
  private final @Nullable Shutdown shutdown;
  private final boolean supervisor;
  private final boolean significant;
  private final @Nullable Backoff backoff;
  private final @Nullable Duration readyWithin;
  private final @Nullable Duration quarantinePatience;

  private static final class Draft {
    final String id;
    final ChildStart start;
    Restart restart = Restart.PERMANENT;
    @Nullable Shutdown shutdown;
    boolean supervisor;
    boolean significant;
    @Nullable Backoff backoff;
    @Nullable Duration readyWithin;
    @Nullable Duration quarantinePatience;

    Draft(String id, ChildStart start) {
      this.id = id;
      this.start = start;
    }
  }

  private ChildSpec(Draft draft) {
    this.id = draft.id;
    this.start = draft.start;
    this.restart = draft.restart;
    this.shutdown = draft.shutdown;
    this.supervisor = draft.supervisor;
    this.significant = draft.significant;
    this.backoff = draft.backoff;
    this.readyWithin = draft.readyWithin;
    this.quarantinePatience = draft.quarantinePatience;
  }

  /// The same for a child with another id, which is started otherwise.
  ChildSpec renamed(String otherId, ChildStart otherStart) {
    return with(new Draft(otherId, otherStart), draft -> {});
  }

  private ChildSpec with(Consumer<Draft> change) {
    return with(new Draft(id, start), change);
  }

  private ChildSpec with(Draft draft, Consumer<Draft> change) {
    draft.restart = restart;
    draft.shutdown = shutdown;
    draft.supervisor = supervisor;
    draft.significant = significant;
    draft.backoff = backoff;
    draft.readyWithin = readyWithin;
    draft.quarantinePatience = quarantinePatience;
    change.accept(draft);
    return new ChildSpec(draft);
  }

  /// A child that is started by a function.
  ///
  /// @param id what it is told apart by from its siblings, not empty
  /// @param start starts it
  /// @return the specification
  public static ChildSpec of(String id, ChildStart start) {
    if (id.isBlank()) {
      throw new IllegalArgumentException("the id of a child must not be empty");
    }
    return new ChildSpec(new Draft(id, Objects.requireNonNull(start, "start")));
  }

  /// A child that is a server.
  ///
  /// @param id what it is told apart by from its siblings, not empty
  /// @param server makes it: usually a constructor
  /// @param <M> its protocol
  /// @return the specification
  public static <M> ChildSpec server(String id, Callable<? extends Server<M>> server) {
    return server(id, StartOptions.DEFAULT, server);
  }

  /// A child that is a server, started with options.
  ///
  /// @param id what it is told apart by from its siblings, not empty
  /// @param options how to start it
  /// @param server makes it: usually a constructor
  /// @param <M> its protocol
  /// @return the specification
  public static <M> ChildSpec server(
      String id, StartOptions options, Callable<? extends Server<M>> server) {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(server, "server");
    return of(id, () -> Child.of(Server.startLink(options, server).pid().orElseThrow()));
  }

  /// A child that is a plain process, of either style. It is linked with the supervisor, and holds
  /// its end of the link with [LinkMode#ANY_EXIT]: it goes down with the supervisor, whatever the
  /// reason.
  ///
  /// @param id what it is told apart by from its siblings, not empty
  /// @param body what it does; when it returns, the process ends normally
  /// @return the specification
  public static ChildSpec process(String id, Body body) {
    return process(id, SpawnOptions.DEFAULT, body);
  }

  /// A child that is a plain process, of either style, spawned with options.
  ///
  /// @param id what it is told apart by from its siblings, not empty
  /// @param options how to spawn it, without a link; what it is to own from the start cannot be
  ///   given to it again when it is restarted
  /// @param body what it does; when it returns, the process ends normally
  /// @return the specification
  public static ChildSpec process(String id, SpawnOptions options, Body body) {
    Objects.requireNonNull(body, "body");
    SpawnOptions linked = options.link(LinkMode.NORMAL, LinkMode.ANY_EXIT).reportExits();
    return of(
        id,
        () -> {
          Pid pid = Belay.spawn(linked, body);
          Overseer.spawned(pid, null);
          return Child.of(pid);
        });
  }

  /// Sets when it is restarted.
  ///
  /// @param when when
  /// @return the changed specification
  public ChildSpec restart(Restart when) {
    Objects.requireNonNull(when, "when");
    return with(draft -> draft.restart = when);
  }

  /// Sets how it is ended.
  ///
  /// @param how how
  /// @return the changed specification
  public ChildSpec shutdown(Shutdown how) {
    Objects.requireNonNull(how, "how");
    return with(draft -> draft.shutdown = how);
  }

  /// Makes it significant: when it ends by itself the supervisor may end, too (SV38). Not for
  /// [Restart#PERMANENT] children.
  ///
  /// @return the changed specification
  public ChildSpec significant() {
    return with(draft -> draft.significant = true);
  }

  /// Says that the child is a supervisor itself: it is waited for without limit when it is ended.
  ///
  /// @return the changed specification
  public ChildSpec supervisor() {
    return with(draft -> draft.supervisor = true);
  }

  /// Has it wait before it is started again, the longer the more often it has ended in a row. Each
  /// restart counts for the intensity of the supervisor nevertheless.
  ///
  /// @param how how long
  /// @return the changed specification
  public ChildSpec backoff(Backoff how) {
    Objects.requireNonNull(how, "how");
    return with(draft -> draft.backoff = how);
  }

  /// Has the supervisor wait, before it starts the next child, until this one has called
  /// [Supervisor#ready()]. If it does not in time it is ended, and counts as one that did not
  /// start.
  ///
  /// @param time how long to wait at most; the supervisor hears nobody meanwhile
  /// @return the changed specification
  public ChildSpec awaitReady(Duration time) {
    check("awaitReady", time);
    return with(draft -> draft.readyWithin = time);
  }

  /// Has the supervisor wait, if this child was declared dead, until its thread has left
  /// quarantine, so that not two threads of it run in this supervisor; and shut down if it does
  /// not. What the supervisor above does then is its own affair. Without this it is restarted at
  /// once.
  ///
  /// @param time how long to wait at most
  /// @return the changed specification
  public ChildSpec awaitQuarantined(Duration time) {
    check("awaitQuarantined", time);
    return with(draft -> draft.quarantinePatience = time);
  }

  private static void check(String what, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(what + "(" + time + "): the time cannot be negative");
    }
  }

  /// Returns what the child is told apart by.
  ///
  /// @return the id
  public String id() {
    return id;
  }

  /// Returns when it is restarted.
  ///
  /// @return when
  public Restart restart() {
    return restart;
  }

  /// Returns how it is ended.
  ///
  /// @return how
  public Shutdown shutdown() {
    return shutdown != null ? shutdown : supervisor ? Shutdown.INFINITE : WORKERS_SHUTDOWN;
  }

  /// Tells whether it is a supervisor.
  ///
  /// @return whether it is
  public boolean isSupervisor() {
    return supervisor;
  }

  /// Tells whether it is significant.
  ///
  /// @return whether it is
  public boolean isSignificant() {
    return significant;
  }

  @Nullable Backoff backoff() {
    return backoff;
  }

  @Nullable Duration readyWithin() {
    return readyWithin;
  }

  @Nullable Duration quarantinePatience() {
    return quarantinePatience;
  }

  ChildStart start() {
    return start;
  }

  @Override
  public String toString() {
    return (supervisor ? "supervisor " : "")
        + id
        + ": "
        + restart.name().toLowerCase(Locale.ROOT)
        + (significant ? ", significant" : "")
        + ", shutdown "
        + shutdown();
  }
}

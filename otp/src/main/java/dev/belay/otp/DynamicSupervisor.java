package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.Pid;
import java.time.Duration;
import java.util.Objects;

/// A supervisor for any number of children of one kind, which come and go: Erlang's
/// `simple_one_for_one`, Elixir's `DynamicSupervisor`.
///
/// It begins without children. They are added by [DynamicSupervisorRef#startChild], each is
/// restarted for itself, and when the supervisor ends all of them are ended at once, in no order
/// (SV25). Children are told apart by pid only: ids need not differ.
///
/// ```java
/// DynamicSupervisorRef sessions = DynamicSupervisor.oneForOne().startLink();
/// Pid session =
///     sessions.startChild(
///             ChildSpec.server("session", () -> new Session(socket)).restart(Restart.TEMPORARY))
///         .pid()
///         .orElseThrow();
/// ```
///
/// | option | default |
/// | --- | --- |
/// | [#intensity] | 1 restart within 5 s, of all children together |
/// | [#maxChildren] | any number |
/// | how a child is restarted and ended | as its [ChildSpec] says |
///
/// **Its end** is that of a [Supervisor], but for the order: too many restarts end it with
/// `shutdown`, and with it all children. With many children choose the intensity with that in mind,
/// or let what crashes by itself be [Restart#TEMPORARY]. Children are added anew when it has been
/// restarted, by whoever needs them: it begins without any.
///
/// **When not to use it.** For children that are known beforehand, or that depend on each other:
/// that is [Supervisor].
public final class DynamicSupervisor {
  final int intensity;
  final Duration period;
  final int mostChildren;

  private DynamicSupervisor(int intensity, Duration period, int mostChildren) {
    this.intensity = intensity;
    this.period = period;
    this.mostChildren = mostChildren;
  }

  /// Begins the description: 1 restart within 5 s, any number of children.
  ///
  /// @return the description
  public static DynamicSupervisor oneForOne() {
    return new DynamicSupervisor(1, Duration.ofSeconds(5), Integer.MAX_VALUE);
  }

  /// Sets how many restarts, of all children together, are too many: one more than these within the
  /// period ends the supervisor (SV17).
  ///
  /// @param restarts how many are allowed, from 0
  /// @param within the period, positive
  /// @return the changed description
  public DynamicSupervisor intensity(int restarts, Duration within) {
    Restarts.check(restarts, within);
    return new DynamicSupervisor(restarts, within, mostChildren);
  }

  /// Bounds how many children it may have at once; beyond that they are refused.
  ///
  /// @param most at least 1
  /// @return the changed description
  public DynamicSupervisor maxChildren(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("maxChildren(" + most + "): must be at least 1");
    }
    return new DynamicSupervisor(intensity, period, most);
  }

  /// Makes of this supervisor a child of another one.
  ///
  /// @param id what it is told apart by from its siblings
  /// @return the specification of the child
  public ChildSpec asChild(String id) {
    return asChild(id, StartOptions.DEFAULT);
  }

  /// Makes of this supervisor a child of another one, started with options: a name, for example, by
  /// which it is found.
  ///
  /// @param id what it is told apart by from its siblings
  /// @param options how to start it
  /// @return the specification of the child
  public ChildSpec asChild(String id, StartOptions options) {
    Objects.requireNonNull(options, "options");
    return ChildSpec.of(id, () -> Child.of(startLink(options).pid().orElseThrow())).supervisor();
  }

  /// Starts the supervisor, linked with the caller.
  ///
  /// @return where it is
  public DynamicSupervisorRef startLink() {
    return startLink(StartOptions.DEFAULT);
  }

  /// Starts the supervisor with options, linked with the caller.
  ///
  /// @param options how
  /// @return where it is
  public DynamicSupervisorRef startLink(StartOptions options) {
    return start(Belay.node(), options, true);
  }

  /// Starts the supervisor on a node, linked with nobody; for plain threads as well.
  ///
  /// @param node where
  /// @param options how
  /// @return where it is
  public DynamicSupervisorRef start(Node node, StartOptions options) {
    return start(node, options, false);
  }

  private DynamicSupervisorRef start(Node node, StartOptions options, boolean linked) {
    Starting.check(node);
    try (Caller caller = Caller.of(node)) {
      Pid pid =
          Starting.start(
                  caller,
                  options,
                  linked,
                  false,
                  DynamicSupervisor.class,
                  new Beginning(new DynamicSupervising(node, this)))
              .pid();
      return DynamicSupervisorRef.of(node, pid);
    }
  }

  private record Beginning(DynamicSupervising overseer) implements Starting.Child {
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
}

package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Node;
import java.time.Duration;

/// A supervisor of tasks: Elixir's `Task.Supervisor`. It is a [DynamicSupervisor] whose children
/// are tasks.
///
/// ```java
/// SupervisorRef application =
///     Supervisor.oneForOne()
///         .child(TaskSupervisor.DEFAULT.asChild("tasks", StartOptions.DEFAULT.name("tasks")))
///         .startLink();
/// TaskSupervisorRef tasks = TaskSupervisorRef.named(node(), "tasks");
/// Task<Report> report = tasks.asyncNoLink(() -> render(query));
/// tasks.startChild(() -> sendMail(address));
/// ```
///
/// What a supervisor gives to a task is a place: it is in the tree, for those who look; it ends
/// when the application does, in its turn, and has time for it; and what nobody waits for can be
/// restarted. To whom it belongs is another matter: [Task#callers()] says, within a task, who asked
/// for it, whoever its parent is.
///
/// | what | default |
/// | --- | --- |
/// | [#intensity] | 3 restarts within 5 s |
/// | [#maxChildren] | any number |
///
/// **Who ends with whom.**
///
/// | started by | its crash | the end of who asked for it | the end of the supervisor |
/// | --- | --- | --- | --- |
/// | [TaskSupervisorRef#async] | takes that one along | ends it, unless that is normal | ends it |
/// | [TaskSupervisorRef#asyncNoLink] | is told by [Task#await] | is nothing to it | ends it |
/// | [TaskSupervisorRef#startChild] | the supervisor restarts it, if that was said | is nothing to it | ends it |
/// | [TaskSupervisorRef#stream] | as [TaskStream] says | ends it | ends it |
/// | [TaskSupervisorRef#future] | completes the future | is nothing to it | ends it |
///
/// Each end of a task that is not orderly is reported, by the task and by the supervisor.
///
/// **When not to use it.** For a task whose owner waits for it at once, [Task#async] costs less:
/// the supervisor has to be called for each task, and starts one after the other. For children that
/// are no tasks, there is [DynamicSupervisor].
public final class TaskSupervisor {
  /// 3 restarts within 5 s, any number of tasks.
  public static final TaskSupervisor DEFAULT =
      new TaskSupervisor(DynamicSupervisor.oneForOne().intensity(3, Duration.ofSeconds(5)));

  private final DynamicSupervisor what;

  private TaskSupervisor(DynamicSupervisor what) {
    this.what = what;
  }

  /// Sets how many restarts, of all tasks together, are too many: one more than these within the
  /// period ends the supervisor (SV17). Only tasks of [TaskSupervisorRef#startChild] are ever
  /// restarted.
  ///
  /// @param restarts how many are allowed, from 0
  /// @param within the period, positive
  /// @return the changed description
  public TaskSupervisor intensity(int restarts, Duration within) {
    return new TaskSupervisor(what.intensity(restarts, within));
  }

  /// Bounds how many tasks it may have at once; beyond that they are refused with a
  /// [SupervisorException].
  ///
  /// @param most at least 1
  /// @return the changed description
  public TaskSupervisor maxChildren(int most) {
    return new TaskSupervisor(what.maxChildren(most));
  }

  /// Makes of this supervisor a child of another one.
  ///
  /// @param id what it is told apart by from its siblings
  /// @return the specification of the child
  public ChildSpec asChild(String id) {
    return what.asChild(id);
  }

  /// Makes of this supervisor a child of another one, started with options: a name, for example, by
  /// which it is found.
  ///
  /// @param id what it is told apart by from its siblings
  /// @param options how to start it
  /// @return the specification of the child
  public ChildSpec asChild(String id, StartOptions options) {
    return what.asChild(id, options);
  }

  /// Starts the supervisor, linked with the caller.
  ///
  /// @return where it is
  public TaskSupervisorRef startLink() {
    return startLink(StartOptions.DEFAULT);
  }

  /// Starts the supervisor with options, linked with the caller.
  ///
  /// @param options how
  /// @return where it is
  public TaskSupervisorRef startLink(StartOptions options) {
    return TaskSupervisorRef.of(Belay.node(), what.startLink(options).pid().orElseThrow());
  }

  /// Starts the supervisor on a node, linked with nobody; for plain threads as well.
  ///
  /// @param node where
  /// @param options how
  /// @return where it is
  public TaskSupervisorRef start(Node node, StartOptions options) {
    return TaskSupervisorRef.of(node, what.start(node, options).pid().orElseThrow());
  }
}

package dev.belay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How to spawn a process. Immutable: each method returns changed options, so that they can be kept
/// and shared, except that options which hand over resources should be used once.
///
/// | option | default |
/// | --- | --- |
/// | [#label] | none |
/// | [#name] | not registered |
/// | [#link()] | not linked |
/// | [#own] | owns nothing |
/// | [#grace] | 1 s |
/// | [#killGrace] | 100 ms |
/// | [#closeTime] | 1 s |
/// | [#interrupt] | [InterruptPolicy#ALLOWED] |
/// | [#mailbox] | no bound |
/// | [#reportExits] | only crashes are reported |
public final class SpawnOptions {
  /// All defaults.
  public static final SpawnOptions DEFAULT = new SpawnOptions(new Draft());

  static final SpawnOptions INBOX = DEFAULT.label("inbox").interrupt(InterruptPolicy.NEVER);

  /// The longest grace and closing time.
  private static final Duration LONGEST = Duration.ofHours(1);

  private final String label;
  private final @Nullable String name;
  private final @Nullable LinkMode link;
  private final LinkMode childLink;
  private final List<AutoCloseable> resources;
  private final long graceNanos;
  private final long killGraceNanos;
  private final long closeNanos;
  private final InterruptPolicy interruptPolicy;
  private final @Nullable Room room;
  private final boolean reportsExits;

  private record Room(int bound, MailboxPolicy policy) {}

  /// Options that are being changed.
  private static final class Draft {
    String label = "";
    @Nullable String name;
    @Nullable LinkMode link;
    LinkMode childLink = LinkMode.NORMAL;
    List<AutoCloseable> resources = List.of();
    long graceNanos = Duration.ofSeconds(1).toNanos();
    long killGraceNanos = Duration.ofMillis(100).toNanos();
    long closeNanos = Duration.ofSeconds(1).toNanos();
    InterruptPolicy interruptPolicy = InterruptPolicy.ALLOWED;
    @Nullable Room room;
    boolean reportsExits;
  }

  private SpawnOptions(Draft draft) {
    this.label = draft.label;
    this.name = draft.name;
    this.link = draft.link;
    this.childLink = draft.childLink;
    this.resources = draft.resources;
    this.graceNanos = draft.graceNanos;
    this.killGraceNanos = draft.killGraceNanos;
    this.closeNanos = draft.closeNanos;
    this.interruptPolicy = draft.interruptPolicy;
    this.room = draft.room;
    this.reportsExits = draft.reportsExits;
  }

  /// Begins to change these. Without lambdas: verbs use it, and linking one runs class
  /// initialisers.
  private Draft draft() {
    Draft draft = new Draft();
    draft.label = label;
    draft.name = name;
    draft.link = link;
    draft.childLink = childLink;
    draft.resources = resources;
    draft.graceNanos = graceNanos;
    draft.killGraceNanos = killGraceNanos;
    draft.closeNanos = closeNanos;
    draft.interruptPolicy = interruptPolicy;
    draft.room = room;
    draft.reportsExits = reportsExits;
    return draft;
  }

  /// Describes the process for people: it stands in its thread's name, in `info`, in trails and in
  /// crash reports.
  ///
  /// @param text any text; need not be unique
  /// @return changed options
  public SpawnOptions label(String text) {
    Objects.requireNonNull(text, "text");
    Draft draft = draft();
    draft.label = text;
    return new SpawnOptions(draft);
  }

  /// Registers the process under a name before its first instruction.
  ///
  /// @param registered the name; if it is taken, `spawn` throws [NameException] and there is no
  ///   process
  /// @return changed options
  public SpawnOptions name(String registered) {
    Names.check(registered);
    Draft draft = draft();
    draft.name = registered;
    return new SpawnOptions(draft);
  }

  /// Links the new process with its spawner, atomically (L23).
  ///
  /// @return changed options
  public SpawnOptions link() {
    return link(LinkMode.NORMAL, LinkMode.NORMAL);
  }

  /// Links the new process with its spawner, atomically, with the mode of the spawner's end: with
  /// [LinkMode#ANY_EXIT] the spawner goes down with the new process whatever the reason.
  ///
  /// @param spawnersEnd the mode of the spawner's end
  /// @return changed options
  public SpawnOptions link(LinkMode spawnersEnd) {
    return link(spawnersEnd, LinkMode.NORMAL);
  }

  /// Links the new process with its spawner, atomically, with a mode for each end.
  ///
  /// @param spawnersEnd the mode of the spawner's end
  /// @param childsEnd the mode of the new process's end: with [LinkMode#ANY_EXIT] it goes down with
  ///   its spawner whatever the reason, as the children of a supervisor do
  /// @return changed options
  public SpawnOptions link(LinkMode spawnersEnd, LinkMode childsEnd) {
    Objects.requireNonNull(spawnersEnd, "spawnersEnd");
    Objects.requireNonNull(childsEnd, "childsEnd");
    Draft draft = draft();
    draft.link = spawnersEnd;
    draft.childLink = childsEnd;
    return new SpawnOptions(draft);
  }

  /// Lets the new process own a resource from before its first instruction. If `spawn` throws, the
  /// resource stays the caller's.
  ///
  /// @param resource closed when the process ends; of several the last one first
  /// @return changed options
  public SpawnOptions own(AutoCloseable resource) {
    Objects.requireNonNull(resource, "resource");
    List<AutoCloseable> more = new ArrayList<>(resources);
    more.add(resource);
    Draft draft = draft();
    draft.resources = List.copyOf(more);
    return new SpawnOptions(draft);
  }

  /// Sets how long the process may take to unwind after an exit signal before it is declared dead.
  ///
  /// When it is over, what the process owns is closed, each resource within [#closeTime], and the
  /// thread has another 100 ms, or this time if that is shorter. A thread that is ready to go on
  /// but has been given no carrier is waited for up to about five seconds more.
  ///
  /// @param time from 0 to 1 hour
  /// @return changed options
  public SpawnOptions grace(Duration time) {
    long nanos = checked("grace", time);
    Draft draft = draft();
    draft.graceNanos = nanos;
    return new SpawnOptions(draft);
  }

  /// Sets how long the process may take to unwind after a kill or `terminate` before it is declared
  /// dead, as with [#grace], which is never exceeded by it. For a process that is exiting already,
  /// it is what a kill or `terminate` leaves of the grace.
  ///
  /// @param time from 0 to 1 hour
  /// @return changed options
  public SpawnOptions killGrace(Duration time) {
    long nanos = checked("killGrace", time);
    Draft draft = draft();
    draft.killGraceNanos = nanos;
    return new SpawnOptions(draft);
  }

  /// Sets how long the closing of one owned resource may take before it is given up and reported.
  ///
  /// @param time from 0 to 1 hour
  /// @return changed options
  public SpawnOptions closeTime(Duration time) {
    long nanos = checked("closeTime", time);
    Draft draft = draft();
    draft.closeNanos = nanos;
    return new SpawnOptions(draft);
  }

  /// Sets whether the runtime may interrupt the process's thread.
  ///
  /// @param policy the policy
  /// @return changed options
  public SpawnOptions interrupt(InterruptPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    Draft draft = draft();
    draft.interruptPolicy = policy;
    return new SpawnOptions(draft);
  }

  /// Sets how many messages the process's mailbox may hold, and what happens to those that come
  /// when it is full. By default it holds any number.
  ///
  /// Messages count from when they are sent until they are received; those that lie in the mailbox
  /// because no `receive` wants them, too. Some are always let in, and neither count nor are
  /// dropped: [Exit] and [Down], since bonds must always tell; what a timer sends, since it has no
  /// sender who could wait, and its cancelling has failed; what is sent to an alias of
  /// [AliasMode#REPLY], since it was asked for; and a [Refusable] that takes no room. So the length
  /// that [ProcessInfo] tells may be above the bound.
  ///
  /// Exit signals, links, monitors and `info` are never kept waiting, however full it is.
  ///
  /// @param bound the largest number of messages, at least 1
  /// @param policy what happens then
  /// @return changed options
  public SpawnOptions mailbox(int bound, MailboxPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    if (bound < 1) {
      throw new IllegalArgumentException(
          "mailbox(" + bound + ", " + policy + "): the bound must be at least 1");
    }
    Draft draft = draft();
    draft.room = new Room(bound, policy);
    return new SpawnOptions(draft);
  }

  /// Has the process reported also if it ends itself with a reason that is not orderly, by
  /// [Belay#exit(ExitReason)], and not only if it crashes: as servers and supervisors do (PL6).
  ///
  /// @return changed options
  public SpawnOptions reportExits() {
    Draft draft = draft();
    draft.reportsExits = true;
    return new SpawnOptions(draft);
  }

  private static long checked(String option, Duration time) {
    if (time.isNegative() || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          option + "(" + time + "): must be from " + Duration.ZERO + " to " + LONGEST);
    }
    return time.toNanos();
  }

  String label() {
    return label;
  }

  @Nullable String name() {
    return name;
  }

  @Nullable LinkMode spawnersEnd() {
    return link;
  }

  LinkMode childsEnd() {
    return childLink;
  }

  List<AutoCloseable> resources() {
    return resources;
  }

  long graceNanos(boolean brief) {
    return brief ? Math.min(graceNanos, killGraceNanos) : graceNanos;
  }

  long closeNanos() {
    return closeNanos;
  }

  /// Makes the bound of a process's mailbox, if it has one.
  @Nullable Bound bound(Cell cell) {
    return room == null ? null : new Bound(cell, room.bound(), room.policy());
  }

  boolean reportsExits() {
    return reportsExits;
  }

  InterruptPolicy interruptPolicy() {
    return interruptPolicy;
  }

  /// Names the thread only where there is something to say: a name costs memory in each of a
  /// million processes.
  @Nullable String threadName(Pid pid) {
    return label.isEmpty() && name == null
        ? null
        : pid + " " + (name == null ? label : label.isEmpty() ? name : name + " " + label);
  }
}

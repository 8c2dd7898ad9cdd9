package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.NameException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;

/// A supervisor of several processes of one kind that share one job, each for its part of the keys:
/// Elixir's `PartitionSupervisor`.
///
/// For what one process would be a bottleneck for: a server that counts, a cache, or a
/// [DynamicSupervisor] under which very many children are started. Who has a key gets to the
/// process that is in charge of it, always the same one.
///
/// An object of this class says how many and which, and is all that is needed to find them: keep it
/// in a constant. It is immutable, each method returns a changed one.
///
/// ```java
/// static final PartitionSupervisor COUNTERS =
///     PartitionSupervisor.of("counters", 8, index -> ChildSpec.server("counter", Counter::new));
///
/// // in a tree
/// Supervisor.oneForOne().child(COUNTERS.asChild()).startLink();
///
/// // in any process of the node
/// COUNTERS.ref(customer, Counter.Message.class).cast(new Counter.Increment(customer));
/// ```
///
/// And with supervisors as partitions:
///
/// ```java
/// static final PartitionSupervisor SESSIONS =
///     PartitionSupervisor.of("sessions", index -> DynamicSupervisor.oneForOne().asChild("sessions"));
///
/// DynamicSupervisorRef.named(node, SESSIONS.name(self())).startChild(spec);
/// ```
///
/// | option | default |
/// | --- | --- |
/// | partitions | as many as there are processors |
/// | [#intensity] | 1 restart within 5 s, of all partitions together |
///
/// **Names.** The supervisor is registered under its name, and the partitions as its name, a dot
/// and their number from 0. So references to a partition hold over restarts: they mean whoever has
/// the name when they are used. A partition must not have a name of its own.
///
/// **Which key goes where.** An [Integer] or [Long] goes to the partition of its remainder, also if
/// it is negative, so that numbers in a row are dealt round. Of any other key the hash code counts,
/// mixed so that hash codes which differ in a few bits only are spread as well. So keys need
/// `hashCode` as in a map; and where a key goes changes with the number of partitions.
///
/// **Its end, and that of a partition,** are those of a [Supervisor] with the strategy one for one:
/// a partition that ends is restarted for itself, and the others go on. What is sent to a partition
/// that is being restarted is lost, and a call of it fails.
///
/// **When not to use it.** If the job can be done in the caller: a `ConcurrentHashMap` needs no
/// process. If the number of processes is to change while it runs.
@Sendable
public final class PartitionSupervisor {
  private final String name;
  private final int partitions;
  private final IntFunction<ChildSpec> child;
  private final Supervisor shape;

  private PartitionSupervisor(
      String name, int partitions, IntFunction<ChildSpec> child, Supervisor shape) {
    this.name = name;
    this.partitions = partitions;
    this.child = child;
    this.shape = shape;
  }

  /// Describes a supervisor with as many partitions as there are processors.
  ///
  /// @param name what it is registered under, and its partitions with their number
  /// @param child the partition of a number, from 0; its id does not matter
  /// @return the description
  public static PartitionSupervisor of(String name, IntFunction<ChildSpec> child) {
    return of(name, Runtime.getRuntime().availableProcessors(), child);
  }

  /// Describes a supervisor.
  ///
  /// @param name what it is registered under, and its partitions with their number
  /// @param partitions how many, at least 1
  /// @param child the partition of a number, from 0; its id does not matter
  /// @return the description
  public static PartitionSupervisor of(
      String name, int partitions, IntFunction<ChildSpec> child) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of a partition supervisor must not be empty");
    }
    if (partitions < 1) {
      throw new IllegalArgumentException(partitions + " partitions: there must be at least 1");
    }
    return new PartitionSupervisor(
        name, partitions, Objects.requireNonNull(child, "child"), Supervisor.oneForOne());
  }

  /// Sets how many restarts, of all partitions together, are too many: one more than these within
  /// the period ends the supervisor (SV17).
  ///
  /// @param restarts how many are allowed, from 0
  /// @param within the period, positive
  /// @return the changed description
  public PartitionSupervisor intensity(int restarts, Duration within) {
    return new PartitionSupervisor(name, partitions, child, shape.intensity(restarts, within));
  }

  /// Makes of it a child of another supervisor; its id is its name.
  ///
  /// @return the specification of the child
  public ChildSpec asChild() {
    return ChildSpec.of(name, () -> Child.of(startLink().pid().orElseThrow())).supervisor();
  }

  /// Starts the supervisor and its partitions, linked with the caller.
  ///
  /// @return where it is; the ids of its children are the names of the partitions
  /// @throws StartException if a partition does not start, or the name is taken
  public SupervisorRef startLink() {
    return described().startLink(StartOptions.DEFAULT.name(name));
  }

  /// Starts the supervisor and its partitions on a node, linked with nobody; for plain threads as
  /// well.
  ///
  /// @param node where
  /// @return where it is; the ids of its children are the names of the partitions
  /// @throws StartException if a partition does not start, or the name is taken
  public SupervisorRef start(Node node) {
    return described().start(node, StartOptions.DEFAULT.name(name));
  }

  private Supervisor described() {
    Supervisor supervisor = shape;
    for (int i = 0; i < partitions; i++) {
      ChildSpec spec = child.apply(i);
      String its = nameOf(i);
      supervisor = supervisor.child(spec.renamed(its, () -> start(spec, its)));
    }
    return supervisor;
  }

  /// Starts a partition, in the supervisor.
  private static Child start(ChildSpec spec, String name) throws Exception {
    Child started = spec.start().start();
    Optional<Pid> pid = started.pid();
    if (pid.isPresent()) {
      try {
        Belay.register(name, pid.get());
      } catch (NameException e) {
        Ending.end(pid.get(), spec.shutdown());
        throw e;
      }
    }
    return started;
  }

  /// Refers to the partition that is in charge of a key, for servers: whoever it is when the
  /// reference is used.
  ///
  /// @param node the node
  /// @param key the key
  /// @param protocol the class of the partitions' protocol
  /// @param <M> the protocol
  /// @return the reference, which may be kept
  public <M> ServerRef<M> ref(Node node, Object key, Class<M> protocol) {
    return ServerRef.named(node, name(key), protocol);
  }

  /// Refers to the partition of the calling process's node that is in charge of a key, for servers:
  /// whoever it is when the reference is used.
  ///
  /// @param key the key
  /// @param protocol the class of the partitions' protocol
  /// @param <M> the protocol
  /// @return the reference, which may be kept
  public <M> ServerRef<M> ref(Object key, Class<M> protocol) {
    return ref(Belay.node(), key, protocol);
  }

  /// Returns the name of the partition that is in charge of a key: for partitions of any kind.
  ///
  /// @param key the key
  /// @return the name that it is registered under
  public String name(Object key) {
    return nameOf(index(key));
  }

  /// Returns the number of the partition that is in charge of a key.
  ///
  /// @param key the key
  /// @return from 0, less than [#count()]
  public int index(Object key) {
    return switch (key) {
      case Integer number -> Math.floorMod(number, partitions);
      case Long number -> Math.floorMod(number, partitions);
      default -> Math.floorMod(mixed(key.hashCode()), partitions);
    };
  }

  /// Makes each bit depend on each: the last step of MurmurHash3.
  private static int mixed(int hash) {
    int h = hash;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }

  private String nameOf(int index) {
    return name + "." + index;
  }

  /// Returns how many partitions there are.
  ///
  /// @return the number, whether they run or not
  public int count() {
    return partitions;
  }

  /// Lists the partitions of a node that run.
  ///
  /// @param node the node
  /// @return their pids, by their numbers
  public List<Pid> partitions(Node node) {
    List<Pid> found = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      node.whereis(nameOf(i)).ifPresent(found::add);
    }
    return found;
  }

  @Override
  public String toString() {
    return "partition supervisor " + name + ", " + partitions + " partitions";
  }
}

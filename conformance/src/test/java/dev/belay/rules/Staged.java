package dev.belay.rules;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessFailedException;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.Subject;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What the tests of rules stand on: a node, puppets that may be left where they are, and waiting
/// for what must come.
@BelayTest
abstract class Staged {
  /// How long to wait for what must come.
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /// For processes that are killed while the machine has more to do than it can: they have all the
  /// time they need, and are not declared dead only because they did not get the processor.
  static final SpawnOptions PATIENT = SpawnOptions.DEFAULT.grace(PATIENCE).killGrace(PATIENCE);

  private final List<Puppet> puppets = new ArrayList<>();
  private @Nullable Node node;
  private @Nullable Nodes nodes;
  private @Nullable Expected expected;

  @BeforeEach
  void raiseTheCurtain(Nodes itsNodes, Expected itsExpected) {
    // Puppets that trap exits need not be waited for at the end.
    node = itsNodes.start(NodeOptions.DEFAULT.shutdownTime(Duration.ZERO));
    nodes = itsNodes;
    expected = itsExpected;
  }

  @AfterEach
  void letPuppetsBe() {
    expected().maybeRunning(puppets.stream().map(Puppet::pid).toArray(Pid[]::new));
  }

  final Node node() {
    return Objects.requireNonNull(node);
  }

  final Nodes nodes() {
    return Objects.requireNonNull(nodes);
  }

  final Expected expected() {
    return Objects.requireNonNull(expected);
  }

  /// Starts a puppet. It need not be ended by the test.
  final Puppet puppet() {
    return puppet(PATIENT);
  }

  /// Starts a puppet with options. It need not be ended by the test.
  final Puppet puppet(SpawnOptions options) {
    return adopt(Puppet.start(node(), options).pid());
  }

  /// Lets a process that runs [Puppet#obey] be one of the puppets.
  final Puppet adopt(Pid pid) {
    Puppet puppet = new Puppet(node(), pid);
    puppets.add(puppet);
    return puppet;
  }

  /// The pid of a process that has ended.
  final Pid dead() {
    Pid pid = node().spawn(() -> {});
    await("its end", () -> node().info(pid).isEmpty());
    return pid;
  }

  /// Runs a process to its end. An assertion that failed in it fails here.
  final void run(dev.belay.Body body) {
    try {
      node().run(body);
    } catch (ProcessFailedException e) {
      if (e.getCause() instanceof AssertionError failed) {
        throw failed;
      }
      throw e;
    }
  }

  /// In a process: takes the oldest message of a type, which must come in time.
  static <T> T expect(Class<T> type) {
    return came(dev.belay.Belay.receive(type, PATIENCE), type.getSimpleName());
  }

  /// In a process: takes the oldest message, which must come in time and be this.
  static void expectMessage(Object message) {
    Object first = came(dev.belay.Belay.receive(PATIENCE), message);
    if (!first.equals(message)) {
      throw new AssertionError("expected " + message + ", but the oldest message is " + first);
    }
  }

  /// In a process: the mailbox is empty.
  static void expectNothing() {
    Optional<Object> message = dev.belay.Belay.receive(Duration.ZERO);
    if (message.isPresent()) {
      throw new AssertionError("unexpected message: " + message.get());
    }
  }

  /// In a process: takes the DOWN of a monitor, which must come in time; others stay.
  static Down downOf(Ref monitor) {
    return came(
        dev.belay.Belay.receive(
            m -> m instanceof Down down && down.ref().equals(monitor) ? down : null, PATIENCE),
        "DOWN of " + monitor);
  }

  /// In a process: takes the DOWN of a monitor, which must come in time and say this.
  static Down downOf(Ref monitor, Subject subject, ExitReason reason) {
    Down down = downOf(monitor);
    if (!down.subject().equals(subject) || !down.reason().equals(reason)) {
      throw new AssertionError("expected " + subject + ", " + reason + " in " + down);
    }
    return down;
  }

  /// Waits until those that are dead have told everybody: nothing can be on its way from them any
  /// more. A process counts until it has, and is listed only until it is dead.
  final void settle() {
    await("everybody to be told", () -> node().processCount() == node().processes().size());
  }

  /// Waits until something is so.
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(100_000);
    }
  }

  private static <T> T came(Optional<T> message, Object what) {
    return message.orElseThrow(() -> new AssertionError("waited in vain for the message " + what));
  }
}

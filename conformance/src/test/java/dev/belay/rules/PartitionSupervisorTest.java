package dev.belay.rules;

import static dev.belay.Belay.monitor;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawnLink;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.otp.CallException;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.PartitionSupervisor;
import dev.belay.otp.Restart;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Supervisors of several processes that share the keys.
@BothStyles
@BelayTest
class PartitionSupervisorTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  private static final PartitionSupervisor CLERKS =
      PartitionSupervisor.of("clerks", 4, index -> ChildSpec.server("clerk", Clerk::new));

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static Pid of(ServerRef<Clerk.Order> clerk) {
    return (Pid) clerk.call(Clerk.ask((one, call) -> one.answer(call, self())));
  }

  @Test
  void aKeyIsAlwaysInTheHandsOfTheSame(Node node) {
    node.run(() -> {
      SupervisorRef supervisor = CLERKS.startLink();
      assertThat(CLERKS.count()).isEqualTo(4);
      assertThat(CLERKS.partitions(node)).hasSize(4).doesNotHaveDuplicates();
      for (Object key : List.of("rope", 17, -3, 5L, self(), List.of(1, 2))) {
        ServerRef<Clerk.Order> clerk = CLERKS.ref(key, Clerk.Order.class);
        assertThat(of(clerk))
            .isEqualTo(of(CLERKS.ref(node, key, Clerk.Order.class)))
            .isEqualTo(CLERKS.partitions(node).get(CLERKS.index(key)));
      }
      assertThat(supervisor.count().active()).isEqualTo(4);
      supervisor.stop();
      assertThat(CLERKS.partitions(node)).isEmpty();
    });
  }

  @Test
  void aReferenceHoldsOverARestart(Node node) {
    node.run(() -> {
      SupervisorRef supervisor = Supervisor.oneForOne().child(CLERKS.asChild()).startLink();
      ServerRef<Clerk.Order> clerk = CLERKS.ref("rope", Clerk.Order.class);
      ServerRef<Clerk.Order> other = CLERKS.ref(CLERKS.index("rope") + 1, Clerk.Order.class);
      Pid before = of(clerk);
      Pid bystander = of(other);
      Ref ref = monitor(before);
      Belay.terminate(before, ODD);
      Await.down(ref);
      SupervisorRef.named(node, "clerks").count();
      assertThat(of(clerk)).isNotEqualTo(before);
      assertThat(of(other)).isEqualTo(bystander);
      supervisor.stop();
      assertThatThrownBy(() -> of(clerk)).isInstanceOf(CallException.class);
    });
  }

  @Test
  void partitionsMayBeSupervisors(Node node) {
    node.run(() -> {
      PartitionSupervisor sessions =
          PartitionSupervisor.of(
              "sessions", 2, index -> DynamicSupervisor.oneForOne().asChild("any"));
      SupervisorRef supervisor = sessions.startLink();
      Pid session =
          DynamicSupervisorRef.named(node, sessions.name(1))
              .startChild(
                  ChildSpec.of("session", () -> Child.of(spawnLink(Belay::receive)))
                      .restart(Restart.TEMPORARY))
              .pid()
              .orElseThrow();
      assertThat(DynamicSupervisorRef.named(node, sessions.name(3)).children())
          .containsExactly(session);
      assertThat(DynamicSupervisorRef.named(node, sessions.name(2)).children()).isEmpty();
      assertThat(supervisor.count().supervisors()).isEqualTo(2);
      supervisor.stop();
    });
  }

  /// A specification keeps all but its id.
  @Test
  void thePartitionsAreAsTheySay(Node node) {
    node.run(() -> {
      PartitionSupervisor some =
          PartitionSupervisor.of(
              "some",
              2,
              index ->
                  ChildSpec.server("clerk", Clerk::new)
                      .restart(index == 0 ? Restart.TEMPORARY : Restart.TRANSIENT));
      SupervisorRef supervisor = some.startLink();
      assertThat(supervisor.spec("some.0").restart()).isEqualTo(Restart.TEMPORARY);
      assertThat(supervisor.spec("some.1").restart()).isEqualTo(Restart.TRANSIENT);
      supervisor.stop();
    });
  }

  @Test
  void aPartitionWithANameOfItsOwnIsEndedAndRefused(Node node) {
    PartitionSupervisor named =
        PartitionSupervisor.of(
            "named",
            1,
            index ->
                ChildSpec.of(
                    "any",
                    () ->
                        Child.of(
                            Belay.spawn(
                                SpawnOptions.DEFAULT.link().name("mine"), Belay::receive))));
    StartException failure =
        catchThrowableOfType(StartException.class, () -> named.start(node));
    assertThat(failure).hasMessageContaining("named.0");
    assertThat(node.processes()).isEmpty();
  }

  /// What a start that fails has started does not stay.
  @Test
  void aRestartThatFailsLeavesNothing(Node node) {
    AtomicInteger starts = new AtomicInteger();
    PartitionSupervisor some =
        PartitionSupervisor.of(
                "some",
                1,
                index ->
                    ChildSpec.of(
                        "any",
                        () -> {
                          SpawnOptions options = SpawnOptions.DEFAULT.link();
                          return Child.of(
                              Belay.spawn(
                                  starts.incrementAndGet() == 2 ? options.name("mine") : options,
                                  Belay::receive));
                        }))
            .intensity(5, Duration.ofMinutes(1));
    SupervisorRef supervisor = some.start(node);
    Pid before = some.partitions(node).getFirst();
    node.terminate(before, ODD);
    Await.until(() -> starts.get() == 3 && some.partitions(node).size() == 1);
    assertThat(node.whereis("mine")).isEmpty();
    assertThat(some.partitions(node)).doesNotContain(before);
    supervisor.stop();
  }

  @Test
  void theNameIsTakenOnce(Node node) {
    SupervisorRef first = CLERKS.start(node);
    StartException failure =
        catchThrowableOfType(StartException.class, () -> CLERKS.start(node));
    assertThat(failure.alreadyStarted()).isEqualTo(first.pid());
    first.stop();
  }

  @Test
  void numbersAreDealtRound() {
    assertThat(IntStream.range(-4, 4).map(CLERKS::index)).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
    assertThat(CLERKS.index(Integer.MIN_VALUE)).isZero();
    assertThat(CLERKS.index(-1L)).isEqualTo(3);
  }

  /// Of hash codes that are multiples of the number of partitions, or negative, none is left out.
  @Test
  void keysAreSpread() {
    record Key(int hash) {
      @Override
      public int hashCode() {
        return hash;
      }
    }
    for (int step : new int[] {1, 8, 1 << 16, 1 << 20, -64}) {
      int[] counts = new int[8];
      PartitionSupervisor eight =
          PartitionSupervisor.of("eight", 8, index -> ChildSpec.server("any", Clerk::new));
      for (int i = 0; i < 4_000; i++) {
        counts[eight.index(new Key(i * step))]++;
      }
      assertThat(Arrays.stream(counts)).as("step %s", step).allMatch(n -> n > 350 && n < 650);
    }
    assertThat(CLERKS.index(new Key(Integer.MIN_VALUE))).isBetween(0, 3);
  }

  @Test
  void thereAreAsManyAsProcessorsIfNobodySaysOtherwise() {
    assertThat(PartitionSupervisor.of("any", index -> ChildSpec.server("any", Clerk::new)).count())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartitionSupervisor.of(" ", index -> ChildSpec.server("a", Clerk::new)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PartitionSupervisor.of("a", 0, index -> ChildSpec.server("a", Clerk::new)))
        .withMessageContaining("at least 1");
  }
}

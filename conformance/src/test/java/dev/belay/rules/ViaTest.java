package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Registry;
import dev.belay.otp.Registry.Entry;
import dev.belay.otp.Response;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Step;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Servers that are started and found under a key of a registry: R8.
@BothStyles
@BelayTest
class ViaTest {
  private static final ExitReason ODD = ExitReason.term("odd");
  private static final String KEY = "clerk";

  private @Nullable Registry<String, @Nullable Void> registry;

  @BeforeEach
  void makeRegistry(Node node) {
    registry = Registry.unique(node, "offices");
  }

  private Registry<String, @Nullable Void> registry() {
    return Objects.requireNonNull(registry);
  }

  private StartOptions via() {
    return StartOptions.DEFAULT.via(registry(), KEY);
  }

  private ServerRef<Clerk.Order> clerk() {
    return ServerRef.via(registry(), KEY, Clerk.Order.class);
  }

  private static void assertNothingLeft() {
    assertThat(receive(Duration.ZERO)).isEmpty();
    ProcessInfo me = info(self()).orElseThrow();
    assertThat(me.links()).isEmpty();
    assertThat(me.monitors()).isEmpty();
  }

  @Rule(value = "R8", otp = "gen_server:start")
  @ParameterizedTest
  @EnumSource
  void itIsRegisteredBeforeItBegins(ServerStartRulesTest.Start start, Node node) {
    node.run(() -> {
      trapExits(true);
      AtomicReference<List<String>> keys = new AtomicReference<>();
      ServerRef<Clerk.Order> started = start.start(via(), p -> keys.set(registry().keys(self())));
      assertThat(keys.get()).containsExactly(KEY);
      assertThat(clerk().pid()).isEqualTo(started.pid()).isPresent();
      assertThat(Clerk.tell(clerk(), p -> {})).isEqualTo("done");
      clerk().stop();
      assertThat(registry().find(KEY)).isEmpty();
    });
  }

  @Rule(
      value = {"R8", "GS5"},
      otp = "gen_server:start")
  @ParameterizedTest
  @EnumSource
  void aKeyThatIsTakenIsToldBeforeAnythingRuns(ServerStartRulesTest.Start start, Node node) {
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      registry().register(KEY, null);
      AtomicBoolean ran = new AtomicBoolean();
      StartException taken = start.fail(via(), p -> ran.set(true));
      assertThat(taken.alreadyStarted()).contains(me);
      assertThat(taken.isIgnored()).isFalse();
      assertThat(taken)
          .hasMessage(
              "offices[clerk] did not start: " + me + " is registered as offices[clerk] already");
      assertThat(ran).isFalse();
      assertThat(registry().find(KEY)).contains(new Entry<>(me, null));
      assertNothingLeft();
    });
  }

  @Rule({"R8", "GS2"})
  @Test
  void aFailedStartLeavesTheKeyFree(Node node, Expected expected) {
    expected.maybeReport("odd");
    node.run(() -> {
      trapExits(true);
      for (int round = 0; round < 100; round++) {
        StartException failed =
            catchThrowableOfType(
                StartException.class,
                () -> Server.startLink(via(), () -> Clerk.with(p -> p.end(ODD))));
        assertThat(failed.reason()).isEqualTo(ODD);
        assertThat(registry().find(KEY)).isEmpty();
        Server.start(via(), Clerk::new).stop();
      }
      StartException late =
          catchThrowableOfType(
              StartException.class,
              () ->
                  Server.start(
                      via().timeout(Duration.ofMillis(20)),
                      () -> Clerk.with(p -> receive(Void.class))));
      assertThat(late.reason()).isEqualTo(ExitReason.term(CallReason.TIMEOUT));
      assertThat(registry().find(KEY)).isEmpty();
      assertNothingLeft();
    });
  }

  @Rule("R8")
  @Test
  void aNameAndAKeyGoTogether(Node node) {
    node.run(() -> {
      Registry<String, Integer> valued = Registry.unique(node);
      ServerRef<Clerk.Order> server =
          Server.start(StartOptions.DEFAULT.name("by name").via(valued, KEY, 7), Clerk::new);
      Pid pid = server.pid().orElseThrow();
      assertThat(whereis("by name")).contains(pid);
      assertThat(valued.find(KEY)).contains(new Entry<>(pid, 7));
      StartException taken =
          catchThrowableOfType(
              StartException.class,
              () -> Server.start(StartOptions.DEFAULT.name("x").via(valued, KEY, 8), Clerk::new));
      assertThat(taken.alreadyStarted()).contains(pid);
      assertThat(whereis("x")).isEmpty();
      Clerk.tell(server, p -> valued.updateValue(KEY, value -> value + 1));
      assertThat(valued.find(KEY)).contains(new Entry<>(pid, 8));
      server.stop();
    });
  }

  @Rule(value = "R8", otp = "gen_server:start")
  @Test
  void whatIsRefused(Node node, Nodes nodes) {
    Registry<String, @Nullable Void> duplicate = Registry.duplicate(node, "topics");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StartOptions.DEFAULT.via(duplicate, KEY))
        .withMessageContaining("topics");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerRef.via(duplicate, KEY, Clerk.Order.class))
        .withMessageContaining("topics");
    Node other = nodes.start();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Server.start(other, via(), Clerk::new))
        .withMessageContaining("offices");
    assertThat(other.processes()).isEmpty();
  }

  @Rule(
      value = {"R8", "GS10", "GR1", "GS19"},
      otp = {"gen_server:stop6", "gen_server:send_request"})
  @Test
  void nobodyThere(Node node) {
    node.run(() -> {
      assertThat(clerk().pid()).isEmpty();
      clerk().cast(new Clerk.Do(p -> {}));
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> Clerk.tell(clerk(), p -> {}))
          .withMessageContaining("offices[clerk]")
          .returns(ExitReason.NO_PROC, CallException::reason);
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> clerk().stop())
          .returns(ExitReason.NO_PROC, CallException::reason);
      assertThat(clerk().request(Clerk.ask((p, call) -> {})).poll(Await.LONG).orElseThrow())
          .isInstanceOfSatisfying(
              Response.Failure.class,
              failure -> assertThat(failure.reason()).isEqualTo(ExitReason.NO_PROC));
      assertNothingLeft();
    });
  }

  /// On a plain thread, too.
  @Rule(value = "R8", otp = "gen_server:stop6")
  @Test
  void aPlainThreadMayCall(Node node) {
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> Clerk.tell(clerk(), p -> {}))
        .returns(ExitReason.NO_PROC, CallException::reason);
    Server.start(node, via(), Clerk::new);
    assertThat(Clerk.tell(clerk(), p -> {})).isEqualTo("done");
    clerk().stop();
  }

  @Rule({"R8", "SV37"})
  @Test
  void aReferenceOutlivesRestarts(Node node, Expected expected) {
    expected.maybeReport("supervisor <");
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(1_000, Duration.ofSeconds(1))
              .child(ChildSpec.server("clerk", via(), Clerk::new))
              .startLink();
      ServerRef<Clerk.Order> clerk = clerk();
      for (int round = 0; round < 50; round++) {
        Pid before = clerk.pid().orElseThrow();
        assertThat(supervisor.child("clerk")).contains(before);
        Ref ref = monitor(before);
        exit(before, ExitReason.KILL);
        Await.down(ref);
        assertThat(clerk.pid()).isNotEqualTo(java.util.Optional.of(before));
        assertThat(supervisor.count().active()).isEqualTo(1);
        assertThat(Clerk.tell(clerk, p -> {})).isEqualTo("done");
      }
      supervisor.stop();
      assertThat(clerk.pid()).isEmpty();
    });
  }

  /// A machine with one state.
  private static final class Idle extends dev.belay.otp.StateMachine<String, Integer> {
    @Override
    protected Step<String, Integer> begin() {
      return next("idle");
    }

    @Override
    protected Step<String, Integer> handle(String state, Integer event) {
      return keep();
    }
  }

  @Rule({"R8", "ST30"})
  @Test
  void allKindsOfServersMayHaveAKey(Node node) {
    node.run(() -> {
      ServerRef<Integer> machine = Server.start(via(), Idle::new);
      assertThat(clerk().pid()).isEqualTo(machine.pid());
      machine.stop();

      Supervisor.oneForOne().startLink(via());
      SupervisorRef supervisor = SupervisorRef.via(registry(), KEY);
      assertThat(supervisor.count().specs()).isZero();
      StartException taken =
          catchThrowableOfType(
              StartException.class, () -> Supervisor.oneForAll().start(node, via()));
      assertThat(taken.alreadyStarted()).isEqualTo(supervisor.pid());
      supervisor.stop();

      DynamicSupervisor.oneForOne().startLink(via());
      DynamicSupervisorRef dynamic = DynamicSupervisorRef.via(registry(), KEY);
      assertThat(dynamic.children()).isEmpty();
      dynamic.stop();
      assertThat(registry().find(KEY)).isEmpty();
    });
  }

  @Rule("R8")
  @Test
  void ofManyStartsOneSucceeds(Node node) {
    AtomicInteger wrong = new AtomicInteger();
    node.run(() -> {
      for (int round = 0; round < 20; round++) {
        AtomicReference<@Nullable Pid> winner = new AtomicReference<>();
        List<Pid> told = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Monitored> starters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          starters.add(
              spawnMonitor(() -> {
                try {
                  Pid mine = Server.start(via(), Clerk::new).pid().orElseThrow();
                  if (!winner.compareAndSet(null, mine)) {
                    wrong.incrementAndGet();
                  }
                } catch (StartException e) {
                  told.add(e.alreadyStarted().orElseThrow());
                }
              }));
        }
        starters.forEach(Await::down);
        assertThat(told).hasSize(19).containsOnly(winner.get());
        clerk().stop();
      }
    });
    assertThat(wrong).hasValue(0);
  }

  @Rule("R8")
  @Test
  void referencesAreValues(Node node) {
    Registry<String, @Nullable Void> same = Registry.unique(node, "offices");
    assertThat(clerk())
        .isEqualTo(clerk())
        .hasSameHashCodeAs(clerk())
        .isNotEqualTo(ServerRef.via(registry(), "other", Clerk.Order.class))
        .isNotEqualTo(ServerRef.via(same, KEY, Clerk.Order.class))
        .isNotEqualTo(ServerRef.named(node, KEY, Clerk.Order.class))
        .hasToString("offices[clerk]");
    assertThat(ServerRef.named(node, KEY, Clerk.Order.class))
        .isEqualTo(ServerRef.named(node, KEY, Clerk.Order.class))
        .hasToString("\"clerk\"");
  }
}

package dev.belay.applications;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Application;
import dev.belay.otp.Application.Type;
import dev.belay.otp.ApplicationEnded;
import dev.belay.otp.ApplicationRef;
import dev.belay.otp.AutoShutdown;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Restart;
import dev.belay.otp.Server;
import dev.belay.otp.Shutdown;
import dev.belay.otp.StartException;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.rules.Await;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Applications on a node: what is started and stopped when, and what the end of one means.
@BothStyles
@BelayTest
class ApplicationTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void whatTheySay(Expected expected) {
    expected.maybeReport("supervisor <");
    expected.maybeReport("application ");
  }

  /// Says when it begins and when it ends.
  private static final class Worker extends Server<Worker.Message> {
    record Message() {}

    private final String name;
    private final List<String> events;

    Worker(String name, List<String> events) {
      this.name = name;
      this.events = events;
    }

    @Override
    protected void init() {
      trapExits(true);
      events.add("+" + name);
    }

    @Override
    protected void handleMessage(Message message) {}

    @Override
    protected void cleanUp(ExitReason reason) {
      events.add("-" + name);
    }
  }

  private ChildSpec worker(String name) {
    return ChildSpec.server(name, () -> new Worker(name, events));
  }

  private Application application(String name, ChildSpec... more) {
    Supervisor top = Supervisor.oneForOne().intensity(0, Duration.ofMinutes(1));
    top = top.child(worker(name + "1")).child(worker(name + "2"));
    for (ChildSpec child : more) {
      top = top.child(child);
    }
    return Application.named(name).supervisor(top);
  }

  private static Pid child(ApplicationRef application, String id) {
    return application.supervisor().orElseThrow().child(id).orElseThrow();
  }

  @Test
  void allIsStartedInOrderAndStoppedInReverse(Node node) {
    Application shop =
        application("b")
            .dependsOn(application("a"))
            .beforeStart(() -> events.add("before start"))
            .beforeStop(() -> events.add("before stop"))
            .afterStop(() -> events.add("after stop"));
    ApplicationRef running = shop.start(node);
    assertThat(running.running()).containsExactly("a", "b");
    assertThat(events).containsExactly("+a1", "+a2", "before start", "+b1", "+b2");
    events.clear();
    running.stop();
    assertThat(events).containsExactly("before stop", "-b2", "-b1", "after stop", "-a2", "-a1");
    assertThat(node.processes()).isEmpty();
    running.stop();
  }

  @Test
  void whatManyDependOnIsStartedOnce(Node node) {
    Application base = application("base");
    Application left = application("left").dependsOn(base);
    Application right = application("right").dependsOn(base, left);
    try (ApplicationRef all = Application.named("all").dependsOn(right, left).start(node)) {
      assertThat(all.running()).containsExactly("base", "left", "right", "all");
      assertThat(all.supervisor()).isEmpty();
    }
    assertThat(events).endsWith("-right1", "-left2", "-left1", "-base2", "-base1");
  }

  @Test
  void itWorksWithinProcessesToo(Node node) {
    node.run(() -> {
      ApplicationRef shop = application("shop").start(node);
      Pid worker = child(shop, "shop1");
      assertThat(isAlive(worker)).isTrue();
      shop.close();
      assertThat(isAlive(worker)).isFalse();
    });
  }

  @Test
  void whatDoesNotStartTakesTheOthersAlong(Node node, Expected expected) {
    expected.report("application bad did not start: ");
    Application bad =
        application(
            "bad",
            ChildSpec.of(
                "odd",
                () -> {
                  throw exit(ODD);
                }));
    Application all =
        Application.named("all").dependsOn(application("good"), bad, application("late"));
    StartException failure = catchThrowableOfType(StartException.class, () -> all.start(node));
    assertThat(failure).hasMessageContainingAll("application.bad", "child odd failed", "odd");
    assertThat(events)
        .containsExactly(
            "+good1", "+good2", "+bad1", "+bad2", "-bad2", "-bad1", "-good2", "-good1");
    assertThat(node.processes()).isEmpty();
  }

  @Test
  void aCallbackOrDescriptionThatThrowsFailsTheStart(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    IllegalStateException thrown = new IllegalStateException("no configuration");
    Application described =
        Application.named("shop")
            .supervisor(() -> {
              throw thrown;
            });
    assertThat(catchThrowableOfType(StartException.class, () -> described.start(node)))
        .hasCause(thrown);
    Application prepared =
        application("shop")
            .beforeStart(() -> {
              throw thrown;
            });
    assertThat(catchThrowableOfType(StartException.class, () -> prepared.start(node)))
        .hasCause(thrown);
    assertThat(events).isEmpty();
  }

  @Test
  void anApplicationRunsOnceOnANode(Node node) {
    try (ApplicationRef first = application("shop").start(node)) {
      StartException failure =
          catchThrowableOfType(
              StartException.class,
              () -> application("other").dependsOn(application("shop")).start(node));
      assertThat(failure.alreadyStarted()).isEqualTo(node.whereis("application.shop"));
      assertThat(first.running()).containsExactly("shop");
    }
    try (ApplicationRef again = application("shop").start(node)) {
      assertThat(again.running()).containsExactly("shop");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PERMANENT, false, true",
    "PERMANENT, true, true",
    "TRANSIENT, false, false",
    "TRANSIENT, true, true",
    "TEMPORARY, true, false"
  })
  void theTypeSaysWhatAnEndMeans(Type type, boolean fails, boolean takesAll, Node node) {
    node.run(() -> {
      Application one = application("one").type(type).beforeStop(() -> events.add("never"));
      ApplicationRef all = application("all").dependsOn(one).start(node);
      Ref ref = monitor(all.pid());
      Pid process = node.whereis("application.one").orElseThrow();
      Pid top =
          Belay.info(process).orElseThrow().links().stream()
              .filter(pid -> !pid.equals(all.pid()))
              .findFirst()
              .orElseThrow();
      SupervisorRef supervisor = SupervisorRef.of(node, top);
      Ref ofOne = monitor(process);
      if (fails) {
        // One restart is too many.
        Belay.terminate(supervisor.child("one2").orElseThrow(), ODD);
      } else {
        supervisor.stop();
      }
      ExitReason reason = Await.down(ofOne).reason();
      assertThat(reason).isEqualTo(fails ? ExitReason.SHUTDOWN : ExitReason.NORMAL);
      if (takesAll) {
        assertThat(Await.down(ref).reason())
            .isEqualTo(ExitReason.shutdown(new ApplicationEnded("one", reason, fails)));
        assertThat(events).endsWith("-all2", "-all1");
      } else {
        assertThat(all.running()).containsExactly("all");
        all.stop();
        assertThat(Await.down(ref).reason()).isEqualTo(ExitReason.SHUTDOWN);
      }
      assertThat(events).doesNotContain("never");
    });
  }

  @Test
  void anApplicationThatIsDoneHasNotFailed(Node node) {
    node.run(() -> {
      Supervisor top =
          Supervisor.oneForOne()
              .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
              .child(worker("job").restart(Restart.TRANSIENT).significant());
      ApplicationRef batch =
          Application.named("batch")
              .supervisor(top)
              .afterStop(() -> events.add("after"))
              .start(node);
      Ref ref = monitor(batch.pid());
      Belay.terminate(child(batch, "job"));
      assertThat(Await.down(ref).reason())
          .isEqualTo(
              ExitReason.shutdown(new ApplicationEnded("batch", ExitReason.SHUTDOWN, false)));
      assertThat(events).endsWith("after");
      batch.stop();
    });
  }

  @Test
  void anApplicationWhoseProcessIsKilledHasFailedAndLeavesNothing(Node node, Expected expected) {
    expected.report("application shop failed: killed");
    node.run(() -> {
      ApplicationRef shop = application("shop").start(node);
      Ref ref = monitor(shop.pid());
      Pid worker = child(shop, "shop1");
      exit(node.whereis("application.shop").orElseThrow(), ExitReason.KILL);
      assertThat(Await.down(ref).reason())
          .isEqualTo(ExitReason.shutdown(new ApplicationEnded("shop", ExitReason.KILLED, true)));
      assertThat(isAlive(worker)).isFalse();
      assertThat(events).endsWith("-shop2", "-shop1");
    });
  }

  @Test
  void whatDoesNotStopInTimeIsKilledAndOthersAreStopped(Node node, Expected expected) {
    expected.report("application deaf has not stopped in time");
    ChildSpec deaf =
        ChildSpec.of(
                "deaf",
                () ->
                    Child.of(
                        Belay.spawnLink(() -> {
                          trapExits(true);
                          spawn(Belay::receive);
                          while (true) {
                            receive();
                          }
                        })))
            .shutdown(Shutdown.INFINITE);
    ApplicationRef all =
        application("deaf", deaf)
            .dependsOn(application("good").afterStop(() -> events.add("after good")))
            .shutdownTime(Duration.ZERO)
            .start(node);
    all.stop();
    assertThat(node.processes()).isEmpty();
    assertThat(events).endsWith("-good2", "-good1", "after good");
  }

  @Test
  void aCallbackThatFailsDoesNotKeepItFromStopping(Node node, Expected expected) {
    expected.report("application shop: beforeStop failed");
    expected.report("application shop: afterStop failed");
    application("shop")
        .beforeStop(() -> {
          throw new IllegalStateException("before");
        })
        .afterStop(() -> {
          throw new IllegalStateException("after");
        })
        .start(node)
        .stop();
    assertThat(events).endsWith("-shop2", "-shop1");
  }

  @Test
  void whatACallbackOwnsIsClosedAtTheEnd(Node node) {
    application("shop")
        .beforeStart(() -> own(() -> events.add("closed")))
        .afterStop(() -> events.add("after"))
        .start(node)
        .stop();
    assertThat(events).endsWith("-shop1", "after", "closed");
  }

  @Test
  void oneThatEndsWhileAnotherIsStartedIsHeardOf(Node node) {
    Application brief = application("brief").type(Type.PERMANENT);
    Application slow =
        application("slow")
            .beforeStart(() -> {
              Pid process = node.whereis("application.brief").orElseThrow();
              Ref ref = monitor(process);
              exit(process, ExitReason.KILL);
              Await.down(ref);
            });
    Application all = Application.named("all").dependsOn(brief, slow, application("late"));
    StartException failure = catchThrowableOfType(StartException.class, () -> all.start(node));
    assertThat(failure.reason())
        .isEqualTo(ExitReason.shutdown(new ApplicationEnded("brief", ExitReason.KILLED, true)));
    assertThat(events).doesNotContain("+late1").endsWith("-slow2", "-slow1");
    assertThat(node.processes()).isEmpty();
  }

  @Test
  void whatCannotBeIsRefused(Node node) {
    assertThatIllegalArgumentException().isThrownBy(() -> Application.named(" "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Application.named("a").shutdownTime(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> application("a").dependsOn(application("a")).start(node))
        .withMessageContaining("two applications have the name \"a\"");
    node.run(() -> {
      assertThatIllegalStateException()
          .isThrownBy(() -> application("a").run())
          .withMessageContaining("within a process");
      assertThatIllegalStateException()
          .isThrownBy(() -> Application.stopProgram(1))
          .withMessageContaining("no program");
    });
  }
}

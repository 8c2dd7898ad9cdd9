package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.NameException;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How servers start and stop: section PL, and GS1 to GS8.
@BothStyles
@BelayTest
class ServerStartRulesTest {
  private static final ExitReason TIMEOUT = ExitReason.term(CallReason.TIMEOUT);
  private static final StartOptions NAMED = StartOptions.DEFAULT.name("clerk");

  /// The ways to start a server.
  enum Start {
    PLAIN {
      @Override
      ServerRef<Clerk.Order> start(StartOptions options, Clerk.Deed init) {
        return Server.start(options, () -> Clerk.with(init));
      }
    },
    LINK {
      @Override
      ServerRef<Clerk.Order> start(StartOptions options, Clerk.Deed init) {
        return Server.startLink(options, () -> Clerk.with(init));
      }
    },
    MONITOR {
      @Override
      ServerRef<Clerk.Order> start(StartOptions options, Clerk.Deed init) {
        return Server.startMonitor(options, () -> Clerk.with(init)).server();
      }
    };

    abstract ServerRef<Clerk.Order> start(StartOptions options, Clerk.Deed init);

    StartException fail(StartOptions options, Clerk.Deed init) {
      return catchThrowableOfType(StartException.class, () -> start(options, init));
    }
  }

  private static void assertNothingLeft() {
    assertThat(receive(Duration.ZERO)).isEmpty();
    ProcessInfo me = info(self()).orElseThrow();
    assertThat(me.links()).isEmpty();
    assertThat(me.monitors()).isEmpty();
  }

  @Rule(
      value = {"PL1", "PL14"},
      otp = "proc_lib:spawn_opt")
  @Test
  void aServerKnowsItsAncestors(Node node, Expected expected) {
    expected.running();
    node.run(() -> {
      StartOptions options = NAMED.spawn(SpawnOptions.DEFAULT.label("of the watch"));
      ServerRef<Clerk.Order> clerk = Server.start(options, Clerk::new);
      ProcessInfo info = info(clerk.pid().orElseThrow()).orElseThrow();
      assertThat(info.parent()).contains(self());
      assertThat(info.ancestors()).startsWith(self());
      assertThat(info.label()).isEqualTo("of the watch");
      assertThat(info.initialFunction()).contains("ServerStartRulesTest");
    });
  }

  @Rule(
      value = {"PL2", "GS1"},
      otp = {"proc_lib:sync_start_nolink", "proc_lib:sync_start_link", "gen_server:start"})
  @ParameterizedTest
  @EnumSource
  void theStartIsBackWhenTheServerHasBegun(Start start, Node node, Expected expected) {
    expected.running();
    node.run(() -> {
      trapExits(true);
      AtomicBoolean begun = new AtomicBoolean();
      Pid helper =
          spawn(() -> {
            Pid beginning = receive(Pid.class);
            assertThat(begun).isFalse();
            send(beginning, "begin");
          });
      ServerRef<Clerk.Order> clerk =
          start.start(
              NAMED,
              p -> {
                send(helper, self());
                Await.message("begin");
                begun.set(true);
              });
      assertThat(begun).isTrue();
      assertThat(clerk.pid()).isEqualTo(whereis("clerk"));
    });
  }

  @Rule(
      value = {"GS1", "GS22"},
      otp = "gen_server:continue")
  @Test
  void whatItGoesOnWithComesAfterTheStart(Node node, Expected expected) {
    expected.running();
    node.run(() -> {
      AtomicBoolean started = new AtomicBoolean();
      ServerRef<Clerk.Order> clerk =
          Server.start(() ->
              Clerk.with(p -> {
                p.onContinue =
                    q -> {
                      Await.until(started::get);
                      q.onContinue = r -> {};
                      q.goOnWith("more");
                    };
                p.goOnWith("first");
                send(self(), "message");
              }));
      started.set(true);
      assertThat(Clerk.handledBy(clerk)).containsExactly("first", "more", "message");
    });
  }

  @Rule(
      value = {"PL3", "PL7", "GS3", "PL5", "GS6"},
      otp = {"gen_server:start", "proc_lib:sync_start_monitor"})
  @ParameterizedTest
  @EnumSource
  void theStarterIsToldWhyItHasNotBegun(Start start, Node node, Expected expected) {
    expected.maybeCrash(Throwable.class);
    expected.maybeReport("crashed: why");
    node.run(() -> {
      trapExits(true);
      StartException stopped =
          start.fail(
              NAMED,
              p -> {
                throw exit(ExitReason.term("why"));
              });
      assertThat(stopped.reason()).isEqualTo(ExitReason.term("why"));
      assertThat(stopped.isIgnored()).isFalse();
      assertThat(start.fail(NAMED, p -> p.end(ExitReason.SHUTDOWN)).reason())
          .isEqualTo(ExitReason.SHUTDOWN);
      IllegalStateException thrown = new IllegalStateException("on purpose");
      StartException crashed =
          start.fail(
              NAMED,
              p -> {
                throw thrown;
              });
      assertThat(crashed.reason()).isEqualTo(ExitReason.crash(thrown));
      assertThat(crashed).hasCause(thrown);
      StartException ignored =
          start.fail(
              NAMED,
              p -> {
                throw Clerk.unneeded();
              });
      assertThat(ignored.isIgnored()).isTrue();
      assertThat(whereis("clerk")).isEmpty();
      assertNothingLeft();
    });
  }

  @Rule(
      value = {"PL4", "GS4"},
      otp = {"proc_lib:sync_start_timeout", "proc_lib:sync_start_link_timeout", "gen_server:start"})
  @ParameterizedTest
  @EnumSource
  void oneThatTakesTooLongIsKilled(Start start, Node node) {
    node.run(() -> {
      trapExits(start == Start.LINK);
      AtomicReference<Pid> pid = new AtomicReference<>();
      StartException late =
          start.fail(
              NAMED.timeout(Duration.ofMillis(20)),
              p -> {
                pid.set(self());
                receive(Void.class);
              });
      assertThat(late.reason()).isEqualTo(TIMEOUT);
      assertThat(whereis("clerk")).isEmpty();
      // It may not even have begun.
      assertThat(pid.get() != null && isAlive(pid.get())).isFalse();
      assertNothingLeft();
    });
  }

  /// It begins just when its time is over.
  @Rule({"PL4", "GS4"})
  @ParameterizedTest
  @EnumSource
  void oneThatIsJustTooLateLeavesNothing(Start start, Node node) {
    node.run(() -> {
      trapExits(start == Start.LINK);
      int late = 0;
      long deadline = System.nanoTime() + Await.LONG.toNanos();
      for (int round = 0; round < 300 || late == 0; round++) {
        assertThat(System.nanoTime() - deadline).isNegative();
        long due = System.nanoTime() + 200_000 + round % 200 * 1_000L;
        try {
          start
              .start(
                  StartOptions.DEFAULT.timeout(Duration.ofNanos(250_000)),
                  c -> {
                    while (System.nanoTime() - due < 0) {
                      Thread.onSpinWait();
                    }
                  })
              .stop();
          if (start != Start.PLAIN) {
            assertThat(receive(Await.LONG)).as("its end").isPresent();
          }
        } catch (StartException e) {
          assertThat(e.reason()).isEqualTo(TIMEOUT);
          assertThat(receive(Duration.ZERO)).isEmpty();
          late++;
        }
      }
      assertNothingLeft();
    });
  }

  @Rule("GS5")
  @Test
  void aNameInTheOptionsOfSpawnIsNoReasonToWait(Node node) {
    node.run(() -> {
      register("taken");
      StartOptions options = StartOptions.DEFAULT.spawn(SpawnOptions.DEFAULT.name("taken"));
      assertThatExceptionOfType(NameException.class)
          .isThrownBy(() -> Server.start(options, Clerk::new));
      assertNothingLeft();
    });
  }

  @Rule("GS1")
  @Test
  void eachStartNeedsAServerOfItsOwn(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    node.run(() -> {
      Clerk one = new Clerk();
      ServerRef<Clerk.Order> clerk = Server.start(() -> one);
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> Server.start(() -> one))
          .withRootCauseInstanceOf(IllegalStateException.class);
      clerk.stop();
    });
  }

  /// Its own type argument is not known.
  private static final class Generic<T> extends Server<T> {
    Generic() {}

    Generic(Class<T> protocol) {
      super(protocol);
    }

    @Override
    protected void handleMessage(T message) {}
  }

  @Rule("GS21")
  @Test
  void aServerHasToKnowItsProtocol(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    expected.report("got a message that is not of its protocol");
    node.run(() -> {
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> Server.start(Generic<String>::new))
          .havingRootCause()
          .withMessageContaining("give it to the constructor");
      ServerRef<String> generic = Server.start(() -> new Generic<>(String.class));
      generic.cast("of its protocol");
      send(generic.pid().orElseThrow(), 1);
      generic.stop();
    });
  }

  /// Otherwise the retry would be refused, because the name is taken.
  @Rule(
      value = {"GS2", "PL12"},
      otp = "gen_server:otp_7669")
  @Test
  void aFailedStartLeavesTheNameFree(Node node) {
    node.run(() -> {
      for (int round = 0; round < 100; round++) {
        StartException failed =
            Start.PLAIN.fail(
                NAMED,
                p -> {
                  throw exit(ExitReason.SHUTDOWN);
                });
        assertThat(failed.alreadyStarted()).isEmpty();
        ServerRef<Clerk.Order> clerk = Server.start(NAMED, Clerk::new);
        clerk.stop();
      }
    });
  }

  @Rule(value = "GS5", otp = "gen_server:start")
  @ParameterizedTest
  @EnumSource
  void aNameThatIsTakenIsToldBeforeAnythingRuns(Start start, Node node, Expected expected) {
    expected.running();
    node.run(() -> {
      trapExits(true);
      ServerRef<Clerk.Order> first = Server.start(NAMED, Clerk::new);
      AtomicBoolean ran = new AtomicBoolean();
      StartException taken = start.fail(NAMED, p -> ran.set(true));
      assertThat(taken.alreadyStarted()).isEqualTo(first.pid());
      assertThat(ran).isFalse();
      assertNothingLeft();
    });
  }

  @Rule(
      value = {"GS6", "PL5"},
      otp = "gen_server:start")
  @Test
  void aStartMayKeepTheMonitor(Node node, Expected expected) {
    expected.report("crashed: the end");
    node.run(() -> {
      Server.Watched<Clerk.Order> clerk = Server.startMonitor(NAMED, Clerk::new);
      clerk.server().cast(new Clerk.Do(p -> p.end(ExitReason.term("the end"))));
      assertThat(Await.down(clerk.ref()).reason()).isEqualTo(ExitReason.term("the end"));
    });
  }

  @Rule("PL13")
  @Test
  void aStarterThatTrapsExitsGetsNoExitOfAFailedStart(Node node) {
    node.run(() -> {
      trapExits(true);
      for (int round = 0; round < 100; round++) {
        Start.LINK.fail(NAMED, p -> p.end(ExitReason.SHUTDOWN));
        assertThat(receive(Exit.class, Duration.ZERO)).isEmpty();
      }
    });
  }

  /// Without trapping the link does what links do.
  @Rule({"PL13", "GS27"})
  @Test
  void aStarterThatDoesNotTrapDiesOfAFailedStart(Node node, Expected expected) {
    expected.report("crashed: both");
    node.run(() -> {
      Monitored starter =
          spawnMonitor(() -> Start.LINK.fail(NAMED, p -> p.end(ExitReason.term("both"))));
      assertThat(Await.down(starter).reason()).isEqualTo(ExitReason.term("both"));
    });
  }

  @Rule(value = "PL11", otp = "proc_lib:init_dont_hang")
  @ParameterizedTest
  @EnumSource
  void aStrangeDeathDoesNotHang(Start start, Node node, Expected expected) {
    expected.maybeCrash(Throwable.class);
    node.run(() -> {
      trapExits(true);
      assertThat(start.fail(NAMED, p -> exit(self(), ExitReason.KILL)).reason())
          .isEqualTo(ExitReason.KILLED);
      StartException overflow = start.fail(NAMED, p -> forEver(0));
      assertThat(overflow).hasRootCauseInstanceOf(StackOverflowError.class);
      assertNothingLeft();
    });
  }

  private static int forEver(int n) {
    return n < 0 ? n : forEver(n + 1) + 1;
  }

  @Rule(
      value = {"PL10", "GS8"},
      otp = {"proc_lib:stop", "gen_server:stop1", "gen_server:stop3"})
  @Test
  void aStopWaitsForTheEnd(Node node, Expected expected) {
    expected.maybeReport("crashed");
    node.run(() -> {
      AtomicReference<ExitReason> cleaned = new AtomicReference<>();
      ServerRef<Clerk.Order> clerk = Server.start(NAMED, Clerk::new);
      Clerk.tell(clerk, p -> p.onCleanUp = cleaned::set);
      clerk.stop();
      assertThat(cleaned).hasValue(ExitReason.NORMAL);
      assertThat(whereis("clerk")).isEmpty();
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(clerk::stop)
          .returns(ExitReason.NO_PROC, CallException::reason);

      ServerRef<Clerk.Order> other = Clerk.start();
      Clerk.tell(
          other,
          p ->
              p.onCleanUp =
                  r -> {
                    throw exit(ExitReason.term("another"));
                  });
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> other.stop(ExitReason.term("this"), Await.LONG))
          .returns(ExitReason.term("another"), CallException::reason);
      assertNothingLeft();
    });
  }

  @Rule(value = "PL10", otp = "gen_server:stop8")
  @Test
  void aStopThatTakesTooLongIsNotWithdrawn(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Monitored release = spawnMonitor(() -> receive());
      Pid pid = clerk.pid().orElseThrow();
      clerk.cast(new Clerk.Do(p -> Await.until(() -> !node.isAlive(release.pid()))));
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> clerk.stop(ExitReason.NORMAL, Duration.ofMillis(10)))
          .returns(true, CallException::isTimeout);
      assertThat(isAlive(pid)).isTrue();
      send(release.pid(), "go");
      Await.down(release);
      Await.until(() -> info(pid).isEmpty());
      assertNothingLeft();
    });
  }

  @Rule("GS7")
  @Test
  void aProcessMayBecomeAServer(Node node) {
    node.run(() -> {
      Pid pid = spawn(Turns.of(() -> message -> new Clerk()));
      send(pid, "become one");
      ServerRef<Clerk.Order> clerk = ServerRef.of(node, pid, Clerk.Order.class);
      assertThat(Clerk.tell(clerk, p -> {})).isEqualTo("done");
      clerk.stop();
    });
  }

  @Rule(value = "PL6", otp = "proc_lib:crash")
  @Test
  void onlyAnAbnormalEndIsReported(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      for (ExitReason orderly :
          List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("detail"))) {
        Server.Watched<Clerk.Order> clerk = Server.startMonitor(StartOptions.DEFAULT, Clerk::new);
        clerk.server().cast(new Clerk.Do(p -> p.end(orderly)));
        assertThat(receive(Down.class).reason()).isEqualTo(orderly);
      }
      Server.Watched<Clerk.Order> clerk = Server.startMonitor(StartOptions.DEFAULT, Clerk::new);
      ArithmeticException thrown = new ArithmeticException("on purpose");
      clerk
          .server()
          .cast(
              new Clerk.Do(p -> {
                throw thrown;
              }));
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.crash(thrown));
    });
  }

  /// Also when they have been used.
  @Test
  void optionsMayBeSentInDevelopmentMode(Nodes nodes) {
    Node strict = nodes.start(NodeOptions.DEFAULT.developmentMode(true));
    strict.run(() -> {
      Server.start(NAMED, Clerk::new).stop();
      Belay.send(Belay.self(), NAMED);
      assertThat(Belay.receive()).isSameAs(NAMED);
    });
  }
}

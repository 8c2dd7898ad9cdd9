package dev.belay.rules;

import static dev.belay.Belay.monitor;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Restart;
import dev.belay.otp.Shutdown;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What supervisors report, and what they do not.
@BothStyles
@BelayTest
class SupervisorReportRulesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final ExitReason ODD = ExitReason.term("odd");

  private final Said said = new Said();

  /// Takes down what supervisors say, as they say it in their own processes.
  private static final class Said extends Handler {
    private final List<String> all = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void publish(LogRecord record) {
      if (record.getMessage().startsWith("supervisor <")) {
        all.add(record.getMessage());
      }
    }

    /// Returns what was said since the last time.
    List<String> take() {
      List<String> taken = List.copyOf(all);
      all.clear();
      return taken;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen(Expected expected) {
    expected.maybeReport("supervisor <");
    Logger.getLogger("dev.belay").addHandler(said);
  }

  @AfterEach
  void listenNoLonger() {
    Logger.getLogger("dev.belay").removeHandler(said);
  }

  private static Child waiting() {
    return Child.of(spawnLink(Belay::receive));
  }

  private static ChildSpec child(Restart restart) {
    return ChildSpec.of("child", SupervisorReportRulesTest::waiting).restart(restart);
  }

  private static void end(SupervisorRef supervisor, ExitReason reason) {
    Ref ref = monitor(supervisor.child("child").orElseThrow());
    Belay.terminate(supervisor.child("child").orElseThrow(), reason);
    Await.down(ref);
    supervisor.count();
  }

  @Rule(value = "SV43", otp = "supervisor:format_log_1")
  @Test
  void supervisorsSayWhatHappens(Node node, Expected expected) {
    expected.report("child child <");
    expected.report("ended: odd (child: permanent, shutdown within PT5S)");
    expected.report("shuts down: child child would be restart number 2 within PT5S");
    node.run(() -> {
      Belay.trapExits(true);
      SupervisorRef supervisor = Supervisor.oneForOne().child("child", Clerk::new).startLink();
      end(supervisor, ODD);
      Belay.exit(supervisor.child("child").orElseThrow(), ODD);
      Await.exitOf(supervisor.pid().orElseThrow());
    });
  }

  @Rule(value = "SV43", otp = "supervisor:format_log_1")
  @Test
  void anEndIsReportedIfItIsNotInOrderOrIsFollowedByARestart(Node node) {
    node.run(() -> {
      for (Restart restart : Restart.values()) {
        for (ExitReason reason :
            List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("detail"), ODD)) {
          SupervisorRef supervisor = Supervisor.oneForOne().child(child(restart)).startLink();
          end(supervisor, reason);
          if (restart == Restart.PERMANENT || !reason.isOrderly()) {
            assertThat(said.take())
                .as("%s, %s", restart, reason)
                .singleElement()
                .asString()
                .contains("child child <", "ended: ");
          } else {
            assertThat(said.take()).as("%s, %s", restart, reason).isEmpty();
          }
          supervisor.stop();
          assertThat(said.take()).isEmpty();
        }
      }
    });
  }

  @Rule(value = "SV43", otp = "supervisor:format_log_1")
  @Test
  void aStartThatFailsIsReported(Node node) {
    node.run(() -> {
      SupervisorRef supervisor = Supervisor.oneForOne().startLink();
      assertThatExceptionOfType(SupervisorException.class)
          .isThrownBy(() ->
              supervisor.startChild(
                  ChildSpec.of(
                      "child",
                      () -> {
                        throw Belay.exit(ODD);
                      })));
      assertThat(said.take())
          .singleElement()
          .asString()
          .endsWith(": child child did not start: odd");
      supervisor.stop();
    });
  }

  enum Kind {
    STATIC,
    DYNAMIC
  }

  /// A supervisor with one child, and what is asked of it.
  private record Case(Consumer<ChildSpec> start, Runnable terminate, Pid child, Runnable stop) {
    static Case of(Kind kind, ChildSpec child) {
      if (kind == Kind.STATIC) {
        SupervisorRef supervisor = Supervisor.oneForOne().child(child).startLink();
        return new Case(
            supervisor::startChild,
            () -> supervisor.terminateChild("child"),
            supervisor.child("child").orElseThrow(),
            supervisor::stop);
      }
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().startLink();
      Pid pid = supervisor.startChild(child).pid().orElseThrow();
      return new Case(
          supervisor::startChild, () -> supervisor.terminateChild(pid), pid, supervisor::stop);
    }

    /// Has the supervisor told to end the child, which ends by itself before it is.
    void race(ExitReason reason) {
      AtomicBoolean begun = new AtomicBoolean();
      AtomicBoolean go = new AtomicBoolean();
      Monitored asker =
          spawnMonitor(() ->
              start.accept(
                  ChildSpec.of(
                      "slow",
                      () -> {
                        begun.set(true);
                        Await.until(go::get);
                        return Child.ignored();
                      })));
      Await.until(begun::get);
      Monitored ender = spawnMonitor(terminate::run);
      Await.until(() ->
          Belay.info(ender.pid())
              .filter(info -> info.status() == ProcessStatus.WAITING)
              .isPresent());
      Ref ref = monitor(child);
      Belay.terminate(child, reason);
      Await.down(ref);
      go.set(true);
      assertThat(Await.down(asker).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(Await.down(ender).reason()).isEqualTo(ExitReason.NORMAL);
    }
  }

  /// All kinds of children, and all ends.
  @Rule(
      value = {"SV22", "SV23"},
      otp = {"supervisor:sup_stop_race", "supervisor:sup_stop_non_shutdown_exit_dynamic"})
  @ParameterizedTest
  @EnumSource
  void whoEndsOtherwiseThanItIsToldIsReportedWithItsTrueReason(Kind kind, Node node) {
    node.run(() -> {
      for (Shutdown shutdown : List.of(Shutdown.within(MINUTE), Shutdown.BRUTAL_KILL)) {
        for (Restart restart : Restart.values()) {
          String what = kind + ", " + shutdown + ", " + restart;
          Case told = Case.of(kind, child(restart).shutdown(shutdown));
          told.terminate().run();
          assertThat(said.take()).as(what).isEmpty();
          told.stop().run();
          for (ExitReason reason :
              List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("why"), ODD)) {
            Case one = Case.of(kind, child(restart).shutdown(shutdown));
            one.race(reason);
            boolean asTold =
                reason.equals(ExitReason.SHUTDOWN) && !shutdown.equals(Shutdown.BRUTAL_KILL);
            if (asTold || (restart != Restart.PERMANENT && reason.isOrderly())) {
              assertThat(said.take()).as("%s, %s", what, reason).isEmpty();
            } else {
              assertThat(said.take())
                  .as("%s, %s", what, reason)
                  .singleElement()
                  .asString()
                  .contains(one.child() + " was told to shut down and ended otherwise: ")
                  .contains(
                      reason.equals(ODD)
                          ? "odd"
                          : reason.equals(ExitReason.NORMAL) ? "normal" : "shutdown");
            }
            one.stop().run();
          }
        }
      }
    });
  }
}

package dev.belay.rules;

import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.AutoShutdown;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Restart;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Children whose end may be the end of their supervisor: SV38 to SV40.
@BothStyles
@BelayTest
class SignificantChildrenRulesTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static ChildSpec clerk(String id) {
    return ChildSpec.server(id, Clerk::new);
  }

  private static SupervisorRef significant(AutoShutdown when, Restart restart) {
    return Supervisor.oneForOne()
        .intensity(5, Duration.ofMinutes(1))
        .autoShutdown(when)
        .child(clerk("a").restart(restart).significant())
        .child(clerk("b").restart(restart).significant())
        .child(clerk("plain").restart(Restart.TEMPORARY))
        .startLink();
  }

  private static void endOne(SupervisorRef supervisor, String id, ExitReason reason) {
    Pid pid = supervisor.child(id).orElseThrow();
    Ref ref = monitor(pid);
    Belay.terminate(pid, reason);
    Await.down(ref);
  }

  @Rule(
      value = {"SV38", "SV39"},
      otp = {"supervisor:significant_temporary", "supervisor:significant_transient"})
  @Test
  void theEndOfASignificantChildMayEndTheSupervisor(Node node) {
    node.run(() -> {
      trapExits(true);
      for (Restart restart : List.of(Restart.TRANSIENT, Restart.TEMPORARY)) {
        SupervisorRef any = significant(AutoShutdown.ANY_SIGNIFICANT, restart);
        endOne(any, "plain", ExitReason.NORMAL);
        any.terminateChild("b");
        any.count();
        endOne(any, "a", ExitReason.NORMAL);
        assertThat(Await.exitOf(any.pid().orElseThrow()).reason()).isEqualTo(ExitReason.SHUTDOWN);

        SupervisorRef all = significant(AutoShutdown.ALL_SIGNIFICANT, restart);
        endOne(all, "a", ExitReason.NORMAL);
        all.count();
        endOne(all, "b", ExitReason.SHUTDOWN);
        assertThat(Await.exitOf(all.pid().orElseThrow()).reason()).isEqualTo(ExitReason.SHUTDOWN);
      }
      // An abnormal end of a transient one is none: it is restarted.
      SupervisorRef any = significant(AutoShutdown.ANY_SIGNIFICANT, Restart.TRANSIENT);
      endOne(any, "a", ODD);
      assertThat(any.child("a")).isPresent();
      any.stop();
      Await.exitOf(any.pid().orElseThrow());
    });
  }

  /// It was the supervisor that ended it.
  @Rule("SV39")
  @Test
  void whatASiblingsEndBringsIsNoReason(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForAll()
              .intensity(5, Duration.ofMinutes(1))
              .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
              .child(clerk("significant").restart(Restart.TRANSIENT).significant())
              .child("other", Clerk::new)
              .startLink();
      endOne(supervisor, "other", ODD);
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(2, 2, 0, 2));
      supervisor.stop();
    });
  }

  @Rule(value = "SV40", otp = "supervisor:significant_escalation")
  @Test
  void itGoesUp(Node node) {
    node.run(() -> {
      trapExits(true);
      Supervisor inner =
          Supervisor.oneForOne()
              .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
              .child(clerk("leaf").restart(Restart.TRANSIENT).significant());
      SupervisorRef outer =
          Supervisor.oneForOne()
              .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
              .child(inner.asChild("inner").restart(Restart.TRANSIENT).significant())
              .child("other", Clerk::new)
              .startLink();
      Pid other = outer.child("other").orElseThrow();
      SupervisorRef middle = SupervisorRef.of(node, outer.child("inner").orElseThrow());
      endOne(middle, "leaf", ExitReason.NORMAL);
      assertThat(Await.exitOf(outer.pid().orElseThrow()).reason()).isEqualTo(ExitReason.SHUTDOWN);
      assertThat(isAlive(other)).isFalse();
    });
  }

  @Rule(value = "SV40", otp = "supervisor:significant_escalation")
  @Test
  void itDoesNotGoUpFromOneThatIsNot(Node node) {
    node.run(() -> {
      Supervisor inner =
          Supervisor.oneForOne()
              .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
              .child(clerk("leaf").restart(Restart.TRANSIENT).significant());
      SupervisorRef outer =
          Supervisor.oneForOne()
              .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
              .child(inner.asChild("inner").restart(Restart.TRANSIENT))
              .child("other", Clerk::new)
              .startLink();
      Pid middle = outer.child("inner").orElseThrow();
      Pid other = outer.child("other").orElseThrow();
      Ref ref = monitor(middle);
      endOne(SupervisorRef.of(node, middle), "leaf", ExitReason.NORMAL);
      assertThat(Await.down(ref).reason()).isEqualTo(ExitReason.SHUTDOWN);
      assertThat(outer.child("other")).contains(other);
      assertThat(outer.child("inner")).isEmpty();
      outer.stop();
    });
  }
}

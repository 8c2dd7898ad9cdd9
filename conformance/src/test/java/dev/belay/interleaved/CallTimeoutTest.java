package dev.belay.interleaved;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Interleaved;
import dev.belay.testkit.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/// The reply and the end of the time that a call waits come at the same moment: either may be
/// first, and nothing is left of the other.
class CallTimeoutTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int RUNS = 40;

  /// Whether each run had its reply.
  private static final List<Boolean> REPLIES = new ArrayList<>();

  /// Takes a second for a reply.
  private static final class Slow extends Server<Slow.Message> {
    sealed interface Message {}

    record Ask() implements Message, Call<Message, String> {}

    @Override
    protected void handleMessage(Message message) {
      switch (message) {
        case Ask ask -> {
          Belay.sleep(SECOND);
          reply(ask, "reply");
        }
      }
    }
  }

  @BelayTest
  @Tag("subject")
  static class Subjects {
    @Interleaved(runs = RUNS)
    void aReplyAtTheLastMoment(Node node, Probe probe) {
      ServerRef<Slow.Message> slow = Server.start(node, StartOptions.DEFAULT, Slow::new);
      Pid caller =
          probe.spawn(() -> {
            REPLIES.add(isAnswered(slow));
            assertThat(Belay.receive(Duration.ofMinutes(1))).isEmpty();
            assertThat(Belay.info(Belay.self()).orElseThrow().monitors()).isEmpty();
          });
      assertThat(probe.expectDown(caller, Duration.ofMinutes(2)).reason())
          .isEqualTo(ExitReason.NORMAL);
      slow.stop();
    }

    private static boolean isAnswered(ServerRef<Slow.Message> slow) {
      try {
        return slow.call(new Slow.Ask(), SECOND).equals("reply");
      } catch (CallException e) {
        assertThat(e.isTimeout()).isTrue();
        return false;
      }
    }
  }

  @Test
  void eitherIsFirstAndNothingIsLeft() {
    REPLIES.clear();
    assertThat(Outcomes.of(Subjects.class, "aReplyAtTheLastMoment", Node.class, Probe.class))
        .hasSize(RUNS)
        .allMatch(result -> result.getStatus() == Status.SUCCESSFUL);
    assertThat(REPLIES).hasSize(RUNS).contains(true, false);
  }
}

package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each workload between nodes comes to its end with two nodes of Belay's in this JVM, several
/// times in a row, and notices when something is missing.
class NodeRowsTest {
  private static final int SMALL = 500;
  private static final Duration LONG = Duration.ofSeconds(20);

  static Stream<Row> rows() {
    return Arrays.stream(Row.values()).filter(row -> row.table() == Table.NODES);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyWorkloadGivesAFigure(Row row) throws Exception {
    Meeting meeting = Meeting.arrange();
    try (Member far = FarNode.start(meeting);
        Workload workload = NodeRows.workload(row, SMALL, meeting)) {
      int before = far.node().processCount();
      for (int i = 0; i < 3; i++) {
        assertThat(workload.run()).isPositive();
      }
      awaitProcesses(far, before);
    }
  }

  /// What was made over there for a workload has ended with it.
  private static void awaitProcesses(Member far, int count) {
    long limit = System.nanoTime() + LONG.toNanos();
    while (far.node().processCount() != count) {
      assertThat(System.nanoTime() - limit).as("nanoseconds too late").isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void withoutTheOtherNodeThereIsNoWorkload() throws Exception {
    Meeting meeting = Meeting.arrange();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> NodeRows.workload(Row.NODES_SEND, SMALL, meeting))
        .withMessageContaining(Meeting.FAR);
  }

  /// A node that goes away in the middle of the work fails the row, and nobody waits for it.
  @Test
  void aNodeThatIsLostFailsTheRow() throws Exception {
    Meeting meeting = Meeting.arrange();
    try (Member far = Member.join(Meeting.FAR, meeting, DistributionOptions.DEFAULT)) {
      far.node()
          .spawn(
              SpawnOptions.DEFAULT.name(FarParts.STATION),
              () -> {
                Pid driver = (Pid) Belay.receive(Tuple.class).get(1);
                Belay.send(driver, Tuple.of(FarParts.MADE, Belay.self(), List.of()));
                Belay.receive(Tuple.class);
                far.distribution().disconnect(Meeting.NEAR);
              });
      try (Workload workload = NodeRows.workload(Row.NODES_PING_PONG, SMALL, meeting)) {
        assertThatExceptionOfType(IllegalStateException.class)
            .isThrownBy(workload::run)
            .withMessageContaining("the driver died: ")
            .withMessageContaining(ExitReason.NO_CONNECTION.toString());
      }
    }
  }

  /// One message less, or one that says something else, is another sum.
  @Test
  void aMessageThatIsLostIsNoticed() throws Exception {
    Meeting meeting = Meeting.arrange();
    try (Member far = Member.join(Meeting.FAR, meeting, DistributionOptions.DEFAULT)) {
      far.node()
          .spawn(
              SpawnOptions.DEFAULT.name(FarParts.STATION),
              () -> {
                Pid driver = (Pid) Belay.receive(Tuple.class).get(1);
                Belay.send(driver, Tuple.of(FarParts.MADE, Belay.self(), List.of()));
                long sum = 0;
                for (int i = 1; i < SMALL; i++) {
                  sum += (Long) Belay.receive();
                }
                Belay.send(driver, sum);
              });
      try (Workload workload = NodeRows.workload(Row.NODES_SEND, SMALL, meeting)) {
        assertThatExceptionOfType(IllegalStateException.class)
            .isThrownBy(workload::run)
            .withMessageContaining("the driver died: ");
      }
    }
  }

  /// The other node says that it is ready when it can be reached.
  @Test
  void helpersAreMadeOnRequest() throws Exception {
    Meeting meeting = Meeting.arrange();
    try (Member _ = FarNode.start(meeting);
        Member near = Member.join(Meeting.NEAR, meeting, DistributionOptions.DEFAULT);
        Inbox inbox = near.node().inbox()) {
      inbox.send(
          new Name(FarParts.STATION, Meeting.FAR),
          Tuple.of(FarParts.CROWD, inbox.pid(), (long) SMALL));
      Tuple made = inbox.receive(Tuple.class, LONG).orElseThrow();
      assertThat(made.get(0)).isEqualTo(FarParts.MADE);
      assertThat((List<?>) made.get(2)).hasSize(SMALL).allMatch(Pid.class::isInstance);
      assertThat(((Pid) made.get(1)).node()).isEqualTo(Meeting.FAR);
    }
  }
}

package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.bench.BelayStage.Took;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each workload comes to its end on each system of this JVM, several times in a row, and notices
/// when not all was done.
class WorkloadsTest {
  private static final int SMALL = 1_600;
  private static final Effort BRIEF = new Effort(0, 0, 1);

  static List<Arguments> workloads() {
    List<Arguments> all = new ArrayList<>();
    for (Row row : Row.values()) {
      for (Contender contender : Contender.values()) {
        if (row.table() != Table.NODES && contender.onJvm() && row.isFor(contender)) {
          all.add(Arguments.of(row, contender));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void everyWorkloadGivesAFigure(Row row, Contender contender) throws Exception {
    int times = row.isBytes() ? 1 : 3;
    try (Workload workload = Worker.workload(contender, row, SMALL, BRIEF)) {
      for (int i = 0; i < times; i++) {
        assertThat(workload.run()).isPositive();
      }
    }
  }

  @Test
  void aDriverThatDiesIsAFailure() {
    try (BelayStage stage = new BelayStage()) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() ->
              stage.run(() -> {
                throw Belay.exit(ExitReason.term("lost"));
              }))
          .withMessageContaining("lost");
    }
  }

  @Test
  void aDriverWithoutAReadingIsAFailure() {
    try (BelayStage stage = new BelayStage()) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> stage.run(() -> {}))
          .withMessageContaining("without a reading");
    }
  }

  @Test
  void aDriverOfPekkoThatFailsIsAFailure() {
    try (PekkoStage stage = new PekkoStage()) {
      assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
          .isThrownBy(() ->
              stage.run(_ ->
                  Behaviors.setup(_ -> {
                    throw new IllegalStateException("lost");
                  })))
          .withMessageContaining("lost");
    }
  }

  @Test
  void theReadingOfADriverIsTheResult() {
    try (BelayStage stage = new BelayStage()) {
      double nanos = stage.run(() -> Belay.send(stage.pid(), new Took(42)));
      assertThat(nanos).isEqualTo(42);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Contender.class,
      names = {"BELAY_RECEIVE", "BELAY_TURN"})
  void crowdsAnswerAndAreGoneAfterwards(Contender style) {
    try (BelayStage stage = new BelayStage()) {
      IdleWorkloads.Crowd crowd = IdleWorkloads.crowd(stage, SMALL, style, BRIEF.warmUpMillis());
      assertThat(crowd.spawnNanos()).isPositive();
      assertThat(crowd.answerNanos()).isPositive();
      assertThat(crowd.bytes() / SMALL).isBetween(20L, 20_000L);
      assertThat(stage.processes()).isZero();
    }
  }

  @Test
  void sumsThatAreNotWholeAreNoticed() {
    Work.checkSum(Work.SENDERS * 3L, 2);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> Work.checkSum(Work.SENDERS * 3L - 1, 2));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> Word.PONG.expect(Word.DONE));
  }
}

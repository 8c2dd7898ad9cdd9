package dev.belay.applications;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Applications as programs: what they do when the JVM is told to end, when one of them ends, and
/// with which status.
class ProgramTest {
  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void aSignalStopsAllInReverseOrder(String signal, int status) throws Exception {
    try (Jvm jvm = Jvm.start("shop")) {
      jvm.awaitLine("running shop");
      jvm.signal(signal);
      assertThat(jvm.awaitEnd()).isEqualTo(status);
      assertThat(jvm.lines())
          .containsExactly(
              "running shop",
              "before shop",
              "stopped till: shutdown",
              "stopped inventory: shutdown",
              "after shop",
              "stopped meter: shutdown",
              "after metrics");
      assertThat(jvm.log()).contains("application metrics has stopped");
    }
  }

  @Test
  void aChildThatDoesNotHearIsKilledWhenTheTimeIsOver() throws Exception {
    try (Jvm jvm = Jvm.start("ignores")) {
      jvm.awaitLine("running shop");
      jvm.signal("TERM");
      assertThat(jvm.awaitEnd()).isEqualTo(143);
      assertThat(jvm.lines()).contains("stopped meter: shutdown", "after metrics");
      assertThat(jvm.log())
          .contains("application shop has not stopped in time")
          .contains("deaf worker")
          .contains("application metrics has stopped");
    }
  }

  @Test
  void aStartThatFailsStopsWhatHasStarted() throws Exception {
    try (Jvm jvm = Jvm.start("fails")) {
      assertThat(jvm.awaitEnd()).isEqualTo(1);
      assertThat(jvm.lines())
          .containsExactly("stopped till: shutdown", "stopped meter: shutdown", "after metrics");
      assertThat(jvm.log())
          .contains("application shop did not start: ")
          .contains("child bad failed to start")
          .contains("IllegalStateException: no shelf");
    }
  }

  @Test
  void theFailureOfAPermanentApplicationIsThatOfTheProgram() throws Exception {
    try (Jvm jvm = Jvm.start("gives up")) {
      assertThat(jvm.awaitEnd()).isEqualTo(1);
      assertThat(jvm.lines()).contains("stopped till: shutdown").endsWith("after metrics");
      assertThat(jvm.log()).contains("application shop failed: shutdown (permanent: all are");
    }
  }

  @Test
  void aPermanentApplicationThatIsDoneEndsTheProgramWell() throws Exception {
    try (Jvm jvm = Jvm.start("is done")) {
      assertThat(jvm.awaitEnd()).isZero();
      assertThat(jvm.lines()).containsExactly("done", "stopped meter: shutdown", "after metrics");
    }
  }

  @Test
  void aProcessStopsTheProgramWithAStatus() throws Exception {
    try (Jvm jvm = Jvm.start("stops itself")) {
      assertThat(jvm.awaitEnd()).isEqualTo(5);
      assertThat(jvm.lines()).contains("stopped till: shutdown").endsWith("after metrics");
    }
  }

  @ParameterizedTest
  @CsvSource({"exits", "exits while it starts"})
  void aProcessThatExitsTheJvmHoldsNothingUp(String how) throws Exception {
    try (Jvm jvm = Jvm.start(how)) {
      assertThat(jvm.awaitEnd()).isEqualTo(7);
      assertThat(jvm.lines()).endsWith("stopped meter: shutdown", "after metrics");
    }
  }

  @Test
  void aStartThatIsUnderWayIsFinishedFirst() throws Exception {
    try (Jvm jvm = Jvm.start("starts slowly")) {
      jvm.awaitLine("starting");
      jvm.signal("TERM");
      assertThat(jvm.awaitEnd()).isEqualTo(143);
      assertThat(jvm.lines().stream().filter(line -> !line.equals("running slow")))
          .containsExactly(
              "starting",
              "started",
              "stopped slow: shutdown",
              "stopped meter: shutdown",
              "after metrics");
    }
  }

  @Test
  void aStartThatDoesNotEndIsKilledWhenTheTimeIsOver() throws Exception {
    try (Jvm jvm = Jvm.start("never starts")) {
      jvm.awaitLine("starting");
      jvm.signal("TERM");
      assertThat(jvm.awaitEnd()).isEqualTo(143);
      assertThat(jvm.log())
          .contains("application slow has not stopped in time")
          .doesNotContain("not all is in order");
    }
  }
}

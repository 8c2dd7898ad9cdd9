package dev.belay.distribution.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.testing.LogCapture;
import java.time.Duration;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/// What happens again and again is not said again and again.
class ComplaintsTest {
  private static final System.Logger.Level WARNING = System.Logger.Level.WARNING;

  @Test
  void eachIsSaidOnce() {
    Complaints complaints = new Complaints();
    try (LogCapture log = new LogCapture(Level.INFO)) {
      for (int i = 0; i < 100; i++) {
        complaints.log(WARNING, "this");
        complaints.log(System.Logger.Level.INFO, "that");
      }
      assertThat(log.from(Level.INFO)).containsExactly("this", "that");
      assertThat(log.from(Level.WARNING)).containsExactly("this");
    }
  }

  @Test
  void laterItIsSaidHowOftenItWasNot() {
    Complaints complaints = new Complaints(Duration.ofMillis(50));
    try (LogCapture log = new LogCapture(Level.INFO)) {
      complaints.log(WARNING, "this");
      int more = 0;
      while (log.from(Level.WARNING).size() < 2) {
        complaints.log(WARNING, "this");
        more++;
      }
      assertThat(log.from(Level.WARNING))
          .containsExactly(
              "this",
              more == 1 ? "this" : "this (" + (more - 1) + " more times since that was last said)");
    }
  }

  /// A name is easily changed.
  @Test
  void ofManyDifferentOnesNotAllAreSaid() {
    Complaints complaints = new Complaints();
    try (LogCapture log = new LogCapture(Level.INFO)) {
      for (int i = 0; i < 1000; i++) {
        complaints.log(WARNING, "number " + i);
      }
      assertThat(log.from(Level.INFO)).hasSize(Complaints.KEPT + 1);
      assertThat(log.from(Level.INFO).getLast()).startsWith("so much goes wrong");
      complaints.log(WARNING, "number 0");
      complaints.log(WARNING, "number 999");
      assertThat(log.from(Level.INFO)).hasSize(Complaints.KEPT + 1);
    }
  }

  @Test
  void laterOthersAreSaidAgain() {
    Complaints complaints = new Complaints(Duration.ofMillis(50));
    try (LogCapture log = new LogCapture(Level.INFO)) {
      for (int i = 0; i <= Complaints.KEPT; i++) {
        complaints.log(WARNING, "number " + i);
      }
      while (log.with("later").isEmpty()) {
        complaints.log(WARNING, "later");
      }
      assertThat(log.with("later")).containsExactly("later");
    }
  }
}

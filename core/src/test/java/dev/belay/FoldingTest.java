package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which reports are said, and when those that are only counted are summed up; on a clock of the
/// test's.
class FoldingTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeId NODE = new NodeId("test", 1);

  private final List<String> said = new ArrayList<>();
  private final Folding folding = new Folding((level, text) -> said.add(level + " " + text));
  private long now = 5 * SECOND;

  private static Report.Place place(String kind) {
    StackTraceElement frame =
        new StackTraceElement("com.example.Inventory", "take", "Inventory.java", 41);
    return new Report.Place(kind, List.of(frame), "worker");
  }

  private boolean admit(String kind, long pid) {
    return folding.admit(place(kind), report(new Pid(NODE, pid, null)), now);
  }

  private static Report report(@Nullable Pid about) {
    return new Report(Level.ERROR) {
      @Override
      @Nullable Pid about() {
        return about;
      }

      @Override
      String text() {
        return "";
      }
    };
  }

  @Test
  void theFirstAreSaidAndTheOthersCounted() {
    int whole = 0;
    for (int i = 0; i < 1_237; i++) {
      if (admit("Crash", i)) {
        whole++;
      }
    }
    assertThat(whole).isEqualTo(Folding.WHOLE);
    assertThat(said).isEmpty();

    now += 9 * SECOND;
    folding.summarise(now, false);
    assertThat(said).as("before the window is over").isEmpty();
    assertThat(folding.nanosUntilDue(now)).isEqualTo(SECOND);

    now += SECOND;
    folding.summarise(now, false);
    assertThat(said).hasSize(1);
    assertThat(said.getFirst())
        .startsWith(
            "ERROR … 1,234 more like this in the last 10 s:"
                + " Crash at com.example.Inventory.take(Inventory.java:41); of <0.3.0>, <0.4.0>, ")
        .endsWith("<0.22.0>, …");
    assertThat(folding.nanosUntilDue(now)).as("nothing to wait for").isNegative();
  }

  @Test
  void aStormGivesOneSummaryAWindow() {
    for (int tenths = 0; tenths < 300; tenths++) {
      admit("Crash", tenths);
      now += SECOND / 10;
      folding.summarise(now, false);
    }
    assertThat(said).hasSize(2);
    assertThat(said).allMatch(line -> line.contains(" more like this in the last 10 s"));
    folding.summarise(now, true);
    assertThat(said).hasSize(3);
    folding.summarise(now, true);
    assertThat(said).as("nothing more to say").hasSize(3);
  }

  @Test
  void placesAreToldApart() {
    for (int i = 0; i < Folding.WHOLE; i++) {
      assertThat(admit("Crash", i)).isTrue();
    }
    assertThat(admit("Crash", 9)).isFalse();
    assertThat(admit("Other", 10)).isTrue();
    assertThat(
            folding.admit(
                new Report.Place("Crash", place("Crash").frames(), "another label"),
                report(null),
                now))
        .isTrue();
    assertThat(folding.admit(new Report.Place("Crash", List.of(), "worker"), report(null), now))
        .isTrue();
  }

  @Test
  void aPlaceThatWasSilentIsSaidInFullAgain() {
    for (int i = 0; i <= Folding.WHOLE; i++) {
      admit("Crash", i);
    }
    now += 10 * SECOND;
    folding.summarise(now, false);
    assertThat(said).hasSize(1);
    assertThat(admit("Crash", 8)).as("right after the summary").isFalse();
    folding.summarise(now, true);
    now += 11 * SECOND;
    folding.summarise(now, false);
    assertThat(admit("Crash", 9)).as("after a silent window").isTrue();
  }

  @Test
  void theNumberOfPlacesIsBoundedAndNoneIsForgottenUnsaid() {
    for (int i = 0; i <= Folding.WHOLE; i++) {
      admit("the oldest", i);
    }
    for (int i = 0; i < Folding.PLACES - 1; i++) {
      assertThat(admit("kind " + i, i)).isTrue();
    }
    assertThat(said).isEmpty();
    assertThat(admit("one too many", 1)).isTrue();
    assertThat(said).hasSize(1);
    assertThat(said.getFirst()).contains("… 1 more like this", "the oldest");
    assertThat(admit("the oldest", 1)).as("forgotten").isTrue();
  }
}

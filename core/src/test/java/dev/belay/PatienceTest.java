package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who looks before it parks, and how often.
class PatienceTest {
  private short now = Patience.NONE;
  private int looks;
  private int parks;

  private void waits(int times, boolean finds) {
    for (int i = 0; i < times; i++) {
      if (!Patience.isThere(now)) {
        now = Patience.unused(now);
        parks++;
      } else {
        now = Patience.used(now, finds);
        looks++;
        parks += finds ? 0 : 1;
      }
    }
  }

  @Test
  void whoWaitsAFewTimesNeverLooks() {
    waits(16, true);
    assertThat(looks).isZero();
    waits(2, true);
    assertThat(looks).isPositive();
  }

  @Test
  void whoFindsNothingHardlyLooks() {
    waits(10_000, false);
    assertThat(looks).isBetween(1, 10_000 / 40);
    assertThat(parks).isEqualTo(10_000);
  }

  /// It would keep its carrier for ever.
  @Test
  void whoAlwaysFindsSomethingParksNowAndThen() {
    waits(20, true);
    parks = 0;
    waits(100_000, true);
    assertThat(parks).isBetween(100_000 / 270, 100_000 / 240);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 50, 249})
  void whoHasFoundSomethingStopsLookingAfterAFewFailures(int successes) {
    waits(17 + successes, true);
    looks = 0;
    waits(40, false);
    assertThat(looks).isBetween(1, 8);
  }

  @Test
  void aPlatformThreadThatWaitsOnceLooks() {
    assertThat(Patience.isThere(Patience.ONCE)).isTrue();
    assertThat(Patience.isThere(Patience.used(Patience.ONCE, false))).isFalse();
  }
}

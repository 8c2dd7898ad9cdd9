package dev.belay.distribution.internal.global;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What has been heard of lost connections is new once.
class LossesTest {
  private final Losses losses = new Losses();

  @Test
  void eachIsNewOnce() {
    assertThat(losses.add("a", 7L, 1L, "b", 0)).isTrue();
    assertThat(losses.add("a", 7L, 1L, "b", 0)).isFalse();
    assertThat(losses.add("a", 7L, 0L, "b", 0)).isFalse();
    assertThat(losses.add("a", 7L, 2L, "b", 0)).isTrue();
    assertThat(losses.add("b", 7L, 1L, "a", 0)).isTrue();
  }

  @Test
  void anotherIncarnationCountsAnew() {
    assertThat(losses.add("a", 7L, 9L, "b", 0)).isTrue();
    assertThat(losses.add("a", 8L, 1L, "b", 0)).isTrue();
  }

  @Test
  void numbersMayBeGreat() {
    BigInteger great = BigInteger.ONE.shiftLeft(70);
    assertThat(losses.add("a", great, great, "b", 0)).isTrue();
    assertThat(losses.add("a", great, 5L, "b", 0)).isFalse();
    assertThat(losses.add("a", great, great.add(BigInteger.ONE), "b", 0)).isTrue();
  }

  @Test
  void whatIsOldIsForgottenWhenThereIsMuch() {
    for (long i = 0; i < 2_000; i++) {
      assertThat(losses.add("a" + i, 7L, 1L, "b", 0)).isTrue();
    }
    assertThat(losses.add("new", 7L, 1L, "b", TimeUnit.HOURS.toNanos(2))).isTrue();
    assertThat(losses.add("a0", 7L, 1L, "b", TimeUnit.HOURS.toNanos(2))).isTrue();
    assertThat(losses.add("new", 7L, 1L, "b", TimeUnit.HOURS.toNanos(2))).isFalse();
  }
}

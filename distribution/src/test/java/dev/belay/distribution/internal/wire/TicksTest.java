package dev.belay.distribution.internal.wire;

import static dev.belay.distribution.internal.wire.Ticks.Action.DOWN;
import static dev.belay.distribution.internal.wire.Ticks.Action.NONE;
import static dev.belay.distribution.internal.wire.Ticks.Action.TICK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// When ticks are sent, and when a peer is down.
class TicksTest {
  private static final long SECOND = 1_000_000_000;
  private static final long TIME = 60 * SECOND;
  private static final long INTERVAL = 15 * SECOND;

  private long now = Long.MAX_VALUE - 20 * SECOND; // soon overflows, as the time may
  private long read = 1_000;
  private long written = 2_000;

  private Ticks ticks(boolean isHidden) {
    return new Ticks(TIME, 4, isHidden, now, read, written);
  }

  private Ticks.Action look(Ticks ticks, boolean isWaiting) {
    now = ticks.next();
    Ticks.Action action = ticks.look(now, read, written, isWaiting);
    if (action == TICK) {
      written += 4;
    }
    return action;
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false, false, TICK",
    "false, false, false, true,  NONE",
    "false, false, true,  false, NONE",
    "false, false, true,  true,  NONE",
    "false, true,  false, false, TICK",
    "false, true,  false, true,  NONE",
    "false, true,  true,  false, NONE",
    "false, true,  true,  true,  NONE",
    "true,  false, false, false, TICK",
    "true,  false, false, true,  NONE",
    "true,  false, true,  false, TICK",
    "true,  false, true,  true,  NONE",
    "true,  true,  false, false, TICK",
    "true,  true,  false, true,  NONE",
    "true,  true,  true,  false, NONE",
    "true,  true,  true,  true,  NONE",
  })
  void oneInterval(
      boolean isHidden, boolean hasRead, boolean hasWritten, boolean isWaiting, Ticks.Action then) {
    Ticks ticks = ticks(isHidden);
    read += hasRead ? 1 : 0;
    written += hasWritten ? 1 : 0;
    assertThat(look(ticks, isWaiting)).isEqualTo(then);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anIdleConnectionTicksEachIntervalAndStaysUp(boolean isHidden) {
    Ticks ticks = ticks(isHidden);
    for (int i = 0; i < 100; i++) {
      read += 4;
      assertThat(look(ticks, false)).isEqualTo(TICK);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSilentPeerIsDownAfterFourIntervals(boolean isHidden) {
    Ticks ticks = ticks(isHidden);
    read++;
    look(ticks, false);
    for (int i = 0; i < 3; i++) {
      assertThat(look(ticks, false)).isEqualTo(TICK);
    }
    assertThat(look(ticks, false)).isEqualTo(DOWN);
  }

  @Test
  void aPeerThatNeverSaysAnythingIsDownInTime() {
    Ticks ticks = ticks(false);
    long begin = now;
    while (look(ticks, true) != DOWN) {
      assertThat(now - begin).isLessThan(TIME);
    }
    assertThat(now - begin).isEqualTo(TIME);
  }

  @Test
  void oneByteIsASignOfLife() {
    Ticks ticks = ticks(false);
    for (int i = 0; i < 100; i++) {
      read += i % 4 == 3 ? 1 : 0;
      assertThat(look(ticks, true)).isEqualTo(NONE);
    }
  }

  @Test
  void theTickItselfIsNoReasonNotToTick() {
    Ticks ticks = ticks(false);
    assertThat(look(ticks, false)).isEqualTo(TICK);
    assertThat(look(ticks, false)).isEqualTo(TICK);
    read++;
    written++;
    assertThat(look(ticks, false)).isEqualTo(NONE);
    assertThat(look(ticks, false)).isEqualTo(TICK);
  }

  @Test
  void aTickIsNotAnswered() {
    Ticks ticks = ticks(false);
    for (int i = 0; i < 10; i++) {
      // The peer ticks; we have something to say by ourselves.
      read += 4;
      written += 100;
      assertThat(look(ticks, false)).isEqualTo(NONE);
    }
  }

  @Test
  void aLookThatComesEarlyDoesNotCount() {
    Ticks ticks = ticks(false);
    for (int i = 0; i < 100; i++) {
      assertThat(ticks.look(now + INTERVAL - 1, read, written, false)).isEqualTo(NONE);
    }
    assertThat(ticks.next()).isEqualTo(now + INTERVAL);
    assertThat(look(ticks, false)).isEqualTo(TICK);
  }

  @Test
  void aLookThatComesLateCountsOnce() {
    Ticks ticks = ticks(false);
    now += 10 * TIME;
    assertThat(ticks.look(now, read, written, false)).isEqualTo(TICK);
    assertThat(ticks.next()).isEqualTo(now + INTERVAL);
  }

  @Test
  void aLookThatComesALittleLateDoesNotDelayTheNext() {
    Ticks ticks = ticks(false);
    ticks.look(now + INTERVAL + SECOND, read, written, false);
    assertThat(ticks.next()).isEqualTo(now + 2 * INTERVAL);
  }

  @Test
  void intervalsMustFit() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Ticks(TIME, 0, false, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Ticks(3, 4, false, 0, 0, 0));
  }
}

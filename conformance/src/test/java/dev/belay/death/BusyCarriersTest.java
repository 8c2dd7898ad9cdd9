package dev.belay.death;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process that would unwind, but is given no carrier to do so, is not declared dead as soon as
/// its grace is over; for ever nobody waits for it.
///
/// Each in a JVM of its own, and without the watchdog, which would add carriers.
class BusyCarriersTest {
  @ParameterizedTest
  @EnumSource(Style.class)
  void aProcessThatIsNotGivenACarrierHasTime(Style style) throws Exception {
    run("has time", style);
  }

  /// It has nothing to unwind.
  @Test
  void aProcessBetweenTwoTurnsNeedsNone() throws Exception {
    run("needs none", Style.TURNS);
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  @Tag("full")
  void nobodyWaitsForItForEver(Style style) throws Exception {
    run("not for ever", style);
  }

  private static void run(String what, Style style) throws Exception {
    Forked.run(
        Duration.ofMinutes(2),
        List.of("-Dbelay.watchdog=false"),
        BusyCarriers.class,
        what,
        style.name());
  }
}

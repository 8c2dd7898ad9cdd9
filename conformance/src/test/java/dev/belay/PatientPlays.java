package dev.belay;

import java.util.Objects;

/// Turn-style processes whose runners, and who wait for messages themselves, look for more before
/// they park: a runner that looks is one that was called, and nobody wakes another.
final class PatientPlays {
  private PatientPlays() {}

  private static void makePatient(Play play) {
    play.node().runners.patience = Byte.MAX_VALUE;
  }

  /// Two send at once while the only runner looks, or goes to rest.
  static final class Senders extends TurnPlays.TwoSenders {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// Each makes the other runnable, while a second runner looks.
  static final class BackAndForth extends TurnPlays.BackAndForth {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// A turn looks for the answer of a process that only another runner can give its turn, which
  /// looks too.
  static final class ReceiveInTurn extends TurnPlays.ReceiveInTurn {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
      Objects.requireNonNull(t.pid().cell).patience = Byte.MAX_VALUE;
    }
  }
}

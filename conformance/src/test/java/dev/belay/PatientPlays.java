package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;

/// Scenarios of others in which whoever waits looks a little longer before it parks: processes, and
/// runners, of which one that looks is one that was called, so that nobody wakes another.
final class PatientPlays {
  private PatientPlays() {}

  private static void makePatient(Play play) {
    play.node().runners.firstPatience = Patience.LONGEST;
  }

  /// Two send at once while the only runner looks, or goes to rest.
  static final class Senders extends TurnPlays.TwoSenders {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// Each makes the other runnable, while a second runner may look.
  static final class BackAndForth extends TurnPlays.BackAndForth {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// A turn looks for the answer of a process that only another runner can give its turn; that
  /// runner may look itself, because of a third process.
  @Explored(preemptions = 1, full = 2)
  static final class ReceiveInTurn extends TurnPlays.ReceiveInTurn {
    private final TurnPlays.Turner v = new TurnPlays.Turner(this, "V");
    final Actor b = actor("B", () -> send(v.pid(), "v"));

    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
      v.start();
    }

    @Override
    void check() {
      super.check();
      saw(v, "v");
    }
  }

  /// There is more to do than one turn may take.
  static final class LongTurns extends TurnPlays.LongTurns {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// It is told to exit while it gets a message.
  @Explored(preemptions = 1)
  static final class ExitAndMessage extends TurnPlays.ExitAndMessage {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// One is told to exit while the other's turn begins on the same runner.
  @Explored(preemptions = 1)
  static final class InterruptAndNextTurn extends TurnPlays.InterruptAndNextTurn {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// The node is closed while a runner looks.
  @Explored(preemptions = 1)
  static final class CloseAndMessage extends TurnPlays.CloseAndMessage {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// A message comes while its receiver looks, or parks.
  static final class SendAndPark extends WaitPlays.SendAndPark {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// A message comes when its receiver has waited long enough.
  static final class TimeoutAndMessage extends WaitPlays.TimeoutAndMessage {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// An exit signal comes between messages.
  @Explored(preemptions = 0, full = 2)
  static final class ExitAndMessages extends ExitPlays.ExitAndMessages {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// An exit signal comes when its receiver has waited long enough.
  static final class ExitAndTimeout extends ExitPlays.ExitAndTimeout {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }

  /// Who looks is declared dead.
  @Explored(preemptions = 0, full = 1)
  static final class Receive extends DeclaredPlays.Receive {
    @Override
    void prepare() {
      makePatient(this);
      super.prepare();
    }
  }
}

package dev.belay;

import static dev.belay.Belay.*;

/// Monitors over a line to another node, of processes there and here: against deaths, against being
/// taken off, and against the loss of the line (decision 0016).
final class FarMonitorPlays {
  private FarMonitorPlays() {}

  /// A monitors the far process while the line is lost.
  static final class MonitorAndLoss extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              monitor(far().pid);
              hear(Down.class);
            });

    @Override
    void afar(FarSide far) {
      far.step();
      far.lose();
    }

    @Override
    void check() {
      heardOnce(a, ExitReason.NO_CONNECTION);
    }
  }

  /// A monitors a name over there while the line is lost.
  static final class MonitorNameAndLoss extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              monitor(new Name("wall", far().pid.node()));
              hear(Down.class);
            });

    @Override
    void afar(FarSide far) {
      far.lose();
    }

    @Override
    void check() {
      heardOnce(a, ExitReason.NO_CONNECTION);
    }
  }

  /// A monitors the far process while that dies.
  static final class MonitorAndFarDeath extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              monitor(far().pid);
              hear(Down.class);
            });

    @Override
    void afar(FarSide far) {
      far.step();
      far.die(a.pid(), BYE);
    }

    @Override
    void check() {
      heardOnce(a, BYE, ExitReason.NO_PROC);
    }
  }

  /// A monitors the far process, which dies, and then the line is lost.
  static final class FarDownAndLoss extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      monitor(far().pid);
      ready();
      hear(Down.class);
    }

    @Override
    void afar(FarSide far) {
      far.die(a.pid(), BYE);
      far.lose();
    }

    @Override
    void check() {
      heardOnce(a, BYE);
    }
  }

  /// A takes its monitor off while the far process dies.
  static final class DemonitorAndFarDeath extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      Ref ref = monitor(far().pid);
      ready();
      demonitor(ref, Demonitor.FLUSH);
      hearTheRest(Down.class);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.die(a.pid(), BYE);
    }

    @Override
    void check() {
      heardNothing(a);
    }
  }

  /// A takes its monitor off while the line is lost.
  static final class DemonitorAndLoss extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      Ref ref = monitor(far().pid);
      ready();
      demonitor(ref, Demonitor.FLUSH);
      hearTheRest(Down.class);
    }

    @Override
    void afar(FarSide far) {
      far.lose();
    }

    @Override
    void check() {
      heardNothing(a);
    }
  }

  /// A monitors the far process and dies: nothing of the monitor is left over there.
  static final class MonitorAndDie extends FarPlay {
    final Actor a =
        mortal(
            "A",
            () -> {
              monitor(far().pid);
              exit(BYE);
            });

    @Override
    void afar(FarSide far) {
      far.step();
      far.step();
    }

    @Override
    void agree() {
      require(isFaulty() || far().watchers.isEmpty(), () -> "the far process is monitored still");
    }

    @Override
    void check() {
      diedOf(a, BYE);
    }
  }

  /// The far process monitors A while A dies.
  static final class FarMonitorAndDeath extends FarPlay {
    final Actor a = mortal("A", () -> exit(BYE));

    @Override
    void afar(FarSide far) {
      far.monitor(a.pid());
      far.step();
    }

    @Override
    void check() {
      toldAfar(BYE, ExitReason.NO_PROC);
    }
  }

  /// The far process monitors A, and the line is lost while A dies: nothing is left.
  static final class FarMonitorAndDeathAndLoss extends FarPlay {
    final Actor a = mortal("A", () -> exit(BYE));

    @Override
    void afar(FarSide far) {
      far.monitor(a.pid());
      far.lose();
    }

    @Override
    void check() {
      toldAfar(ExitReason.NO_CONNECTION);
    }
  }

  /// The far process takes its monitor off while A dies.
  static final class FarDemonitorAndDeath extends FarPlay {
    final Actor a = mortal("A", () -> exit(BYE));

    @Override
    void afar(FarSide far) {
      Ref ref = far.monitor(a.pid());
      far.demonitor(ref);
      far.step();
    }

    @Override
    void check() {
      require(isFaulty() || far().told.isEmpty(), () -> "the far process was told " + far().told);
    }
  }
}

package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;

/// Processes that one node asks another for (SP3, SP7–SP10, L23): the answer against the loss of
/// the line, against the end of the parent, and against its not waiting any more.
final class FarSpawnPlays {
  private FarSpawnPlays() {}

  /// A scenario in which A asks for a process over there.
  abstract static class Asking extends FarPlay.Prepared {
    /// Asks for a process, to link with and to monitor, and writes down what has become of it.
    final void askForBoth() {
      trapExits(true);
      ready();
      note(far().ask(true, true));
    }

    /// Link and monitor have told A the same once, of the process that it was given.
    final void bothTold(ExitReason reason) {
      if (!a.returned) {
        require(isFaulty(), () -> a + ": has not returned");
        return;
      }
      Carrier.Spawned spawned = noted(a, Carrier.Spawned.class);
      Exit exit = noted(a, Exit.class);
      Down down = noted(a, Down.class);
      require(
          exit.pid().equals(spawned.child()) && exit.pid().equals(down.pid()),
          () -> a + ": not of its child");
      require(down.ref().equals(spawned.ref()), () -> a + ": not by its monitor");
      require(exit.reason().equals(down.reason()), () -> a + ": not the same");
      require(isFaulty() || exit.reason().equals(reason), () -> a + ": not " + reason);
    }

    /// Every process that was born over there was told once of the end of its parent.
    final void childrenTold(ExitReason reason) {
      for (FarChild child : far().children) {
        require(child.told.size() == 1, () -> "the child was told " + child.told);
        require(
            isFaulty() || child.told.getFirst().equals(reason),
            () -> "the child was told " + child.told + ", not " + reason);
      }
    }
  }

  // the other node answers

  /// The child dies as soon as it is born.
  static final class AnswerAndFarDeath extends Asking {
    @Override
    void whatADoes() {
      askForBoth();
      hear(SystemMessage.class);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.children.forEach(child -> child.die(BYE));
    }

    @Override
    void check() {
      boolean dead = far().children.stream().anyMatch(FarChild::isDead);
      bothTold(dead ? BYE : ExitReason.NO_CONNECTION);
    }
  }

  /// The line is lost when the request has arrived, or before.
  static final class RequestAndLoss extends Asking {
    @Override
    void whatADoes() {
      askForBoth();
      hear(SystemMessage.class);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.lose();
    }

    @Override
    void check() {
      bothTold(ExitReason.NO_CONNECTION);
    }
  }

  /// The line is lost while the answer comes in.
  static final class AnswerAndLoss extends Asking {
    final Actor b = actor("B", () -> far().lose());

    @Override
    void whatADoes() {
      askForBoth();
      hear(SystemMessage.class);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.answer();
    }

    @Override
    void check() {
      bothTold(ExitReason.NO_CONNECTION);
    }
  }

  /// The line is lost while a refusal comes in: either is heard, never both.
  static final class RefusalAndLoss extends Asking {
    final Actor b = actor("B", () -> far().lose());

    @Override
    void whatADoes() {
      askForBoth();
      hearTheRest(SystemMessage.class);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.children.forEach(child -> child.refuse("system_limit"));
    }

    @Override
    void check() {
      if (a.returned && noted(a, Carrier.Spawned.class).refusal() != null) {
        require(a.noted(SystemMessage.class).isEmpty(), a::toString);
      } else {
        bothTold(ExitReason.NO_CONNECTION);
      }
    }
  }

  // the parent does not wait

  /// A is told to exit while it waits for a child to link with: that dies of the same, whether it
  /// is born before the end of its parent or after.
  @Explored(preemptions = 1, full = 2)
  static final class AnswerAndKill extends Asking {
    final Actor k = actor("K", () -> exit(a.pid(), BYE));

    @Override
    void whatADoes() {
      ready();
      far().ask(true, false);
      linger();
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.answer();
    }

    @Override
    void check() {
      diedOf(a, BYE);
      childrenTold(BYE);
    }
  }

  /// A is told to exit while it waits for a child to monitor: no monitor is left over there.
  @Explored(preemptions = 1, full = 2)
  static final class AnswerAndKillMonitored extends Asking {
    final Actor k = actor("K", () -> exit(a.pid(), BYE));

    @Override
    void whatADoes() {
      ready();
      far().ask(false, true);
      receive(Exit.class);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.answer();
    }

    @Override
    void agree() {
      require(
          isFaulty() || far().children.stream().noneMatch(FarChild::isWatched),
          () -> "the child is monitored still");
    }

    @Override
    void check() {
      diedOf(a, BYE);
    }
  }

  /// A is interrupted while it waits: it has the child, or the child is abandoned (SP10).
  static final class AnswerAndLeave extends Asking {
    @Override
    void whatADoes() {
      trapExits(true);
      ready();
      stage().host().interrupt(Thread.currentThread());
      try {
        note(far().ask(true, true));
      } catch (ProcessInterruptedException e) {
        note(e);
      }
      // If it has been answered first, the interrupt is for the next verb that waits.
      stage().host().clearInterrupt();
      hearTheRest(SystemMessage.class);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.answer();
    }

    @Override
    void agree() {
      boolean left = !a.noted(ProcessInterruptedException.class).isEmpty();
      require(
          isFaulty() || !left || far().children.stream().noneMatch(FarChild::isWatched),
          () -> "the child is monitored still");
    }

    @Override
    void check() {
      if (a.noted(ProcessInterruptedException.class).isEmpty()) {
        bothTold(ExitReason.NO_CONNECTION);
      } else {
        require(a.noted(SystemMessage.class).isEmpty(), a::toString);
        childrenTold(Carrier.Signal.ABANDONED);
      }
    }
  }

  // the other node asks

  /// A child that the far process has asked for ends at once: that is told after its birth.
  static final class FarParentAndDeath extends FarPlay {
    final Actor c = mortal("C", () -> exit(BYE));

    @Override
    boolean isChild(Actor actor) {
      return actor == c;
    }

    @Override
    void afar(FarSide far) {
      far.spawn(c);
      far.step();
      far.step();
    }

    @Override
    void check() {
      toldAfar(BYE);
    }
  }

  /// The line is lost while the far process asks for a child: that dies of it, or never was.
  static final class FarParentAndLoss extends FarPlay {
    final Actor c = actor("C", this::linger);
    final Actor b = actor("B", () -> far().lose());

    @Override
    void prepare() {
      super.prepare();
      // From now on there is a line.
      far().step();
    }

    @Override
    boolean isChild(Actor actor) {
      return actor == c;
    }

    @Override
    void afar(FarSide far) {
      far.spawn(c);
      far.step();
    }

    @Override
    void check() {
      if (c.wasSpawned()) {
        diedOf(c, ExitReason.NO_CONNECTION);
      }
      toldAfar(ExitReason.NO_CONNECTION);
    }
  }
}

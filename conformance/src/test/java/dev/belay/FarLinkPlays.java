package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;

/// Links over a line to another node: against deaths on either side, against each other, and
/// against the loss of the line (decision 0016).
final class FarLinkPlays {
  private FarLinkPlays() {}

  /// A links with the far process while the line is lost.
  static final class LinkAndLoss extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(far().pid);
              hear(Exit.class);
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

  /// As before, but A does not trap exits, and dies of it.
  static final class LinkAndLossUntrapped extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              link(far().pid);
              linger();
            });

    @Override
    void afar(FarSide far) {
      far.lose();
    }

    @Override
    void check() {
      diedOf(a, ExitReason.NO_CONNECTION);
    }
  }

  /// Two processes link over one line, which is lost.
  static final class TwoLinksAndLoss extends FarPlay {
    final Actor a = actor("A", this::spoke);
    final Actor b = actor("B", this::spoke);

    private void spoke() {
      trapExits(true);
      link(far().pid);
      hear(Exit.class);
    }

    @Override
    void afar(FarSide far) {
      far.lose();
    }

    @Override
    void check() {
      heardOnce(a, ExitReason.NO_CONNECTION);
      heardOnce(b, ExitReason.NO_CONNECTION);
    }
  }

  /// A links with the far process while that dies.
  static final class LinkAndFarDeath extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(far().pid);
              hear(Exit.class);
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

  /// A is linked with the far process, which dies, and then the line is lost.
  static final class FarDeathAndLoss extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      hear(Exit.class);
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

  /// A unlinks the far process while that dies: afterwards nothing comes.
  static final class UnlinkAndFarDeath extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      unlink(far().pid);
      flush(Exit.class);
      hearTheRest(Exit.class);
    }

    @Override
    void afar(FarSide far) {
      far.die(a.pid(), BYE);
      far.step();
    }

    @Override
    void check() {
      heardNothing(a);
    }
  }

  /// A unlinks the far process while the line is lost.
  static final class UnlinkAndLoss extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      unlink(far().pid);
      flush(Exit.class);
      hearTheRest(Exit.class);
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

  /// A unlinks and links again, while the far process answers.
  static final class UnlinkAndRelink extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      unlink(far().pid);
      link(far().pid);
    }

    @Override
    void afar(FarSide far) {
      far.step();
      far.step();
    }

    @Override
    void agree() {
      sidesAgree(a);
      require(isFaulty() || far().isLinked(), () -> "not linked");
    }

    @Override
    void check() {
      // That they agreed.
    }
  }

  /// A unlinks and links again, while the far process dies: of the second link it hears once.
  static final class RelinkAndFarDeath extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      unlink(far().pid);
      flush(Exit.class);
      link(far().pid);
      hear(Exit.class);
    }

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

  /// Both unlink and link again at once.
  static final class BothRelink extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      unlink(far().pid);
      link(far().pid);
    }

    @Override
    void afar(FarSide far) {
      far.unlink(a.pid());
      far.step();
      far.link(a.pid());
      far.step();
    }

    @Override
    void agree() {
      sidesAgree(a);
      require(isFaulty() || far().isLinked(), () -> "not linked");
    }

    @Override
    void check() {
      // That they agreed.
    }
  }

  /// The far process unlinks while A, which is linked, links and unlinks.
  static final class FarUnlinks extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      linkUp();
      link(far().pid);
      unlink(far().pid);
    }

    @Override
    void afar(FarSide far) {
      far.unlink(a.pid());
      far.step();
    }

    @Override
    void agree() {
      sidesAgree(a);
      require(isFaulty() || !far().isLinked(), () -> "linked");
    }

    @Override
    void check() {
      // That they agreed.
    }
  }

  /// The far process links with A while A links with it.
  static final class LinkAndFarLink extends FarPlay {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(far().pid);
              hear(Exit.class);
            });

    @Override
    void afar(FarSide far) {
      far.link(a.pid());
      far.step();
    }

    @Override
    void agree() {
      sidesAgree(a);
      require(isFaulty() || far().isLinked(), () -> "not linked");
    }

    @Override
    void check() {
      heardOfEachLink(a);
    }
  }

  /// The far process links with A while A dies.
  static final class FarLinkAndDeath extends FarPlay {
    final Actor a = mortal("A", () -> exit(BYE));

    @Override
    void afar(FarSide far) {
      far.link(a.pid());
      far.step();
    }

    @Override
    void check() {
      toldAfar(BYE, ExitReason.NO_PROC);
    }
  }

  /// A links with the far process and dies: that is told, and not before it is linked.
  static final class LinkAndDie extends FarPlay {
    final Actor a =
        mortal(
            "A",
            () -> {
              link(far().pid);
              exit(BYE);
            });

    @Override
    void afar(FarSide far) {
      far.step();
      far.step();
    }

    @Override
    void check() {
      if (a.thrown instanceof ExitException) {
        toldAfar(BYE);
      }
    }
  }

  /// A, which is linked, is told to exit by the far process while the line is lost.
  @Explored(preemptions = 1, full = 2)
  static final class FarExitAndLoss extends FarPlay.Prepared {
    @Override
    void whatADoes() {
      link(far().pid);
      ready();
      linger();
    }

    @Override
    void afar(FarSide far) {
      far.exit(a.pid(), BYE);
      far.lose();
    }

    @Override
    void check() {
      diedOf(a, BYE);
    }
  }
}

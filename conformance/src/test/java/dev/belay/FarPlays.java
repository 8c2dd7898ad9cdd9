package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Bonds over a line to another node: against deaths on either side, against each other, and
/// against the loss of the line (decision 0016). The main thread plays the other node.
final class FarPlays {
  private FarPlays() {}

  /// A scenario with another node.
  abstract static class Far extends Play {
    private @Nullable FarSide side;
    private boolean played;

    /// What the other node does while the processes here do what they do.
    abstract void afar(FarSide far);

    final FarSide far() {
      return Objects.requireNonNull(side);
    }

    @Override
    void prepare() {
      side = new FarSide(node());
    }

    @Override
    final void meanwhile() {
      try {
        if (!played) {
          played = true;
          afar(far());
        }
        while (deliver()) {
          stage().quiet();
        }
        stage().look(this::agree);
        // Whoever has linked or monitors anew, over another line, is told by the loss of that.
        far().lose();
        while (deliver()) {
          stage().quiet();
        }
      } catch (VirtualMachineError e) {
        far().lose();
        throw e;
      }
    }

    /// Both sides must agree now: nothing is under way.
    void agree() {}

    private boolean deliver() {
      stage().quiet();
      boolean any = false;
      while (far().step()) {
        any = true;
      }
      return any;
    }

    final void sidesAgree(Actor actor) {
      Cell cell = actor.cell;
      if (isFaulty() || cell == null || cell.state != Cell.ALIVE) {
        return;
      }
      LinkEnd end = cell.findLink(far().pid);
      boolean here = end != null && end.isActive();
      require(
          here == far().isLinked(),
          () ->
              actor.name
                  + (here ? " is" : " is not")
                  + " linked; the far process sees it otherwise");
    }

    /// What a process was told about the far one, by exits and downs.
    final List<ExitReason> tellings(Actor who) {
      List<ExitReason> reasons = new ArrayList<>();
      for (Object message : who.notes) {
        switch (message) {
          case Exit exit when exit.pid().equals(far().pid) -> reasons.add(exit.reason());
          case Down down -> reasons.add(down.reason());
          default -> {}
        }
      }
      return reasons;
    }

    final void heardOnce(Actor who, ExitReason... reasons) {
      if (!who.returned) {
        require(isFaulty(), () -> who + ": has not returned");
        return;
      }
      List<ExitReason> told = tellings(who);
      require(told.size() == 1, () -> who + ": not one message of the far process");
      require(
          isFaulty() || Set.of(reasons).contains(told.getFirst()),
          () -> who + ": not one of " + List.of(reasons));
    }

    /// A link from afar that an error ended with its line may have been over before the process
    /// linked, too: over another line, and it hears of that as well.
    final void heardOfEachLink(Actor who) {
      List<ExitReason> told = tellings(who);
      if (isFaulty() && told.size() == 2) {
        require(
            told.equals(List.of(ExitReason.NO_CONNECTION, ExitReason.NO_CONNECTION)),
            () -> who + ": not the losses of two lines");
      } else {
        heardOnce(who, ExitReason.NO_CONNECTION);
      }
    }

    final void heardNothing(Actor who) {
      require(tellings(who).isEmpty(), () -> who + ": something of the far process");
    }

    /// The far process was told once of an end. An error on the thread that carries its signals may
    /// have kept it from asking.
    final void toldAfar(ExitReason... reasons) {
      int least = isFaulty() ? 0 : 1;
      require(
          far().told.size() == 1 || far().told.size() == least,
          () -> "the far process was told " + far().told);
      require(
          isFaulty() || Set.of(reasons).contains(far().told.getFirst()),
          () -> "the far process was told " + far().told + ", none of " + List.of(reasons));
    }

    final void linkUp() {
      trapExits(true);
      link(far().pid);
      ready();
    }

    final void flush(Class<?> type) {
      while (receive(type, Duration.ZERO).isPresent()) {
        // What came before.
      }
    }
  }

  /// A scenario in which A is prepared.
  abstract static class Prepared extends Far {
    final Actor a = actor("A", this::whatADoes);

    abstract void whatADoes();

    @Override
    void prepare() {
      super.prepare();
      start(a);
      stage().quiet();
      while (far().step()) {
        stage().quiet();
      }
    }
  }

  // links

  /// A links with the far process while the line is lost.
  static final class LinkAndLoss extends Far {
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
  static final class LinkAndLossUntrapped extends Far {
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
  static final class TwoLinksAndLoss extends Far {
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
  static final class LinkAndFarDeath extends Far {
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
  static final class FarDeathAndLoss extends Prepared {
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
  static final class UnlinkAndFarDeath extends Prepared {
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
  static final class UnlinkAndLoss extends Prepared {
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
  static final class UnlinkAndRelink extends Prepared {
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
  static final class RelinkAndFarDeath extends Prepared {
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
  static final class BothRelink extends Prepared {
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
  static final class FarUnlinks extends Prepared {
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
  static final class LinkAndFarLink extends Far {
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
  static final class FarLinkAndDeath extends Far {
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
  static final class LinkAndDie extends Far {
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
  static final class FarExitAndLoss extends Prepared {
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

  // monitors

  /// A monitors the far process while the line is lost.
  static final class MonitorAndLoss extends Far {
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
  static final class MonitorNameAndLoss extends Far {
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
  static final class MonitorAndFarDeath extends Far {
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
  static final class FarDownAndLoss extends Prepared {
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
  static final class DemonitorAndFarDeath extends Prepared {
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
  static final class DemonitorAndLoss extends Prepared {
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
  static final class MonitorAndDie extends Far {
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
  static final class FarMonitorAndDeath extends Far {
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
  static final class FarMonitorAndDeathAndLoss extends Far {
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
  static final class FarDemonitorAndDeath extends Far {
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

  // messages

  /// A sends while the line is lost: what arrives is the beginning, in order.
  static final class SendAndLoss extends Far {
    final Actor a =
        actor(
            "A",
            () -> {
              send(far().pid, 1);
              send(far().pid, 2);
              send(far().pid, 3);
            });

    @Override
    void afar(FarSide far) {
      far.step();
      far.step();
      far.lose();
    }

    @Override
    void check() {
      List<Object> came = far().messages;
      for (int i = 1; i < came.size(); i++) {
        require((int) came.get(i - 1) < (int) came.get(i), () -> "it came " + came);
      }
    }
  }

  /// A message of the far process comes before its end does.
  static final class MessageAndFarDeath extends Prepared {
    @Override
    void whatADoes() {
      linkUp();
      if (!(note(receive()) instanceof Exit)) {
        hear(Exit.class);
      }
    }

    @Override
    void afar(FarSide far) {
      far.send(a.pid(), "last words");
      far.die(a.pid(), BYE);
      far.lose();
    }

    @Override
    void check() {
      heardOnce(a, BYE);
      require(
          isFaulty() || a.notes.getFirst().equals("last words"), () -> a + ": not in this order");
    }
  }
}

package dev.belay;

import static dev.belay.Belay.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The frame of the scenarios with another node: bonds, messages and requests over a line, against
/// deaths on either side, against each other, and against the loss of the line (decision 0016). The
/// main thread plays the other node.
abstract class FarPlay extends Play {
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
    while (far().step() || far().answer()) {
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
            actor.name + (here ? " is" : " is not") + " linked; the far process sees it otherwise");
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

  /// A scenario in which A is prepared.
  abstract static class Prepared extends FarPlay {
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
}

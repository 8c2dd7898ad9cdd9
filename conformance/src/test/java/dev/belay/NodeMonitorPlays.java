package dev.belay;

import static dev.belay.Belay.*;

import java.util.List;

/// What processes hear of nodes (N1–N7): once for each monitor and subscription, after all else
/// that the loss of a line means, and nothing when it has been taken back or its process has ended.
final class NodeMonitorPlays {
  private NodeMonitorPlays() {}

  /// A scenario in which A wants to hear of the far node. There is a line to it, which has not come
  /// up.
  abstract static class Watching extends FarPlay.Prepared {
    final void monitorFar(boolean on) {
      monitorNode(far().pid.node(), on);
    }

    final Object up() {
      return new NodeUp(far().pid.node());
    }

    final Object down() {
      return new NodeDown(far().pid.node());
    }

    /// A heard one of these, in this order.
    @SafeVarargs
    final void heard(List<Object>... all) {
      if (!a.returned) {
        require(isFaulty(), () -> a + ": has not returned");
        return;
      }
      List<Object> news = a.notes.stream().map(Watching::withoutTrail).toList();
      boolean known = false;
      for (List<Object> one : all) {
        known |= news.equals(one);
      }
      require(known, () -> a + ": that is none of what it may hear");
    }

    private static Object withoutTrail(Object message) {
      return message instanceof Exit exit
          ? new Exit(exit.pid(), exit.reason(), Trail.EMPTY)
          : message;
    }

    /// Neither a monitor nor a subscription is left. An error may have kept A from taking it back.
    final void nothingIsLeft() {
      require(
          isFaulty() || node().subscriptions.size() == 0, () -> "there are subscriptions still");
      require(isFaulty() || far().lateBonds() == 0, () -> "there are monitors of the node still");
    }
  }

  // by name

  /// A monitors the node twice while the line is lost: each time tells once, whichever line it is
  /// about.
  static final class MonitorTwiceAndLoss extends Watching {
    @Override
    void whatADoes() {
      ready();
      monitorFar(true);
      monitorFar(true);
      hear(NodeDown.class);
    }

    @Override
    void afar(FarSide far) {
      far.lose();
    }

    @Override
    void check() {
      heard(List.of(down(), down()));
    }
  }

  /// A takes its monitor back while the line is lost: afterwards nothing comes.
  static final class DemonitorAndLoss extends Watching {
    @Override
    void whatADoes() {
      monitorFar(true);
      ready();
      monitorFar(false);
      flush(NodeDown.class);
      hearTheRest(NodeDown.class);
    }

    @Override
    void afar(FarSide far) {
      far.lose();
    }

    @Override
    void agree() {
      nothingIsLeft();
    }

    @Override
    void check() {
      heard(List.of());
    }
  }

  /// A monitors the node and dies while the line is lost: nothing is left.
  static final class MonitorAndDieAndLoss extends Watching {
    @Override
    void whatADoes() {
      ready();
      monitorFar(true);
      exit(BYE);
    }

    @Override
    void afar(FarSide far) {
      far.lose();
    }

    @Override
    void agree() {
      nothingIsLeft();
    }

    @Override
    void check() {
      diedOf(a, BYE);
    }
  }

  /// What came over the line, and the end of the link, is heard before the node is down, also if
  /// the line is lost while messages come in (N4).
  static final class DownIsLast extends Watching {
    final Actor b = actor("B", () -> far().lose());

    @Override
    void whatADoes() {
      monitorFar(true);
      trapExits(true);
      link(far().pid);
      ready();
      hearTheRest(Object.class);
    }

    @Override
    void afar(FarSide far) {
      far.send(a.pid(), 1);
      far.send(a.pid(), 2);
    }

    @Override
    void check() {
      Object exit = new Exit(far().pid, ExitReason.NO_CONNECTION, Trail.EMPTY);
      heard(List.of(exit, down()), List.of(1, exit, down()), List.of(1, 2, exit, down()));
    }
  }

  // by subscription

  /// A subscribes while the connection is made and lost: it hears nothing, or that the node is
  /// down, or both that it is up and then that it is down.
  static final class SubscribeAndUpAndLoss extends Watching {
    @Override
    void whatADoes() {
      ready();
      monitorNodes(true);
      hearTheRest(SystemMessage.class);
    }

    @Override
    void afar(FarSide far) {
      far.up();
      far.lose();
    }

    @Override
    void check() {
      heard(List.of(), List.of(down()), List.of(up(), down()));
    }
  }

  /// A subscriber hears of the connection before what comes over it, and after that of its loss,
  /// whenever it is lost (N4, N6).
  static final class UpIsFirst extends Watching {
    final Actor b = actor("B", () -> far().lose());

    @Override
    void whatADoes() {
      monitorNodes(true);
      ready();
      hearTheRest(Object.class);
    }

    @Override
    void afar(FarSide far) {
      far.up();
      far.send(a.pid(), 1);
    }

    @Override
    void check() {
      if (isFaulty() && a.notes.equals(List.of(down()))) {
        // The error kept the other message from it.
        return;
      }
      heard(List.of(), List.of(up(), down()), List.of(up(), 1, down()));
    }
  }

  /// A ends its subscription while the connection is made and lost: afterwards nothing comes.
  static final class UnsubscribeAndUpAndLoss extends Watching {
    @Override
    void whatADoes() {
      monitorNodes(true);
      ready();
      monitorNodes(false);
      flush(SystemMessage.class);
      hearTheRest(SystemMessage.class);
    }

    @Override
    void afar(FarSide far) {
      far.up();
      far.lose();
    }

    @Override
    void agree() {
      nothingIsLeft();
    }

    @Override
    void check() {
      heard(List.of());
    }
  }

  /// A subscriber dies while the connection is made: nothing is left.
  static final class DieAndUp extends Watching {
    @Override
    void whatADoes() {
      monitorNodes(true);
      ready();
      exit(BYE);
    }

    @Override
    void afar(FarSide far) {
      far.up();
    }

    @Override
    void agree() {
      nothingIsLeft();
    }

    @Override
    void check() {
      diedOf(a, BYE);
    }
  }
}

package dev.belay;

import java.util.List;
import java.util.Objects;

/// What must hold of cells whatever has happened.
final class Audit {
  private Audit() {}

  /// Both sides of every link and every monitor agree, when everything is at rest.
  static void bondsAgree(Node node) {
    List<Cell> cells = node.table.cells();
    for (Cell cell : cells) {
      if (cell.state == Cell.ALIVE) {
        LinkTable links = cell.links;
        if (links != null) {
          links.forEach(end -> bondAgrees(cell, end));
        }
        for (Watch watch = cell.watching; watch != null; watch = watch.ownNext) {
          require(watch.on, "a monitor of " + cell.pid + " is listed though it is off");
          require(
              !(watch instanceof FarTarget far) || !far.line.isLost(),
              cell.pid + " has kept a monitor over a line that is lost");
          require(
              !(watch instanceof NodeWatch of) || (of.line != null && !of.line.isLost()),
              cell.pid + " has kept a monitor of a node whose line is lost");
          Cell target = watch.target;
          require(
              target == null || (target.state < Cell.DEAD && watch.listed),
              cell.pid + " monitors " + watch.subject + ", which does not know it");
        }
        for (Watch watch = cell.watchers; watch != null; watch = watch.targetNext) {
          require(watch.listed, "a monitor of " + cell.pid + " is listed though it is not");
          require(
              watch.watcher.state == Cell.EXITING || watch.on,
              cell.pid + " is monitored by " + watch.watcher.pid + ", which does not know it");
        }
      }
    }
  }

  /// Nobody waits for something that has happened already, and nothing has been left undone; when
  /// all that could be tried again has been.
  static void nobodyIsForgotten(Node node) {
    for (Cell cell : node.table.cells()) {
      require(cell.lockWord == 0, cell.pid + " is locked");
      require(cell.state == Cell.ALIVE, cell.pid + " is still exiting");
      require(
          cell.turn != Runners.QUEUED && cell.nextRunnable == null,
          cell.pid + " waits for a runner, and none comes");
      require(
          cell.mailbox.newest() == null || waitsForRoom(node, cell),
          cell.pid + " sleeps although there is something for it");
      Bound bound = cell.mailbox.bound;
      require(
          bound == null
              || (bound.released == null
                  && (bound.firstWaiter == null || bound.letters >= bound.limit)),
          "somebody waits for " + cell.pid + " although there is room");
    }
    for (String name : node.registered()) {
      Cell holder = node.names.lookup(name);
      require(
          holder != null && holder.nameEntry != null && holder.nameEntry.name.equals(name),
          "the name " + name + " is held by somebody who does not know it");
    }
  }

  private static boolean waitsForRoom(Node node, Cell cell) {
    for (Cell other : node.table.cells()) {
      Bound bound = other.mailbox.bound;
      RoomWaiter waiter = bound == null ? null : bound.firstWaiter;
      while (waiter != null) {
        if (waiter.sender == cell) {
          return true;
        }
        waiter = waiter.next;
      }
    }
    return false;
  }

  private static void bondAgrees(Cell cell, LinkEnd end) {
    require(end.owner == cell, "the end of a link is at " + cell.pid + ", not at its owner");
    require(!end.fired, cell.pid + " has kept a link with " + end.peer + " that has fired");
    require(
        end.unlinkId == 0, cell.pid + " still waits for " + end.peer + " to acknowledge an unlink");
    if (end instanceof FarEnd far) {
      require(!far.line.isLost(), cell.pid + " has kept a link over a line that is lost");
      return;
    }
    Cell peer = Objects.requireNonNull(end.peer.cell);
    LinkEnd other = peer.state < Cell.DEAD ? peer.findLink(cell.pid) : null;
    require(
        other != null && other.isActive(),
        cell.pid + " is linked with " + end.peer + ", which is not linked with it");
  }

  /// Nothing is left of a process.
  static void isGone(Actor actor) {
    Cell cell = actor.cell;
    if (cell == null) {
      return;
    }
    require(cell.state == Cell.GONE, actor.name + " is not gone: state " + cell.state);
    require(cell.lockWord == 0, actor.name + " is locked");
    require(
        !cell.declared || actor.mayBeDeclared || cell.options.graceNanos(cell.brief) == 0,
        actor.name + " was declared dead although it had time enough");
    require(cell.links == null, actor.name + " has links");
    require(cell.watchers == null, actor.name + " has watchers");
    require(cell.watching == null, actor.name + " has monitors");
    require(cell.nameEntry == null, actor.name + " has a name");
    require(cell.timers == null, actor.name + " has timers");
    require(cell.owned == null, actor.name + " owns something");
    require(cell.mailbox.isClosed(), actor.name + " can get messages");
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}

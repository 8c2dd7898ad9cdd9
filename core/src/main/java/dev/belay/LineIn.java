package dev.belay;

import org.jspecify.annotations.Nullable;

/// Applies what has come over a line.
final class LineIn implements Carrier.Incoming {
  private final Line line;

  LineIn(Line line) {
    this.line = line;
  }

  @Override
  public void message(Pid from, Pid to, Object payload) {
    Cell cell = line.node.local(to);
    if (cell != null && !line.isLost()) {
      receive(from, cell, payload);
    }
  }

  @Override
  public void message(Pid from, String name, Object payload) {
    Cell cell = line.node.names.lookup(name);
    if (cell != null && !line.isLost()) {
      receive(from, cell, payload);
    }
  }

  private void receive(Pid from, Cell cell, Object payload) {
    if (Posting.push(cell.node.tracer, from, cell, new FarMessage(line, payload))) {
      Exits.follow(cell, true, false);
    }
  }

  @Override
  public void message(Pid from, Ref alias, Object payload) {
    Ref known = line.node.aliases.find(alias);
    if (known != null && !line.isLost()) {
      Watches.send(from, known, new FarMessage(line, payload), true);
    }
  }

  @Override
  public void link(Pid from, Pid to) {
    FarLinks.linked(line, from, to);
  }

  @Override
  public void unlink(long id, Pid from, Pid to) {
    FarLinks.unlinked(line, id, from, to);
  }

  @Override
  public void unlinkAck(long id, Pid from, Pid to) {
    FarLinks.acknowledged(line, id, from, to);
  }

  @Override
  public void linkExit(Pid from, Pid to, ExitReason reason) {
    FarLinks.exited(line, from, to, reason);
  }

  @Override
  public void exit(Pid from, Pid to, ExitReason reason) {
    Cell cell = line.node.local(to);
    if (cell != null && !line.isLost()) {
      Exits.exit(from, cell, reason);
    }
  }

  @Override
  public void monitor(Pid watcher, Subject subject, Ref ref) {
    FarWatches.monitored(line, watcher, subject, ref);
  }

  @Override
  public void demonitor(Pid watcher, Ref ref) {
    FarWatches.demonitored(line, ref);
  }

  @Override
  public void spawn(
      Pid parent, @Nullable Pid leader, Ref ref, boolean linked, boolean monitored, Body body) {
    if (!line.isLost()) {
      FarSpawning.spawn(line, parent, leader, ref, linked, monitored, body);
    }
  }

  @Override
  public void groupLeader(Pid leader, Pid to) {
    Cell cell = line.node.local(to);
    if (cell != null && !line.isLost()) {
      cell.node.groupLeaders.set(cell, leader);
    }
  }

  @Override
  public void refuseSpawn(Pid parent, Ref ref, String why) {
    line.push(Carrier.Signal.notSpawned(line.node.system, parent, ref, why));
    line.wake();
  }

  @Override
  public void down(Ref ref, ExitReason reason) {
    Ref known = line.node.aliases.find(ref);
    if (known != null) {
      FarWatches.down(line, known, reason);
    }
  }
}

package dev.belay;

import org.jspecify.annotations.Nullable;

/// Applies what has come over a line.
final class LineIn implements Carrier.Incoming {
  /*
   * What becomes a message without a bond is given under `applying`; see Line. The flag is taken back by a field write: an error of the call
   * after it must not leave it behind, or nobody would hear of the loss.
   */
  private final Line line;

  LineIn(Line line) {
    this.line = line;
  }

  @Override
  public void message(Pid from, Pid to, Object payload) {
    receive(from, line.node.local(to), payload);
  }

  @Override
  public void message(Pid from, String name, Object payload) {
    receive(from, line.node.names.lookup(name), payload);
  }

  private void receive(Pid from, @Nullable Cell cell, Object payload) {
    try {
      if (line.apply() && cell != null) {
        Bound bound = cell.mailbox.bound;
        if (bound != null && bound.keepsOut(line, payload)) {
          bound.give(from, null, line, payload);
        } else if (Posting.push(cell.node.tracer, from, cell, new FarMessage(line, payload))) {
          Exits.follow(cell, true, false);
        }
      }
    } finally {
      line.applying = false;
      line.applied();
    }
  }

  @Override
  public void message(Pid from, Ref alias, Object payload) {
    Ref known = line.node.aliases.find(alias);
    try {
      Watch watch = known == null ? null : known.watch;
      if (line.apply() && known != null) {
        Bound bound = watch == null ? null : watch.watcher.mailbox.bound;
        if (watch != null
            && bound != null
            && watch.aliasMode != AliasMode.REPLY
            && bound.keepsOut(line, payload)) {
          bound.give(from, watch, line, payload);
        } else {
          Watches.send(from, known, new FarMessage(line, payload), true);
        }
      }
    } finally {
      line.applying = false;
      line.applied();
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
  public void linkExit(Pid from, Pid to, ExitReason reason, Trail trail) {
    FarLinks.exited(line, from, to, new Cause(reason, Trail.How.LINK, from, trail));
  }

  @Override
  public void exit(Pid from, Pid to, ExitReason reason) {
    Cell cell = line.node.local(to);
    try {
      if (line.apply() && cell != null) {
        Exits.exit(from, cell, reason);
      }
    } finally {
      line.applying = false;
      line.applied();
    }
  }

  @Override
  public void terminate(Pid from, Pid to, ExitReason reason) {
    Cell cell = line.node.local(to);
    try {
      if (line.apply() && cell != null) {
        Exits.terminate(from, cell, reason);
      }
    } finally {
      line.applying = false;
      line.applied();
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
      Pid parent,
      @Nullable Pid leader,
      Ref ref,
      @Nullable LinkMode link,
      boolean monitored,
      Body body) {
    if (!line.isLost()) {
      FarSpawning.spawn(line, parent, leader, ref, link, monitored, body);
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
  public void spawned(Ref ref, Pid child, boolean linked, boolean monitored) {
    SpawnRequest request = line.requests().get(ref);
    if (request != null) {
      request.born(child, linked, monitored);
    }
  }

  @Override
  public void notSpawned(Ref ref, String why) {
    SpawnRequest request = line.requests().get(ref);
    if (request != null) {
      request.refused(why);
    }
  }

  @Override
  public void down(Ref ref, ExitReason reason, Trail trail) {
    Ref known = line.node.aliases.find(ref);
    if (known != null) {
      FarWatches.down(line, known, reason, trail);
    }
  }
}

package dev.belay.bench;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.unlink;

import dev.belay.Behaviour;
import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Turns;
import dev.belay.bench.BelayStage.Since;
import dev.belay.bench.BelayStage.Took;

/// The workloads with links and monitors on turn-style processes.
final class TurnBonds {
  private TurnBonds() {}

  /// Begins as a process that is linked with another.
  private static Body linkedWith(Pid other, Pid driver) {
    return Turns.of(() -> {
      link(other);
      send(driver, Word.READY);
      return new TurnRows.Idle();
    });
  }

  static final class Chain implements Behaviour {
    private final Pid first = spawn(Turns.of(TurnRows.Idle::new));
    private final Pid stage;
    private final Pid last;
    private int missing;
    private long start;

    Chain(int processes, Pid stage) {
      this.stage = stage;
      Pid me = self();
      Pid end = first;
      for (missing = 0; missing < processes - 1; missing++) {
        end = spawn(linkedWith(end, me));
      }
      last = end;
    }

    @Override
    public Behaviour handle(Object message) {
      if (start != 0) {
        Work.checkDown(message, Work.BOOM);
        send(stage, new Took(System.nanoTime() - start));
        return Behaviour.done();
      }
      Word.READY.expect(message);
      if (--missing == 0) {
        monitor(last);
        start = System.nanoTime();
        exit(first, Work.BOOM);
      }
      return Behaviour.same();
    }
  }

  static final class Star implements Behaviour {
    private final Pid hub = spawn(Turns.of(TurnRows.Idle::new));
    private final Pid stage;
    private int missing;

    Star(int links, Pid stage) {
      this.stage = stage;
      this.missing = links;
      Body ray = linkedWith(hub, self());
      for (int i = 0; i < links; i++) {
        spawn(ray);
      }
    }

    @Override
    public Behaviour handle(Object message) {
      Word.READY.expect(message);
      if (--missing > 0) {
        return Behaviour.same();
      }
      long start = System.nanoTime();
      exit(hub, Work.BOOM);
      send(stage, new Since(start));
      return Behaviour.done();
    }
  }

  static final class MonitoredCrowd implements Behaviour {
    private final Pid[] pids;
    private final Pid stage;
    private int ready;
    private int downs;
    private long start;

    MonitoredCrowd(int processes, Pid stage) {
      this.pids = new Pid[processes];
      this.stage = stage;
      Pid me = self();
      Body idle =
          Turns.of(() -> {
            send(me, Word.READY);
            return new TurnRows.Idle();
          });
      for (int i = 0; i < processes; i++) {
        pids[i] = spawn(idle);
        monitor(pids[i]);
      }
    }

    @Override
    public Behaviour handle(Object message) {
      if (ready < pids.length) {
        Word.READY.expect(message);
        if (++ready == pids.length) {
          start = System.nanoTime();
          for (Pid pid : pids) {
            send(pid, Word.STOP);
          }
        }
        return Behaviour.same();
      }
      Work.checkDown(message, ExitReason.NORMAL);
      if (++downs < pids.length) {
        return Behaviour.same();
      }
      send(stage, new Took(System.nanoTime() - start));
      return Behaviour.done();
    }
  }

  /// Monitors, or links, and takes it back, in parts.
  static final class ThereAndBack implements Behaviour {
    private final Pid me = self();
    private final Pid other = spawn(Turns.of(TurnRows.Idle::new));
    private final boolean monitors;
    private final Pid stage;
    private final long start;
    private int left;

    ThereAndBack(int pairs, Pid stage, boolean monitors) {
      this.left = pairs;
      this.stage = stage;
      this.monitors = monitors;
      this.start = System.nanoTime();
      send(me, Word.ON);
    }

    @Override
    public Behaviour handle(Object message) {
      Word.ON.expect(message);
      int part = Math.min(left, TurnRows.PART);
      for (int i = 0; i < part; i++) {
        if (monitors) {
          demonitor(monitor(other), Demonitor.FLUSH);
        } else {
          link(other);
          unlink(other);
        }
      }
      left -= part;
      if (left > 0) {
        send(me, Word.ON);
        return Behaviour.same();
      }
      send(stage, new Took(System.nanoTime() - start));
      Work.checkFree(other);
      send(other, Word.STOP);
      return Behaviour.done();
    }
  }
}

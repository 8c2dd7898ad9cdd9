package dev.belay.bench;

import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.Behaviour;
import dev.belay.Body;
import dev.belay.Pid;
import dev.belay.Turns;
import dev.belay.bench.BelayStage.Since;
import dev.belay.bench.BelayStage.Took;
import dev.belay.bench.Work.Ask;

/// The workloads on Belay's turn-style processes. Each driver is such a process itself.
final class TurnRows {
  /// How much of a long loop a driver does in one turn; the next part comes with the next message.
  static final int PART = 1_000;

  private TurnRows() {}

  /// The driver of a row.
  static Body driver(Row row, int size, Pid stage) {
    return switch (row) {
      case PING_PONG -> Turns.of(() -> new PingPong(size, stage));
      case PING_PONG_100 -> Turns.of(() -> new Pairs(size / Work.PAIRS, stage));
      case FAN_IN -> Turns.of(() -> new FanIn(size / Work.SENDERS, stage));
      case RING -> Turns.of(() -> new Ring(size, stage));
      case SPAWN -> Turns.of(() -> new SpawnEach(size, stage));
      case MILLION -> Turns.of(() -> new Multitude(size, stage));
      case CHAIN -> Turns.of(() -> new TurnBonds.Chain(size, stage));
      case STAR -> Turns.of(() -> new TurnBonds.Star(size, stage));
      case MONITORED -> Turns.of(() -> new TurnBonds.MonitoredCrowd(size, stage));
      case MONITOR -> Turns.of(() -> new TurnBonds.ThereAndBack(size, stage, true));
      case LINK -> Turns.of(() -> new TurnBonds.ThereAndBack(size, stage, false));
      case CALL, CAST, EVENT, EVENT_CALL, RESTARTS, TREE, TREE_STOP, TASK ->
          ServerRows.drill(row).turnStyle(size, stage);
      default -> throw new IllegalArgumentException("no driver for " + row);
    };
  }

  /// Answers questions until it is stopped.
  static final class Echo implements Behaviour {
    @Override
    public Behaviour handle(Object message) {
      if (message instanceof Ask(Pid from)) {
        send(from, Word.PONG);
        return Behaviour.same();
      }
      Word.STOP.expect(message);
      return Behaviour.done();
    }
  }

  /// Waits to be stopped.
  static final class Idle implements Behaviour {
    @Override
    public Behaviour handle(Object message) {
      Word.STOP.expect(message);
      return Behaviour.done();
    }
  }

  private static final class PingPong implements Behaviour {
    private final Pid me = self();
    private final Pid echo = spawn(Turns.of(Echo::new));
    private final Pid stage;
    private final long start;
    private int left;

    PingPong(int trips, Pid stage) {
      this.left = trips;
      this.stage = stage;
      this.start = System.nanoTime();
      send(echo, new Ask(me));
    }

    @Override
    public Behaviour handle(Object message) {
      Word.PONG.expect(message);
      if (--left > 0) {
        send(echo, new Ask(me));
        return Behaviour.same();
      }
      send(stage, new Took(System.nanoTime() - start));
      send(echo, Word.STOP);
      return Behaviour.done();
    }
  }

  private static final class Asker implements Behaviour {
    private final Pid me = self();
    private final Pid echo = spawn(Turns.of(Echo::new));
    private final Pid driver;
    private int left;

    Asker(int trips, Pid driver) {
      this.left = trips;
      this.driver = driver;
      send(driver, Word.READY);
    }

    @Override
    public Behaviour handle(Object message) {
      if (message == Word.PONG) {
        left--;
      } else {
        Word.GO.expect(message);
      }
      if (left > 0) {
        send(echo, new Ask(me));
        return Behaviour.same();
      }
      send(driver, Word.DONE);
      send(echo, Word.STOP);
      return Behaviour.done();
    }
  }

  private static final class Pairs implements Behaviour {
    private final Pid[] askers = new Pid[Work.PAIRS];
    private final Pid stage;
    private int ready;
    private int done;
    private long start;

    Pairs(int trips, Pid stage) {
      this.stage = stage;
      Pid me = self();
      for (int i = 0; i < askers.length; i++) {
        askers[i] = spawn(Turns.of(() -> new Asker(trips, me)));
      }
    }

    @Override
    public Behaviour handle(Object message) {
      if (message == Word.READY) {
        if (++ready == askers.length) {
          start = System.nanoTime();
          for (Pid asker : askers) {
            send(asker, Word.GO);
          }
        }
        return Behaviour.same();
      }
      Word.DONE.expect(message);
      if (++done < askers.length) {
        return Behaviour.same();
      }
      send(stage, new Took(System.nanoTime() - start));
      return Behaviour.done();
    }
  }

  private static final class Sink implements Behaviour {
    private final Pid driver;
    private int left;
    private long sum;

    Sink(int messages, Pid driver) {
      this.left = messages;
      this.driver = driver;
    }

    @Override
    public Behaviour handle(Object message) {
      sum += (Integer) message;
      if (--left > 0) {
        return Behaviour.same();
      }
      send(driver, sum);
      return Behaviour.done();
    }
  }

  /// Sends its numbers in parts, as a turn should be short.
  private static final class Sender implements Behaviour {
    private final Pid me = self();
    private final Pid sink;
    private final int messages;
    private int sent;

    Sender(int messages, Pid sink, Pid driver) {
      this.messages = messages;
      this.sink = sink;
      send(driver, Word.READY);
    }

    @Override
    public Behaviour handle(Object message) {
      (sent == 0 ? Word.GO : Word.ON).expect(message);
      int end = Math.min(messages, sent + PART);
      while (sent < end) {
        send(sink, ++sent);
      }
      if (sent == messages) {
        return Behaviour.done();
      }
      send(me, Word.ON);
      return Behaviour.same();
    }
  }

  private static final class FanIn implements Behaviour {
    private final Pid[] senders = new Pid[Work.SENDERS];
    private final Pid stage;
    private final int each;
    private int ready;
    private long start;

    FanIn(int each, Pid stage) {
      this.each = each;
      this.stage = stage;
      Pid me = self();
      Pid sink = spawn(Turns.of(() -> new Sink(each * senders.length, me)));
      for (int i = 0; i < senders.length; i++) {
        senders[i] = spawn(Turns.of(() -> new Sender(each, sink, me)));
      }
    }

    @Override
    public Behaviour handle(Object message) {
      if (message == Word.READY) {
        if (++ready == senders.length) {
          start = System.nanoTime();
          for (Pid sender : senders) {
            send(sender, Word.GO);
          }
        }
        return Behaviour.same();
      }
      send(stage, new Took(System.nanoTime() - start));
      Work.checkSum(message, each);
      return Behaviour.done();
    }
  }

  private static final class Member implements Behaviour {
    private final Pid driver;
    private Pid next;

    Member(Pid next, Pid driver) {
      this.next = next;
      this.driver = driver;
    }

    @Override
    public Behaviour handle(Object message) {
      switch (message) {
        case Integer left when left == 0 -> send(driver, Word.DONE);
        case Integer left -> send(next, left - 1);
        case Pid other -> next = other;
        default -> {
          Word.STOP.expect(message);
          return Behaviour.done();
        }
      }
      return Behaviour.same();
    }
  }

  private static final class Ring implements Behaviour {
    private final Pid[] members = new Pid[Work.MEMBERS];
    private final Pid stage;
    private final int hops;
    private final Pid head;
    private long start;

    Ring(int hops, Pid stage) {
      this.hops = hops;
      this.stage = stage;
      Pid me = self();
      Pid next = me;
      for (int i = 0; i < members.length; i++) {
        Pid one = next;
        next = spawn(Turns.of(() -> new Member(one, me)));
        members[i] = next;
      }
      head = next;
      send(members[0], head);
      // Once round, so that everybody is there.
      send(head, members.length);
    }

    @Override
    public Behaviour handle(Object message) {
      Word.DONE.expect(message);
      if (start == 0) {
        start = System.nanoTime();
        send(head, hops);
        return Behaviour.same();
      }
      send(stage, new Took(System.nanoTime() - start));
      for (Pid member : members) {
        send(member, Word.STOP);
      }
      return Behaviour.done();
    }
  }

  private static final class SpawnEach implements Behaviour {
    private final Body child;
    private final Pid stage;
    private final long start;
    private int left;

    SpawnEach(int processes, Pid stage) {
      this.left = processes;
      this.stage = stage;
      Pid me = self();
      child =
          Turns.of(() -> {
            send(me, Word.READY);
            return Behaviour.done();
          });
      start = System.nanoTime();
      spawn(child);
    }

    @Override
    public Behaviour handle(Object message) {
      Word.READY.expect(message);
      if (--left > 0) {
        spawn(child);
        return Behaviour.same();
      }
      send(stage, new Since(start));
      return Behaviour.done();
    }
  }

  private static final class Multitude implements Behaviour {
    private final Pid me = self();
    private final Body idle = Turns.of(Idle::new);
    private final Pid[] pids;
    private final Pid stage;
    private final long start;
    private int spawned;
    private int stopped;

    Multitude(int processes, Pid stage) {
      this.pids = new Pid[processes];
      this.stage = stage;
      this.start = System.nanoTime();
      send(me, Word.ON);
    }

    @Override
    public Behaviour handle(Object message) {
      Word.ON.expect(message);
      if (spawned < pids.length) {
        int end = Math.min(pids.length, spawned + PART);
        while (spawned < end) {
          pids[spawned++] = spawn(idle);
        }
      } else {
        int end = Math.min(pids.length, stopped + PART);
        while (stopped < end) {
          send(pids[stopped++], Word.STOP);
        }
        if (stopped == pids.length) {
          send(stage, new Since(start));
          return Behaviour.done();
        }
      }
      send(me, Word.ON);
      return Behaviour.same();
    }
  }
}

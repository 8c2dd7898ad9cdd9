package dev.belay.bench;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.unlink;

import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.bench.BelayStage.Since;
import dev.belay.bench.BelayStage.Took;
import dev.belay.bench.Work.Ask;

/// The workloads on Belay's receive-style processes. Each driver is such a process itself.
final class ReceiveRows {
  private ReceiveRows() {}

  /// The driver of a row.
  static Body driver(Row row, int size, Pid stage) {
    return switch (row) {
      case PING_PONG -> () -> pingPong(size, stage);
      case PING_PONG_100 -> () -> pairs(size / Work.PAIRS, stage);
      case FAN_IN -> () -> fanIn(size / Work.SENDERS, stage);
      case RING -> () -> ring(size, stage);
      case SPAWN -> () -> spawnEach(size, stage);
      case MILLION -> () -> multitude(size, stage);
      case CHAIN -> () -> chain(size, stage);
      case STAR -> () -> star(size, stage);
      case MONITORED -> () -> monitored(size, stage);
      case MONITOR -> () -> monitorAndBack(size, stage);
      case LINK -> () -> linkAndBack(size, stage);
      case CALL, CAST, EVENT, EVENT_CALL, RESTARTS, TREE, TREE_STOP, TASK ->
          ServerRows.drill(row).receiveStyle(size, stage);
      default -> throw new IllegalArgumentException("no driver for " + row);
    };
  }

  private static void pingPong(int trips, Pid stage) {
    Pid echo = spawn(ReceiveRows::echo);
    long start = System.nanoTime();
    ask(echo, trips);
    send(stage, new Took(System.nanoTime() - start));
    send(echo, Word.STOP);
  }

  static void echo() {
    while (true) {
      Object message = receive();
      if (message instanceof Ask(Pid from)) {
        send(from, Word.PONG);
      } else {
        Word.STOP.expect(message);
        return;
      }
    }
  }

  private static void ask(Pid echo, int trips) {
    Pid me = self();
    for (int i = 0; i < trips; i++) {
      send(echo, new Ask(me));
      Word.PONG.expect(receive());
    }
  }

  private static void pairs(int trips, Pid stage) {
    Pid me = self();
    Pid[] askers = new Pid[Work.PAIRS];
    for (int i = 0; i < Work.PAIRS; i++) {
      askers[i] =
          spawn(() -> {
            Pid echo = spawn(ReceiveRows::echo);
            send(me, Word.READY);
            Word.GO.expect(receive());
            ask(echo, trips);
            send(me, Word.DONE);
            send(echo, Word.STOP);
          });
    }
    await(Word.READY, Work.PAIRS);
    long start = System.nanoTime();
    for (Pid asker : askers) {
      send(asker, Word.GO);
    }
    await(Word.DONE, Work.PAIRS);
    send(stage, new Took(System.nanoTime() - start));
  }

  private static void fanIn(int each, Pid stage) {
    Pid me = self();
    Pid sink = spawn(() -> send(me, sum(each * Work.SENDERS)));
    Pid[] senders = new Pid[Work.SENDERS];
    for (int i = 0; i < Work.SENDERS; i++) {
      senders[i] =
          spawn(() -> {
            send(me, Word.READY);
            Word.GO.expect(receive());
            for (int n = 1; n <= each; n++) {
              send(sink, n);
            }
          });
    }
    await(Word.READY, Work.SENDERS);
    long start = System.nanoTime();
    for (Pid sender : senders) {
      send(sender, Word.GO);
    }
    Object sum = receive();
    send(stage, new Took(System.nanoTime() - start));
    Work.checkSum(sum, each);
  }

  private static long sum(int messages) {
    long sum = 0;
    for (int i = 0; i < messages; i++) {
      sum += (Integer) receive();
    }
    return sum;
  }

  private static void ring(int hops, Pid stage) {
    Pid me = self();
    Pid[] members = new Pid[Work.MEMBERS];
    members[0] =
        spawn(() -> {
          if (receive() instanceof Pid next) {
            handOn(next, me);
          }
        });
    for (int i = 1; i < Work.MEMBERS; i++) {
      Pid next = members[i - 1];
      members[i] = spawn(() -> handOn(next, me));
    }
    Pid head = members[Work.MEMBERS - 1];
    send(members[0], head);
    // Once round, so that everybody is there.
    send(head, Work.MEMBERS);
    Word.DONE.expect(receive());
    long start = System.nanoTime();
    send(head, hops);
    Word.DONE.expect(receive());
    send(stage, new Took(System.nanoTime() - start));
    for (Pid member : members) {
      send(member, Word.STOP);
    }
  }

  private static void handOn(Pid next, Pid driver) {
    while (true) {
      Object message = receive();
      if (!(message instanceof Integer left)) {
        Word.STOP.expect(message);
        return;
      }
      if (left == 0) {
        send(driver, Word.DONE);
      } else {
        send(next, left - 1);
      }
    }
  }

  private static void spawnEach(int processes, Pid stage) {
    Pid me = self();
    long start = System.nanoTime();
    for (int i = 0; i < processes; i++) {
      spawn(() -> send(me, Word.READY));
      Word.READY.expect(receive());
    }
    send(stage, new Since(start));
  }

  private static void multitude(int processes, Pid stage) {
    Pid[] pids = new Pid[processes];
    long start = System.nanoTime();
    for (int i = 0; i < processes; i++) {
      pids[i] = spawn(ReceiveRows::untilStopped);
    }
    for (Pid pid : pids) {
      send(pid, Word.STOP);
    }
    send(stage, new Since(start));
  }

  private static void untilStopped() {
    Word.STOP.expect(receive());
  }

  private static void chain(int processes, Pid stage) {
    Pid me = self();
    Pid first = spawn(ReceiveRows::untilStopped);
    Pid last = first;
    for (int i = 1; i < processes; i++) {
      last = spawnLinkedWith(last, me);
    }
    await(Word.READY, processes - 1);
    monitor(last);
    long start = System.nanoTime();
    exit(first, Work.BOOM);
    Work.checkDown(receive(), Work.BOOM);
    send(stage, new Took(System.nanoTime() - start));
  }

  private static void star(int links, Pid stage) {
    Pid me = self();
    Pid hub = spawn(ReceiveRows::untilStopped);
    for (int i = 0; i < links; i++) {
      spawnLinkedWith(hub, me);
    }
    await(Word.READY, links);
    long start = System.nanoTime();
    exit(hub, Work.BOOM);
    send(stage, new Since(start));
  }

  private static Pid spawnLinkedWith(Pid other, Pid driver) {
    return spawn(() -> {
      link(other);
      send(driver, Word.READY);
      untilStopped();
    });
  }

  private static void monitored(int processes, Pid stage) {
    Pid me = self();
    Pid[] pids = new Pid[processes];
    for (int i = 0; i < processes; i++) {
      pids[i] =
          spawn(() -> {
            send(me, Word.READY);
            untilStopped();
          });
      monitor(pids[i]);
    }
    await(Word.READY, processes);
    long start = System.nanoTime();
    for (Pid pid : pids) {
      send(pid, Word.STOP);
    }
    for (int i = 0; i < processes; i++) {
      Work.checkDown(receive(), ExitReason.NORMAL);
    }
    send(stage, new Took(System.nanoTime() - start));
  }

  private static void monitorAndBack(int pairs, Pid stage) {
    Pid other = spawn(ReceiveRows::untilStopped);
    long start = System.nanoTime();
    for (int i = 0; i < pairs; i++) {
      demonitor(monitor(other), Demonitor.FLUSH);
    }
    send(stage, new Took(System.nanoTime() - start));
    Work.checkFree(other);
    send(other, Word.STOP);
  }

  private static void linkAndBack(int pairs, Pid stage) {
    Pid other = spawn(ReceiveRows::untilStopped);
    long start = System.nanoTime();
    for (int i = 0; i < pairs; i++) {
      link(other);
      unlink(other);
    }
    send(stage, new Took(System.nanoTime() - start));
    Work.checkFree(other);
    send(other, Word.STOP);
  }

  private static void await(Word word, int times) {
    for (int i = 0; i < times; i++) {
      word.expect(receive());
    }
  }
}

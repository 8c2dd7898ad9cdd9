package dev.belay.bench;

import dev.belay.bench.PekkoStage.Reading;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The workloads on Pekko's typed actors. Each driver is an actor, the parent of those it spawns.
final class PekkoRows {
  /// A question and who asks it; a new one each time, in every system.
  record Ask(ActorRef<Object> from) {}

  private PekkoRows() {}

  /// The driver of a row.
  static Function<Reading, Behavior<Object>> driver(Row row, int size) {
    return switch (row) {
      case PING_PONG -> reading -> driver(context -> new PingPong(context, size, reading));
      case PING_PONG_100 ->
          reading -> driver(context -> new Pairs(context, size / Work.PAIRS, reading));
      case FAN_IN -> reading -> driver(context -> new FanIn(context, size / Work.SENDERS, reading));
      case RING -> reading -> driver(context -> new Ring(context, size, reading));
      case SPAWN -> reading -> driver(context -> new SpawnEach(context, size, reading));
      case MILLION -> reading -> driver(context -> new Multitude(context, size, reading));
      case CHAIN -> reading -> PekkoBonds.chain(size, reading);
      case STAR -> reading -> PekkoBonds.star(size, reading);
      case MONITORED -> reading -> PekkoBonds.monitored(size, reading);
      case CALL -> reading -> driver(context -> new PekkoServers.Calls(context, size, reading));
      case CAST -> reading -> driver(context -> new PekkoServers.Casts(context, size, reading));
      case EVENT -> reading -> driver(context -> new PekkoServers.Events(context, size, reading));
      case RESTARTS ->
          reading -> driver(context -> new PekkoServers.Restarts(context, size, reading));
      case TREE, TREE_STOP ->
          reading ->
              driver(context -> new PekkoServers.Tree(context, size, row == Row.TREE, reading));
      default -> throw new IllegalArgumentException("no driver on Pekko for " + row);
    };
  }

  /// What an actor of these does with a message.
  interface Script {
    Behavior<Object> handle(Object message);
  }

  private interface Making {
    Script make(ActorContext<Object> context);
  }

  private static Behavior<Object> driver(Making making) {
    return Behaviors.setup(context -> {
      Script script = making.make(context);
      return Behaviors.receiveMessage(script::handle);
    });
  }

  private static Behavior<Object> echo() {
    return Behaviors.receiveMessage(message -> {
      if (message instanceof Ask(ActorRef<Object> from)) {
        from.tell(Word.PONG);
        return Behaviors.same();
      }
      Word.STOP.expect(message);
      return Behaviors.stopped();
    });
  }

  /// Waits to be stopped.
  static Behavior<Object> idle() {
    return Behaviors.receiveMessage(message -> {
      Word.STOP.expect(message);
      return Behaviors.stopped();
    });
  }

  private static final class PingPong implements Script {
    private final ActorRef<Object> me;
    private final ActorRef<Object> echo;
    private final Reading reading;
    private final long start;
    private int left;

    PingPong(ActorContext<Object> context, int trips, Reading reading) {
      this.me = context.getSelf();
      this.echo = context.spawnAnonymous(echo());
      this.reading = reading;
      this.left = trips;
      this.start = System.nanoTime();
      echo.tell(new Ask(me));
    }

    @Override
    public Behavior<Object> handle(Object message) {
      Word.PONG.expect(message);
      if (--left > 0) {
        echo.tell(new Ask(me));
        return Behaviors.same();
      }
      reading.took(System.nanoTime() - start);
      return Behaviors.stopped();
    }
  }

  private static final class Asker implements Script {
    private final ActorRef<Object> me;
    private final ActorRef<Object> echo;
    private final ActorRef<Object> driver;
    private int left;

    Asker(ActorContext<Object> context, int trips, ActorRef<Object> driver) {
      this.me = context.getSelf();
      this.echo = context.spawnAnonymous(echo());
      this.driver = driver;
      this.left = trips;
      driver.tell(Word.READY);
    }

    @Override
    public Behavior<Object> handle(Object message) {
      if (message == Word.PONG) {
        left--;
      } else {
        Word.GO.expect(message);
      }
      if (left > 0) {
        echo.tell(new Ask(me));
        return Behaviors.same();
      }
      driver.tell(Word.DONE);
      return Behaviors.stopped();
    }
  }

  private static final class Pairs implements Script {
    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know nothing of type parameters
    private final ActorRef<Object>[] askers = new ActorRef[Work.PAIRS];

    private final Reading reading;
    private int ready;
    private int done;
    private long start;

    Pairs(ActorContext<Object> context, int trips, Reading reading) {
      this.reading = reading;
      ActorRef<Object> me = context.getSelf();
      for (int i = 0; i < askers.length; i++) {
        askers[i] = context.spawnAnonymous(driver(own -> new Asker(own, trips, me)));
      }
    }

    @Override
    public Behavior<Object> handle(Object message) {
      if (message == Word.READY) {
        if (++ready == askers.length) {
          start = System.nanoTime();
          for (ActorRef<Object> asker : askers) {
            asker.tell(Word.GO);
          }
        }
        return Behaviors.same();
      }
      Word.DONE.expect(message);
      if (++done < askers.length) {
        return Behaviors.same();
      }
      reading.took(System.nanoTime() - start);
      return Behaviors.stopped();
    }
  }

  private static final class Sink implements Script {
    private final ActorRef<Object> driver;
    private int left;
    private long sum;

    Sink(int messages, ActorRef<Object> driver) {
      this.left = messages;
      this.driver = driver;
    }

    @Override
    public Behavior<Object> handle(Object message) {
      sum += (Integer) message;
      if (--left > 0) {
        return Behaviors.same();
      }
      driver.tell(sum);
      return Behaviors.stopped();
    }
  }

  private static final class FanIn implements Script {
    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know nothing of type parameters
    private final ActorRef<Object>[] senders = new ActorRef[Work.SENDERS];

    private final Reading reading;
    private final int each;
    private int ready;
    private long start;

    FanIn(ActorContext<Object> context, int each, Reading reading) {
      this.each = each;
      this.reading = reading;
      ActorRef<Object> me = context.getSelf();
      ActorRef<Object> sink =
          context.spawnAnonymous(driver(_ -> new Sink(each * senders.length, me)));
      for (int i = 0; i < senders.length; i++) {
        senders[i] = context.spawnAnonymous(sender(sink, me));
      }
    }

    private Behavior<Object> sender(ActorRef<Object> sink, ActorRef<Object> driver) {
      return Behaviors.setup(_ -> {
        driver.tell(Word.READY);
        return Behaviors.receiveMessage(message -> {
          Word.GO.expect(message);
          for (int n = 1; n <= each; n++) {
            sink.tell(n);
          }
          return Behaviors.stopped();
        });
      });
    }

    @Override
    public Behavior<Object> handle(Object message) {
      if (message == Word.READY) {
        if (++ready == senders.length) {
          start = System.nanoTime();
          for (ActorRef<Object> sender : senders) {
            sender.tell(Word.GO);
          }
        }
        return Behaviors.same();
      }
      reading.took(System.nanoTime() - start);
      Work.checkSum(message, each);
      return Behaviors.stopped();
    }
  }

  private static final class Member implements Script {
    private final ActorRef<Object> driver;
    private ActorRef<Object> next;

    Member(ActorRef<Object> next, ActorRef<Object> driver) {
      this.next = next;
      this.driver = driver;
    }

    @Override
    @SuppressWarnings("unchecked") // all actors here take everything
    public Behavior<Object> handle(Object message) {
      switch (message) {
        case Integer left when left == 0 -> driver.tell(Word.DONE);
        case Integer left -> next.tell(left - 1);
        case ActorRef<?> other -> next = (ActorRef<Object>) other;
        default -> throw Word.unexpected(message);
      }
      return Behaviors.same();
    }
  }

  private static final class Ring implements Script {
    private final Reading reading;
    private final int hops;
    private final ActorRef<Object> head;
    private long start;

    Ring(ActorContext<Object> context, int hops, Reading reading) {
      this.hops = hops;
      this.reading = reading;
      ActorRef<Object> me = context.getSelf();
      ActorRef<Object> tail = context.spawnAnonymous(driver(_ -> new Member(me, me)));
      ActorRef<Object> next = tail;
      for (int i = 1; i < Work.MEMBERS; i++) {
        ActorRef<Object> one = next;
        next = context.spawnAnonymous(driver(_ -> new Member(one, me)));
      }
      head = next;
      tail.tell(head);
      // Once round, so that everybody is there.
      head.tell(Work.MEMBERS);
    }

    @Override
    public Behavior<Object> handle(Object message) {
      Word.DONE.expect(message);
      if (start == 0) {
        start = System.nanoTime();
        head.tell(hops);
        return Behaviors.same();
      }
      reading.took(System.nanoTime() - start);
      return Behaviors.stopped();
    }
  }

  private static final class SpawnEach implements Script {
    private final ActorContext<Object> context;
    private final Behavior<Object> child;
    private int left;

    SpawnEach(ActorContext<Object> context, int processes, Reading reading) {
      this.context = context;
      this.left = processes;
      ActorRef<Object> me = context.getSelf();
      child =
          Behaviors.setup(_ -> {
            me.tell(Word.READY);
            return Behaviors.stopped();
          });
      reading.since(System.nanoTime());
      context.spawnAnonymous(child);
    }

    @Override
    public Behavior<Object> handle(Object message) {
      Word.READY.expect(message);
      if (--left > 0) {
        context.spawnAnonymous(child);
        return Behaviors.same();
      }
      return Behaviors.stopped();
    }
  }

  /// A parent that stops takes its children along; so it waits until each has had its message.
  private static final class Multitude implements Script {
    private final AtomicInteger missing;

    Multitude(ActorContext<Object> context, int processes, Reading reading) {
      this.missing = new AtomicInteger(processes);
      ActorRef<Object> me = context.getSelf();
      Behavior<Object> child =
          Behaviors.receiveMessage(message -> {
            Word.STOP.expect(message);
            if (missing.decrementAndGet() == 0) {
              me.tell(Word.DONE);
            }
            return Behaviors.stopped();
          });
      @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know nothing of type parameters
      ActorRef<Object>[] children = new ActorRef[processes];
      reading.since(System.nanoTime());
      for (int i = 0; i < processes; i++) {
        children[i] = context.spawnAnonymous(child);
      }
      for (ActorRef<Object> one : children) {
        one.tell(Word.STOP);
      }
    }

    @Override
    public Behavior<Object> handle(Object message) {
      Word.DONE.expect(message);
      return Behaviors.stopped();
    }
  }
}

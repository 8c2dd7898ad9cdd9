package dev.belay.bench;

import dev.belay.bench.PekkoRows.Script;
import dev.belay.bench.PekkoStage.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The workloads with servers and supervisors on Pekko: questions by its `ask`, restarts by its
/// supervision, trees of parents and children.
final class PekkoServers {
  /// A question that is to be answered with its number.
  record Echo(int number, ActorRef<Object> from) {}

  /// A question for the sum.
  record Sum(ActorRef<Object> from) {}

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private PekkoServers() {}

  private static Behavior<Object> server() {
    return Behaviors.setup(_ -> {
      long[] sum = {0};
      return Behaviors.receiveMessage(message -> {
        switch (message) {
          case Integer number -> sum[0] += number;
          case Echo(int number, ActorRef<Object> from) -> from.tell(number);
          case Sum(ActorRef<Object> from) -> from.tell(sum[0]);
          default -> throw Word.unexpected(message);
        }
        return Behaviors.same();
      });
    });
  }

  /// What came of a question.
  private static Object answer(Object answer, Throwable failure) {
    return failure == null ? answer : failure;
  }

  static final class Calls implements Script {
    private final ActorContext<Object> context;
    private final ActorRef<Object> server;
    private final Reading reading;
    private final int calls;
    private final long start;
    private int done;

    Calls(ActorContext<Object> context, int calls, Reading reading) {
      this.context = context;
      this.server = context.spawnAnonymous(server());
      this.calls = calls;
      this.reading = reading;
      this.start = System.nanoTime();
      ask();
    }

    private void ask() {
      context.ask(
          Object.class, server, TIMEOUT, from -> new Echo(done, from), PekkoServers::answer);
    }

    @Override
    public Behavior<Object> handle(Object message) {
      ServerRows.check(message.equals(done), "the answer to " + done, message);
      if (++done < calls) {
        ask();
        return Behaviors.same();
      }
      reading.took(System.nanoTime() - start);
      return Behaviors.stopped();
    }
  }

  static final class Casts implements Script {
    private final Reading reading;
    private final int casts;
    private final long start;

    Casts(ActorContext<Object> context, int casts, Reading reading) {
      this.casts = casts;
      this.reading = reading;
      ActorRef<Object> server = context.spawnAnonymous(server());
      start = System.nanoTime();
      for (int i = 0; i < casts; i++) {
        server.tell(i);
      }
      context.ask(Object.class, server, BelayStage.LIMIT, Sum::new, PekkoServers::answer);
    }

    @Override
    public Behavior<Object> handle(Object message) {
      reading.took(System.nanoTime() - start);
      ServerRows.check(message.equals(casts * (casts - 1L) / 2), "the sum", message);
      return Behaviors.stopped();
    }
  }

  private record Passed(ActorRef<Object> from) {}

  private static Behavior<Object> locked(int passed) {
    return Behaviors.receiveMessage(message ->
        switch (message) {
          case Turnstile.Coin _ -> open(passed);
          case Turnstile.Push _ -> Behaviors.same();
          case Passed(ActorRef<Object> from) -> {
            from.tell(passed);
            yield Behaviors.same();
          }
          default -> throw Word.unexpected(message);
        });
  }

  private static Behavior<Object> open(int passed) {
    return Behaviors.receiveMessage(message ->
        switch (message) {
          case Turnstile.Coin _ -> Behaviors.same();
          case Turnstile.Push _ -> locked(passed + 1);
          case Passed(ActorRef<Object> from) -> {
            from.tell(passed);
            yield Behaviors.same();
          }
          default -> throw Word.unexpected(message);
        });
  }

  /// A state machine as they are written there: each state is a behaviour.
  static final class Events implements Script {
    private final Reading reading;
    private final int events;
    private final long start;

    Events(ActorContext<Object> context, int events, Reading reading) {
      this.events = events;
      this.reading = reading;
      ActorRef<Object> machine = context.spawnAnonymous(locked(0));
      start = System.nanoTime();
      for (int i = 0; i < events; i++) {
        machine.tell(i % 2 == 0 ? new Turnstile.Coin() : new Turnstile.Push());
      }
      context.ask(Object.class, machine, BelayStage.LIMIT, Passed::new, PekkoServers::answer);
    }

    @Override
    public Behavior<Object> handle(Object message) {
      reading.took(System.nanoTime() - start);
      ServerRows.check(message.equals(events / 2), "who passed", message);
      return Behaviors.stopped();
    }
  }

  /// Children that fail when they get anything, and begin again.
  static final class Restarts implements Script {
    private final List<ActorRef<Object>> children = new ArrayList<>();
    private final Reading reading;
    private final int restarts;
    private int begun;
    private int done;
    private long start;

    Restarts(ActorContext<Object> context, int restarts, Reading reading) {
      this.restarts = restarts;
      this.reading = reading;
      ActorRef<Object> me = context.getSelf();
      Behavior<Object> failing =
          Behaviors.setup(_ -> {
            me.tell(Word.READY);
            return Behaviors.receiveMessage(message -> {
              throw Word.unexpected(message);
            });
          });
      for (int i = 0; i < restarts; i += Work.RESTARTS) {
        children.add(
            context.spawnAnonymous(
                Behaviors.supervise(failing).onFailure(SupervisorStrategy.restart())));
      }
    }

    @Override
    public Behavior<Object> handle(Object message) {
      Word.READY.expect(message);
      if (begun < children.size()) {
        if (++begun < children.size()) {
          return Behaviors.same();
        }
        start = System.nanoTime();
      } else if (++done == restarts) {
        reading.took(System.nanoTime() - start);
        return Behaviors.stopped();
      }
      children.get(done / Work.RESTARTS).tell(Word.STOP);
      return Behaviors.same();
    }
  }

  /// A parent of parents, each of which says when all of its children are there.
  static final class Tree implements Script {
    private final boolean timesStart;
    private final Reading reading;
    private final long start;
    private int missing = Work.BRANCHES;

    Tree(ActorContext<Object> context, int leaves, boolean timesStart, Reading reading) {
      this.timesStart = timesStart;
      this.reading = reading;
      ActorRef<Object> me = context.getSelf();
      start = System.nanoTime();
      for (int i = 0; i < Work.BRANCHES; i++) {
        context.spawnAnonymous(
            PekkoBonds.crowd(
                leaves / Work.BRANCHES,
                () -> {
                  me.tell(Word.READY);
                  return Behaviors.same();
                }));
      }
    }

    @Override
    public Behavior<Object> handle(Object message) {
      Word.READY.expect(message);
      if (--missing > 0) {
        return Behaviors.same();
      }
      if (timesStart) {
        reading.took(System.nanoTime() - start);
      } else {
        reading.since(System.nanoTime());
      }
      return Behaviors.stopped();
    }
  }

  /// Questions of this plain thread.
  static Workload callsFromOutside(int calls) {
    return new Workload() {
      private final PekkoStage stage = new PekkoStage();

      @Override
      public double run() throws Exception {
        CompletableFuture<ActorRef<Object>> begun = new CompletableFuture<>();
        stage.start(
            Behaviors.setup(context -> {
              begun.complete(context.getSelf());
              return server();
            }));
        ActorRef<Object> server = begun.get(BelayStage.LIMIT.toSeconds(), TimeUnit.SECONDS);
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
          int number = i;
          Object answer =
              AskPattern.<Object, Object>ask(
                      server, from -> new Echo(number, from), TIMEOUT, stage.scheduler())
                  .toCompletableFuture()
                  .get();
          ServerRows.check(answer.equals(i), "the answer to " + i, answer);
        }
        return System.nanoTime() - start;
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }
}

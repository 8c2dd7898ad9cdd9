package dev.belay.bench;

import dev.belay.bench.PekkoStage.Reading;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The workloads with deaths on Pekko, which has no links. The nearest is the death pact: who
/// watches another, and does not handle its end, fails.
final class PekkoBonds {
  private PekkoBonds() {}

  /// Each watches the one before; the driver watches the last, and stops the first.
  static Behavior<Object> chain(int processes, Reading reading) {
    return Behaviors.setup(context -> {
      ActorRef<Object> me = context.getSelf();
      ActorRef<Object> first = context.spawnAnonymous(PekkoRows.idle());
      ActorRef<Object> last = first;
      for (int i = 1; i < processes; i++) {
        last = context.spawnAnonymous(bound(last, me));
      }
      ActorRef<Object> end = last;
      AtomicInteger missing = new AtomicInteger(processes - 1);
      long[] start = {0};
      return Behaviors.receive(Object.class)
          .onAnyMessage(message -> {
            Word.READY.expect(message);
            if (missing.decrementAndGet() == 0) {
              context.watch(end);
              start[0] = System.nanoTime();
              first.tell(Word.STOP);
            }
            return Behaviors.same();
          })
          .onSignal(
              Terminated.class,
              terminated -> {
                reading.took(System.nanoTime() - start[0]);
                if (!terminated.getRef().equals(end)) {
                  throw Word.unexpected(terminated);
                }
                return Behaviors.stopped();
              })
          .build();
    });
  }

  private static Behavior<Object> bound(ActorRef<Object> other, ActorRef<Object> driver) {
    return Behaviors.setup(context -> {
      context.watch(other);
      driver.tell(Word.READY);
      return PekkoRows.idle();
    });
  }

  /// All watch one, which the driver stops; each counts down when it has failed.
  static Behavior<Object> star(int links, Reading reading) {
    return Behaviors.setup(context -> {
      ActorRef<Object> me = context.getSelf();
      ActorRef<Object> hub = context.spawnAnonymous(PekkoRows.idle());
      AtomicInteger alive = new AtomicInteger(links);
      for (int i = 0; i < links; i++) {
        context.spawnAnonymous(ray(hub, me, alive));
      }
      AtomicInteger missing = new AtomicInteger(links);
      return Behaviors.receiveMessage(message -> {
        if (message == Word.DONE) {
          return Behaviors.stopped();
        }
        Word.READY.expect(message);
        if (missing.decrementAndGet() == 0) {
          reading.since(System.nanoTime());
          hub.tell(Word.STOP);
        }
        return Behaviors.same();
      });
    });
  }

  private static Behavior<Object> ray(
      ActorRef<Object> hub, ActorRef<Object> driver, AtomicInteger alive) {
    return Behaviors.setup(context -> {
      context.watch(hub);
      driver.tell(Word.READY);
      return Behaviors.receive(Object.class)
          .onSignal(
              PostStop.class,
              _ -> {
                if (alive.decrementAndGet() == 0) {
                  driver.tell(Word.DONE);
                }
                return Behaviors.same();
              })
          .build();
    });
  }

  /// The driver watches all, and stops all.
  static Behavior<Object> monitored(int processes, Reading reading) {
    return Behaviors.setup(context -> {
      @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know nothing of type parameters
      ActorRef<Object>[] children = new ActorRef[processes];
      for (int i = 0; i < processes; i++) {
        children[i] = context.spawnAnonymous(announcedIdle(context));
        context.watch(children[i]);
      }
      AtomicInteger ready = new AtomicInteger();
      AtomicInteger ended = new AtomicInteger();
      long[] start = {0};
      return Behaviors.receive(Object.class)
          .onAnyMessage(message -> {
            Word.READY.expect(message);
            if (ready.incrementAndGet() == processes) {
              start[0] = System.nanoTime();
              for (ActorRef<Object> child : children) {
                child.tell(Word.STOP);
              }
            }
            return Behaviors.same();
          })
          .onSignal(
              Terminated.class,
              _ -> {
                if (ended.incrementAndGet() < processes) {
                  return Behaviors.same();
                }
                reading.took(System.nanoTime() - start[0]);
                return Behaviors.stopped();
              })
          .build();
    });
  }

  private static Behavior<Object> announcedIdle(ActorContext<Object> parent) {
    ActorRef<Object> driver = parent.getSelf();
    return Behaviors.setup(_ -> {
      driver.tell(Word.READY);
      return PekkoRows.idle();
    });
  }

  /// Spawns actors that wait for a message; what it does when all are there is for the caller.
  static Behavior<Object> crowd(int processes, Supplier<Behavior<Object>> allThere) {
    return Behaviors.setup(context -> {
      for (int i = 0; i < processes; i++) {
        context.spawnAnonymous(announcedIdle(context));
      }
      AtomicInteger ready = new AtomicInteger();
      return Behaviors.receiveMessage(message -> {
        Word.READY.expect(message);
        return ready.incrementAndGet() == processes ? allThere.get() : Behaviors.same();
      });
    });
  }
}

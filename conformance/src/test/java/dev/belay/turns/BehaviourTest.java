package dev.belay.turns;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.terminate;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessLocal;
import dev.belay.ProcessStatus;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.rules.Await;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a behaviour is given, and what its answers mean.
@BelayTest
class BehaviourTest {
  private record Get(Pid from) {}

  /// Adds up numbers, and says the sum when asked.
  private static final class Adder implements Behaviour {
    private int sum;

    @Override
    public Behaviour handle(Object message) {
      switch (message) {
        case Integer number -> sum += number;
        case Get get -> send(get.from(), sum);
        default -> throw new IllegalArgumentException("no number: " + message);
      }
      return Behaviour.same();
    }
  }

  @Test
  void itIsGivenOneMessageAfterTheOther(Node node) {
    node.run(() -> {
      Pid adder = spawn(Turns.of(Adder::new));
      for (int i = 1; i <= 1_000; i++) {
        send(adder, i);
      }
      send(adder, new Get(self()));
      assertThat(receive(Integer.class)).isEqualTo(500_500);
      terminate(adder);
    });
  }

  @Test
  void noTwoCallsAtOnceHoweverManySend(Node node) {
    int senders = 8;
    int each = 5_000;
    AtomicBoolean inside = new AtomicBoolean();
    AtomicInteger overlaps = new AtomicInteger();
    int[] plain = {0};
    try (Inbox inbox = node.inbox()) {
      Monitored counter =
          inbox.spawnMonitor(
              Turns.of(() ->
                  message -> {
                    if (!inside.compareAndSet(false, true)) {
                      overlaps.incrementAndGet();
                    }
                    // Not volatile: what one call wrote the next one sees.
                    plain[0]++;
                    inside.set(false);
                    return plain[0] == senders * each ? Behaviour.done() : Behaviour.same();
                  }));
      for (int i = 0; i < senders; i++) {
        node.spawn(() -> IntStream.range(0, each).forEach(n -> send(counter.pid(), n)));
      }
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
    }
    assertThat(overlaps).hasValue(0);
    assertThat(plain[0]).isEqualTo(senders * each);
  }

  @Test
  void anotherBehaviourTakesOver(Node node) {
    List<String> seen = new CopyOnWriteArrayList<>();
    node.run(() -> {
      Monitored door =
          spawnMonitor(
              Turns.of(() ->
                  first -> {
                    seen.add("closed: " + first);
                    return second -> {
                      seen.add("open: " + second);
                      return Behaviour.done();
                    };
                  }));
      send(door.pid(), 1);
      send(door.pid(), 2);
      send(door.pid(), 3);
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
    });
    assertThat(seen).containsExactly("closed: 1", "open: 2");
  }

  @Test
  void whatItThrowsEndsIt(Node node, Expected expected) {
    expected.crash(IOException.class);
    IOException boom = new IOException("boom");
    node.run(() -> {
      Monitored bad =
          spawnMonitor(
              Turns.of(() ->
                  message -> {
                    throw boom;
                  }));
      send(bad.pid(), "message");
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.crash(boom));
      Monitored leaving =
          spawnMonitor(
              Turns.of(() ->
                  message -> {
                    throw exit(ExitReason.term("bye"));
                  }));
      send(leaving.pid(), "message");
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.term("bye"));
    });
  }

  @Test
  void itsStartRunsInTheProcess(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    expected.crash(NullPointerException.class);
    node.run(() -> {
      Pid parent = self();
      Monitored started =
          spawnMonitor(
              Turns.of(() -> {
                send(parent, self());
                return Behaviour.done();
              }));
      assertThat(receive(Pid.class)).isEqualTo(started.pid());
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
      IllegalStateException failed = new IllegalStateException("cannot start");
      spawnMonitor(
          Turns.of(() -> {
            throw failed;
          }));
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.crash(failed));
      spawnMonitor(Turns.of(() -> Behaviour.same()));
      assertThat(receive(Down.class).reason().toString()).contains("returned no behaviour");
    });
  }

  @Test
  @SuppressWarnings("NullAway") // what a user does that does not check for nulls
  void nullIsNoAnswer(Node node, Expected expected) {
    expected.crash(NullPointerException.class);
    node.run(() -> {
      Monitored silent = spawnMonitor(Turns.of(() -> message -> null));
      send(silent.pid(), 1);
      assertThat(receive(Down.class).reason().toString())
          .contains("return Behaviour.same() to go on, or Behaviour.done() to end");
    });
  }

  @Test
  void whatItTrapsAndMonitorsAreMessages(Node node) {
    node.run(() -> {
      Pid parent = self();
      Pid watcher =
          spawnLink(
              Turns.of(() -> {
                trapExits(true);
                return message -> {
                  switch (message) {
                    case Pid pid -> {
                      link(pid);
                      monitor(pid);
                      send(pid, "end");
                    }
                    case Exit exit -> send(parent, exit);
                    case Down down -> send(parent, down);
                    default -> {
                      return Behaviour.done();
                    }
                  }
                  return Behaviour.same();
                };
              }));
      Pid other =
          spawn(() -> {
            receive();
            throw exit(ExitReason.term("over"));
          });
      send(watcher, other);
      assertThat(receive(Exit.class))
          .satisfies(e -> {
            assertThat(e.pid()).isEqualTo(other);
            assertThat(e.reason()).isEqualTo(ExitReason.term("over"));
          });
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.term("over"));
      send(watcher, "end");
      monitor(watcher);
      assertThat(receive(Down.class).subject()).isEqualTo(watcher);
    });
  }

  /// A selective receive within a call leaves the other messages to later calls, in order.
  @Test
  void itMayReceiveSelectively(Node node) {
    node.run(() -> {
      Pid parent = self();
      Pid asker =
          spawnLink(
              Turns.of(() ->
                  message -> {
                    if (message.equals("ask")) {
                      send(parent, "question");
                      send(parent, receive(Selector.matching("answer"::equals)));
                    } else {
                      send(parent, message);
                    }
                    return message.equals(3) ? Behaviour.done() : Behaviour.same();
                  }));
      send(asker, "ask");
      assertThat(receive()).isEqualTo("question");
      send(asker, 1);
      send(asker, 2);
      send(asker, "answer");
      send(asker, 3);
      assertThat(List.of(receive(), receive(), receive(), receive()))
          .containsExactly("answer", 1, 2, 3);
    });
  }

  @Test
  void whatItOwnsIsClosedBeforeAnybodyHears(Node node) {
    AtomicBoolean closed = new AtomicBoolean();
    node.run(() -> {
      Monitored owner =
          spawnMonitor(
              Turns.of(() -> {
                own(() -> closed.set(true));
                return message -> Behaviour.done();
              }));
      send(owner.pid(), "end");
      receive(Down.class);
      assertThat(closed).isTrue();
    });
  }

  @Test
  void aProcessLocalStaysWithTheProcess(Node node) {
    ProcessLocal<List<Object>> seen = ProcessLocal.withInitial(ArrayList::new);
    node.run(() -> {
      Pid parent = self();
      List<Pid> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            spawnLink(
                Turns.of(() ->
                    message -> {
                      seen.get().add(message);
                      if (message.equals("done")) {
                        send(parent, List.copyOf(seen.get()));
                        return Behaviour.done();
                      }
                      return Behaviour.same();
                    })));
      }
      for (int n = 0; n < 50; n++) {
        for (Pid pid : all) {
          send(pid, pid);
        }
      }
      for (Pid pid : all) {
        send(pid, "done");
      }
      for (int i = 0; i < all.size(); i++) {
        List<?> its = receive(List.class);
        assertThat(its).hasSize(51);
        assertThat(its.getLast()).isEqualTo("done");
        assertThat(its.subList(0, 50)).allMatch(its.getFirst()::equals);
      }
      seen.set(new ArrayList<>(List.of("mine")));
      assertThat(seen.get()).containsExactly("mine");
      seen.remove();
      assertThat(seen.get()).isEmpty();
    });
  }

  @Test
  void infoTellsWhatItDoes(Node node) {
    node.run(() -> {
      Pid idle = spawn(SpawnOptions.DEFAULT.label("idle"), Turns.of(Adder::new));
      Await.until(() -> statusOf(idle) == ProcessStatus.WAITING);
      ProcessInfo seen = info(idle).orElseThrow();
      assertThat(seen.label()).isEqualTo("idle");
      assertThat(seen.messageQueueLength()).isZero();
      assertThat(seen.parent()).contains(self());
      assertThat(seen.initialFunction()).contains(BehaviourTest.class.getSimpleName());
      exit(idle, ExitReason.KILL);
    });
  }

  private static ProcessStatus statusOf(Pid pid) {
    return info(pid).orElseThrow().status();
  }
}

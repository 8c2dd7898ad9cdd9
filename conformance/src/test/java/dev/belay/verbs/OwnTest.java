package dev.belay.verbs;

import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Owned;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.VerbException;
import dev.belay.rules.Await;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a process owns is closed when it ends, before anybody hears of it.
@BothStyles
@BelayTest
class OwnTest {
  private final List<String> closed = new CopyOnWriteArrayList<>();

  /// A resource that says when it is closed.
  private final class Resource implements AutoCloseable {
    private final String name;

    Resource(String name) {
      this.name = name;
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  /// How the owner ends.
  enum End {
    RETURN,
    CRASH,
    EXIT,
    KILL
  }

  @ParameterizedTest
  @EnumSource
  void itIsClosedLastFirstAndBeforeAnybodyHears(End end, Node node, Expected expected) {
    expected.maybeCrash(IllegalStateException.class);
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      Monitored owner =
          spawnMonitor(
              SpawnOptions.DEFAULT
                  .link()
                  .own(new Resource("given first"))
                  .own(new Resource("given second")),
              () -> {
                own(new Resource("third"));
                own(new Resource("fourth"));
                send(me, info(self()).orElseThrow().owned().size());
                switch (end) {
                  case RETURN -> {}
                  case CRASH -> throw new IllegalStateException("boom");
                  case EXIT -> throw Belay.exit(ExitReason.SHUTDOWN);
                  case KILL -> receive();
                }
              });
      assertThat(receive(Integer.class)).isEqualTo(4);
      if (end == End.KILL) {
        Belay.exit(owner.pid(), ExitReason.KILL);
      }
      Object first = receive();
      assertThat(closed).containsExactly("fourth", "third", "given second", "given first");
      assertThat(first).isInstanceOf(Exit.class);
      assertThat(receive()).isInstanceOf(Down.class);
      assertThat(closed).hasSize(4);
    });
  }

  @Test
  void notAliveMeansClosed(Node node) {
    node.run(() -> {
      for (int round = 0; round < 500; round++) {
        String name = "round " + round;
        Pid owner = spawn(SpawnOptions.DEFAULT.own(new Resource(name)), Belay::receive);
        Belay.exit(owner, ExitReason.KILL);
        assertThat(isAlive(owner)).isFalse();
        assertThat(closed.getLast()).isEqualTo(name);
      }
    });
    assertThat(closed).hasSize(500);
  }

  @Test
  void releasedIsNotClosed(Node node) {
    List<Resource> kept = new ArrayList<>();
    node.run(() -> {
      Resource resource = new Resource("released");
      Owned<Resource> owned = own(resource);
      own(new Resource("other"));
      assertThat(owned.get()).isSameAs(resource);
      assertThat(owned).hasToString("Owned[" + Resource.class.getName() + ", by " + self() + "]");
      kept.add(owned.release());
      assertThat(kept).containsExactly(resource);
      assertThat(owned).hasToString("Owned[" + Resource.class.getName() + ", released]");
      assertThat(info(self()).orElseThrow().owned()).hasSize(1);
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(owned::release)
          .withMessageContaining("does not own this resource; it was released or closed before");
      assertThatExceptionOfType(VerbException.class).isThrownBy(owned::close);
      assertThatExceptionOfType(VerbException.class).isThrownBy(() -> owned.giveTo(self()));
    });
    assertThat(closed).containsExactly("other");
  }

  @Test
  void closedByHandIsNotClosedAgain(Node node) {
    node.run(() -> {
      Owned<Resource> owned = own(new Resource("by hand"));
      owned.close();
      assertThat(closed).containsExactly("by hand");
      Owned<AutoCloseable> fails =
          own(() -> {
            throw new IOException("no");
          });
      assertThatExceptionOfType(IOException.class).isThrownBy(fails::close);
    });
    assertThat(closed).containsExactly("by hand");
  }

  @Test
  void givenAwayItIsTheReceivers(Node node) {
    node.run(() -> {
      Owned<Resource> owned = own(new Resource("given"));
      Monitored receiver =
          spawnMonitor(() -> {
            Owned<?> mine = (Owned<?>) receive();
            assertThat(info(self()).orElseThrow().owned()).hasSize(1);
            Await.message("end");
            assertThat(mine.get()).isNotNull();
          });
      assertThat(owned.giveTo(self())).isTrue();
      assertThat(owned.giveTo(receiver.pid())).isTrue();
      send(receiver.pid(), owned);
      assertThat(info(self()).orElseThrow().owned()).isEmpty();
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(owned::release)
          .withMessageContaining("its owner is " + receiver.pid() + ", which must do it itself");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> owned.giveTo(receiver.pid()))
          .withMessageContaining("giveTo()");
      assertThat(closed).isEmpty();
      send(receiver.pid(), "end");
      assertThat(Await.down(receiver).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(closed).containsExactly("given");
    });
    assertThat(closed).hasSize(1);
  }

  @Test
  void theDeadAndTheStrangeGetNothing(Node node, Nodes nodes) {
    Node other = nodes.start();
    Pid stranger = other.spawn(Belay::receive);
    node.run(() -> {
      Owned<Resource> owned = own(new Resource("mine"));
      Monitored dead = spawnMonitor(() -> {});
      Await.down(dead);
      assertThat(owned.giveTo(dead.pid())).isFalse();
      assertThat(owned.giveTo(stranger)).isFalse();
      assertThat(info(self()).orElseThrow().owned()).hasSize(1);
      assertThat(closed).isEmpty();
      // Exiting counts as dead: what it owns may be closed already.
      Pid exiting =
          spawn(
              SpawnOptions.DEFAULT.grace(Duration.ofHours(1)),
              () -> {
                try {
                  receive();
                } finally {
                  Await.until(() -> closed.contains("go on"));
                }
              });
      // One that is told to exit before its first instruction has nothing to unwind.
      Await.until(() -> info(exiting).orElseThrow().status() == ProcessStatus.WAITING);
      Belay.exit(exiting, ExitReason.SHUTDOWN);
      assertThat(info(exiting).orElseThrow().status()).isEqualTo(ProcessStatus.EXITING);
      assertThat(owned.giveTo(exiting)).isFalse();
      closed.add("go on");
      assertThat(isAlive(exiting)).isFalse();
      assertThat(owned.release().name).isEqualTo("mine");
    });
    other.terminate(stranger, ExitReason.NORMAL);
    assertThat(closed).containsExactly("go on");
  }

  /// A receiver dies at about the time at which it is given something: it belongs to the one or to
  /// the other, and is closed once.
  @Test
  void givingAndDyingRace(Node node) {
    AtomicInteger closings = new AtomicInteger();
    int rounds = 2_000;
    node.run(() -> {
      for (int round = 0; round < rounds; round++) {
        Pid receiver = spawn(Belay::receive);
        Monitored killer = spawnMonitor(() -> Belay.exit(receiver, ExitReason.KILL));
        Owned<AutoCloseable> owned = own(closings::incrementAndGet);
        Ref watch = monitor(receiver);
        boolean gone = owned.giveTo(receiver);
        Await.down(watch);
        Await.down(killer);
        if (!gone) {
          owned.close();
        }
        if (closings.get() != round + 1) {
          throw new AssertionError("round " + round + ", given: " + gone + ", " + closings);
        }
      }
    });
    assertThat(closings).hasValue(rounds);
  }

  @Test
  void aCloseThatFailsIsReportedAndTheOthersAreClosed(Node node, Expected expected) {
    expected.report(Failing.class.getName());
    node.run(() -> {
      for (Throwable failure :
          List.of(
              new IOException("no"), new IllegalStateException("no"), new AssertionError("no"))) {
        closed.clear();
        Monitored owner =
            spawnMonitor(() -> {
              own(new Resource("first"));
              own(new Failing(failure));
              own(new Resource("last"));
            });
        assertThat(Await.down(owner).reason()).isEqualTo(ExitReason.NORMAL);
        assertThat(closed).containsExactly("last", "first");
      }
    });
  }

  /// Cannot be closed.
  private record Failing(Throwable failure) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      switch (failure) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalArgumentException(failure);
      }
    }
  }
}

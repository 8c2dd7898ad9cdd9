package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.distribution.Shop.Box;
import dev.belay.distribution.Shop.Circle;
import dev.belay.distribution.Shop.Closed;
import dev.belay.distribution.Shop.Failed;
import dev.belay.distribution.Shop.Item;
import dev.belay.distribution.Shop.Order;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Values of registered types between two nodes of Belay's.
@Timeout(60)
class ValuesBetweenNodesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Name ECHO = new Name("echo", "a@localhost");
  private static final Order ORDER =
      new Order(7, List.of(new Item("rope", (byte) 2)), Optional.of("soon"));

  record Unknown(int x) {}

  private Node there;
  private Node here;
  private Distribution theirs;
  private Distribution ours;
  private Inbox inbox;

  @BeforeEach
  void start() throws IOException {
    there = Node.start(NodeOptions.DEFAULT.name("a@localhost").daemon(true));
    here = Node.start(NodeOptions.DEFAULT.name("b@localhost").daemon(true));
    DistributionOptions options =
        DistributionOptions.DEFAULT.cookie("secret").unregistered().codec(Shop.CODEC);
    theirs = Distribution.start(there, options);
    ours =
        Distribution.start(
            here,
            options.resolver(
                NodeResolver.listed(
                    Map.of(
                        there.name(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), theirs.port())))));
    echoes("echo");
    inbox = here.inbox();
  }

  /// Starts a process that answers with what it was sent, and with the type that it has there.
  private void echoes(String name) {
    there.spawn(
        SpawnOptions.DEFAULT.name(name),
        Turns.of(() ->
            message -> {
              Tuple tuple = (Tuple) message;
              String type = tuple.get(1).getClass().getSimpleName();
              Belay.send((Destination) tuple.get(0), Tuple.of(Atom.of(type), tuple.get(1)));
              return Behaviour.same();
            }));
  }

  @AfterEach
  void stop() {
    inbox.close();
    ours.close();
    theirs.close();
    here.close();
    there.close();
  }

  private Object echo(Object message) {
    inbox.send(ECHO, Tuple.of(inbox.pid(), message));
    return inbox.receive(Tuple.class, LONG).orElseThrow();
  }

  @Test
  void recordsArriveAsRecords() {
    assertThat(echo(ORDER)).isEqualTo(Tuple.of(Atom.of("Order"), ORDER));
    assertThat(echo(new Circle(1.5))).isEqualTo(Tuple.of(Atom.of("Circle"), new Circle(1.5)));
    assertThat(echo(new Closed())).isEqualTo(Tuple.of(Atom.of("Closed"), new Closed()));
    inbox.send(new Name("echo", there.name()), Tuple.of(inbox.pid(), new Box(ORDER)));
    assertThat(inbox.receive(Tuple.class, LONG).orElseThrow().get(1)).isEqualTo(new Box(ORDER));
  }

  @Test
  void whatHasTheTagButNotTheContentsArrivesAsATerm() {
    Tuple wrong = Tuple.of(Atom.of("item"), 1L, 2L);
    assertThat(echo(wrong)).isEqualTo(Tuple.of(Atom.of("Tuple"), wrong));
    assertThat(echo(1L)).as("the line lives on").isEqualTo(Tuple.of(Atom.of("Long"), 1L));
  }

  @Test
  void servicesOfErlangGetTerms() {
    echoes("erpc");
    inbox.send(new Name("erpc", there.name()), Tuple.of(inbox.pid(), new Circle(1.5)));
    assertThat(inbox.receive(Tuple.class, LONG).orElseThrow())
        .isEqualTo(Tuple.of(Atom.of("Tuple"), new Circle(1.5)));
  }

  @Test
  void whatIsNotRegisteredIsRefusedAtTheSender() {
    assertThatThrownBy(() -> inbox.send(ECHO, Tuple.of(Atom.OK, List.of(new Unknown(1)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a@localhost")
        .hasMessageContaining("Tuple[1][0]: a value of ")
        .hasMessageContaining("register(Unknown.class)");
    assertThat(echo(1L)).isEqualTo(Tuple.of(Atom.of("Long"), 1L));
  }

  @Test
  void reasonsHoldRecords() {
    there.spawn(
        SpawnOptions.DEFAULT.name("mortal"),
        () -> {
          throw Belay.exit(ExitReason.term(Belay.receive()));
        });
    inbox.monitor(new Name("mortal", there.name()));
    inbox.send(new Name("mortal", there.name()), ORDER);
    assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
        .isEqualTo(ExitReason.term(ORDER));
  }

  @Test
  void aReasonThatIsNoTermIsToldAsAText() {
    there.spawn(
        SpawnOptions.DEFAULT.name("mortal"),
        () -> {
          Belay.receive();
          throw Belay.exit(ExitReason.term(new Unknown(1)));
        });
    inbox.monitor(new Name("mortal", there.name()));
    inbox.send(new Name("mortal", there.name()), Atom.OK);
    assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
        .isEqualTo(ExitReason.term(Binary.utf8("Unknown[x=1]")));
  }

  @Test
  void reasonsInRecords() {
    Failed failed = new Failed(ExitReason.shutdown(ORDER));
    assertThat(echo(failed)).isEqualTo(Tuple.of(Atom.of("Failed"), failed));
  }
}

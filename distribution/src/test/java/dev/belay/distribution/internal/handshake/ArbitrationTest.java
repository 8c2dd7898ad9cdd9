package dev.belay.distribution.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two nodes in every order in which things can happen to them: in the end they have one
/// connection, never none and never two.
class ArbitrationTest {
  /*
   * All orders are gone through by repetition: each run follows the choices of the one before up to the last that has an alternative
   * left, takes that, and from there always the first.
   */
  private static final int LONGEST = 200;

  private static int explore(Supplier<TwoNodes> scenario) {
    Deque<Choice> choices = new ArrayDeque<>();
    int runs = 0;
    do {
      run(scenario.get(), choices);
      runs++;
    } while (advance(choices));
    return runs;
  }

  /// Which of some events comes next.
  private record Choice(int index, int width) {}

  private static boolean advance(Deque<Choice> choices) {
    while (!choices.isEmpty()) {
      Choice last = choices.removeLast();
      if (last.index + 1 < last.width) {
        choices.addLast(new Choice(last.index + 1, last.width));
        return true;
      }
    }
    return false;
  }

  private static void run(TwoNodes nodes, Deque<Choice> choices) {
    List<String> trace = new ArrayList<>();
    Deque<Choice> known = new ArrayDeque<>(choices);
    try {
      List<TwoNodes.Event> events = nodes.events();
      while (!events.isEmpty()) {
        assertThat(trace.size()).as("steps").isLessThan(LONGEST);
        Choice choice = known.poll();
        if (choice == null) {
          choice = new Choice(0, events.size());
          choices.addLast(choice);
        }
        TwoNodes.Event event = events.get(choice.index);
        trace.add(event.what());
        event.action().run();
        assertNeverTwo(nodes);
        events = nodes.events();
      }
      assertConnected(nodes);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("after " + String.join("; ", trace), e);
    }
  }

  private static void assertConnected(TwoNodes nodes) {
    assertThat(nodes.left.up()).as("connections of one").hasSize(1);
    assertThat(nodes.right.up()).as("connections of the other").hasSize(1);
    assertThat(nodes.left.up().getFirst().peer()).isSameAs(nodes.right.up().getFirst());
    assertThat(nodes.left.peers.connected()).containsExactly(nodes.right.name);
    assertThat(nodes.right.peers.connected()).containsExactly(nodes.left.name);
    assertThat(nodes.left.wishes).isZero();
    assertThat(nodes.right.wishes).isZero();
  }

  /// At no time has a node two connections to another.
  private static void assertNeverTwo(TwoNodes nodes) {
    assertThat(nodes.left.up().size()).isLessThan(2);
    assertThat(nodes.right.up().size()).isLessThan(2);
  }

  private static TwoNodes nodes(int wishesOfLess, int wishesOfGreater) {
    TwoNodes nodes = new TwoNodes("a@localhost", "b@localhost");
    nodes.left.wishes = wishesOfLess;
    nodes.right.wishes = wishesOfGreater;
    return nodes;
  }

  @Test
  void oneConnects() {
    assertThat(explore(() -> nodes(1, 0))).isPositive();
    assertThat(explore(() -> nodes(0, 1))).isPositive();
  }

  @Test
  void bothConnect() {
    assertThat(explore(() -> nodes(1, 1))).isGreaterThan(1);
  }

  @Test
  void eachConnectsTwice() {
    assertThat(explore(() -> nodes(2, 2))).isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOneThatConnectsRestarts(boolean less) {
    assertThat(
            explore(() -> {
              TwoNodes nodes = nodes(less ? 1 : 0, less ? 0 : 1);
              (less ? nodes.left : nodes.right).mayCrash = true;
              return nodes;
            }))
        .isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOneThatIsConnectedToRestarts(boolean less) {
    assertThat(
            explore(() -> {
              TwoNodes nodes = nodes(less ? 1 : 0, less ? 0 : 1);
              (less ? nodes.right : nodes.left).mayCrash = true;
              return nodes;
            }))
        .isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothConnectAndOneRestarts(boolean less) {
    assertThat(
            explore(() -> {
              TwoNodes nodes = nodes(1, 1);
              (less ? nodes.right : nodes.left).mayCrash = true;
              return nodes;
            }))
        .isGreaterThan(1);
  }
}

package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Variables of nodes.
class NodeLocalTest {
  private final AtomicInteger made = new AtomicInteger();
  private final NodeLocal<String> variable =
      NodeLocal.withInitial(node -> node.name() + " " + made.incrementAndGet());

  @Test
  void eachNodeHasItsOwnMadeOnce() {
    try (Node valley = Node.start(NodeOptions.DEFAULT.name("valley").daemon(true));
        Node hill = Node.start(NodeOptions.DEFAULT.name("hill").daemon(true))) {
      assertThat(variable.get(valley)).isEqualTo("valley 1");
      assertThat(variable.get(hill)).isEqualTo("hill 2");
      assertThat(variable.get(valley)).isEqualTo("valley 1");
    }
  }

  @Test
  void optionsSayWhatItBeginsWith() {
    NodeOptions options = NodeOptions.DEFAULT.daemon(true).set(variable, "given");
    try (Node node = Node.start(options.name("valley"));
        Node other = Node.start(NodeOptions.DEFAULT.name("hill").daemon(true))) {
      assertThat(variable.get(node)).isEqualTo("given");
      assertThat(variable.get(other)).isEqualTo("hill 1");
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the mistake that is looked for
  void itIsNeverNull() {
    NodeLocal<String> nothing = NodeLocal.withInitial(node -> null);
    try (Node node = Node.start(NodeOptions.DEFAULT.daemon(true))) {
      assertThatNullPointerException()
          .isThrownBy(() -> nothing.get(node))
          .withMessageContaining("the initial value of a NodeLocal");
    }
  }
}

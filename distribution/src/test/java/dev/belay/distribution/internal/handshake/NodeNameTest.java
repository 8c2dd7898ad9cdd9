package dev.belay.distribution.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The names of nodes.
class NodeNameTest {
  @Test
  void aNameHasTwoParts() {
    NodeName name = NodeName.of("a@db1.example.org");
    assertThat(name.name()).isEqualTo("a");
    assertThat(name.host()).isEqualTo("db1.example.org");
    assertThat(name)
        .hasToString("a@db1.example.org")
        .isEqualTo(new NodeName("a", "db1.example.org"));
    assertThat(NodeName.of("é@x").name()).isEqualTo("é");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "@", "a@", "@h", "a@b@c", "a@h\n", "\0a@h", "日本@h"})
  void whatIsNoNameIsRefused(String text) {
    assertThat(NodeName.flaw(text)).isPresent();
    assertThatThrownBy(() -> NodeName.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be the name of a node: it ")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("\0");
  }

  @Test
  void aNameIsNoLongerThanAnAtom() {
    assertThat(NodeName.flaw("a".repeat(253) + "@h")).isEmpty();
    assertThat(NodeName.flaw("a".repeat(254) + "@h")).isPresent();
  }

  @Test
  void aClusterHasShortOrLongHosts() {
    NodeName shorty = NodeName.of("a@db1");
    NodeName dotted = NodeName.of("b@db1.example.org");
    assertThat(shorty.isLong()).isFalse();
    assertThat(dotted.isLong()).isTrue();
    assertThat(NodeName.of("a@::1").isLong()).isTrue();
    assertThat(shorty.mismatch(NodeName.of("b@localhost"))).isEmpty();
    assertThat(dotted.mismatch(NodeName.of("b@127.0.0.1"))).isEmpty();
    assertThat(shorty.mismatch(dotted))
        .hasValueSatisfying(text -> assertThat(text).contains("a@db1 has a short host"));
    assertThat(dotted.mismatch(shorty)).isPresent();
  }

  @Test
  void namesAreOrderedAsBytes() {
    assertThat(NodeName.of("a@h")).isLessThan(NodeName.of("b@h"));
    assertThat(NodeName.of("Z@h")).isLessThan(NodeName.of("a@h"));
    assertThat(NodeName.of("ab@h")).as("@ is less than b").isGreaterThan(NodeName.of("a@zzz"));
    assertThat(NodeName.of("a@h1")).isGreaterThan(NodeName.of("a@h"));
    assertThat(NodeName.of("z@h")).isLessThan(NodeName.of("é@h"));
  }
}

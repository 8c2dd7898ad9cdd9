package dev.belay.distribution.internal.global;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The words of name servers.
class WordsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void theGreatestNodeIsTheBoss() {
    assertThat(Words.boss(List.of("b@h", "a@h", "c@h"))).isEqualTo("c@h");
    // By characters, not by how Java's strings order.
    assertThat(Words.boss(List.of("\uFF5E@h", "\uD83D\uDE00@h"))).isEqualTo("\uD83D\uDE00@h");
    assertThatIllegalArgumentException().isThrownBy(() -> Words.boss(List.of()));
  }

  @Test
  void bothLockersMakeTheSameLock() {
    try (Node a = Node.start(NodeOptions.DEFAULT.name("a@h").daemon(true));
        Node b = Node.start(NodeOptions.DEFAULT.name("b@h").daemon(true));
        Inbox first = a.inbox();
        Inbox second = a.inbox();
        Inbox other = b.inbox()) {
      Pid one = first.pid();
      Pid two = second.pid();
      Pid far = other.pid();
      assertThat(Words.lockOf(two, one)).isEqualTo(Words.lockOf(one, two));
      assertThat(Words.lockOf(two, one)).isEqualTo(Tuple.of(Words.GLOBAL, List.of(one, two)));
      // First by number, then by node.
      assertThat(far.number()).isEqualTo(one.number());
      assertThat(Words.lockOf(far, one)).isEqualTo(Tuple.of(Words.GLOBAL, List.of(one, far)));
      assertThat(Words.lockOf(two, far)).isEqualTo(Tuple.of(Words.GLOBAL, List.of(far, two)));
    }
  }

  @Test
  void answersGoWhereTheTagWantsThem() {
    Atom alias = Atom.of("alias");
    try (Node node = Node.start(NodeOptions.DEFAULT.name("a@h").daemon(true));
        Inbox inbox = node.inbox()) {
      Ref ref = inbox.alias();
      ImproperList byAlias = new ImproperList(List.of(alias), ref);
      List<Object> tags =
          List.of(ref, Tuple.of(ref, Atom.of("n")), byAlias, List.of(byAlias, Atom.of("more")));
      for (Object tag : tags) {
        node.spawn(() -> Words.reply(Tuple.of(inbox.pid(), tag), Atom.OK));
        assertThat(inbox.receive(LONG)).contains(Tuple.of(tag, Atom.OK));
      }
      inbox.unalias(ref);
      // Nobody hears what comes by an alias that has ended.
      node.spawn(() -> Words.reply(Tuple.of(inbox.pid(), byAlias), Atom.OK));
      node.spawn(() ->
          Words.reply(
              Tuple.of(inbox.pid(), new ImproperList(List.of(byAlias), Atom.of("x"))), Atom.OK));
      assertThat(inbox.receive(Duration.ofMillis(100))).isEmpty();
    }
  }
}

package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeDown;
import dev.belay.NodeOptions;
import dev.belay.NodeType;
import dev.belay.NodeUp;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What visible nodes do by themselves, among nodes of Belay's alone: they know and leave each
/// other, and share names (D11, D12, N4–N7, N10).
@Timeout(60)
class VisibleNodesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Atom GLOBAL = Atom.of("global");
  private static final Object RANDOM_EXIT = new ExternalFun(GLOBAL, Atom.of("random_exit_name"), 3);

  private final int epmd;
  private final List<Distribution> all = new ArrayList<>();

  VisibleNodesTest() throws IOException {
    epmd = Ports.free();
  }

  @AfterEach
  void stop() {
    for (Distribution distribution : all.reversed()) {
      distribution.close();
      distribution.node().close();
    }
  }

  private Distribution start(String name, DistributionOptions options) throws IOException {
    Node node = Node.start(NodeOptions.DEFAULT.name(name).daemon(true));
    Distribution distribution = Distribution.start(node, options.cookie("secret").epmdPort(epmd));
    all.add(distribution);
    return distribution;
  }

  private Distribution visible(String name) throws IOException {
    return start(name, DistributionOptions.DEFAULT.visible());
  }

  /// Asks a node's name server.
  private static Object ask(Inbox inbox, String node, Object request) {
    Name server = new Name("global_name_server", node);
    Ref call = inbox.monitor(server);
    inbox.send(server, Tuple.of(Atom.of("$gen_call"), Tuple.of(inbox.pid(), call), request));
    Tuple answer =
        inbox
            .receive(
                message ->
                    message instanceof Tuple tuple && tuple.get(0).equals(call) ? tuple : null,
                LONG)
            .orElseThrow();
    inbox.demonitor(call);
    return answer.get(1);
  }

  /// Takes the lock of the name servers of nodes. Those that have just met have it themselves until
  /// they have told each other of it.
  private static void lock(Inbox inbox, Tuple lock, String... nodes) {
    for (String node : nodes) {
      Waiting.until(
          node + " is not locked",
          () -> ask(inbox, node, Tuple.of(Atom.of("set_lock"), lock)).equals(Atom.TRUE));
    }
  }

  /// Does what `global:register_name` does.
  private static void register(Inbox inbox, String name, Pid pid, String... nodes) {
    Tuple lock = Tuple.of(GLOBAL, inbox.pid());
    lock(inbox, lock, nodes);
    for (String node : nodes) {
      assertThat(ask(inbox, node, Tuple.of(Atom.of("register"), Atom.of(name), pid, RANDOM_EXIT)))
          .isEqualTo(Atom.of("yes"));
    }
    for (String node : nodes) {
      assertThat(ask(inbox, node, Tuple.of(Atom.of("del_lock"), lock))).isEqualTo(Atom.TRUE);
    }
  }

  private static Object whereis(Inbox inbox, String node, String name) {
    Ref tag = inbox.makeRef();
    inbox.send(
        new Name("global_name_server", node),
        Tuple.of(Atom.of("whereis"), Atom.of(name), Tuple.of(inbox.pid(), tag)));
    return inbox
        .receive(
            message -> message instanceof Tuple tuple && tuple.get(0).equals(tag) ? tuple : null,
            LONG)
        .orElseThrow()
        .get(1);
  }

  private static void untilKnown(Inbox inbox, String node, String... others) {
    Waiting.until(
        node + " knows " + List.of(others),
        () ->
            ask(inbox, node, Atom.of("get_known")) instanceof List<?> known
                && known.size() == others.length
                && List.of(others).stream().allMatch(other -> known.contains(Atom.of(other))));
  }

  /// Waits until nodes are connected with each other, and their name servers have given back the
  /// locks with which they have met: nothing that they have to tell each other would connect two of
  /// them again.
  private void untilMet(Inbox inbox, String... nodes) {
    for (Distribution each : all) {
      Waiting.until("all are connected", () -> each.nodes().size() == all.size() - 1);
    }
    Tuple lock = Tuple.of(GLOBAL, inbox.pid());
    lock(inbox, lock, nodes);
    for (String node : nodes) {
      assertThat(ask(inbox, node, Tuple.of(Atom.of("del_lock"), lock))).isEqualTo(Atom.TRUE);
    }
  }

  @Test
  void nodesAreListedByType() throws IOException {
    Distribution a = visible("a@localhost");
    Distribution b = visible("b@localhost");
    Distribution h = start("h@localhost", DistributionOptions.DEFAULT);
    assertThat(a.connect("b@localhost")).isTrue();
    assertThat(a.connect("h@localhost")).isTrue();
    assertThat(a.nodes()).containsExactly("b@localhost");
    assertThat(a.nodes(NodeType.HIDDEN)).containsExactly("h@localhost");
    assertThat(a.nodes(NodeType.ALL)).containsExactlyInAnyOrder("b@localhost", "h@localhost");
    Waiting.until("b sees a", () -> b.nodes().equals(List.of("a@localhost")));
    Waiting.until("h sees a", () -> h.nodes(NodeType.ALL).equals(List.of("a@localhost")));
    assertThat(h.nodes()).isEmpty();
  }

  @Test
  void whoComesAndGoesIsTold() throws IOException {
    Distribution a = visible("a@localhost");
    Distribution b = visible("b@localhost");
    try (Inbox inbox = b.node().inbox()) {
      inbox.monitorNodes(true);
      assertThat(a.connect("b@localhost")).isTrue();
      assertThat(inbox.receive(LONG)).contains(new NodeUp("a@localhost"));
      assertThat(b.nodes()).containsExactly("a@localhost");
      inbox.monitorNode("a@localhost", true);
      assertThat(a.disconnect("b@localhost")).isTrue();
      assertThat(inbox.receive(LONG)).contains(new NodeDown("a@localhost"));
      assertThat(inbox.receive(LONG)).contains(new NodeDown("a@localhost"));
      assertThat(b.nodes()).isEmpty();
      assertThat(inbox.receive(Duration.ofMillis(200))).isEmpty();
    }
  }

  @Test
  void afterTheEndNobodyIsReached() throws IOException {
    Distribution a = visible("a@localhost");
    a.close();
    try (Inbox inbox = a.node().inbox()) {
      inbox.monitorNode("b@localhost", true);
      assertThat(inbox.receive(LONG)).contains(new NodeDown("b@localhost"));
    }
  }

  @Test
  void whoMeetsOneMeetsAll() throws IOException {
    Distribution a = visible("a@localhost");
    visible("b@localhost");
    visible("c@localhost");
    try (Inbox inbox = a.node().inbox()) {
      assertThat(a.connect("b@localhost")).isTrue();
      untilKnown(inbox, "a@localhost", "b@localhost");
      assertThat(all.get(2).connect("b@localhost")).isTrue();
      for (int i = 0; i < all.size(); i++) {
        Distribution each = all.get(i);
        Waiting.until("all are connected", () -> each.nodes().size() == 2);
      }
      untilKnown(inbox, "a@localhost", "b@localhost", "c@localhost");
      untilKnown(inbox, "b@localhost", "a@localhost", "c@localhost");
      untilKnown(inbox, "c@localhost", "a@localhost", "b@localhost");
    }
  }

  @Test
  void namesAreShared() throws IOException {
    Distribution a = visible("a@localhost");
    visible("b@localhost");
    try (Inbox inbox = a.node().inbox()) {
      Pid early = a.node().spawn(Belay::receive);
      register(inbox, "early", early, "a@localhost");
      assertThat(a.connect("b@localhost")).isTrue();
      untilKnown(inbox, "b@localhost", "a@localhost");
      assertThat(whereis(inbox, "b@localhost", "early")).isEqualTo(early);
      Pid late = a.node().spawn(Belay::receive);
      register(inbox, "late", late, "b@localhost", "a@localhost");
      assertThat(whereis(inbox, "b@localhost", "late")).isEqualTo(late);
      a.node().send(late, "end");
      Waiting.until(
          "the name has gone", () -> whereis(inbox, "b@localhost", "late").equals(Atom.UNDEFINED));
      assertThat(whereis(inbox, "a@localhost", "early")).isEqualTo(early);
    }
  }

  @Test
  void ofTwoWithOneNameOneIsKept() throws IOException {
    Distribution a = visible("a@localhost");
    Distribution b = visible("b@localhost");
    Pid one = a.node().spawn(Belay::receive);
    Pid other = b.node().spawn(Belay::receive);
    try (Inbox inbox = a.node().inbox();
        Inbox theirs = b.node().inbox()) {
      register(inbox, "same", one, "a@localhost");
      register(theirs, "same", other, "b@localhost");
      assertThat(a.connect("b@localhost")).isTrue();
      untilKnown(inbox, "b@localhost", "a@localhost");
      Waiting.until("one has gone", () -> !b.node().isAlive(other));
      assertThat(a.node().isAlive(one)).isTrue();
      Waiting.until(
          "the other one has the name", () -> whereis(theirs, "b@localhost", "same").equals(one));
    }
  }

  /// The node that decides between two sides need not have the process: it asks the one that has.
  @Test
  void theNodeOfTheProcessDecidesWhichOneIsKept() throws IOException {
    Distribution a = visible("a@localhost");
    Distribution b = visible("b@localhost");
    Distribution c = visible("c@localhost");
    Pid one = b.node().spawn(Belay::receive);
    Pid other = c.node().spawn(Belay::receive);
    try (Inbox inbox = a.node().inbox();
        Inbox theirs = c.node().inbox()) {
      assertThat(a.connect("b@localhost")).isTrue();
      untilKnown(inbox, "a@localhost", "b@localhost");
      untilKnown(inbox, "b@localhost", "a@localhost");
      register(inbox, "same", one, "a@localhost", "b@localhost");
      register(theirs, "same", other, "c@localhost");
      assertThat(a.connect("c@localhost")).isTrue();
      Waiting.until("one has gone", () -> !c.node().isAlive(other));
      assertThat(b.node().isAlive(one)).isTrue();
      for (String node : List.of("a@localhost", "b@localhost", "c@localhost")) {
        Waiting.until(
            "the other one has the name on " + node,
            () -> whereis(inbox, node, "same").equals(one));
      }
    }
  }

  @Test
  void aLockIsOneRequesters() throws IOException {
    Distribution a = visible("a@localhost");
    try (Inbox inbox = a.node().inbox()) {
      Tuple lock = Tuple.of(Atom.of("resource"), 1L);
      Tuple others = Tuple.of(Atom.of("resource"), 2L);
      assertThat(ask(inbox, "a@localhost", Tuple.of(Atom.of("set_lock"), lock)))
          .isEqualTo(Atom.TRUE);
      assertThat(ask(inbox, "a@localhost", Tuple.of(Atom.of("set_lock"), others)))
          .isEqualTo(Atom.FALSE);
      try (Inbox second = a.node().inbox()) {
        assertThat(ask(second, "a@localhost", Tuple.of(Atom.of("set_lock"), lock)))
            .isEqualTo(Atom.TRUE);
      }
      assertThat(ask(inbox, "a@localhost", Tuple.of(Atom.of("del_lock"), lock)))
          .isEqualTo(Atom.TRUE);
      Waiting.until(
          "with its last holder it has gone",
          () -> ask(inbox, "a@localhost", Tuple.of(Atom.of("set_lock"), others)).equals(Atom.TRUE));
    }
  }

  /// Both tell the third one, which leaves both, or, if one of them hears from it before it has
  /// noticed by itself, the other one alone. In no case it stays with both.
  @Test
  void whoLosesOneIsLeft() throws IOException {
    Distribution a = visible("a@localhost");
    Distribution b = visible("b@localhost");
    Distribution c = visible("c@localhost");
    try (Inbox inbox = c.node().inbox()) {
      assertThat(a.connect("b@localhost")).isTrue();
      assertThat(c.connect("a@localhost")).isTrue();
      untilKnown(inbox, "b@localhost", "a@localhost", "c@localhost");
      untilKnown(inbox, "c@localhost", "a@localhost", "b@localhost");
      untilKnown(inbox, "a@localhost", "b@localhost", "c@localhost");
      untilMet(inbox, "a@localhost", "b@localhost", "c@localhost");
      inbox.monitorNodes(true);
      assertThat(a.disconnect("b@localhost")).isTrue();
      assertThat(inbox.receive(NodeDown.class, LONG)).isPresent();
      Waiting.until(
          "nobody is between two that do not know each other",
          () ->
              c.nodes().size() <= 1
                  && a.nodes().equals(othersIf(c.nodes().contains("a@localhost")))
                  && b.nodes().equals(othersIf(c.nodes().contains("b@localhost"))));
    }
  }

  private static List<String> othersIf(boolean connected) {
    return connected ? List.of("c@localhost") : List.of();
  }

  @Test
  void whoLeavesIsMissedByNobody() throws IOException {
    Distribution a = visible("a@localhost");
    visible("b@localhost");
    visible("c@localhost");
    try (Inbox inbox = a.node().inbox()) {
      assertThat(a.connect("b@localhost")).isTrue();
      assertThat(all.get(2).connect("a@localhost")).isTrue();
      untilKnown(inbox, "a@localhost", "b@localhost", "c@localhost");
      untilKnown(inbox, "b@localhost", "a@localhost", "c@localhost");
      Distribution c = all.remove(2);
      c.close();
      c.node().close();
      untilKnown(inbox, "a@localhost", "b@localhost");
      untilKnown(inbox, "b@localhost", "a@localhost");
      assertThat(a.nodes()).containsExactly("b@localhost");
    }
  }
}

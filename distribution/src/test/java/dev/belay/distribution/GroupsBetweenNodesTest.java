package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.NodeDown;
import dev.belay.NodeOptions;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.distribution.testing.Ports;
import dev.belay.otp.Groups;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Groups of several nodes of Belay's, hidden and visible ones.
@Timeout(60)
class GroupsBetweenNodesTest {
  private static final String GROUP = "red";

  private final int epmd;
  private final List<Member> all = new ArrayList<>();

  /// A node with a scope, and its processes in the group.
  private static final class Member {
    final Node node;
    final Distribution distribution;
    final Groups groups;

    Member(Node node, Distribution distribution) {
      this.node = node;
      this.distribution = distribution;
      this.groups = Groups.start(node, Groups.DEFAULT_SCOPE);
    }

    Pid join() {
      Pid pid = node.spawn(() -> Belay.receive());
      groups.join(GROUP, pid);
      return pid;
    }

    void untilItSees(Pid... pids) {
      Waiting.until(
          "it sees " + List.of(pids),
          () -> {
            List<Pid> members = groups.members(GROUP);
            return members.size() == pids.length && members.containsAll(List.of(pids));
          });
    }
  }

  GroupsBetweenNodesTest() throws IOException {
    epmd = Ports.free();
  }

  @AfterEach
  void stop() {
    for (Member member : all.reversed()) {
      member.distribution.close();
      member.node.close();
    }
  }

  private Member start(String name, DistributionOptions options) throws IOException {
    Node node = Node.start(NodeOptions.DEFAULT.name(name).daemon(true));
    Member member =
        new Member(node, Distribution.start(node, options.cookie("secret").epmdPort(epmd)));
    all.add(member);
    return member;
  }

  private Member hidden(String name) throws IOException {
    return start(name, DistributionOptions.DEFAULT);
  }

  /// What B is told by C it does not tell A.
  @Test
  void pg06_onlyNodesWithAConnectionOfTheirOwnAreSeen() throws IOException {
    Member a = hidden("a@localhost");
    Member b = hidden("b@localhost");
    Member c = hidden("c@localhost");
    Pid ofA = a.join();
    Pid ofB = b.join();
    Pid ofC = c.join();
    assertThat(b.distribution.connect("c@localhost")).isTrue();
    b.untilItSees(ofB, ofC);
    assertThat(a.distribution.connect("b@localhost")).isTrue();
    b.untilItSees(ofA, ofB, ofC);
    // B says in order what it says at all.
    Pid later = b.join();
    Waiting.until("A has heard the last", () -> a.groups.members(GROUP).contains(later));
    assertThat(a.groups.members(GROUP)).containsExactlyInAnyOrder(ofA, ofB, later);
    c.untilItSees(ofC, ofB, later);
  }

  /// Erlang's scopes look for visible nodes alone. Belay's do for all.
  @Test
  void pg05_hiddenNodesTakePart() throws IOException {
    Member seen = start("seen@localhost", DistributionOptions.DEFAULT.visible());
    Member one = hidden("one@localhost");
    Pid ofSeen = seen.join();
    Pid ofOne = one.join();
    assertThat(seen.distribution.connect("one@localhost")).isTrue();
    assertThat(seen.distribution.nodes()).isEmpty();
    seen.untilItSees(ofSeen, ofOne);
    one.untilItSees(ofSeen, ofOne);
    seen.distribution.disconnect("one@localhost");
    seen.untilItSees(ofSeen);
    one.untilItSees(ofOne);
  }

  /// Who has heard that a node is down, and asks the scope for something, finds its members gone.
  @Test
  void pg11_theScopeHearsOfALostNodeFirst() throws IOException {
    Member a = hidden("a@localhost");
    Member b = hidden("b@localhost");
    Pid ofA = a.join();
    Pid ofB = b.join();
    assertThat(a.distribution.connect("b@localhost")).isTrue();
    a.untilItSees(ofA, ofB);
    CompletableFuture<Void> ready = new CompletableFuture<>();
    CompletableFuture<List<Pid>> left = new CompletableFuture<>();
    a.node.spawn(() -> {
      Belay.monitorNodes(true, NodeType.ALL);
      ready.complete(null);
      Belay.receive(NodeDown.class);
      a.groups.join("another group", Belay.self());
      left.complete(a.groups.members(GROUP));
    });
    ready.orTimeout(20, TimeUnit.SECONDS).join();
    a.distribution.disconnect("b@localhost");
    assertThat(left.orTimeout(20, TimeUnit.SECONDS).join()).containsExactly(ofA);
  }
}

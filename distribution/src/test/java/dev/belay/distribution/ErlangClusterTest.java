package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeDown;
import dev.belay.NodeOptions;
import dev.belay.NodeType;
import dev.belay.NodeUp;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A visible node among real Erlang nodes: node monitors both ways (N1–N8), and what `global`
/// expects of it (D11, D12).
@Tag("erlang")
@Timeout(120)
class ErlangClusterTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  private int epmd;
  private Node node;
  private Distribution distribution;
  private final List<ErlangPeer> peers = new ArrayList<>();

  @BeforeEach
  void findPort() throws IOException {
    epmd = Ports.free();
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
    distribution =
        Distribution.start(
            node, DistributionOptions.DEFAULT.cookie("secret").epmdPort(epmd).visible());
  }

  @AfterEach
  void stop() {
    distribution.close();
    node.close();
    peers.forEach(ErlangPeer::close);
  }

  private ErlangPeer erlang(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("-sname", name, "-setcookie", "secret"));
    arguments.addAll(List.of(more));
    ErlangPeer peer = ErlangPeer.start(folder, epmd, arguments.toArray(String[]::new));
    peers.add(peer);
    peer.eval("N = 'j@localhost'");
    return peer;
  }

  private static void until(ErlangPeer erlang, String expression, String value) {
    Waiting.until(expression + " is " + value, () -> erlang.eval(expression).equals(value));
  }

  @Test
  void aVisibleNodeIsAmongTheNodes() {
    ErlangPeer e = erlang("e@localhost");
    assertThat(e.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(e.eval("{nodes(), nodes(hidden), net_kernel:node_info(N,type)}"))
        .isEqualTo("{[j@localhost],[],{ok,normal}}");
    assertThat(distribution.nodes()).containsExactly("e@localhost");
    assertThat(distribution.nodes(NodeType.HIDDEN)).isEmpty();
  }

  @Test
  void toAHiddenNodeItIsHidden() {
    ErlangPeer e = erlang("e@localhost", "-hidden");
    assertThat(e.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(e.eval("{nodes(), nodes(hidden)}")).isEqualTo("{[],[j@localhost]}");
    assertThat(distribution.nodes(NodeType.HIDDEN)).containsExactly("e@localhost");
    assertThat(distribution.nodes()).isEmpty();
  }

  @Test
  void theyMonitorOurNode() {
    ErlangPeer e = erlang("e@localhost");
    e.eval("monitor_node(N,true), monitor_node(N,true), net_kernel:monitor_nodes(true)");
    assertThat(e.eval("receive X1 -> X1 end")).isEqualTo("{nodeup,j@localhost}");
    // While the name servers still meet, what the one says to the other would connect again. They
    // have met when they know it, and have given back the lock that they had of both sides.
    until(e, "gen_server:call(global_name_server,get_synced)", "[j@localhost]");
    until(e, "global:set_lock({global,self()}, [node(),N], 0)", "true");
    e.eval("global:del_lock({global,self()}, [node(),N])");
    assertThat(distribution.disconnect("e@localhost")).isTrue();
    assertThat(e.eval("Flush(1000)"))
        .isEqualTo("[{nodedown,j@localhost},{nodedown,j@localhost},{nodedown,j@localhost}]");
  }

  @Test
  void weMonitorTheirNode() throws InterruptedException {
    ErlangPeer e = erlang("e@localhost");
    try (Inbox inbox = node.inbox()) {
      inbox.monitorNodes(true);
      inbox.monitorNodes(true, NodeType.HIDDEN);
      inbox.monitorNode("e@localhost", true);
      assertThat(inbox.receive(LONG)).contains(new NodeUp("e@localhost"));
      inbox.monitorNode("e@localhost", true);
      inbox.monitorNode("e@localhost", false);
      e.kill();
      assertThat(inbox.receive(LONG)).contains(new NodeDown("e@localhost"));
      assertThat(inbox.receive(LONG)).contains(new NodeDown("e@localhost"));
      inbox.monitorNode("e@localhost", true);
      assertThat(inbox.receive(LONG)).contains(new NodeDown("e@localhost"));
      assertThat(inbox.receive(Duration.ofMillis(300))).isEmpty();
    }
  }

  @Test
  void whatIsToldOfNodesCanBeSent() {
    ErlangPeer e = erlang("e@localhost");
    e.eval("register(me,self()), net_adm:ping(N)");
    node.send(new Name("me", "e@localhost"), new NodeUp("a@b"));
    node.send(new Name("me", "e@localhost"), new NodeDown("a@b"));
    assertThat(e.eval("receive Y1 -> receive Y2 -> [Y1,Y2] end end"))
        .isEqualTo("[{nodeup,a@b},{nodedown,a@b}]");
  }

  @Test
  void theySynchronizeWithUs() {
    ErlangPeer e = erlang("e@localhost");
    assertThat(e.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(e.eval("global:sync()")).isEqualTo("ok");
    assertThat(e.eval("global:register_name(x,self())")).isEqualTo("yes");
    assertThat(e.eval("global:set_lock({r,self()})")).isEqualTo("true");
    assertThat(e.eval("global:del_lock({r,self()})")).isEqualTo("true");
    assertThat(e.eval("global:unregister_name(x), global:whereis_name(x)")).isEqualTo("undefined");
  }

  @Test
  void weBeginWithThem() {
    ErlangPeer e = erlang("e@localhost");
    assertThat(distribution.connect("e@localhost")).isTrue();
    assertThat(e.eval("global:sync()")).isEqualTo("ok");
    until(e, "gen_server:call(global_name_server,get_synced)", "[j@localhost]");
  }

  @Test
  void aClusterOfThree() {
    ErlangPeer e1 = erlang("e1@localhost");
    ErlangPeer e2 = erlang("e2@localhost");
    // Known before they meet us.
    assertThat(e1.eval("register(e1,self()), global:register_name(early,self())")).isEqualTo("yes");
    assertThat(e2.eval("net_adm:ping('e1@localhost')")).isEqualTo("pong");
    assertThat(e2.eval("global:sync()")).isEqualTo("ok");
    assertThat(e1.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(e1.eval("global:sync()")).isEqualTo("ok");
    // The mesh is whole, although nobody has connected e2 with us.
    until(e2, "lists:sort(nodes())", "[e1@localhost,j@localhost]");
    Waiting.until("we see both", () -> distribution.nodes().size() == 2);
    assertThat(e2.eval("global:sync()")).isEqualTo("ok");

    // What one registers all know.
    assertThat(e1.eval("global:register_name(x,self())")).isEqualTo("no");
    assertThat(e2.eval("global:register_name(two,self())")).isEqualTo("yes");
    assertThat(e1.eval("node(global:whereis_name(two))")).isEqualTo("e2@localhost");
    String ask = "gen_server:call({global_name_server,N},get_known)";
    until(e1, "lists:sort(" + ask + ")", "[e1@localhost,e2@localhost]");
    assertThat(
            e2.eval(
                "Rf = make_ref(), {global_name_server,N} ! {whereis,early,{self(),Rf}},"
                    + " receive {Rf,P0} -> node(P0) end"))
        .isEqualTo("e1@localhost");

    // Who leaves is missed by nobody.
    distribution.close();
    until(e1, "nodes()", "[e2@localhost]");
    until(e2, "nodes()", "[e1@localhost]");
    assertThat(e2.eval("global:sync()")).isEqualTo("ok");
    assertThat(e2.eval("global:register_name(three,spawn(fun() -> receive x -> x end end))"))
        .isEqualTo("yes");
  }

  @Test
  void aProcessOfOursHasAName() {
    ErlangPeer e1 = erlang("e1@localhost");
    ErlangPeer e2 = erlang("e2@localhost");
    e1.eval("net_adm:ping(N), net_adm:ping('e2@localhost'), global:sync()");
    try (Inbox inbox = node.inbox()) {
      node.register("inbox", inbox.pid());
      e1.eval("register(me,self())");
      node.send(new Name("me", "e1@localhost"), inbox.pid());
      assertThat(e1.eval("receive J -> global:register_name(ours,J) end")).isEqualTo("yes");
      until(e2, "node(global:whereis_name(ours))", "j@localhost");
      e2.eval("global:send(ours,hello)");
      assertThat(inbox.receive(LONG)).contains(Atom.of("hello"));
    }
    until(e2, "global:whereis_name(ours)", "undefined");
    until(e1, "global:whereis_name(ours)", "undefined");
  }

  @Test
  void ofTwoWithOneNameOneIsKept() {
    ErlangPeer e1 = erlang("e1@localhost", "-connect_all", "true");
    ErlangPeer e2 = erlang("e2@localhost");
    String name = "global:register_name(same,spawn(fun() -> receive x -> x end end))";
    assertThat(e1.eval(name)).isEqualTo("yes");
    assertThat(e2.eval(name)).isEqualTo("yes");
    // We carry the name of the one to the other.
    assertThat(e1.eval("net_adm:ping(N), global:sync()")).isEqualTo("ok");
    assertThat(e2.eval("net_adm:ping(N), global:sync()")).isEqualTo("ok");
    until(e1, "length(nodes())", "2");
    until(e2, "length(nodes())", "2");
    until(e1, "node(global:whereis_name(same))", "e1@localhost");
    until(e2, "node(global:whereis_name(same))", "e1@localhost");
  }

  @Test
  void whoLosesOneIsLeftByAll() {
    ErlangPeer e1 = erlang("e1@localhost");
    ErlangPeer e2 = erlang("e2@localhost");
    e1.eval("net_adm:ping(N), net_adm:ping('e2@localhost'), global:sync()");
    until(e2, "length(nodes())", "2");
    until(e2, "length(gen_server:call(global_name_server,get_known))", "2");
    until(e1, "length(gen_server:call(global_name_server,get_known))", "2");
    until(e1, "length(gen_server:call({global_name_server,N},get_known))", "2");
    assertThat(e1.eval("erlang:disconnect_node(N)")).isEqualTo("true");
    Waiting.until("we are alone", () -> distribution.nodes().isEmpty());
    until(e2, "lists:member(N,nodes())", "false");
  }
}

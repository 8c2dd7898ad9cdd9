package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.distribution.testing.CuttingProxy.Way;
import dev.belay.distribution.testing.Erlang;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How a real Erlang node and ours find each other, both at once if need be, take each other's
/// place, and call each other in other ways than usual (D, N, E). With the tests beside it, the
/// list of `docs/interop.md`.
@Tag("erlang")
@Timeout(180)
class ErlangMeetingsTest {
  private static final String US = "j@localhost";
  private static final String THEM = "e@localhost";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String PORTS =
      "lists:sort([Name || {Name,_} <- element(2,net_adm:names(localhost))])";

  @TempDir Path folder;

  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private int epmd;

  @BeforeEach
  void findPort() throws IOException {
    epmd = Ports.free();
  }

  @AfterEach
  void stop() throws Exception {
    while (!toClose.isEmpty()) {
      toClose.pop().close();
    }
  }

  private Distribution us(UnaryOperator<DistributionOptions> change) throws IOException {
    Node node = Node.start(NodeOptions.DEFAULT.name(US).daemon(true));
    toClose.push(node);
    Distribution distribution =
        Distribution.start(
            node, change.apply(DistributionOptions.DEFAULT.cookie("secret").epmdPort(epmd)));
    toClose.push(distribution);
    return distribution;
  }

  private Distribution us() throws IOException {
    return us(options -> options);
  }

  private ErlangPeer them(String name) {
    ErlangPeer peer = ErlangPeer.start(folder, epmd, "-sname", name, "-setcookie", "secret");
    toClose.push(peer);
    peer.eval("N = '" + US + "'");
    return peer;
  }

  private ErlangPeer them() {
    return them(THEM);
  }

  private static void until(ErlangPeer erlang, String expression, String value) {
    Waiting.until(expression + " is " + value, () -> erlang.eval(expression).equals(value));
  }

  // where nodes are

  @Test
  void weAreWhereEpmdSays() throws IOException {
    Distribution us = us();
    ErlangPeer them = them();
    assertThat(them.eval("erl_epmd:port_please(\"j\",{127,0,0,1})"))
        .isEqualTo("{port," + us.port() + ",6}");
    assertThat(them.eval(PORTS)).isEqualTo("[\"e\",\"j\"]");
    assertThat(them.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(them.eval("{lists:member(N,nodes()),nodes(hidden),net_kernel:node_info(N,type)}"))
        .isEqualTo("{false,[j@localhost],{ok,hidden}}");
  }

  /// Ours, within the node, takes the place of one that is killed. What stands is not touched.
  @Test
  void anEpmdThatIsKilledIsReplaced() throws Exception {
    Erlang program = new Erlang(folder, epmd);
    toClose.push(program);
    Process daemon = program.epmd();
    dev.belay.distribution.testing.Waiting.until(
        "it answers", () -> !program.ask("-names").contains("Cannot connect"));
    Distribution us = us();
    ErlangPeer them = them();
    assertThat(them.eval("net_adm:ping(N)")).isEqualTo("pong");
    String creation = them.eval("erlang:system_info(creation)");
    try (Inbox inbox = us.node().inbox()) {
      inbox.register("inbox");
      them.eval("register(me,self()), {inbox,N} ! self()");
      Pid pid = inbox.receive(Pid.class, LONG).orElseThrow();
      inbox.monitor(pid);
      daemon.destroyForcibly().waitFor();
      until(them, PORTS, "[\"e\",\"j\"]");
      assertThat(them.eval("erlang:system_info(creation)")).isEqualTo(creation);
      assertThat(inbox.receive(Duration.ZERO)).isEmpty();
      // For a new connection it is asked.
      assertThat(us.disconnect(THEM)).isTrue();
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
      until(them, "net_adm:ping(N)", "pong");
      inbox.monitor(pid);
      assertThat(inbox.receive(Duration.ofMillis(300))).as("the pid is still theirs").isEmpty();
    }
  }

  // who has which name

  /// Whoever connects under the name of a node that is connected takes its place.
  @Test
  void whoComesWithOurNameTakesOurPlace() throws IOException {
    Distribution first = us();
    ErlangPeer them = them();
    assertThat(them.eval("net_adm:ping(N)")).isEqualTo("pong");
    try (Inbox inbox = first.node().inbox()) {
      inbox.monitor(new Name("init", THEM));
      inbox.monitorNode(THEM, true);
      Distribution second = us(DistributionOptions::unregistered);
      assertThat(second.connect(THEM)).isTrue();
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
      Waiting.until("the first one is alone", () -> first.nodes(NodeType.ALL).isEmpty());
      assertThat(them.eval("net_adm:ping(N)")).isEqualTo("pong");
      assertThat(them.eval("nodes(hidden)")).isEqualTo("[j@localhost]");
      assertThat(second.nodes(NodeType.ALL)).containsExactly(THEM);
      assertThat(first.nodes(NodeType.ALL)).isEmpty();
    }
  }

  @Test
  void whoHasNoNameIsGivenOne() throws IOException {
    Distribution us = us();
    ErlangPeer them = them("undefined");
    assertThat(them.eval("node()")).isEqualTo("nonode@nohost");
    assertThat(them.eval("net_kernel:connect_node(N)")).isEqualTo("true");
    assertThat(them.eval("net_adm:ping(N)")).isEqualTo("pong");
    String given = them.eval("atom_to_list(node())").replace("\"", "");
    assertThat(given).matches("[0-9A-Z]+@.+");
    assertThat(us.nodes(NodeType.HIDDEN)).containsExactly(given);
    try (Inbox inbox = us.node().inbox()) {
      inbox.register("inbox");
      them.eval("{inbox,N} ! self()");
      Pid pid = inbox.receive(Pid.class, LONG).orElseThrow();
      assertThat(pid.node()).isEqualTo(given);
      inbox.monitor(pid);
      them.close();
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
    }
  }

  /// Each side asks the other one, in the same moment: one connection comes of it.
  @Test
  void bothConnectAtOnce() throws Exception {
    bothConnectAtOnce(20);
  }

  @Tag("full")
  @Test
  void bothConnectAtOnceTwoHundredTimes() throws Exception {
    bothConnectAtOnce(200);
  }

  private void bothConnectAtOnce(int times) throws Exception {
    Distribution us = us();
    ErlangPeer them = them();
    them.eval("net_adm:ping(N), monitor_node(N,true)");
    for (int i = 0; i < times; i++) {
      assertThat(them.eval("erlang:disconnect_node(N), receive {nodedown,N} -> down end"))
          .isEqualTo("down");
      Waiting.until("nothing is left", () -> us.connections().entries() == 0);
      CountDownLatch go = new CountDownLatch(1);
      CompletableFuture<Boolean> ours =
          CompletableFuture.supplyAsync(() -> {
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new AssertionError("nobody interrupts it", e);
            }
            return us.connect(THEM);
          });
      go.countDown();
      assertThat(them.eval("net_adm:ping(N)")).as("attempt %d", i).isEqualTo("pong");
      assertThat(ours.get(30, TimeUnit.SECONDS)).as("attempt %d", i).isTrue();
      assertThat(them.eval("monitor_node(N,true), nodes(hidden)")).isEqualTo("[j@localhost]");
      assertThat(us.nodes(NodeType.ALL)).containsExactly(THEM);
    }
  }

  /// Although a hidden node has no part in `global`, one of its processes can have a name there.
  @Test
  void aProcessOfAHiddenNodeHasAGlobalName() throws IOException {
    Distribution us = us();
    ErlangPeer them = them();
    them.eval("net_adm:ping(N)");
    try (Inbox inbox = us.node().inbox()) {
      Pid pid = us.node().spawn(() -> Belay.receive());
      them.eval("register(me,self())");
      inbox.send(new Name("me", THEM), pid);
      assertThat(them.eval("receive P -> global:register_name_external(jn,P) end"))
          .isEqualTo("yes");
      assertThat(them.eval("global:whereis_name(jn) =:= P")).isEqualTo("true");
      assertThat(them.eval("global:send(jn,end_it) =:= P")).isEqualTo("true");
      until(them, "global:whereis_name(jn)", "undefined");
    }
  }

  // calls of other kinds

  private DistributionOptions functions(DistributionOptions options) {
    return options
        .function("jt", "add", 2, args -> (Long) args.get(0) + (Long) args.get(1))
        .function("erlang", "node", 0, _ -> Atom.of(Belay.node().name()));
  }

  /// Programs in C ask the process `rex`, by message.
  @Test
  void aProgramInCCallsUs() throws Exception {
    us(this::functions);
    assertThat(erlCall("erlang node")).contains("j@localhost");
    assertThat(erlCall("jt add [20,22]")).contains("42");
    assertThat(erlCall("os cmd [\"true\"]")).contains("badrpc", "undef");
  }

  private String erlCall(String call) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("erl_call", "-sname", US, "-c", "secret", "-a", call);
    builder.environment().put("ERL_EPMD_PORT", Integer.toString(epmd));
    builder.environment().put("HOME", folder.toString());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(said).isTrue();
    return said;
  }

  @Test
  void rexIsCalledAndTold() throws IOException {
    us(this::functions);
    ErlangPeer them = them();
    assertThat(them.eval("rpc:block_call(N,jt,add,[1,2])")).isEqualTo("3");
    assertThat(them.eval("{badrpc,{'EXIT',{undef,_}}} = rpc:block_call(N,os,cmd,[[]]), ok"))
        .isEqualTo("ok");
    assertThat(
            them.eval("{badrpc,{'EXIT',{{java,E,_},[_|_]}}} = rpc:block_call(N,jt,add,[a,b]), E"))
        .isEqualTo("'java.lang.ClassCastException'");
    assertThat(
            them.eval(
                "{rex,N} ! {self(),features_request},"
                    + " receive {features_reply,N,F} -> F after 20000 -> none end"))
        .isEqualTo("[erpc]");
    them.eval("gen_server:cast({rex,N},{cast,jt,add,[1,2],group_leader()})");
    them.eval("{rex,N} ! nonsense, {rex,N} ! {self(),nonsense}, {rex,N} ! {a,b,c}");
    assertThat(them.eval("rpc:block_call(N,jt,add,[2,3])")).isEqualTo("5");
  }

  /// The answer is held back until they do not want it any more: the child hears that.
  @Test
  void aRequestToSpawnIsAbandoned() throws Exception {
    CompletableFuture<Boolean> born = new CompletableFuture<>();
    CompletableFuture<ExitReason> heard = new CompletableFuture<>();
    RemoteFunction trap =
        _ -> {
          Belay.trapExits(true);
          born.complete(true);
          heard.complete(Belay.receive(Exit.class).reason());
          return Atom.OK;
        };
    ErlangThroughProxies nodes =
        new ErlangThroughProxies(folder, options -> options.function("jt", "trap", 0, trap));
    toClose.push(nodes);
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    nodes.toUs.freeze(Way.BACK);
    nodes.erlang.eval("R = erlang:spawn_request(N,jt,trap,[],[link])");
    assertThat(born.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(nodes.erlang.eval("erlang:spawn_request_abandon(R)")).isEqualTo("true");
    nodes.heal();
    assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(ExitReason.term(Atom.of("abandoned")));
    assertThat(nodes.erlang.eval("Flush(200)")).isEqualTo("[]");
  }
}

package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import dev.belay.distribution.testing.CuttingProxy.Way;
import dev.belay.distribution.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What networks do to the connection with a real Erlang node, and what the processes of both hear
/// of it: each link and each monitor tells once.
@Tag("erlang")
@Timeout(180)
class ErlangCutsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int PAIRS = 10;

  /// Links and monitors of their processes, in either direction, whose other end is ours.
  private static final String THEIR_BONDS_WITH_US =
      "[{P,B} || P <- processes(), I <- [process_info(P,[links,monitors,monitored_by])],"
          + " is_list(I), {_,Bs} <- I, B <- Bs, case B of {process,{_,W}} -> W =:= N;"
          + " {process,Q} -> node(Q) =:= N; _ -> is_pid(B) andalso node(B) =:= N end]";

  @TempDir Path folder;

  private ErlangThroughProxies nodes;
  private Bonds ours;
  private ErlangBonds theirs;

  @BeforeEach
  void start() throws IOException {
    nodes =
        new ErlangThroughProxies(
            folder,
            options -> options.tickTime(Duration.ofSeconds(2)),
            "-kernel",
            "net_ticktime",
            "4");
    ours = Bonds.of(nodes.node);
    theirs = new ErlangBonds(nodes.erlang);
  }

  @AfterEach
  void stop() throws IOException {
    nodes.close();
  }

  private void bind() {
    // All over one connection, which we make.
    assertThat(nodes.distribution.connect(ErlangThroughProxies.THEM)).isTrue();
    bind(PAIRS);
    assertThat(nodes.toThem.connections() + nodes.toUs.connections()).isEqualTo(1);
  }

  private void bind(int pairs) {
    ours.bind(ErlangThroughProxies.THEM, pairs);
    theirs.bind(ErlangThroughProxies.US, pairs);
    ours.awaitSize(2 * pairs);
    theirs.awaitSize(2 * pairs);
  }

  private void assertLost() {
    ours.awaitLoss();
    theirs.awaitLoss();
    nodes.heal();
    Waiting.until(
        "they are connected again", () -> nodes.distribution.connect(ErlangThroughProxies.THEM));
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    ours.assertLossOnce();
    theirs.assertLossOnce();
    ours.clear();
    theirs.clear();
    bind(1);
    ours.assertNothingHeard();
    theirs.assertNothingHeard();
    nodes.distribution.disconnect(ErlangThroughProxies.THEM);
    ours.awaitLoss();
    theirs.awaitLoss();
    Waiting.until("nothing is left behind", () -> nodes.entries() == 0);
  }

  private void sinks() {
    nodes.node.spawn(
        SpawnOptions.DEFAULT.name("sink"),
        () -> {
          while (true) {
            Belay.receive();
          }
        });
    nodes.erlang.eval("register(sink, spawn(fun L() -> receive _ -> L() end end))");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 70_000})
  void aCutInTheMiddleOfOurFrame(int bytes) {
    bind();
    sinks();
    nodes.toThem.cutIn(Way.OUT, bytes);
    nodes.node.send(new Name("sink", ErlangThroughProxies.THEM), Binary.of(new byte[1 << 20]));
    assertLost();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 70_000})
  void aCutInTheMiddleOfTheirFrame(int bytes) {
    bind();
    sinks();
    nodes.toThem.cutIn(Way.BACK, bytes);
    nodes.erlang.eval("{sink,N} ! <<0:8388608>>, ok");
    assertLost();
  }

  @Test
  void silenceBothWays() {
    bind();
    nodes.freeze(Way.OUT, Way.BACK);
    assertLost();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void silenceOneWay(Way way) {
    bind();
    nodes.freeze(way);
    assertLost();
  }

  @Test
  void aByteThatIsChangedOnTheWayToUs() {
    bind();
    sinks();
    try (LogCapture log = new LogCapture(Level.INFO)) {
      nodes.toThem.changeIn(Way.BACK, 4);
      nodes.erlang.eval("{sink,N} ! <<0:8000>>, ok");
      ours.awaitLoss();
      assertThat(log.awaited("has lost " + ErlangThroughProxies.THEM))
          .singleElement()
          .asString()
          .contains("not keep to the protocol");
    }
    assertLost();
  }

  @Test
  void aByteThatIsChangedOnTheWayToThem() {
    bind();
    sinks();
    nodes.toThem.changeIn(Way.OUT, 4);
    nodes.node.send(new Name("sink", ErlangThroughProxies.THEM), Binary.of(new byte[1000]));
    assertLost();
  }

  @Test
  void aPeerThatIsStartedAgainIsAnotherOne() throws Exception {
    bind();
    try (Inbox inbox = nodes.node.inbox()) {
      Name maker = new Name("maker", ErlangThroughProxies.THEM);
      inbox.send(maker, Tuple.of(inbox.pid(), Atom.of("make")));
      Pid old = (Pid) inbox.receive(Tuple.class, LONG).orElseThrow().get(1);
      nodes.restartErlang();
      ours.awaitLoss();
      theirs = new ErlangBonds(nodes.erlang);
      Waiting.until(
          "they are connected", () -> nodes.distribution.connect(ErlangThroughProxies.THEM));
      inbox.monitor(old);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_PROC);
      inbox.send(old, Atom.OK);
      inbox.send(maker, Tuple.of(inbox.pid(), Atom.of("make")));
      Pid fresh = (Pid) inbox.receive(Tuple.class, LONG).orElseThrow().get(1);
      assertThat(fresh).isNotEqualTo(old);
      ours.assertLossOnce();
    }
  }

  /// A process that is stopped keeps its sockets, and says nothing.
  @Test
  void aPeerThatIsStoppedAndContinued() throws Exception {
    bind();
    signal("STOP");
    ours.awaitLoss();
    signal("CONT");
    assertLost();
  }

  private void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(nodes.erlang.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void connectionsComeAndGoUnderLoad() {
    comeAndGo(40);
  }

  @Test
  @Tag("full")
  @Timeout(600)
  void fiveHundredConnectionsComeAndGoUnderLoad() {
    comeAndGo(500);
  }

  /// Connections, each lost in another way, while both send all the time. At the end nothing is
  /// left of any of them, on either side.
  private void comeAndGo(int times) {
    sinks();
    Pid load =
        nodes.node.spawn(() -> {
          while (true) {
            Belay.send(new Name("sink", ErlangThroughProxies.THEM), Binary.of(new byte[2000]));
            Belay.sleep(Duration.ofMillis(1));
          }
        });
    nodes.erlang.eval(
        "Load = spawn(fun L() -> {sink,N} ! <<0:16000>>, receive stop -> ok after 1 -> L() end end), ok");
    for (int i = 0; i < times; i++) {
      Waiting.until(
          "they answer each other", () -> nodes.erlang.eval("net_adm:ping(N)").equals("pong"));
      bind(2);
      switch (i % 4) {
        case 0 -> nodes.distribution.disconnect(ErlangThroughProxies.THEM);
        case 1 -> nodes.erlang.eval("erlang:disconnect_node(N)");
        case 2 -> nodes.cut();
        default -> {
          nodes.toThem.cutIn(Way.BACK, 100);
          nodes.toUs.cutIn(Way.OUT, 100);
        }
      }
      ours.awaitLoss();
      theirs.awaitLoss();
      nodes.heal();
      ours.clear();
      theirs.clear();
    }
    nodes.erlang.eval("Load ! stop");
    nodes.node.terminate(load, ExitReason.SHUTDOWN);
    Waiting.until("the load has ended", () -> !nodes.node.isAlive(load));
    Waiting.until(
        "all connections have ended",
        () -> {
          nodes.distribution.disconnect(ErlangThroughProxies.THEM);
          return nodes.entries() == 0;
        });
    // The maker, the echo, the sink, net_kernel, and rex.
    assertThat(nodes.node.processCount()).isEqualTo(5);
    for (Pid pid : nodes.node.processes()) {
      ProcessInfo info = nodes.node.info(pid).orElseThrow();
      assertThat(info.links()).as("links of %s", pid).isEmpty();
      assertThat(info.monitors()).as("monitors of %s", pid).isEmpty();
      assertThat(info.monitoredBy()).as("who monitors %s", pid).isEmpty();
    }
    Waiting.until(
        "they have no connection", () -> nodes.erlang.eval("nodes(connected)").equals("[]"));
    assertThat(nodes.erlang.eval(THEIR_BONDS_WITH_US)).isEqualTo("[]");
  }

  /// Nobody has said anything for much longer than the tick time.
  @Tag("full")
  @Test
  void anIdleConnectionStays() {
    bind();
    nodes.erlang.eval("receive after 10000 -> ok end");
    assertThat(nodes.toThem.connections() + nodes.toUs.connections()).isEqualTo(1);
    ours.assertNothingHeard();
    theirs.assertNothingHeard();
    assertThat(nodes.erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(nodes.toThem.connections() + nodes.toUs.connections()).isEqualTo(1);
  }
}

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
import dev.belay.distribution.testing.Authority;
import dev.belay.distribution.testing.CuttingProxy.Way;
import dev.belay.distribution.testing.LogCapture;
import dev.belay.distribution.testing.Papers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What networks do to the connection of two nodes of Belay's, and what their processes hear of it:
/// each link and each monitor tells once.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test begins with start
class BelayCutsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int PAIRS = 20;

  @TempDir Path folder;

  private TwoBelays nodes;
  private Bonds ofA;
  private Bonds ofB;

  private void start(boolean tls) throws Exception {
    if (tls) {
      Authority authority = Authority.named("Alps");
      Papers papers = Papers.in(folder, "node").write(authority.node("node"), authority);
      TlsOptions options =
          TlsOptions.of(papers.certificates(), papers.key(), papers.authorities()).namedClients();
      start(options);
    } else {
      nodes = new TwoBelays(options -> options.tickTime(Duration.ofSeconds(1)));
      bind();
    }
  }

  private void start(TlsOptions tls) throws Exception {
    nodes = new TwoBelays(options -> options.tickTime(Duration.ofSeconds(1)).tls(tls));
    bind();
  }

  private void bind() {
    ofA = Bonds.of(nodes.a.node);
    ofB = Bonds.of(nodes.b.node);
    // All over one connection, which A makes.
    assertThat(nodes.a.distribution.connect(TwoBelays.B)).isTrue();
    ofA.bind(TwoBelays.B, PAIRS);
    ofB.bind(TwoBelays.A, PAIRS);
    ofA.awaitSize(2 * PAIRS);
    ofB.awaitSize(2 * PAIRS);
    assertThat(nodes.toB.connections()).isEqualTo(1);
    assertThat(nodes.toA.connections()).isZero();
  }

  @AfterEach
  void stop() throws Exception {
    nodes.close();
  }

  /// Both sides have heard, once; and when they are connected again that stays so.
  private void assertLost() throws Exception {
    ofA.awaitLoss();
    ofB.awaitLoss();
    nodes.heal();
    reconnect();
    ofA.assertLossOnce();
    ofB.assertLossOnce();
    nodes.a.distribution.disconnect(TwoBelays.B);
    Waiting.until("nothing is left behind", () -> nodes.a.entries() + nodes.b.entries() == 0);
  }

  private void reconnect() {
    int before = ofB.size();
    Waiting.until("they are connected again", () -> nodes.a.distribution.connect(TwoBelays.B));
    Bonds again = ofA;
    again.clear();
    again.bind(TwoBelays.B, 1);
    ofB.awaitSize(before + 1);
    again.assertNothingHeard();
    again.clear();
    ofB.clear();
  }

  /// A process that takes everything.
  private void sink() {
    nodes.b.node.spawn(
        SpawnOptions.DEFAULT.name("sink"),
        () -> {
          while (true) {
            Belay.receive();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"false, 1", "false, 70000", "true, 1", "true, 70000"})
  void aCutInTheMiddleOfAFrame(boolean tls, int bytes) throws Exception {
    start(tls);
    sink();
    nodes.toB.cutIn(Way.OUT, bytes);
    nodes.a.node.send(new Name("sink", TwoBelays.B), Binary.of(new byte[1 << 20]));
    assertLost();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void silenceBothWays(boolean tls) throws Exception {
    start(tls);
    nodes.freeze(Way.OUT, Way.BACK);
    assertLost();
  }

  @ParameterizedTest
  @CsvSource({"false, OUT", "false, BACK", "true, OUT", "true, BACK"})
  void silenceOneWay(boolean tls, Way way) throws Exception {
    start(tls);
    nodes.freeze(way);
    assertLost();
  }

  /// The writer waits for the peer, and nobody else may wait for the writer.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void silenceWhileMuchIsBeingSent(boolean tls) throws Exception {
    start(tls);
    sink();
    nodes.freeze(Way.OUT, Way.BACK);
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 20; i++) {
                nodes.a.node.send(new Name("sink", TwoBelays.B), Binary.of(new byte[1 << 20]));
              }
            });
    ofA.awaitLoss();
    ofB.awaitLoss();
    nodes.heal();
    assertThat(sender.join(LONG)).isTrue();
    assertLost();
  }

  @ParameterizedTest
  @CsvSource({
    "false, 0, not keep to the protocol",
    "false, 4, not keep to the protocol",
    "true, 40, bytes were changed on the way"
  })
  void aByteThatIsChanged(boolean tls, int position, String said) throws Exception {
    start(tls);
    sink();
    try (LogCapture log = new LogCapture(Level.INFO)) {
      nodes.toB.changeIn(Way.OUT, position);
      nodes.a.node.send(new Name("sink", TwoBelays.B), Binary.of(new byte[1000]));
      ofB.awaitLoss();
      assertThat(log.awaited("node " + TwoBelays.B + " has lost " + TwoBelays.A))
          .singleElement()
          .asString()
          .contains(said);
    }
    assertLost();
  }

  /// A handler of the log that throws, or hangs, keeps nobody from hearing of the loss.
  @Test
  void aLogThatCannotBeWrittenTo() throws Exception {
    start(false);
    CountDownLatch goesOn = new CountDownLatch(1);
    try (LogCapture _ =
        new LogCapture(
            Level.INFO,
            text -> {
              if (text.contains("node " + TwoBelays.A + " has lost")) {
                throw new IllegalStateException("the disk is full");
              }
              if (text.contains("node " + TwoBelays.B + " has lost")) {
                goesOn.await();
              }
            })) {
      nodes.cut();
      assertLost();
    } finally {
      goesOn.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slownessIsNoLoss(boolean tls) throws Exception {
    start(tls);
    sink();
    nodes.toB.delay(Way.OUT, Duration.ofMillis(20));
    nodes.toB.delay(Way.BACK, Duration.ofMillis(20));
    // A frame that takes longer than the tick time, which is a second.
    nodes.a.node.send(new Name("sink", TwoBelays.B), Binary.of(new byte[1 << 20]));
    try (Inbox inbox = nodes.a.node.inbox()) {
      inbox.send(new Name("echo", TwoBelays.B), inbox.pid());
      assertThat(inbox.receive(LONG)).contains(Atom.OK);
    }
    assertThat(nodes.toB.connections()).isEqualTo(1);
    ofA.assertNothingHeard();
    ofB.assertNothingHeard();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPeerThatIsStartedAgainIsAnotherOne(boolean tls) throws Exception {
    start(tls);
    try (Inbox inbox = nodes.a.node.inbox()) {
      inbox.send(new Name("maker", TwoBelays.B), Tuple.of(inbox.pid(), Atom.OK));
      Pid old = (Pid) inbox.receive(Tuple.class, LONG).orElseThrow().get(1);
      nodes.restartB();
      ofA.awaitLoss();
      ofB = Bonds.of(nodes.b.node);
      Waiting.until("they are connected", () -> nodes.a.distribution.connect(TwoBelays.B));
      inbox.monitor(old);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_PROC);
      inbox.send(old, Atom.OK);
      inbox.send(new Name("maker", TwoBelays.B), Tuple.of(inbox.pid(), Atom.OK));
      Pid fresh = (Pid) inbox.receive(Tuple.class, LONG).orElseThrow().get(1);
      assertThat(fresh).isNotEqualTo(old);
      ofA.assertLossOnce();
    }
  }

  @Test
  void connectionsComeAndGoUnderLoad() throws Exception {
    comeAndGo(40);
  }

  @Test
  @Tag("full")
  @Timeout(600)
  void fiveHundredConnectionsComeAndGoUnderLoad() throws Exception {
    comeAndGo(500);
  }

  /// Connections, each lost in another way, while others send all the time. At the end nothing is
  /// left of any of them.
  private void comeAndGo(int times) throws Exception {
    nodes = new TwoBelays(options -> options.tickTime(Duration.ofSeconds(60)));
    ofA = Bonds.of(nodes.a.node);
    ofB = Bonds.of(nodes.b.node);
    sink();
    Pid load =
        nodes.a.node.spawn(() -> {
          while (true) {
            Belay.send(new Name("sink", TwoBelays.B), Binary.of(new byte[2000]));
            Belay.sleep(Duration.ofNanos(100_000));
          }
        });
    for (int i = 0; i < times; i++) {
      ofA.awaitAnswer(TwoBelays.B);
      ofA.bind(TwoBelays.B, 2);
      ofB.bind(TwoBelays.A, 2);
      ofA.awaitSize(4);
      ofB.awaitSize(4);
      switch (i % 4) {
        case 0 -> nodes.a.distribution.disconnect(TwoBelays.B);
        case 1 -> nodes.b.distribution.disconnect(TwoBelays.A);
        case 2 -> nodes.cut();
        default -> {
          nodes.toA.cutIn(Way.BACK, 100);
          nodes.toB.cutIn(Way.OUT, 100);
        }
      }
      ofA.awaitLoss();
      ofB.awaitLoss();
      nodes.heal();
      ofA.clear();
      ofB.clear();
    }
    nodes.a.node.terminate(load, ExitReason.SHUTDOWN);
    Waiting.until("the load has ended", () -> !nodes.a.node.isAlive(load));
    Waiting.until(
        "all connections have ended",
        () -> {
          nodes.a.distribution.disconnect(TwoBelays.B);
          return nodes.a.entries() + nodes.b.entries() == 0;
        });
    // The maker, the echo, net_kernel, rex; and the sink.
    assertThat(nodes.a.node.processCount()).isEqualTo(4);
    assertThat(nodes.b.node.processCount()).isEqualTo(5);
    assertNothingIsLeft(nodes.a);
    assertNothingIsLeft(nodes.b);
  }

  /// No process of the node has a bond with one of the other node.
  private static void assertNothingIsLeft(TwoBelays.Member member) {
    for (Pid pid : member.node.processes()) {
      ProcessInfo info = member.node.info(pid).orElseThrow();
      assertThat(info.links()).as("links of %s", pid).isEmpty();
      assertThat(info.monitors()).as("monitors of %s", pid).isEmpty();
      assertThat(info.monitoredBy()).as("who monitors %s", pid).isEmpty();
    }
  }
}

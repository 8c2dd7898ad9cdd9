package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.LinkMode;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import dev.belay.Trail;
import dev.belay.VerbException;
import dev.belay.distribution.internal.handshake.Hello;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What two nodes of Belay's can do with each other's processes that Erlang's cannot: terminate
/// them, hold an end of a link that goes down with the other in any case, and know by which deaths
/// a reason came.
@Timeout(120)
class AmongBelaysTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final ExitReason WHY = ExitReason.term(Atom.of("why"));
  private static final Atom GO = Atom.of("go");

  private TwoBelays nodes;
  private Inbox inbox;

  @BeforeEach
  void start() throws IOException {
    nodes =
        new TwoBelays(
            options -> options.function("among", "wait", 0, _ -> Belay.receive(Integer.class)));
    inbox = nodes.a.node.inbox();
  }

  @AfterEach
  void stop() throws IOException {
    inbox.close();
    nodes.close();
  }

  /// Starts the second node again, as one of another version.
  private void restartB(Hello hello) throws IOException {
    nodes.b.close();
    nodes.b = new TwoBelays.Member(TwoBelays.B, nodes.options(nodes.toA).hello(hello));
  }

  /// A process that ends as it is told: by an atom with that reason, by anything else normally.
  private static Body mortal() {
    return () -> {
      if (Belay.receive() instanceof Atom why) {
        throw Belay.exit(ExitReason.term(why));
      }
    };
  }

  private Pid mortal(Node node, String label) {
    return node.spawn(SpawnOptions.DEFAULT.label(label), mortal());
  }

  /// A process over there that traps exits, and does not end before its node closes.
  private Pid stubborn() throws InterruptedException {
    CountDownLatch traps = new CountDownLatch(1);
    Pid pid =
        nodes.b.node.spawn(() -> {
          Belay.trapExits(true);
          traps.countDown();
          while (!Belay.receive(Exit.class).reason().equals(ExitReason.SHUTDOWN)) {
            // It is not told to leave.
          }
        });
    traps.await();
    return pid;
  }

  private static void untilLinked(Node node, Pid pid, int with) {
    Waiting.until(
        "it is linked", () -> node.info(pid).map(i -> i.links().size()).orElse(-1) == with);
  }

  private static void untilMonitored(Node node, Pid pid) {
    Waiting.until(
        "it is monitored",
        () -> !node.info(pid).map(ProcessInfo::monitoredBy).orElse(List.of()).isEmpty());
  }

  private static void untilDead(Node node, Pid pid) {
    Waiting.until("it is dead", () -> !node.isAlive(pid));
  }

  private Down down() {
    return inbox.receive(Down.class, LONG).orElseThrow();
  }

  // terminate

  /// Nobody has connected before: the link and the request wait for the hello.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrappingProcessIsTerminated(boolean connected) throws InterruptedException {
    if (connected) {
      assertThat(nodes.a.distribution.connect(TwoBelays.B)).isTrue();
    }
    Pid pid = stubborn();
    inbox.trapExits(true);
    inbox.link(pid);
    inbox.monitor(pid);
    inbox.terminate(pid, WHY);
    Trail trail =
        new Trail(List.of(new Trail.Hop(pid, "", Trail.How.TERMINATE, inbox.pid(), false)), 0);
    assertThat(inbox.receive(LONG)).contains(new Exit(pid, WHY, trail));
    assertThat(down().trail()).isEqualTo(trail);
    assertThat(inbox.receive(SHORT)).isEmpty();
    assertThat(nodes.a.distribution.nodes(NodeType.ALL)).containsExactly(TwoBelays.B);
  }

  @Test
  void itConnectsByItself() throws InterruptedException {
    Pid pid = stubborn();
    nodes.a.node.terminate(pid, WHY);
    untilDead(nodes.b.node, pid);
  }

  @Test
  void normalIsAReasonToo() throws InterruptedException {
    Pid pid = stubborn();
    Pid linked =
        nodes.a.node.spawn(() -> {
          Belay.link(pid);
          Belay.receive();
        });
    untilLinked(nodes.b.node, pid, 1);
    inbox.monitor(pid);
    inbox.terminate(pid);
    assertThat(down().reason()).isEqualTo(ExitReason.NORMAL);
    untilLinked(nodes.a.node, linked, 0);
    assertThat(nodes.a.node.isAlive(linked)).isTrue();
  }

  @Test
  void theReasonGoesOnAlongLinksOfBothNodes() throws InterruptedException {
    Pid pid = stubborn();
    Monitored linked =
        inbox.spawnMonitor(() -> {
          Belay.link(pid);
          Belay.receive();
        });
    untilLinked(nodes.b.node, pid, 1);
    inbox.terminate(pid, WHY);
    Down down = down();
    assertThat(down.ref()).isEqualTo(linked.ref());
    assertThat(down.reason()).isEqualTo(WHY);
    assertThat(down.trail().hops())
        .containsExactly(
            new Trail.Hop(pid, "", Trail.How.TERMINATE, inbox.pid(), false),
            new Trail.Hop(linked.pid(), "", Trail.How.LINK, pid, false));
  }

  @Test
  void whoIsOfAnEarlierLifeIsDead() throws Exception {
    Pid old = mortal(nodes.b.node, "");
    inbox.monitor(old);
    nodes.restartB();
    assertThat(down().reason()).isEqualTo(ExitReason.NO_CONNECTION);
    Pid fresh = stubborn();
    Waiting.until("they are connected", () -> nodes.a.distribution.connect(TwoBelays.B));
    inbox.terminate(old, WHY);
    inbox.monitor(fresh);
    untilMonitored(nodes.b.node, fresh);
    assertThat(nodes.b.node.isAlive(fresh)).isTrue();
  }

  // ANY_EXIT

  /// The ends may disagree: each node knows its own.
  @ParameterizedTest
  @CsvSource({
    "NORMAL, NORMAL, true", "NORMAL, ANY_EXIT, true", "ANY_EXIT, NORMAL, true",
    "ANY_EXIT, ANY_EXIT, true", "NORMAL, NORMAL, false", "NORMAL, ANY_EXIT, false",
    "ANY_EXIT, NORMAL, false", "ANY_EXIT, ANY_EXIT, false"
  })
  void anEndGoesDownByItsOwnMode(LinkMode ofA, LinkMode ofB, boolean endsA)
      throws InterruptedException {
    CompletableFuture<Pid> atA = new CompletableFuture<>();
    CompletableFuture<Pid> atB = new CompletableFuture<>();
    CountDownLatch linked = new CountDownLatch(2);
    Pid a = nodes.a.node.spawn(linking(atB, ofA, linked));
    atA.complete(a);
    Pid b = nodes.b.node.spawn(linking(atA, ofB, linked));
    atB.complete(b);
    linked.await();
    if (endsA) {
      nodes.a.node.send(a, 1);
      untilDead(nodes.a.node, a);
      survivesIf(ofB == LinkMode.NORMAL, nodes.b.node, b);
    } else {
      nodes.b.node.send(b, 1);
      untilDead(nodes.b.node, b);
      survivesIf(ofA == LinkMode.NORMAL, nodes.a.node, a);
    }
  }

  private static Body linking(CompletableFuture<Pid> other, LinkMode mode, CountDownLatch done) {
    return () -> {
      Belay.link(other.join(), mode);
      done.countDown();
      mortal().run();
    };
  }

  private static void survivesIf(boolean survives, Node node, Pid pid) {
    if (survives) {
      untilLinked(node, pid, 0);
      assertThat(node.isAlive(pid)).isTrue();
    } else {
      untilDead(node, pid);
    }
  }

  /// A process of A's that does with one of B's what the steps say, and then tells it to end
  /// normally.
  private Monitored linked(Pid other, Body steps) {
    return inbox.spawnMonitor(() -> {
      steps.run();
      Belay.send(other, 1);
      Belay.receive(Integer.class);
    });
  }

  @Test
  void linkingAgainRaisesAnEndAndNeverLowersIt() {
    Pid b = mortal(nodes.b.node, "");
    Monitored a =
        linked(
            b,
            () -> {
              Belay.link(b);
              Belay.link(b, LinkMode.ANY_EXIT);
              Belay.link(b);
            });
    Down down = down();
    assertThat(down.pid()).isEqualTo(a.pid());
    assertThat(down.reason()).isEqualTo(ExitReason.NORMAL);
    assertThat(down.trail().hops()).extracting(Trail.Hop::pid).containsExactly(b, a.pid());
  }

  @Test
  void unlinkAndLinkMakeANewEnd() {
    Pid b = mortal(nodes.b.node, "");
    Monitored a =
        linked(
            b,
            () -> {
              for (int i = 0; i < 50; i++) {
                Belay.link(b, LinkMode.ANY_EXIT);
                Belay.unlink(b);
              }
              Belay.link(b);
            });
    untilDead(nodes.b.node, b);
    untilLinked(nodes.a.node, a.pid(), 0);
    assertThat(nodes.a.node.isAlive(a.pid())).isTrue();
    assertThat(inbox.receive(SHORT)).isEmpty();
  }

  @Test
  void afterUnlinkNothingIsHeard() throws InterruptedException {
    inbox.trapExits(true);
    for (int i = 0; i < 100; i++) {
      Pid b = mortal(nodes.b.node, "");
      inbox.link(b, LinkMode.ANY_EXIT);
      untilLinked(nodes.b.node, b, 1);
      nodes.b.node.send(b, GO);
      inbox.unlink(b);
      // What was there before may stay; nothing comes after it (L9).
      inbox.receive(Exit.class, Duration.ZERO);
      inbox.monitor(b);
      assertThat(down().reason()).isIn(ExitReason.term(GO), ExitReason.NO_PROC);
      assertThat(inbox.receive(Exit.class, Duration.ZERO)).isEmpty();
    }
  }

  // the child's end

  @ParameterizedTest
  @CsvSource({"NORMAL, true", "ANY_EXIT, true", "NORMAL, false", "ANY_EXIT, false"})
  void aSpawnGivesTheChildItsEnd(LinkMode childs, boolean far) {
    TwoBelays.Member where = far ? nodes.b : nodes.a;
    CompletableFuture<Pid> born = new CompletableFuture<>();
    Pid parent =
        nodes.a.node.spawn(() -> {
          RemoteSpawnOptions options = RemoteSpawnOptions.DEFAULT.link(LinkMode.NORMAL, childs);
          born.complete(
              nodes
                  .a
                  .distribution
                  .spawn(where.node.name(), options, "among", "wait", List.of())
                  .pid());
          mortal().run();
        });
    Pid spawned = born.orTimeout(20, TimeUnit.SECONDS).join();
    // As its own node has it.
    Pid child = where.node.processes().stream().filter(spawned::equals).findFirst().orElseThrow();
    untilLinked(where.node, child, 1);
    nodes.a.node.send(parent, 1);
    untilDead(nodes.a.node, parent);
    survivesIf(childs == LinkMode.NORMAL, where.node, child);
  }

  // the trail

  @Test
  void theTrailIsShownAtTheOtherEnd() {
    Pid first = mortal(nodes.b.node, "first");
    inbox.trapExits(true);
    inbox.link(first);
    inbox.monitor(first);
    untilMonitored(nodes.b.node, first);
    nodes.b.node.send(first, Atom.of("why"));
    Trail trail =
        new Trail(List.of(new Trail.Hop(first, "first", Trail.How.OWN_END, first, false)), 0);
    assertThat(inbox.receive(LONG)).contains(new Exit(first, WHY, trail));
    assertThat(down().trail()).isEqualTo(trail);
  }

  /// B, A, B, A: each hop is there, wherever it was.
  @Test
  void itGrowsFromNodeToNode() {
    Pid first = mortal(nodes.b.node, "1");
    Pid before = first;
    for (int i = 2; i <= 12; i++) {
      Pid previous = before;
      Node node = i % 2 == 0 ? nodes.a.node : nodes.b.node;
      Node other = i % 2 == 0 ? nodes.b.node : nodes.a.node;
      before =
          node.spawn(
              SpawnOptions.DEFAULT.label(Integer.toString(i)),
              () -> {
                Belay.link(previous);
                Belay.receive();
              });
      untilLinked(other, previous, i == 2 ? 1 : 2);
    }
    inbox.monitor(before);
    inbox.send(first, Atom.of("why"));
    Down down = down();
    assertThat(down.reason()).isEqualTo(WHY);
    assertThat(down.trail().omitted()).isEqualTo(12 - Trail.MAX_HOPS);
    assertThat(down.trail().hops())
        .extracting(Trail.Hop::label)
        .containsExactly("1", "6", "7", "8", "9", "10", "11", "12");
    assertThat(down.trail().hops().getFirst().pid()).isEqualTo(first);
  }

  @Test
  void anExceptionsTrailComesWithItsText() {
    Pid first =
        nodes.b.node.spawn(
            SpawnOptions.DEFAULT.label("crashing"),
            () -> {
              Belay.receive();
              throw new IllegalStateException("boom");
            });
    inbox.monitor(first);
    inbox.send(first, 1);
    Down down = down();
    assertThat(down.reason().toString()).contains("java.lang.IllegalStateException", "boom");
    assertThat(down.trail().hops()).extracting(Trail.Hop::label).containsExactly("crashing");
  }

  @Test
  void theLastWordsComeBeforeTheExit() throws InterruptedException {
    CountDownLatch linked = new CountDownLatch(1);
    Pid me = inbox.pid();
    inbox.trapExits(true);
    Pid talking =
        nodes.b.node.spawn(() -> {
          Belay.link(me);
          linked.countDown();
          Belay.receive();
          for (int i = 0; i < 300; i++) {
            Belay.send(me, i % 50 == 49 ? Binary.of(new byte[300_000]) : i);
          }
          throw Belay.exit(WHY);
        });
    linked.await();
    untilLinked(nodes.a.node, me, 1);
    inbox.send(talking, 1);
    for (int i = 0; i < 300; i++) {
      Object got = inbox.receive(LONG).orElseThrow();
      if (i % 50 == 49) {
        assertThat(got).isInstanceOf(Binary.class);
      } else {
        assertThat(got).isEqualTo((long) i);
      }
    }
    Exit exit = inbox.receive(Exit.class, LONG).orElseThrow();
    assertThat(exit.reason()).isEqualTo(WHY);
    assertThat(exit.trail().hops()).hasSize(1);
  }

  // other versions

  @ParameterizedTest
  @CsvSource({
    "0, false, false",
    "1, true, false",
    "2, false, true",
    "3, true, true",
    "-1, true, true"
  })
  void whatHoldsIsWhatBothKnow(int features, boolean terminates, boolean tells) throws Exception {
    restartB(new Hello(features));
    Pid pid = stubborn();
    inbox.monitor(pid);
    untilMonitored(nodes.b.node, pid);
    if (terminates) {
      inbox.terminate(pid, WHY);
    } else {
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> inbox.terminate(pid, WHY))
          .withMessageContaining("exit(pid, reason)");
      assertThat(nodes.b.node.isAlive(pid)).isTrue();
      inbox.exit(pid, ExitReason.KILL);
    }
    Down down = down();
    assertThat(down.reason()).isEqualTo(terminates ? WHY : ExitReason.KILLED);
    assertThat(down.trail().hops()).hasSize(tells ? 1 : 0);
    // From the other side it is the same.
    Pid victim = mortal(nodes.a.node, "");
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    nodes.b.node.spawn(() -> {
      try {
        Belay.terminate(victim, WHY);
        done.complete(true);
      } catch (VerbException _) {
        done.complete(false);
      }
    });
    assertThat(done.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(terminates);
  }

  // the loss of the connection

  /// Whatever the moment of the loss: each bond tells once.
  @Test
  void eachBondTellsOnceWhateverIsLost() throws InterruptedException {
    inbox.trapExits(true);
    Bonds.of(nodes.b.node);
    Bonds ofA = Bonds.of(nodes.a.node);
    for (int i = 0; i < 60; i++) {
      ofA.awaitAnswer(TwoBelays.B);
      Pid pid = stubborn();
      inbox.link(pid, LinkMode.ANY_EXIT);
      inbox.monitor(pid);
      untilMonitored(nodes.b.node, pid);
      Thread cutting = Thread.ofVirtual().start(nodes::cut);
      if (i % 2 == 0) {
        inbox.terminate(pid, WHY);
      } else {
        nodes.b.node.terminate(pid, WHY);
      }
      assertThat(cutting.join(LONG)).isTrue();
      Exit exit = inbox.receive(Exit.class, LONG).orElseThrow();
      assertThat(exit.pid()).isEqualTo(pid);
      assertThat(exit.reason()).isIn(WHY, ExitReason.NO_CONNECTION);
      Down down = down();
      assertThat(down.pid()).isEqualTo(pid);
      assertThat(down.reason()).isIn(WHY, ExitReason.NO_CONNECTION);
      assertThat(inbox.receive(Duration.ofMillis(5))).isEmpty();
      assertThat(nodes.a.node.info(inbox.pid()).orElseThrow().links()).isEmpty();
      nodes.b.node.exit(pid, ExitReason.KILL);
      nodes.heal();
    }
  }

  // the reserved name

  @Test
  void nobodyCanBeSentAnythingByTheReservedName() {
    CompletableFuture<Object> got = new CompletableFuture<>();
    nodes.b.node.spawn(SpawnOptions.DEFAULT.name("$belay"), () -> got.complete(Belay.receive()));
    Pid last = mortal(nodes.b.node, "");
    inbox.monitor(last);
    Name reserved = new Name("$belay", TwoBelays.B);
    inbox.send(reserved, Atom.OK);
    inbox.send(reserved, Tuple.of(Atom.of("terminate"), last, Atom.of("why")));
    inbox.send(last, GO);
    assertThat(down().reason()).isEqualTo(ExitReason.term(GO));
    assertThat(got).isNotDone();
    // Within the node it is a name like any other.
    nodes.b.node.send("$belay", Atom.OK);
    assertThat(got.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(Atom.OK);
  }
}

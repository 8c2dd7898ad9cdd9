package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import dev.belay.SpawnOptions;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Processes that a process of ours spawns on a real Erlang node.
@Tag("erlang")
@Timeout(60)
class ErlangSpawnedTest {
  private static final String ERLANG = "e@localhost";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  /// Traps exits, says so, and says what exit it has heard.
  private static final String TRAPPING =
      "fun(P) -> process_flag(trap_exit,true), P ! ready, receive {'EXIT',F,R} -> P ! {F,R} end"
          + " end";

  @TempDir Path folder;

  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;

  @BeforeEach
  void start() throws IOException {
    int epmd = Ports.free();
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
    distribution =
        Distribution.start(node, DistributionOptions.DEFAULT.cookie("secret").epmdPort(epmd));
    erlang = ErlangPeer.start(folder, epmd, "-sname", ERLANG, "-setcookie", "secret");
    erlang.eval("N = 'j@localhost'");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  private <T> CompletableFuture<T> begin(Callable<T> code) {
    CompletableFuture<T> result = new CompletableFuture<>();
    node.spawn(() -> {
      try {
        result.complete(code.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
        throw e;
      }
    });
    return result.orTimeout(40, TimeUnit.SECONDS);
  }

  private <T> T inProcess(Callable<T> code) {
    return begin(code).join();
  }

  /// A function of theirs, to be given to `erlang:apply/2`.
  private Object fun(Inbox inbox, String expression) {
    String name = "inbox" + inbox.pid().number();
    if (node.whereis(name).isEmpty()) {
      node.register(name, inbox.pid());
    }
    erlang.eval("{" + name + ",N} ! {function, " + expression + "}");
    return inbox.receive(Tuple.class, LONG).orElseThrow().get(1);
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(erlang.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static ExitReason atom(String name) {
    return ExitReason.term(Atom.of(name));
  }

  @Test
  void aProcessIsSpawned() {
    Pid pid =
        inProcess(() -> {
          Pid child =
              distribution.spawn(ERLANG, "erlang", "send", List.of(Belay.self(), Atom.of("hello")));
          assertThat(Belay.receive(LONG)).contains(Atom.of("hello"));
          return child;
        });
    assertThat(pid.node()).isEqualTo(ERLANG);
  }

  @Test
  void itsParentIsWhoAsked() {
    try (Inbox inbox = node.inbox()) {
      Object fun = fun(inbox, "fun(P) -> P ! {self(), process_info(self(), parent)} end");
      inProcess(() -> {
        Pid me = Belay.self();
        Pid child = distribution.spawn(ERLANG, "erlang", "apply", List.of(fun, List.of(me)));
        assertThat(Belay.receive(LONG)).contains(Tuple.of(child, Tuple.of(Atom.of("parent"), me)));
        return child;
      });
    }
  }

  @Test
  void spawnLinkHearsTheTrueReasonHoweverEarly() {
    inProcess(() -> {
      Belay.trapExits(true);
      for (long i = 0; i < 200; i++) {
        Pid child = distribution.spawnLink(ERLANG, "erlang", "exit", List.of(i));
        Exit exit = Belay.receive(Exit.class);
        assertThat(exit.pid()).isEqualTo(child);
        assertThat(exit.reason()).isEqualTo(ExitReason.term(i));
      }
      return true;
    });
  }

  @Test
  void spawnMonitorHearsTheTrueReasonHoweverEarly() {
    inProcess(() -> {
      for (long i = 0; i < 200; i++) {
        Monitored child = distribution.spawnMonitor(ERLANG, "erlang", "exit", List.of(i));
        Down down = Belay.receive(Down.class);
        assertThat(down.ref()).isEqualTo(child.ref());
        assertThat(down.pid()).isEqualTo(child.pid());
        assertThat(down.reason()).isEqualTo(ExitReason.term(i));
      }
      return true;
    });
  }

  @Test
  void bothBondsTellOnce() {
    inProcess(() -> {
      Belay.trapExits(true);
      RemoteSpawnOptions both =
          RemoteSpawnOptions.DEFAULT.link().monitor(MonitorOptions.DEFAULT.tag("tag"));
      Spawned child = distribution.spawn(ERLANG, both, "erlang", "exit", List.of(Atom.of("bye")));
      Exit exit = Belay.receive(Exit.class);
      assertThat(exit).isEqualTo(new Exit(child.pid(), atom("bye"), exit.trail()));
      Down down = Belay.receive(Down.class);
      assertThat(down.ref()).isEqualTo(child.ref().orElseThrow());
      assertThat(down.tag()).contains("tag");
      assertThat(down.reason()).isEqualTo(atom("bye"));
      assertThat(Belay.receive(SHORT)).isEmpty();
      return true;
    });
  }

  @Test
  void whatIsNotThereDiesOfIt() {
    ExitReason reason =
        inProcess(() -> {
          Belay.trapExits(true);
          distribution.spawnLink(ERLANG, "nomod", "nofun", List.of(1));
          return Belay.receive(Exit.class).reason();
        });
    Tuple told = (Tuple) ((ExitReason.Term) reason).value();
    assertThat(told.get(0)).isEqualTo(Atom.of("undef"));
    Tuple call = (Tuple) ((List<?>) told.get(1)).getFirst();
    assertThat(call.elements().subList(0, 3))
        .isEqualTo(List.of(Atom.of("nomod"), Atom.of("nofun"), List.of(1L)));
  }

  @Test
  void argumentsComeEqual() {
    List<Object> terms =
        List.of(
            1L,
            BigInteger.TWO.pow(70),
            1.5,
            Atom.of("å"),
            Binary.utf8("text"),
            List.of(1L, List.of()),
            Tuple.of(Atom.OK, Map.of(Atom.of("k"), 2L)),
            Collections.nCopies(500_000, 1_000L));
    inProcess(() -> {
      Pid me = Belay.self();
      for (Object term : terms) {
        distribution.spawn(ERLANG, "erlang", "send", List.of(me, term));
        assertThat(Belay.receive(LONG)).contains(term);
      }
      distribution.spawn(ERLANG, "erlang", "send", List.of(me, me));
      assertThat(Belay.receive(LONG)).contains(me);
      return true;
    });
  }

  @Test
  void optionsAreTheirs() {
    try (Inbox inbox = node.inbox()) {
      Object fun = fun(inbox, "fun(P) -> P ! process_info(self(), priority) end");
      inProcess(() -> {
        RemoteSpawnOptions high = RemoteSpawnOptions.DEFAULT.option("priority", Atom.of("high"));
        distribution.spawn(ERLANG, high, "erlang", "apply", List.of(fun, List.of(Belay.self())));
        assertThat(Belay.receive(LONG)).contains(Tuple.of(Atom.of("priority"), Atom.of("high")));
        RemoteSpawnOptions bogus = RemoteSpawnOptions.DEFAULT.link().monitor().option("bogus", 1);
        assertThatThrownBy(() -> distribution.spawn(ERLANG, bogus, "erlang", "self", List.of()))
            .isInstanceOfSatisfying(
                SpawnRefusedException.class, e -> assertThat(e.reason()).isEqualTo("badopt"));
        assertThat(Belay.info(Belay.self()).orElseThrow().links()).isEmpty();
        assertThat(Belay.receive(SHORT)).isEmpty();
        return true;
      });
    }
  }

  @Test
  void bondsCanBeTakenBack() {
    inProcess(() -> {
      Belay.trapExits(true);
      RemoteSpawnOptions both = RemoteSpawnOptions.DEFAULT.link().monitor();
      Spawned child =
          distribution.spawn(ERLANG, both, "timer", "sleep", List.of(Atom.of("infinity")));
      assertThat(Belay.demonitor(child.ref().orElseThrow(), Demonitor.INFO)).isTrue();
      Belay.unlink(child.pid());
      Belay.monitor(child.pid());
      Belay.exit(child.pid(), ExitReason.KILL);
      assertThat(Belay.receive(Down.class).reason()).isEqualTo(ExitReason.KILLED);
      assertThat(Belay.receive(SHORT)).isEmpty();
      return true;
    });
  }

  @Test
  void theMonitorMayBeAnAlias() {
    try (Inbox inbox = node.inbox()) {
      Object fun = fun(inbox, "fun() -> receive A -> A ! one, A ! two end end");
      inProcess(() -> {
        RemoteSpawnOptions alias =
            RemoteSpawnOptions.DEFAULT.monitor(MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
        Spawned child =
            distribution.spawn(ERLANG, alias, "erlang", "apply", List.of(fun, List.of()));
        Belay.send(child.pid(), child.ref().orElseThrow());
        assertThat(Belay.receive(LONG)).contains(Atom.of("one"));
        assertThat(Belay.receive(SHORT)).isEmpty();
        return true;
      });
    }
  }

  @Test
  void theEndOfTheParentIsTheChildsToHear() {
    try (Inbox inbox = node.inbox()) {
      Object fun = fun(inbox, TRAPPING);
      Pid parent = linkedParent(inbox, fun);
      assertThat(inbox.receive(LONG)).contains(Atom.of("ready"));
      node.exit(parent, atom("why"));
      assertThat(inbox.receive(LONG)).contains(Tuple.of(parent, Atom.of("why")));
    }
  }

  private Pid linkedParent(Inbox inbox, Object fun) {
    Pid me = inbox.pid();
    return node.spawn(() -> {
      distribution.spawnLink(ERLANG, "erlang", "apply", List.of(fun, List.of(me)));
      Belay.receive();
    });
  }

  @Test
  void aParentThatDiesBeforeTheAnswerIsTheChildsToHear() throws Exception {
    try (Inbox inbox = node.inbox()) {
      Object fun = fun(inbox, TRAPPING);
      signal("STOP");
      Pid parent;
      try {
        parent = linkedParent(inbox, fun);
        untilItAsks();
        node.exit(parent, atom("why"));
        Waiting.until("the parent is dead", () -> !node.isAlive(parent));
      } finally {
        signal("CONT");
      }
      // It may be told before it traps.
      Object first = inbox.receive(Duration.ofSeconds(5)).orElse(Atom.of("nothing"));
      if (first.equals(Atom.of("ready"))) {
        assertThat(inbox.receive(LONG)).contains(Tuple.of(parent, Atom.of("why")));
      }
      Waiting.until(
          "nobody there is linked with a process of ours",
          () ->
              erlang
                  .eval(
                      "length([L || P <- processes(), {links,Ls} <- [process_info(P,links)], L <-"
                          + " Ls, is_pid(L), node(L) =:= N])")
                  .equals("0"));
    }
  }

  private void untilItAsks() {
    Waiting.until("it asks", () -> node.dump().contains("waits for " + ERLANG + " to spawn"));
  }

  @Test
  void anInterruptedParentAbandonsItsChild() throws Exception {
    try (Inbox inbox = node.inbox()) {
      Object fun = fun(inbox, TRAPPING);
      Pid me = inbox.pid();
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      CompletableFuture<Boolean> left;
      signal("STOP");
      try {
        left =
            begin(() -> {
              Belay.trapExits(true);
              thread.complete(Thread.currentThread());
              assertThatThrownBy(() ->
                      distribution.spawnLink(ERLANG, "erlang", "apply", List.of(fun, List.of(me))))
                  .isInstanceOf(ProcessInterruptedException.class);
              assertThat(Belay.receive(Duration.ofSeconds(1))).isEmpty();
              return true;
            });
        untilItAsks();
        thread.join().interrupt();
      } finally {
        signal("CONT");
      }
      assertThat(left.join()).isTrue();
      Object first = inbox.receive(Duration.ofSeconds(5)).orElse(Atom.of("nothing"));
      if (first.equals(Atom.of("ready"))) {
        Tuple heard = (Tuple) inbox.receive(LONG).orElseThrow();
        assertThat(heard.get(1)).isEqualTo(Atom.of("abandoned"));
      }
    }
  }

  @Test
  void anUnreachableNodeGivesAPidWithoutUse() {
    inProcess(() -> {
      Belay.trapExits(true);
      RemoteSpawnOptions both = RemoteSpawnOptions.DEFAULT.link().monitor();
      Spawned child =
          distribution.spawn("nobody@localhost", both, "erlang", "exit", List.of(Atom.of("bye")));
      assertNoConnection(child);
      return true;
    });
  }

  private static void assertNoConnection(Spawned child) {
    Exit exit = Belay.receive(Exit.class, LONG).orElseThrow();
    assertThat(exit.pid()).isEqualTo(child.pid());
    assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
    Down down = Belay.receive(Down.class, LONG).orElseThrow();
    assertThat(down.ref()).isEqualTo(child.ref().orElseThrow());
    assertThat(down.reason()).isEqualTo(ExitReason.NO_CONNECTION);
    assertThat(Belay.receive(SHORT)).isEmpty();
  }

  @Test
  void aNodeThatIsKilledWhileItIsAskedIsNoConnection() throws Exception {
    assertThat(distribution.connect(ERLANG)).isTrue();
    signal("STOP");
    CompletableFuture<Boolean> done =
        begin(() -> {
          Belay.trapExits(true);
          RemoteSpawnOptions both = RemoteSpawnOptions.DEFAULT.link().monitor();
          assertNoConnection(
              distribution.spawn(ERLANG, both, "timer", "sleep", List.of(Atom.of("infinity"))));
          return true;
        });
    untilItAsks();
    erlang.kill();
    assertThat(done.join()).isTrue();
  }

  @Test
  void aNodeThatIsKilledLaterIsNoConnection() {
    CompletableFuture<Boolean> born = new CompletableFuture<>();
    CompletableFuture<Boolean> done =
        begin(() -> {
          Belay.trapExits(true);
          RemoteSpawnOptions both = RemoteSpawnOptions.DEFAULT.link().monitor();
          Spawned child =
              distribution.spawn(ERLANG, both, "timer", "sleep", List.of(Atom.of("infinity")));
          born.complete(child.pid().node().equals(ERLANG));
          assertNoConnection(child);
          return true;
        });
    assertThat(born.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
    erlang.close();
    assertThat(done.join()).isTrue();
  }

  @Test
  void whenTheyDisconnectTheChildHearsOfIt() {
    try (Inbox inbox = node.inbox()) {
      Object fun =
          fun(
              inbox,
              TRAPPING.replace("P ! {F,R}", "register(told, self()), timer:sleep(infinity)"));
      linkedParent(inbox, fun);
      assertThat(inbox.receive(LONG)).contains(Atom.of("ready"));
      assertThat(distribution.disconnect(ERLANG)).isTrue();
      assertThat(
              erlang.eval(
                  "(fun L(0) -> no; L(K) -> case whereis(told) of undefined -> timer:sleep(20),"
                      + " L(K-1); _ -> yes end end)(500)"))
          .isEqualTo("yes");
    }
  }

  @Test
  void itsOutputGoesToOurUser() {
    CompletableFuture<Tuple> asked = new CompletableFuture<>();
    node.spawn(
        SpawnOptions.DEFAULT.name("user"),
        () -> {
          while (true) {
            Tuple request = Belay.receive(Tuple.class);
            asked.complete(request);
            Belay.send(
                (Pid) request.get(1), Tuple.of(Atom.of("io_reply"), request.get(2), Atom.OK));
          }
        });
    ExitReason reason =
        inProcess(() -> {
          distribution.spawnMonitor(ERLANG, "io", "put_chars", List.of(List.of(104, 105)));
          return Belay.receive(Down.class).reason();
        });
    assertThat(reason).isEqualTo(ExitReason.NORMAL);
    assertThat(asked.orTimeout(20, TimeUnit.SECONDS).join().get(0))
        .isEqualTo(Atom.of("io_request"));
  }

  @Test
  void withoutAUserOutputDoesNotHoldAChildUp() {
    ExitReason reason =
        inProcess(() -> {
          distribution.spawnMonitor(ERLANG, "io", "put_chars", List.of(List.of(104, 105)));
          return Belay.receive(Down.class, LONG).orElseThrow().reason();
        });
    assertThat(reason.isOrderly()).isFalse();
  }

  @Test
  void manySpawnAtATime() {
    List<CompletableFuture<ExitReason>> all =
        LongStream.range(0, 200)
            .mapToObj(i ->
                begin(() -> {
                  distribution.spawnMonitor(ERLANG, "erlang", "exit", List.of(i));
                  return Belay.receive(Down.class).reason();
                }))
            .toList();
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).join()).isEqualTo(ExitReason.term((long) i));
    }
  }

  @Test
  void aPlainThreadSpawnsWithoutBonds() {
    assertThat(distribution.spawn(ERLANG, "erlang", "self", List.of()).node()).isEqualTo(ERLANG);
  }
}

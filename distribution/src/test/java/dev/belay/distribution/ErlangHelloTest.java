package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.LinkMode;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.Trail;
import dev.belay.VerbException;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What nodes of Belay's have among themselves is absent towards a real Erlang node, which sees
/// nothing unusual.
@Tag("erlang")
@Timeout(60)
class ErlangHelloTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String ERLANG = "e@localhost";

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
    // Whatever came to the reserved name would come to the shell's process.
    erlang.eval("register('$belay', self())");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  private void connect(boolean fromHere) {
    if (fromHere) {
      assertThat(distribution.connect(ERLANG)).isTrue();
    } else {
      assertThat(erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    }
    assertThat(erlang.eval("nodes(hidden)")).isEqualTo("[j@localhost]");
  }

  private Pid waiting(Inbox inbox) {
    node.register("me", inbox.pid());
    erlang.eval(
        "{me,N} ! spawn(fun() -> process_flag(trap_exit,true), receive stop -> ok end end)");
    Pid pid = inbox.receive(Pid.class, LONG).orElseThrow();
    node.unregister("me");
    return pid;
  }

  private void assertNothingUnusual() {
    assertThat(erlang.eval("Flush(100)")).isEqualTo("[]");
    assertThat(erlang.eval("nodes(hidden)")).isEqualTo("[j@localhost]");
    assertThat(erlang.reports()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeathIsAnExitAndADownAsAnyOther(boolean fromHere) {
    connect(fromHere);
    node.spawn(
        SpawnOptions.DEFAULT.name("first").label("first"),
        () -> {
          throw Belay.exit(ExitReason.term(Belay.receive()));
        });
    Pid first = node.whereis("first").orElseThrow();
    node.spawn(
        SpawnOptions.DEFAULT.name("second"),
        () -> {
          Belay.link(first);
          Belay.receive(Integer.class);
        });
    Waiting.until("they are linked", () -> !node.info(first).orElseThrow().links().isEmpty());
    Pid second = node.whereis("second").orElseThrow();
    node.send(new Name("$belay", ERLANG), second);
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), P = receive A -> A end, link(P),"
                    + " M = monitor(process,{second,N}), ok"))
        .isEqualTo("ok");
    Waiting.until("they are bound", () -> !node.info(second).orElseThrow().monitoredBy().isEmpty());
    node.send(first, Atom.of("why"));
    assertThat(erlang.eval("receive {'EXIT',P,R1} -> R1 end")).isEqualTo("why");
    assertThat(erlang.eval("receive {'DOWN',M,process,Who,R2} -> {Who,R2} end"))
        .isEqualTo("{{second,j@localhost},why}");
    assertNothingUnusual();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void terminateIsRefused(boolean fromHere) {
    connect(fromHere);
    try (Inbox inbox = node.inbox()) {
      Pid theirs = waiting(inbox);
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> inbox.terminate(theirs))
          .withMessageContaining("exit(pid, reason)");
      inbox.monitor(theirs);
      inbox.exit(theirs, ExitReason.KILL);
      Down down = inbox.receive(Down.class, LONG).orElseThrow();
      assertThat(down.reason()).isEqualTo(ExitReason.KILLED);
      assertThat(down.trail()).isEqualTo(Trail.EMPTY);
    }
    assertNothingUnusual();
  }

  /// That it is a node of Erlang's is found out by connecting.
  @Test
  void terminateIsRefusedAlsoBeforeTheyAreConnected() {
    try (Inbox inbox = node.inbox()) {
      Pid theirs = waiting(inbox);
      assertThat(distribution.disconnect(ERLANG)).isTrue();
      Waiting.until(
          "it is refused",
          () -> {
            try {
              // As long as the loss of the last connection is told, nobody can be reached.
              inbox.terminate(theirs);
              return false;
            } catch (VerbException _) {
              return true;
            }
          });
      assertThat(distribution.nodes(NodeType.ALL)).containsExactly(ERLANG);
    }
    assertNothingUnusual();
  }

  @Test
  void ourEndOfALinkHasItsMode() {
    connect(true);
    try (Inbox inbox = node.inbox()) {
      Pid theirs = waiting(inbox);
      CompletableFuture<Pid> linked = new CompletableFuture<>();
      Pid mine =
          node.spawn(() -> {
            Belay.link(theirs, LinkMode.ANY_EXIT);
            linked.complete(Belay.self());
            Belay.receive();
          });
      linked.orTimeout(20, TimeUnit.SECONDS).join();
      inbox.monitor(mine);
      inbox.send(theirs, Atom.of("stop"));
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NORMAL);
    }
    assertNothingUnusual();
  }

  @Test
  void aChildsEndHasNone() {
    connect(true);
    CompletableFuture<Object> result = new CompletableFuture<>();
    node.spawn(() -> {
      RemoteSpawnOptions options =
          RemoteSpawnOptions.DEFAULT.link(LinkMode.NORMAL, LinkMode.ANY_EXIT);
      try {
        result.complete(distribution.spawn(ERLANG, options, "timer", "sleep", List.of(1)));
      } catch (SpawnRefusedException e) {
        result.complete(e.reason());
      }
    });
    assertThat(result.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("badopt");
    assertNothingUnusual();
  }

  /// What looks like a signal of Belay's is a message, if it comes from a node that is not Belay's.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReservedNameIsOneLikeAnyOther(boolean fromHere) {
    connect(fromHere);
    Pid living = node.spawn(Belay::receive);
    CompletableFuture<Object> got = new CompletableFuture<>();
    erlang.eval("{'$belay',N} ! dropped");
    node.spawn(
        SpawnOptions.DEFAULT.name("$belay"),
        () -> {
          got.complete(Belay.receive(Tuple.class));
        });
    try (Inbox inbox = node.inbox()) {
      node.register("me", inbox.pid());
      inbox.send(new Name("$belay", ERLANG), Tuple.of(inbox.pid(), living));
      assertThat(
              erlang.eval(
                  "receive {_,Pid} -> {'$belay',N} ! {terminate,Pid,why}, {me,N} ! done end"))
          .isEqualTo("done");
      assertThat(inbox.receive(LONG)).contains(Atom.of("done"));
      assertThat(got.orTimeout(20, TimeUnit.SECONDS).join())
          .isEqualTo(Tuple.of(Atom.of("terminate"), living, Atom.of("why")));
      assertThat(node.isAlive(living)).isTrue();
      inbox.trapExits(true);
      inbox.link(living);
      inbox.exit(living, ExitReason.KILL);
      assertThat(inbox.receive(Exit.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.KILLED);
    }
    assertNothingUnusual();
  }
}

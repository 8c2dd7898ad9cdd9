package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import dev.belay.Ref;
import dev.belay.VerbException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Processes that a process of one Belay node spawns on another one, over a real connection, and on
/// its own.
@Timeout(60)
class BelaySpawnsTest {
  private static final String HERE = "here@localhost";
  private static final String THERE = "there@localhost";

  /// A node that is not found for a long time.
  private static final String SLOW = "slow@localhost";

  private static final Duration SHORT = Duration.ofMillis(100);

  private final Map<String, Integer> ports = new ConcurrentHashMap<>();
  private final CompletableFuture<Pid> child = new CompletableFuture<>();
  private final CompletableFuture<Exit> heard = new CompletableFuture<>();
  private final CountDownLatch connecting = new CountDownLatch(1);
  private final CountDownLatch connected = new CountDownLatch(1);
  private Node here;
  private Node there;
  private Distribution fromHere;
  private Distribution fromThere;

  @BeforeEach
  void start() throws IOException {
    here = Node.start(NodeOptions.DEFAULT.name(HERE).daemon(true));
    there = Node.start(NodeOptions.DEFAULT.name(THERE).daemon(true));
    fromHere = distribution(here);
    fromThere = distribution(there);
  }

  private Distribution distribution(Node node) throws IOException {
    DistributionOptions options =
        DistributionOptions.DEFAULT
            .cookie("secret")
            .unregistered()
            .resolver(this::resolve)
            .function("jt", "size", 1, args -> ((List<?>) args.get(0)).size())
            .function(
                "jt",
                "exit",
                1,
                args -> {
                  throw Belay.exit(ExitReason.term(args.get(0)));
                })
            .function("jt", "wait", 0, _ -> Belay.receive())
            .function(
                "jt",
                "length",
                1,
                args -> {
                  throw Belay.exit(ExitReason.term(((List<?>) args.get(0)).size()));
                })
            .function(
                "jt",
                "tell",
                2,
                args -> {
                  Belay.send((Pid) args.get(0), Tuple.of(Belay.self(), args.get(1)));
                  return Belay.receive();
                })
            .function(
                "jt",
                "trap",
                0,
                _ -> {
                  Belay.trapExits(true);
                  child.complete(Belay.self());
                  heard.complete(Belay.receive(Exit.class));
                  return Atom.OK;
                });
    Distribution distribution = Distribution.start(node, options);
    ports.put(node.name(), distribution.port());
    return distribution;
  }

  private List<NodeAddress> resolve(String name, String host) {
    String node = name + "@" + host;
    if (node.equals(SLOW)) {
      connecting.countDown();
      try {
        connected.await();
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts a resolver", e);
      }
    }
    Integer port = ports.get(node);
    return port == null
        ? List.of()
        : List.of(NodeAddress.of(InetAddress.getLoopbackAddress(), port));
  }

  @AfterEach
  void stop() {
    fromHere.close();
    fromThere.close();
    here.close();
    there.close();
  }

  private <T> CompletableFuture<T> begin(Callable<T> code) {
    CompletableFuture<T> result = new CompletableFuture<>();
    here.spawn(() -> {
      try {
        result.complete(code.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
        throw e;
      }
    });
    return result.orTimeout(30, TimeUnit.SECONDS);
  }

  private <T> T inProcess(Callable<T> code) {
    return begin(code).join();
  }

  @Test
  void aProcessIsSpawnedAndGetsItsArguments() {
    for (String node : List.of(THERE, HERE)) {
      inProcess(() -> {
        Pid pid = fromHere.spawn(node, "jt", "tell", List.of(Belay.self(), "hello"));
        assertThat(pid.node()).isEqualTo(node);
        assertThat(Belay.receive()).isEqualTo(Tuple.of(pid, Binary.utf8("hello")));
        return Belay.info(Belay.self()).orElseThrow().links();
      });
    }
  }

  @Test
  void aLinkedAndMonitoredProcessTellsOfItsEnd() {
    for (String node : List.of(THERE, HERE)) {
      inProcess(() -> {
        Belay.trapExits(true);
        Pid linked = fromHere.spawnLink(node, "jt", "exit", List.of(Atom.of("bye")));
        Exit exit = Belay.receive(Exit.class);
        assertThat(exit.pid()).isEqualTo(linked);
        assertThat(exit.reason()).isEqualTo(ExitReason.term(Atom.of("bye")));

        Monitored monitored = fromHere.spawnMonitor(node, "jt", "exit", List.of(7));
        Down down = Belay.receive(Down.class);
        assertThat(down.ref()).isEqualTo(monitored.ref());
        assertThat(down.pid()).isEqualTo(monitored.pid());
        assertThat(down.reason()).isEqualTo(ExitReason.term(7L));

        RemoteSpawnOptions both =
            RemoteSpawnOptions.DEFAULT
                .link(LinkMode.ANY_EXIT)
                .monitor(MonitorOptions.DEFAULT.tag("tag"));
        Spawned spawned = fromHere.spawn(node, both, "jt", "size", List.of(List.of()));
        assertThat(Belay.receive(Exit.class).pid()).isEqualTo(spawned.pid());
        Down second = Belay.receive(Down.class);
        assertThat(second.ref()).isEqualTo(spawned.ref().orElseThrow());
        assertThat(second.tag()).contains("tag");
        assertThat(second.reason()).isEqualTo(ExitReason.NORMAL);
        assertThat(Belay.receive(SHORT)).isEmpty();
        return true;
      });
    }
  }

  @Test
  void whatIsNotThereDiesOfIt() {
    for (String node : List.of(THERE, HERE)) {
      ExitReason reason =
          inProcess(() -> {
            fromHere.spawnMonitor(node, "nomod", "nofun", List.of(1, Atom.OK));
            return Belay.receive(Down.class).reason();
          });
      Tuple call = Tuple.of(Atom.of("nomod"), Atom.of("nofun"), List.of(1L, Atom.OK), List.of());
      assertThat(reason).isEqualTo(ExitReason.term(Tuple.of(Atom.of("undef"), List.of(call))));
    }
  }

  @Test
  void hugeArgumentsComeAlong() {
    List<Long> huge = Collections.nCopies(2_000_000, 1_000L);
    ExitReason reason =
        inProcess(() -> {
          fromHere.spawnMonitor(THERE, "jt", "length", List.of(huge));
          return Belay.receive(Down.class).reason();
        });
    assertThat(reason).isEqualTo(ExitReason.term(2_000_000L));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromHere.spawn(THERE, "jt", "f", Collections.nCopies(256, 1)))
        .withMessageContaining("255 at most");
  }

  @Test
  void aBadOptionIsRefused() {
    RemoteSpawnOptions options =
        RemoteSpawnOptions.DEFAULT.link().monitor().option("bogus", 1).option("priority", "low");
    for (String node : List.of(THERE, HERE)) {
      inProcess(() -> {
        assertThatThrownBy(() -> fromHere.spawn(node, options, "jt", "trap", List.of()))
            .isInstanceOfSatisfying(
                SpawnRefusedException.class,
                e -> {
                  assertThat(e.node()).isEqualTo(node);
                  assertThat(e.reason()).isEqualTo("badopt");
                })
            .hasMessageContaining("jt:trap/0 on " + node);
        assertThat(Belay.info(Belay.self()).orElseThrow().links()).isEmpty();
        return true;
      });
    }
    assertThat(child).isNotDone();
  }

  @Test
  void optionsThatTheOtherSideKnowsAreTaken() {
    RemoteSpawnOptions options = RemoteSpawnOptions.DEFAULT.option("priority", Atom.of("high"));
    inProcess(() -> fromHere.spawn(THERE, options, "jt", "trap", List.of()));
    assertThat(child.orTimeout(20, TimeUnit.SECONDS).join().node()).isEqualTo(THERE);
  }

  /// What was not sent is in nobody's way.
  @Test
  void argumentsThatWereNotSentFillNothing() {
    byte[] great = new byte[1 << 20];
    RemoteSpawnOptions options = RemoteSpawnOptions.DEFAULT.option("priority", new Object());
    inProcess(() -> {
      for (int i = 0; i < 3; i++) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> fromHere.spawn(THERE, options, "jt", "f", List.of(great)));
      }
      Pid pid = fromHere.spawn(THERE, "jt", "tell", List.of(Belay.self(), "hello"));
      assertThat(Belay.receive()).isEqualTo(Tuple.of(pid, Binary.utf8("hello")));
      return pid;
    });
  }

  @Test
  void whatCannotBeSentIsTheSpawnersToHear() {
    inProcess(() -> {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fromHere.spawn(THERE, "jt", "f", List.of(new Object())));
      RemoteSpawnOptions options = RemoteSpawnOptions.DEFAULT.option("priority", new Object());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fromHere.spawn(THERE, options, "jt", "f", List.of()));
      // The connection lives.
      fromHere.spawnMonitor(THERE, "jt", "size", List.of(List.of()));
      return Belay.receive(Down.class);
    });
    assertThat(fromHere.nodes(NodeType.ALL)).containsExactly(THERE);
  }

  @Test
  void anUnreachableNodeGivesAPidWithoutUse() {
    inProcess(() -> {
      Belay.trapExits(true);
      Pid pid = fromHere.spawn("nobody@localhost", "jt", "trap", List.of());
      Belay.send(pid, "into the void");
      Pid linked = fromHere.spawnLink("nobody@localhost", "jt", "trap", List.of());
      assertThat(Belay.receive())
          .isInstanceOfSatisfying(
              Exit.class,
              exit -> {
                assertThat(exit.pid()).isEqualTo(linked);
                assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
              });
      Monitored monitored = fromHere.spawnMonitor("no name", "jt", "trap", List.of());
      Down down = Belay.receive(Down.class);
      assertThat(down.ref()).isEqualTo(monitored.ref());
      assertThat(down.reason()).isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(Belay.receive(SHORT)).isEmpty();
      return true;
    });
  }

  @Test
  void aLostConnectionIsHeardOnBothSides() {
    inProcess(() -> {
      Belay.trapExits(true);
      RemoteSpawnOptions both = RemoteSpawnOptions.DEFAULT.link().monitor();
      Spawned spawned = fromHere.spawn(THERE, both, "jt", "trap", List.of());
      assertThat(child.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(spawned.pid());
      assertThat(fromHere.disconnect(THERE)).isTrue();
      assertThat(Belay.receive(Exit.class).reason()).isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(Belay.receive(Down.class).reason()).isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(Belay.receive(SHORT)).isEmpty();
      return true;
    });
    assertThat(heard.orTimeout(20, TimeUnit.SECONDS).join().reason())
        .isEqualTo(ExitReason.NO_CONNECTION);
  }

  @Test
  void whateverTheMomentOfTheLossItIsToldOnce() {
    for (int i = 0; i < 30; i++) {
      CompletableFuture<Boolean> asking = new CompletableFuture<>();
      CompletableFuture<Boolean> done =
          begin(() -> {
            Belay.trapExits(true);
            asking.complete(true);
            RemoteSpawnOptions both = RemoteSpawnOptions.DEFAULT.link().monitor();
            Spawned spawned = fromHere.spawn(THERE, both, "jt", "wait", List.of());
            Exit exit = Belay.receive(Exit.class);
            assertThat(exit.pid()).isEqualTo(spawned.pid());
            assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
            Down down = Belay.receive(Down.class);
            assertThat(down.ref()).isEqualTo(spawned.ref().orElseThrow());
            assertThat(down.reason()).isEqualTo(ExitReason.NO_CONNECTION);
            assertThat(Belay.receive(Duration.ZERO)).isEmpty();
            return true;
          });
      asking.join();
      Waiting.until(
          "it is told",
          () -> {
            fromHere.disconnect(THERE);
            return done.isDone();
          });
      assertThat(done.join()).isTrue();
    }
    // But for net_kernel and rex.
    Waiting.until("no child is left", () -> there.processCount() == 2);
  }

  @Test
  void theEndOfTheParentIsTheChildsToHear() {
    Pid parent =
        here.spawn(() -> {
          fromHere.spawnLink(THERE, "jt", "trap", List.of());
          Belay.receive();
        });
    child.orTimeout(20, TimeUnit.SECONDS).join();
    here.exit(parent, ExitReason.term(Atom.of("why")));
    Exit exit = heard.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(exit.pid()).isEqualTo(parent);
    assertThat(exit.reason()).isEqualTo(ExitReason.term(Atom.of("why")));
  }

  @Test
  void theReplyToAnAliasComesFromTheChild() {
    inProcess(() -> {
      RemoteSpawnOptions options =
          RemoteSpawnOptions.DEFAULT.monitor(MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
      Spawned spawned =
          fromHere.spawn(THERE, options, "jt", "tell", List.of(Belay.self(), Atom.OK));
      Ref ref = spawned.ref().orElseThrow();
      assertThat(Belay.receive()).isEqualTo(Tuple.of(spawned.pid(), Atom.OK));
      Pid there2 = fromHere.spawn(THERE, "jt", "tell", List.of(Belay.self(), ref));
      assertThat(Belay.receive()).isEqualTo(Tuple.of(there2, ref));
      return true;
    });
  }

  @Test
  void manySpawnAtATime() {
    int count = 200;
    List<CompletableFuture<ExitReason>> all =
        IntStream.range(0, count)
            .mapToObj(i ->
                begin(() -> {
                  fromHere.spawnMonitor(THERE, "jt", "exit", List.of(i));
                  return Belay.receive(Down.class).reason();
                }))
            .toList();
    for (int i = 0; i < count; i++) {
      assertThat(all.get(i).join()).isEqualTo(ExitReason.term((long) i));
    }
  }

  @Test
  void aPlainThreadSpawnsWithoutBonds() {
    for (String node : List.of(THERE, HERE)) {
      assertThat(fromHere.spawn(node, "jt", "size", List.of(List.of())).node()).isEqualTo(node);
      assertThatThrownBy(() -> fromHere.spawnLink(node, "jt", "trap", List.of()))
          .isInstanceOf(VerbException.class);
      assertThatThrownBy(() -> fromHere.spawnMonitor(node, "jt", "trap", List.of()))
          .isInstanceOf(VerbException.class);
    }
  }

  @Test
  void aProcessOfAnotherNodeIsRefused() {
    for (String node : List.of(THERE, HERE)) {
      inProcess(() -> {
        assertThatThrownBy(() -> fromThere.spawn(node, "jt", "trap", List.of()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("a process of node " + HERE);
        return true;
      });
    }
  }

  @Test
  void anInterruptedProcessIsNotHeldUp() throws InterruptedException {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<Boolean> done =
        begin(() -> {
          Belay.trapExits(true);
          thread.complete(Thread.currentThread());
          assertThatThrownBy(() -> fromHere.spawnLink(SLOW, "jt", "trap", List.of()))
              .isInstanceOf(ProcessInterruptedException.class);
          assertThat(Belay.receive(SHORT)).isEmpty();
          return true;
        });
    connecting.await();
    thread.join().interrupt();
    assertThat(done.join()).isTrue();
    connected.countDown();
  }
}

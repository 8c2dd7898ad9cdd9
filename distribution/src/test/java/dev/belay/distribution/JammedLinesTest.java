package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.testing.CuttingProxy.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A line on which nothing moves, until it does: who waits for it, and who does not (S14–S16, X17).
@Timeout(60)
class JammedLinesTest {
  private static final int MEGABYTE = 1 << 20;

  /// More than sockets and queues hold.
  private static final int MESSAGES = 64;

  private TwoBelays nodes;
  private Pid sink;
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final AtomicInteger sent = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    nodes = new TwoBelays(options -> options.tickTime(Duration.ofSeconds(60)));
    assertThat(nodes.a.distribution.connect(TwoBelays.B)).isTrue();
    sink =
        nodes.b.node.spawn(
            SpawnOptions.DEFAULT.name("sink"),
            () -> {
              Belay.trapExits(true);
              while (true) {
                Object message = Belay.receive();
                if (message instanceof Pid pid) {
                  Belay.link(pid);
                  Belay.monitor(pid);
                } else {
                  heard.add(message);
                }
              }
            });
  }

  @AfterEach
  void stop() throws IOException {
    nodes.close();
  }

  private Object next() throws InterruptedException {
    return Objects.requireNonNull(heard.poll(20, TimeUnit.SECONDS), "nothing was heard");
  }

  /// A process of A to which the sink is linked, and which it monitors; it ends with what it is
  /// sent.
  private Pid bound() {
    Pid pid =
        nodes.a.node.spawn(() -> {
          throw Belay.exit(ExitReason.term(Belay.receive(Atom.class)));
        });
    nodes.b.node.send(sink, pid);
    Waiting.until(
        "they are bound",
        () ->
            nodes
                .a
                .node
                .info(pid)
                .filter(info -> info.links().size() == 1 && info.monitoredBy().size() == 1)
                .isPresent());
    return pid;
  }

  /// Stops all that is under way, and waits until a process of A that sends very much is held.
  private void jam() {
    nodes.freeze(Way.OUT, Way.BACK);
    CompletableFuture<Thread> sending = new CompletableFuture<>();
    nodes.a.node.spawn(() -> {
      sending.complete(Thread.currentThread());
      for (int i = 0; i < MESSAGES; i++) {
        Belay.send(new Name("sink", TwoBelays.B), Binary.of(new byte[MEGABYTE]));
        sent.incrementAndGet();
      }
    });
    Thread sender = sending.orTimeout(20, TimeUnit.SECONDS).join();
    Waiting.until("the sender is held", () -> sender.getState() == Thread.State.WAITING);
  }

  private void assertHeld() {
    assertThat(sent).hasValueLessThan(MESSAGES);
  }

  /// Lets all go on, until it has come.
  ///
  /// @param more how much comes besides the messages
  /// @return what it is
  private List<Object> drain(int more) throws InterruptedException {
    assertHeld();
    nodes.heal();
    List<Object> others = new ArrayList<>();
    for (int i = 0; i < MESSAGES + more; i++) {
      Object next = next();
      if (next instanceof Binary binary) {
        assertThat(binary.size()).isEqualTo(MEGABYTE);
      } else {
        others.add(next);
      }
    }
    Waiting.until("all is sent", () -> sent.get() == MESSAGES);
    assertThat(others).hasSize(more);
    return others;
  }

  @Test
  void s14_whoSendsIsHeldUntilItDrains() throws InterruptedException {
    jam();
    drain(0);
  }

  @Test
  void s15_whatIsOwedForTheDeadIsToldWhenItDrains() throws InterruptedException {
    Pid mortal = bound();
    jam();
    nodes.a.node.send(mortal, Atom.of("why"));
    Waiting.until("it is dead", () -> !nodes.a.node.isAlive(mortal));
    List<Object> told = drain(2);
    ExitReason why = ExitReason.term(Atom.of("why"));
    Exit exit = (Exit) told.getFirst();
    assertThat(exit.pid()).isEqualTo(mortal);
    assertThat(exit.reason()).isEqualTo(why);
    Down down = (Down) told.getLast();
    assertThat(down.pid()).isEqualTo(mortal);
    assertThat(down.reason()).isEqualTo(why);
  }

  @Test
  void s16_exitsWithinTheNodeAreNotHeldUp() throws InterruptedException {
    Pid mortal = bound();
    CompletableFuture<ExitReason> neighbour = new CompletableFuture<>();
    CompletableFuture<Void> linked = new CompletableFuture<>();
    nodes.a.node.spawn(() -> {
      Belay.trapExits(true);
      Belay.link(mortal);
      linked.complete(null);
      neighbour.complete(Belay.receive(Exit.class).reason());
    });
    linked.orTimeout(20, TimeUnit.SECONDS).join();
    jam();
    nodes.a.node.send(mortal, Atom.of("why"));
    assertThat(neighbour.orTimeout(20, TimeUnit.SECONDS).join())
        .isEqualTo(ExitReason.term(Atom.of("why")));
    drain(2);
  }

  /// It is sent in many fragments, of which the first ones may be on their way.
  @Test
  void x17_whoDiesAfterALargeMessageHasSentItWhole() throws InterruptedException {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    Pid mortal =
        nodes.a.node.spawn(() -> {
          Belay.receive(Atom.class);
          nodes.freeze(Way.OUT, Way.BACK);
          byte[] bytes = new byte[16 * MEGABYTE];
          bytes[bytes.length - 1] = 7;
          Belay.send(new Name("sink", TwoBelays.B), Binary.of(bytes));
          gone.complete(null);
        });
    nodes.b.node.send(sink, mortal);
    Waiting.until(
        "it is monitored",
        () -> nodes.a.node.info(mortal).filter(info -> !info.monitoredBy().isEmpty()).isPresent());
    nodes.a.node.send(mortal, Atom.OK);
    gone.orTimeout(20, TimeUnit.SECONDS).join();
    Waiting.until("it is dead", () -> !nodes.a.node.isAlive(mortal));
    assertThat(heard).isEmpty();
    nodes.heal();
    Binary whole = (Binary) next();
    assertThat(whole.size()).isEqualTo(16 * MEGABYTE);
    assertThat(whole.toBytes()[16 * MEGABYTE - 1]).isEqualTo((byte) 7);
    assertThat(((Exit) next()).reason()).isEqualTo(ExitReason.NORMAL);
    assertThat(((Down) next()).reason()).isEqualTo(ExitReason.NORMAL);
  }
}

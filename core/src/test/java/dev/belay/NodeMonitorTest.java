package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What processes hear of nodes that come and go (N1–N7), over a wire that a test can cut.
@Timeout(30)
class NodeMonitorTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration NOTHING = Duration.ofMillis(100);

  private final Wire wire = new Wire();
  private final Node here = Node.start(NodeOptions.DEFAULT.name("here").daemon(true));
  private final Node there = Node.start(NodeOptions.DEFAULT.name("there").daemon(true));
  private final Inbox inbox = here.inbox();

  NodeMonitorTest() {
    wire.add(here);
    wire.add(there);
  }

  @AfterEach
  void close() {
    inbox.close();
    here.close();
    there.close();
  }

  /// Connects, if need be, and waits for that.
  private void connect() {
    Pid echo =
        there.spawn(() -> {
          Pid to = Belay.receive(Pid.class);
          Belay.send(to, "hello");
        });
    inbox.send(echo, inbox.pid());
    assertThat(inbox.receive(String.class, LONG)).contains("hello");
  }

  /// What there is on a line besides links and monitors of processes.
  private int bonds() {
    int count = 0;
    for (Line line : here.lines.all()) {
      count += line.lateBonds();
    }
    return count;
  }

  @Test
  void eachMonitorOfANodeTellsOnce() {
    inbox.monitorNode("there", true);
    inbox.monitorNode("there", true);
    connect();
    inbox.monitorNode("there", true);
    assertThat(inbox.receive(NOTHING)).isEmpty();
    wire.cut(here, there);
    for (int i = 0; i < 3; i++) {
      assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    }
    assertThat(inbox.receive(NOTHING)).isEmpty();
  }

  @Test
  void aMonitorOfANodeConnects() {
    inbox.monitorNode("there", true);
    Waiting.until("there is a connection", () -> wire.connects(there, here));
    wire.cut(there, here);
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
  }

  @Test
  void whatIsTakenBackDoesNotTell() {
    connect();
    inbox.monitorNode("there", true);
    inbox.monitorNode("there", true);
    inbox.monitorNode("there", false);
    wire.cut(here, there);
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    assertThat(inbox.receive(NOTHING)).isEmpty();
    // One too many does nothing, and does not count for the next.
    inbox.monitorNode("there", false);
    inbox.monitorNode("nobody", false);
    inbox.monitorNode("nobody", true);
    assertThat(inbox.receive(LONG)).contains(new NodeDown("nobody"));
  }

  @Test
  void whoCannotBeReachedIsDown() {
    inbox.monitorNode("nobody", true);
    assertThat(inbox.receive(LONG)).contains(new NodeDown("nobody"));
    try (Node stranger = Node.start(NodeOptions.DEFAULT.name("stranger").daemon(true));
        Inbox lonely = stranger.inbox()) {
      lonely.monitorNode("here", true);
      assertThat(lonely.receive(LONG)).contains(new NodeDown("here"));
    }
  }

  @Test
  void ownNodeIsNotMonitored() {
    inbox.monitorNode("here", true);
    assertThat(inbox.receive(NOTHING)).isEmpty();
    assertThat(bonds()).isZero();
  }

  @Test
  void subscribersHearOfAllConnections() {
    inbox.monitorNodes(true);
    inbox.monitorNodes(true);
    connect();
    assertThat(inbox.receive(LONG)).contains(new NodeUp("there"));
    assertThat(inbox.receive(LONG)).contains(new NodeUp("there"));
    wire.cut(here, there);
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    inbox.monitorNodes(false);
    Waiting.until("all is settled", () -> !here.lines.all().iterator().hasNext());
    connect();
    wire.cut(here, there);
    assertThat(inbox.receive(NOTHING)).isEmpty();
  }

  @Test
  void aConnectionThatWasThereBeforeIsHeardOfWhenItGoes() {
    connect();
    inbox.monitorNodes(true);
    assertThat(inbox.receive(NOTHING)).isEmpty();
    wire.cut(here, there);
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    assertThat(inbox.receive(NOTHING)).isEmpty();
  }

  @Test
  void subscriptionsAreOfAType() {
    wire.hide(there);
    inbox.monitorNodes(true);
    inbox.monitorNodes(true, NodeType.HIDDEN);
    connect();
    assertThat(inbox.receive(LONG)).contains(new NodeUp("there"));
    inbox.monitorNodes(true, NodeType.ALL);
    // Others than of this type stay.
    inbox.monitorNodes(false);
    wire.cut(here, there);
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    assertThat(inbox.receive(NOTHING)).isEmpty();
  }

  @Test
  void theNodeIsDownAfterAllElse() {
    inbox.trapExits(true);
    // Before the one that connects.
    inbox.monitorNodes(true);
    inbox.monitorNode("there", true);
    List<Pid> pids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Pid pid = there.spawn(Belay::receive);
      inbox.link(pid);
      inbox.monitor(pid);
      pids.add(pid);
    }
    Pid last = pids.getLast();
    Waiting.until(
        "all are monitored", () -> !there.info(last).orElseThrow().monitoredBy().isEmpty());
    wire.cut(here, there);
    assertThat(inbox.receive(LONG)).contains(new NodeUp("there"));
    for (int i = 0; i < 200; i++) {
      Object told = inbox.receive(LONG).orElseThrow();
      assertThat(told).isNotInstanceOf(NodeDown.class);
    }
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    assertThat(inbox.receive(LONG)).contains(new NodeDown("there"));
    assertThat(inbox.receive(NOTHING)).isEmpty();
  }

  @Test
  void noMessageIsReceivedOutsideOfItsConnection() {
    // N4, N6: up, messages without a gap, down, up …
    inbox.monitorNodes(true);
    Pid me = inbox.pid();
    Pid spammer =
        there.spawn(() -> {
          for (long i = 0; ; i++) {
            Belay.send(me, i);
            if (i % 64 == 0) {
              Belay.sleep(Duration.ofMillis(1));
            }
          }
        });
    boolean isUp = false;
    long before = -1;
    int downs = 0;
    while (downs < 20) {
      switch (inbox.receive(LONG).orElseThrow()) {
        case NodeUp _ -> {
          assertThat(isUp).isFalse();
          isUp = true;
          before = -1;
        }
        case NodeDown _ -> {
          assertThat(isUp).isTrue();
          isUp = false;
          downs++;
        }
        case Long number -> {
          assertThat(isUp).isTrue();
          assertThat(before == -1 || number == before + 1).isTrue();
          if (number % 100 == 99) {
            wire.cut(here, there);
          }
          before = number;
        }
        case Object other -> throw new AssertionError(other);
      }
    }
    there.exit(spammer, ExitReason.KILL);
  }

  @Test
  void whoeverSubscribesInBetweenHearsInTurn() {
    Pid quiet = there.spawn(() -> Belay.receive(Integer.class));
    int count = 40;
    List<CompletableFuture<String>> faults = new ArrayList<>();
    List<Pid> subscribers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // Connected or not, as it comes.
      inbox.send(quiet, "hello");
      CompletableFuture<String> fault = new CompletableFuture<>();
      faults.add(fault);
      subscribers.add(here.spawn(() -> fault.complete(listen())));
      if (i % 2 == 1) {
        wire.cut(here, there);
      }
    }
    for (int i = 0; i < 100; i++) {
      inbox.send(quiet, "hello");
      Thread.onSpinWait();
      wire.cut(here, there);
    }
    Waiting.until(
        "all is settled",
        () -> {
          // The last one may have come up only now.
          wire.cut(here, there);
          return !here.lines.all().iterator().hasNext();
        });
    for (int i = 0; i < count; i++) {
      here.send(subscribers.get(i), "stop");
      assertThat(faults.get(i).orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
    }
    Waiting.until("nothing is left", () -> here.subscriptions.size() == 0);
  }

  /// Subscribes, and listens until it is told to stop.
  ///
  /// @return what was wrong
  private static String listen() {
    Belay.monitorNodes(true);
    Object before = null;
    while (true) {
      Object message = Belay.receive();
      if (message.equals("stop")) {
        return before instanceof NodeUp ? "it is still up" : "";
      }
      if (before != null && before.getClass() == message.getClass()) {
        return "twice " + message;
      }
      before = message;
    }
  }

  @Test
  void theDeadLeaveNothingBehind() {
    connect();
    int count = 50;
    List<Pid> pids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      pids.add(
          here.spawn(() -> {
            Belay.monitorNode("there", true);
            Belay.monitorNodes(true);
            Belay.monitorNodes(true, NodeType.ALL);
            done.complete(null);
            Belay.receive(String.class);
          }));
      done.orTimeout(20, TimeUnit.SECONDS).join();
    }
    assertThat(bonds()).isEqualTo(3 * count);
    assertThat(here.subscriptions.size()).isEqualTo(2 * count);
    for (Pid pid : pids) {
      here.exit(pid, ExitReason.KILL);
      assertThat(here.isAlive(pid)).isFalse();
    }
    Waiting.until("nothing is left", () -> bonds() == 0 && here.subscriptions.size() == 0);
    wire.cut(here, there);
    assertThat(inbox.receive(NOTHING)).isEmpty();
  }

  @Test
  void whatIsTakenBackLeavesNothingBehind() {
    connect();
    inbox.monitorNode("there", true);
    inbox.monitorNodes(true);
    assertThat(bonds()).isEqualTo(2);
    inbox.monitorNode("there", false);
    inbox.monitorNodes(false);
    assertThat(bonds()).isZero();
    assertThat(here.subscriptions.size()).isZero();
  }

  @Test
  void aTurnStyleProcessIsWoken() {
    CompletableFuture<Object> heard = new CompletableFuture<>();
    CompletableFuture<Void> ready = new CompletableFuture<>();
    connect();
    here.spawn(
        Turns.of(() -> {
          Belay.monitorNode("there", true);
          ready.complete(null);
          return message -> {
            heard.complete(message);
            return Behaviour.done();
          };
        }));
    ready.orTimeout(20, TimeUnit.SECONDS).join();
    wire.cut(here, there);
    assertThat(heard.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(new NodeDown("there"));
  }
}

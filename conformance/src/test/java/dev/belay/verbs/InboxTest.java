package dev.belay.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.InboxClosedException;
import dev.belay.LinkMode;
import dev.belay.Monitored;
import dev.belay.NoProcessException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import dev.belay.ProcessLimitException;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.TimerRef;
import dev.belay.VerbException;
import dev.belay.rules.Await;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The mailbox of a plain thread takes part in everything as a process does.
@BelayTest
class InboxTest {
  private static final Duration NOW = Duration.ZERO;
  private static final ExitReason BOOM = ExitReason.term("boom");

  @Test
  void itSendsAndReceives(Node node) {
    try (Inbox inbox = node.inbox()) {
      Pid echo = inbox.spawn(() -> Belay.send(inbox.pid(), "echo of " + Belay.receive()));
      inbox.send(echo, "hello");
      assertThat(inbox.receive()).isEqualTo("echo of hello");
      node.send(inbox.pid(), 1);
      inbox.send(inbox.pid(), "two");
      assertThat(inbox.receive(String.class)).isEqualTo("two");
      assertThat((Object) inbox.receive(m -> m.equals(1) ? "one" : null)).isEqualTo("one");
      assertThat(inbox.receive(Duration.ofMillis(10))).isEmpty();
      inbox.sendAfter(Duration.ofMillis(10), inbox.pid(), "later");
      assertThat(inbox.receive(Await.LONG)).contains("later");
      Ref ref = inbox.makeRef();
      inbox.send(inbox.pid(), ref);
      assertThat(inbox.receive(ref, m -> m.equals(ref) ? m : null, NOW)).contains(ref);
      Ref alias = inbox.alias();
      node.send(alias, "by alias");
      assertThat(inbox.receive()).isEqualTo("by alias");
      assertThat(inbox.unalias(alias)).isTrue();
      node.send(alias, "too late");
      assertThat(inbox.receive(NOW)).isEmpty();
    }
  }

  @Test
  void itIsNamedButIsNoProcess(Node node) {
    Pid pid;
    try (Inbox inbox = node.inbox()) {
      pid = inbox.pid();
      inbox.register("mailbox");
      assertThat(inbox.whereis("mailbox")).contains(inbox.pid());
      node.send("mailbox", "hello");
      assertThat(inbox.receive()).isEqualTo("hello");
      assertThat(node.processes()).isEmpty();
      assertThat(node.processCount()).isZero();
      assertThat(node.isAlive(inbox.pid())).isTrue();
      assertThat(node.info(inbox.pid()).orElseThrow().label()).isEqualTo("inbox");
    }
    assertThat(node.isAlive(pid)).isFalse();
    assertThat(node.whereis("mailbox")).isEmpty();
  }

  @Test
  void itMonitorsAndIsMonitored(Node node) {
    CompletableFuture<Down> heard = new CompletableFuture<>();
    try (Inbox inbox = node.inbox()) {
      Monitored crash =
          inbox.spawnMonitor(() -> {
            throw Belay.exit(BOOM);
          });
      assertThat(inbox.receive(Down.class))
          .satisfies(down -> {
            assertThat(down.ref()).isEqualTo(crash.ref());
            assertThat(down.pid()).isEqualTo(crash.pid());
            assertThat(down.reason()).isEqualTo(BOOM);
          });
      Ref late = inbox.monitor(crash.pid());
      assertThat(inbox.receive(Down.class))
          .satisfies(down -> {
            assertThat(down.ref()).isEqualTo(late);
            assertThat(down.reason()).isEqualTo(ExitReason.NO_PROC);
          });
      Pid pid = inbox.spawn(Belay::receive);
      Ref ref = inbox.monitor(pid);
      inbox.demonitor(ref);
      inbox.terminate(pid);
      assertThat(node.isAlive(pid)).isFalse();
      assertThat(inbox.receive(NOW)).isEmpty();
      node.spawn(() -> {
        Ref watch = Belay.monitor(inbox.pid());
        Belay.send(inbox.pid(), "watched");
        heard.complete(Await.down(watch));
      });
      Await.until(() -> inbox.receive(NOW).isPresent());
      inbox.close(BOOM);
    }
    assertThat(heard.join().reason()).isEqualTo(BOOM);
  }

  @Test
  void itGoesDownWithALinkedProcess(Node node) {
    try (Inbox inbox = node.inbox()) {
      Pid pid =
          inbox.spawnLink(() -> {
            throw Belay.exit(BOOM);
          });
      assertThatExceptionOfType(InboxClosedException.class)
          .isThrownBy(() -> inbox.receive(Await.LONG))
          .withMessageContaining(inbox.pid().toString())
          .withMessageContaining("boom")
          .satisfies(e -> assertThat(e.reason()).isEqualTo(BOOM));
      assertThat(node.isAlive(pid)).isFalse();
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void aLinkedProcessGoesDownWithIt(Node node) {
    Pid linked;
    Pid anyExit;
    try (Inbox inbox = node.inbox()) {
      linked = inbox.spawnLink(Belay::receive);
      anyExit = inbox.spawn(() -> Belay.spawnLink(Belay::receive));
      inbox.close(BOOM);
    }
    Await.until(() -> node.info(linked).isEmpty());
    Await.until(() -> node.info(anyExit).isEmpty());
    node.processes().forEach(pid -> node.terminate(pid, ExitReason.NORMAL));
  }

  @Test
  void normalEndsConcernOnlyAnyExit(Node node) {
    Pid linked;
    Pid anyExit;
    try (Inbox inbox = node.inbox()) {
      linked = inbox.spawnLink(Belay::receive);
      anyExit =
          inbox.spawn(
              SpawnOptions.DEFAULT.link(LinkMode.NORMAL, LinkMode.ANY_EXIT), Belay::receive);
    }
    Await.until(() -> node.info(anyExit).isEmpty());
    Await.until(() -> node.info(linked).orElseThrow().links().isEmpty());
    node.terminate(linked, ExitReason.NORMAL);
  }

  @Test
  void itTraps(Node node) {
    try (Inbox inbox = node.inbox()) {
      assertThat(inbox.trapExits(true)).isFalse();
      Pid pid =
          inbox.spawnLink(() -> {
            throw Belay.exit(BOOM);
          });
      assertThat(inbox.receive(Exit.class))
          .satisfies(exit -> assertThat(exit.pid()).isEqualTo(pid))
          .satisfies(exit -> assertThat(exit.reason()).isEqualTo(BOOM));
      inbox.link(pid);
      assertThat(inbox.receive(Exit.class).reason()).isEqualTo(ExitReason.NO_PROC);
      inbox.exit(inbox.pid(), ExitReason.SHUTDOWN);
      assertThat(inbox.receive(Exit.class).pid()).isEqualTo(inbox.pid());
      assertThat(inbox.trapExits(false)).isTrue();
      assertThatExceptionOfType(NoProcessException.class).isThrownBy(() -> inbox.link(pid));
      assertThat(inbox.receive(NOW)).isEmpty();
    }
  }

  @Test
  void itCanBeKilledAlsoWhileItWaits(Node node) throws InterruptedException {
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      Thread killer =
          Thread.ofPlatform()
              .start(() -> {
                Await.until(() -> isWaiting(node, inbox));
                node.exit(inbox.pid(), ExitReason.KILL);
              });
      assertThatExceptionOfType(InboxClosedException.class)
          .isThrownBy(inbox::receive)
          .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.KILLED));
      killer.join();
      assertThat(Thread.interrupted()).isFalse();
      assertThat(node.isAlive(inbox.pid())).isFalse();
    }
  }

  private static boolean isWaiting(Node node, Inbox inbox) {
    return node.info(inbox.pid()).orElseThrow().status() == ProcessStatus.WAITING;
  }

  @Test
  void whoEndsItselfGetsNoFurther(Node node) {
    try (Inbox inbox = node.inbox()) {
      assertThatExceptionOfType(InboxClosedException.class)
          .isThrownBy(() -> inbox.exit(inbox.pid(), BOOM));
      assertThatExceptionOfType(InboxClosedException.class)
          .isThrownBy(() -> inbox.send(inbox.pid(), "hello"))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(BOOM));
    }
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      assertThatExceptionOfType(InboxClosedException.class)
          .isThrownBy(() -> inbox.terminate(inbox.pid()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptLeavesTheWaitAndClearsTheStatus(boolean timed, Node node) {
    try (Inbox inbox = node.inbox()) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(ProcessInterruptedException.class)
          .isThrownBy(() -> {
            if (timed) {
              inbox.receive(Await.LONG);
            } else {
              inbox.receive();
            }
          })
          .withMessageContaining("receive() of " + inbox.pid() + " was interrupted");
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      inbox.send(inbox.pid(), "still works");
      assertThat(inbox.receive()).isEqualTo("still works");
    }
  }

  @Test
  void onlyItsThreadMayUseIt(Node node) throws InterruptedException {
    try (Inbox inbox = node.inbox()) {
      TimerRef timer = inbox.sendAfter(Duration.ofHours(1), inbox.pid(), "never");
      Calls calls = Calls.with(inbox.pid(), inbox.makeRef(), timer);
      List<Method> verbs = Calls.methods(Inbox.class, false, "pid");
      List<Optional<Throwable>> thrown = new ArrayList<>();
      Thread.ofPlatform()
          .name("another")
          .start(() -> verbs.forEach(verb -> thrown.add(calls.thrownBy(verb, inbox))))
          .join();
      assertThat(verbs).hasSizeGreaterThan(40);
      assertSoftly(soft -> {
        for (int i = 0; i < verbs.size(); i++) {
          soft.assertThat(thrown.get(i).orElseThrow())
              .as("%s", verbs.get(i))
              .isInstanceOf(VerbException.class)
              .hasMessageStartingWith(verbs.get(i).getName() + "() of inbox " + inbox.pid())
              .hasMessageContaining("was called on Thread[")
              .hasMessageContaining("Open one for each thread with Node.inbox()");
        }
      });
      assertThat(node.isAlive(inbox.pid())).isTrue();
    }
  }

  @Test
  void noneOfItWorksInASelector(Node node) {
    try (Inbox inbox = node.inbox()) {
      inbox.send(inbox.pid(), "message");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> inbox.receive(m -> inbox.receive()))
          .withMessageContaining("receive() was called inside a selector");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> inbox.receive(m -> inbox.makeRef()))
          .withMessageContaining("makeRef() was called inside a selector");
      assertThat(inbox.receive(NOW)).contains("message");
    }
  }

  @Test
  void afterItsEndEverythingSaysSo(Node node) {
    Inbox inbox = node.inbox();
    TimerRef timer = inbox.sendAfter(Duration.ofHours(1), inbox.pid(), "never");
    Calls calls = Calls.with(inbox.pid(), inbox.makeRef(), timer);
    inbox.register("mailbox");
    inbox.close();
    inbox.close();
    inbox.close(BOOM);
    assertThat(node.isAlive(inbox.pid())).isFalse();
    assertThat(node.whereis("mailbox")).isEmpty();
    assertThat(node.readTimer(timer)).isEmpty();
    assertSoftly(soft ->
        Calls.methods(Inbox.class, false, "pid", "close")
            .forEach(verb ->
                soft.assertThat(calls.thrownBy(verb, inbox).orElseThrow())
                    .as("%s", verb)
                    .isInstanceOfSatisfying(
                        InboxClosedException.class,
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.NORMAL))));
  }

  @Test
  void oneThreadMayHaveSeveral(Node node) {
    try (Inbox first = node.inbox();
        Inbox second = node.inbox()) {
      first.trapExits(true);
      first.link(second.pid());
      second.monitor(first.pid());
      first.send(second.pid(), "hello");
      assertThat(second.receive()).isEqualTo("hello");
      second.close(BOOM);
      assertThat(first.receive(Exit.class).reason()).isEqualTo(BOOM);
    }
  }

  @Test
  void itEndsWithItsNode(Nodes nodes) throws InterruptedException {
    Node node = nodes.start();
    CountDownLatch open = new CountDownLatch(1);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> {
              try (Inbox inbox = node.inbox()) {
                open.countDown();
                inbox.receive();
              } catch (InboxClosedException e) {
                thrown.complete(e);
              }
            });
    open.await();
    node.close();
    waiting.join();
    assertThat(thrown.join())
        .isInstanceOfSatisfying(
            InboxClosedException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.KILLED));
    assertThatExceptionOfType(ProcessLimitException.class)
        .isThrownBy(node::inbox)
        .withMessageContaining("closing or closed");
  }
}

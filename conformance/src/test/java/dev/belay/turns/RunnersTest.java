package dev.belay.turns;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.QuarantinedThread;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.rules.Await;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/// What turns may do to the runner, and not to each other.
@BelayTest
class RunnersTest {
  /// All of them block in a turn at the same time, or none would go on.
  @Test
  void turnsMayBlockOnAnything(Node node) throws Exception {
    int number = 200;
    CyclicBarrier all = new CyclicBarrier(number);
    try (Inbox inbox = node.inbox()) {
      List<Pid> pids = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        pids.add(
            node.spawn(
                Turns.of(() ->
                    message -> {
                      all.await(60, TimeUnit.SECONDS);
                      send(inbox.pid(), message);
                      return Behaviour.done();
                    })));
      }
      for (Pid pid : pids) {
        node.send(pid, pid);
      }
      Set<Object> through = new HashSet<>();
      for (int i = 0; i < number; i++) {
        through.add(inbox.receive(Duration.ofMinutes(1)).orElseThrow());
      }
      assertThat(through).containsExactlyInAnyOrderElementsOf(new HashSet<Object>(pids));
    }
  }

  /// What a turn made runnable does not wait for that turn, however it blocks.
  @Test
  void whatABlockedTurnSentIsHandled(Node node) throws Exception {
    CountDownLatch handled = new CountDownLatch(1);
    AtomicBoolean inTime = new AtomicBoolean();
    node.run(() -> {
      Pid other =
          spawn(
              Turns.of(() ->
                  message -> {
                    handled.countDown();
                    return Behaviour.done();
                  }));
      Monitored blocking =
          spawnMonitor(
              Turns.of(() ->
                  message -> {
                    send(other, message);
                    inTime.set(handled.await(30, TimeUnit.SECONDS));
                    return Behaviour.done();
                  }));
      send(blocking.pid(), "go");
      receive(Down.class);
    });
    assertThat(inTime).isTrue();
  }

  @Test
  void aTurnThatDoesNotEndCostsItsRunnerAndNobodyElse(Node node, Expected expected) {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger handled = new AtomicInteger();
    node.run(() -> {
      SpawnOptions soon = SpawnOptions.DEFAULT.grace(Duration.ofMillis(50));
      CountDownLatch begun = new CountDownLatch(1);
      Monitored stuck =
          spawnMonitor(
              soon,
              Turns.of(() ->
                  message -> {
                    begun.countDown();
                    while (!stop.get()) {
                      Thread.onSpinWait();
                    }
                    handled.incrementAndGet();
                    return Behaviour.same();
                  }));
      expected.quarantine(stuck.pid());
      expected.report("declared dead");
      expected.maybeReport("came back");
      send(stuck.pid(), "first");
      send(stuck.pid(), "second");
      begun.await();
      // Others go on meanwhile.
      Pid echo =
          spawn(
              Turns.of(() ->
                  message -> {
                    send((Pid) message, "echo");
                    return Behaviour.same();
                  }));
      for (int i = 0; i < 1_000; i++) {
        send(echo, self());
        assertThat(receive(String.class)).isEqualTo("echo");
      }
      exit(stuck.pid(), ExitReason.SHUTDOWN);
      Down down = receive(Down.class);
      assertThat(down.reason()).isEqualTo(ExitReason.SHUTDOWN);
      assertThat(down.trail().toString()).contains("declared");
      List<QuarantinedThread> lost = node.quarantined();
      assertThat(lost).hasSize(1);
      assertThat(lost.getFirst().pid()).isEqualTo(stuck.pid());
      stop.set(true);
      Thread runner = lost.getFirst().thread();
      // It runs nobody's turn any more.
      Await.until(() -> !runner.isAlive());
      assertThat(handled).hasValue(1);
      send(echo, self());
      assertThat(receive(String.class)).isEqualTo("echo");
      exit(echo, ExitReason.KILL);
      assertThat(isAlive(echo)).isFalse();
    });
  }

  /// An exit signal interrupts the turn of its process; whoever runs on that thread next knows
  /// nothing of it.
  @Test
  void theInterruptOfOneIsNotAnothers(Node node) {
    AtomicInteger disturbed = new AtomicInteger();
    AtomicInteger unwound = new AtomicInteger();
    node.run(() -> {
      for (int round = 0; round < 300; round++) {
        CountDownLatch begun = new CountDownLatch(1);
        Monitored sleeper =
            spawnMonitor(
                Turns.of(() ->
                    message -> {
                      try {
                        begun.countDown();
                        new CountDownLatch(1).await();
                      } finally {
                        if (Thread.currentThread().isInterrupted()) {
                          disturbed.incrementAndGet();
                        }
                        unwound.incrementAndGet();
                      }
                      return Behaviour.same();
                    }));
        send(sleeper.pid(), "sleep");
        begun.await();
        List<Monitored> others = new ArrayList<>();
        exit(sleeper.pid(), ExitReason.SHUTDOWN);
        for (int i = 0; i < 5; i++) {
          Monitored other =
              spawnMonitor(
                  Turns.of(() ->
                      message -> {
                        if (Thread.interrupted()) {
                          disturbed.incrementAndGet();
                        }
                        return Behaviour.done();
                      }));
          send(other.pid(), "go");
          others.add(other);
        }
        for (int i = 0; i <= others.size(); i++) {
          receive(Down.class);
        }
      }
    });
    assertThat(unwound).hasValue(300);
    assertThat(disturbed).hasValue(0);
  }

  /// A status that a turn leaves behind is not the next one's.
  @Test
  void whoInterruptsItselfDisturbsNobody(Node node) {
    AtomicInteger disturbed = new AtomicInteger();
    node.run(() -> {
      for (int i = 0; i < 500; i++) {
        Monitored one =
            spawnMonitor(
                Turns.of(() ->
                    message -> {
                      if (Thread.currentThread().isInterrupted()) {
                        disturbed.incrementAndGet();
                      }
                      Thread.currentThread().interrupt();
                      return Behaviour.done();
                    }));
        send(one.pid(), "go");
        receive(Down.class);
      }
    });
    assertThat(disturbed).hasValue(0);
  }

  /// In development mode no two calls are on the same thread, so that code which relies on it
  /// fails.
  @Test
  void inDevelopmentModeEachTurnHasAThreadOfItsOwn(Nodes nodes, Expected expected) {
    expected.crash(IllegalMonitorStateException.class);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Node node = nodes.start(NodeOptions.DEFAULT.developmentMode(true));
    ReentrantLock lock = new ReentrantLock();
    node.run(() -> {
      Pid me = self();
      Monitored one =
          spawnMonitor(
              Turns.of(() ->
                  message -> {
                    threads.add(Thread.currentThread());
                    if (message.equals("lock")) {
                      lock.lock();
                    } else if (message.equals("unlock")) {
                      lock.unlock();
                    }
                    send(me, message);
                    return Behaviour.same();
                  }));
      for (int i = 0; i < 20; i++) {
        send(one.pid(), i);
        assertThat(receive()).isEqualTo(i);
      }
      assertThat(threads).hasSize(20);
      send(one.pid(), "lock");
      assertThat(receive()).isEqualTo("lock");
      send(one.pid(), "unlock");
      Down down = receive(Down.class);
      assertThat(down.reason().toString()).contains("IllegalMonitorState");
    });
  }

  /// A control signal acts at once, however many messages wait and however long a turn takes.
  @Test
  void aSignalDoesNotWaitForMessages(Node node) {
    AtomicInteger handled = new AtomicInteger();
    node.run(() -> {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      Monitored slow =
          spawnMonitor(
              Turns.of(() ->
                  message -> {
                    handled.incrementAndGet();
                    begun.countDown();
                    go.await();
                    return Behaviour.same();
                  }));
      for (int i = 0; i < 100_000; i++) {
        send(slow.pid(), i);
      }
      begun.await();
      exit(slow.pid(), ExitReason.term("enough"));
      assertThat(receive(Down.class).reason()).isEqualTo(ExitReason.term("enough"));
      go.countDown();
    });
    assertThat(handled).hasValue(1);
  }
}

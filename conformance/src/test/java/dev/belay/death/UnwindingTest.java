package dev.belay.death;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Owned;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.SpawnOptions;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the code of a process can and cannot do once it has been told to exit.
@BothStyles
@BelayTest
class UnwindingTest {
  private static final ExitReason BYE = ExitReason.term("bye");

  /// Runs a body that signals when it is ready, sends it an exit signal, and returns its `Down`.
  private static Down endOf(Node node, SpawnOptions options, Body body) {
    try (Inbox inbox = node.inbox()) {
      AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
      Monitored victim =
          inbox.spawnMonitor(
              options,
              () -> {
                thread.set(Thread.currentThread());
                body.run();
              });
      Await.until("it waits", () -> isWaiting(thread.get()));
      inbox.exit(victim.pid(), BYE);
      return inbox.receive(Down.class);
    }
  }

  private static boolean isWaiting(@Nullable Thread thread) {
    return thread != null && thread.getState() == Thread.State.WAITING;
  }

  @Test
  void finallyRunsWithTheInterruptStatusCleared(Node node) {
    AtomicReference<@Nullable Boolean> interrupted = new AtomicReference<>();
    Down down =
        endOf(
            node,
            SpawnOptions.DEFAULT,
            () -> {
              try {
                try {
                  new CountDownLatch(1).await();
                } finally {
                  // As JDK calls do that are ended by an interrupt but keep the status.
                  Thread.currentThread().interrupt();
                  receive();
                }
              } finally {
                interrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    assertThat(down.reason()).isEqualTo(BYE);
    assertThat(interrupted).hasValue(false);
  }

  /// Once it is unwinding through a verb, the further interrupts of its grace pass it by.
  @Test
  void finallyIsNotInterruptedAgain(Node node) {
    AtomicBoolean undisturbed = new AtomicBoolean();
    Down down =
        endOf(
            node,
            SpawnOptions.DEFAULT.grace(Duration.ofSeconds(2)),
            () -> {
              try {
                receive();
              } finally {
                // Longer than a quarter and a half of the grace, when it would be interrupted.
                Thread.sleep(1_200);
                undisturbed.set(true);
              }
            });
    assertThat(down.reason()).isEqualTo(BYE);
    assertThat(undisturbed).isTrue();
    assertThat(down.trail().hops().getLast().declared()).isFalse();
  }

  @Test
  void everyVerbRefusesInFinally(Node node) {
    Map<String, Body> verbs = verbs();
    Map<String, String> outcomes = new LinkedHashMap<>();
    endOf(
        node,
        SpawnOptions.DEFAULT,
        () -> {
          try {
            receive();
          } finally {
            verbs.forEach((name, verb) -> outcomes.put(name, outcome(verb)));
          }
        });
    assertThat(outcomes).hasSize(verbs.size());
    assertThat(outcomes.values()).containsOnly("ExitSignalError");
  }

  /// All verbs but those that are documented to work while exiting.
  private static Map<String, Body> verbs() {
    Map<String, Body> verbs = new LinkedHashMap<>();
    verbs.put("spawn", () -> spawn(() -> {}));
    verbs.put("spawnLink", () -> Belay.spawnLink(() -> {}));
    verbs.put("spawnMonitor", () -> Belay.spawnMonitor(() -> {}));
    verbs.put("send", () -> send(self(), "hello"));
    verbs.put("sendAfter", () -> Belay.sendAfter(Duration.ZERO, self(), "hello"));
    verbs.put("receive", Belay::receive);
    verbs.put("receive with a timeout", () -> receive(Duration.ZERO));
    verbs.put("link", () -> link(self()));
    verbs.put("unlink", () -> Belay.unlink(self()));
    verbs.put("monitor", () -> monitor(self()));
    verbs.put("demonitor", () -> Belay.demonitor(Belay.makeRef()));
    verbs.put("exit", () -> exit(self(), BYE));
    verbs.put("exit()", () -> exit(BYE));
    verbs.put("terminate", () -> Belay.terminate(self()));
    verbs.put("trapExits", () -> Belay.trapExits(true));
    verbs.put("register", () -> Belay.register("late"));
    verbs.put("unregister", () -> Belay.unregister("late"));
    verbs.put("alias", () -> Belay.alias(AliasMode.EXPLICIT));
    verbs.put("own", () -> own(() -> {}));
    verbs.put("sleep", () -> sleep(Duration.ZERO));
    verbs.put("relinquish", Belay::relinquish);
    return verbs;
  }

  private static String outcome(Body verb) {
    try {
      verb.run();
      return "done";
    } catch (Throwable e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void itMayAskAboutItselfWhileItUnwinds(Node node) {
    List<String> answers = new ArrayList<>();
    endOf(
        node,
        SpawnOptions.DEFAULT,
        () -> {
          try {
            receive();
          } finally {
            answers.add("alive: " + isAlive(self()));
            answers.add("status: " + info(self()).orElseThrow().status());
          }
        });
    assertThat(answers).containsExactly("alive: false", "status: " + ProcessStatus.EXITING);
  }

  @Test
  void catchExceptionDoesNotCatchIt(Node node) {
    AtomicBoolean caught = new AtomicBoolean();
    AtomicBoolean unwound = new AtomicBoolean();
    Down down =
        endOf(
            node,
            SpawnOptions.DEFAULT,
            () -> {
              try {
                receive();
              } catch (Exception e) {
                caught.set(true);
              } finally {
                unwound.set(true);
              }
            });
    assertThat(down.reason()).isEqualTo(BYE);
    assertThat(caught).isFalse();
    assertThat(unwound).isTrue();
  }

  /// How a body may try to live on, or at least to give another reason.
  enum Escape {
    RETURN {
      @Override
      void after(Throwable signal) {}
    },
    THROW_ANOTHER {
      @Override
      void after(Throwable signal) {
        throw new IllegalStateException("another reason", signal);
      }
    },
    EXIT_NORMALLY {
      @Override
      void after(Throwable signal) {
        throw new ExitException(ExitReason.NORMAL);
      }
    },
    THROW_IT_ON {
      @Override
      void after(Throwable signal) throws Throwable {
        throw signal;
      }
    },
    GO_ON_RECEIVING {
      @Override
      void after(Throwable signal) {
        for (int i = 0; i < 1_000; i++) {
          assertThatThrownBy(Belay::receive).isInstanceOf(ExitSignalError.class);
        }
        receive();
      }
    };

    abstract void after(Throwable signal) throws Throwable;
  }

  @ParameterizedTest
  @EnumSource
  void catchThrowableDoesNotKeepItAlive(Escape escape, Node node) {
    AtomicInteger caught = new AtomicInteger();
    Down down =
        endOf(
            node,
            SpawnOptions.DEFAULT,
            () -> {
              try {
                receive();
              } catch (Throwable e) {
                caught.incrementAndGet();
                try {
                  escape.after(e);
                } catch (Throwable another) {
                  OwnEnd.sneak(another);
                }
              }
            });
    assertThat(caught).hasValue(1);
    assertThat(down.reason()).isEqualTo(BYE);
    assertThat(down.trail().hops().getLast().declared()).isFalse();
  }

  /// The first reason wins, whatever comes while the process is dying already (X5).
  @Test
  void theFirstReasonStays(Node node) {
    CountDownLatch unwinding = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    try (Inbox inbox = node.inbox()) {
      Pid peer = node.spawn(Belay::receive);
      Monitored victim =
          inbox.spawnMonitor(
              SpawnOptions.DEFAULT.grace(Duration.ofMinutes(1)),
              () -> {
                link(peer);
                inboxIsReady(inbox);
                try {
                  receive();
                } finally {
                  unwinding.countDown();
                  told.await();
                }
              });
      inbox.receive(String.class);
      inbox.exit(victim.pid(), BYE);
      Await.until("it unwinds", () -> unwinding.getCount() == 0);
      inbox.exit(victim.pid(), ExitReason.KILL);
      inbox.exit(victim.pid(), ExitReason.term("another"));
      inbox.terminate(victim.pid());
      node.terminate(peer, ExitReason.term("the peer's"));
      told.countDown();
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(BYE);
    }
  }

  private static void inboxIsReady(Inbox inbox) {
    send(inbox.pid(), "ready");
  }

  /// What is left in its hands when it unwinds is closed by the runtime, as its own attempts are
  /// refused; what it still wants to own is closed at once.
  @Test
  void resourcesAreTheRuntimesWhileItUnwinds(Node node) {
    Ledger ledger = new Ledger();
    ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
    endOf(
        node,
        SpawnOptions.DEFAULT,
        () -> {
          Owned<AutoCloseable> handle = own(ledger.resource("early"));
          try {
            receive();
          } finally {
            refusals.add(outcome(handle::release));
            refusals.add(outcome(handle::close));
            refusals.add(outcome(() -> handle.giveTo(self())));
            refusals.add(outcome(() -> own(ledger.resource("late"))));
          }
        });
    assertThat(refusals).hasSize(4).containsOnly("ExitSignalError");
    assertThat(ledger.closed()).containsExactly("late", "early");
  }
}

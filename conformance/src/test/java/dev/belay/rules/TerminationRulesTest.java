package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Monitored;
import dev.belay.NoProcessException;
import dev.belay.Pid;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How processes end, and with what reason (X1–X7, X13, X16).
@BothStyles
class TerminationRulesTest extends Staged {
  private static final ExitReason REASON = ExitReason.term("a reason");

  @Test
  @Rule("X1")
  void aProcessEndsByReturnByWhatIsUncaughtOrByASignal() {
    expected().crash(IllegalStateException.class);
    IllegalStateException thrown = new IllegalStateException("boom");
    run(() -> {
      assertThat(reasonOf(() -> {})).isEqualTo(ExitReason.NORMAL);
      assertThat(
              reasonOf(() -> {
                throw thrown;
              }))
          .isEqualTo(ExitReason.crash(thrown));
      Monitored waiting = spawnMonitor(dev.belay.Belay::receive);
      exit(waiting.pid(), REASON);
      assertThat(expect(Down.class).reason()).isEqualTo(REASON);
    });
  }

  @Test
  @Rule(
      value = "X2",
      otp = {"process:t_exit_1", "process:trap_exit_badarg", "process:trap_exit_badarg_in_bif"})
  void theReasonTellsHowItEnded() {
    expected().crash(Throwable.class);
    List<ExitReason> own =
        List.of(
            ExitReason.NORMAL,
            ExitReason.SHUTDOWN,
            ExitReason.shutdown(List.of(1, 2)),
            ExitReason.KILL,
            ExitReason.KILLED,
            ExitReason.NO_PROC,
            ExitReason.NO_CONNECTION,
            ExitReason.crash(new IOException("of another")),
            ExitReason.term(List.of("any", "term")));
    List<Throwable> uncaught =
        List.of(
            new IllegalStateException("unchecked"),
            new IOException("checked"),
            new AssertionError("an error"),
            new StackOverflowError());
    run(() -> {
      trapExits(true);
      for (ExitReason reason : own) {
        assertThat(
                heardReasonOf(() -> {
                  throw exit(reason);
                }))
            .isEqualTo(reason);
      }
      for (Throwable thrown : uncaught) {
        ExitReason reason =
            heardReasonOf(() -> {
              switch (thrown) {
                case Exception e -> throw e;
                case Error e -> throw e;
                default -> throw new AssertionError(thrown);
              }
            });
        // The very same object, with its stack.
        assertThat(reason).isEqualTo(ExitReason.crash(thrown));
        assertThat(((ExitReason.Crash) reason).throwable()).isSameAs(thrown);
      }
      // An error that a verb raises.
      ExitReason reason = heardReasonOf(() -> send("nobody", "x"));
      assertThat(reason)
          .isInstanceOfSatisfying(
              ExitReason.Crash.class,
              crash -> assertThat(crash.throwable()).isInstanceOf(NoProcessException.class));
    });
  }

  @Test
  @Rule(
      value = "X3",
      otp = {"process:spawn_request_monitor_child_exit", "process:spawn_request_link_child_exit"})
  void codeThatDoesNotExistKillsTheProcessThatRunsIt() {
    expected().crash(LinkageError.class);
    run(() -> {
      trapExits(true);
      for (int i = 0; i < 2; i++) {
        // The first time its initialiser fails, the second time there is no such class.
        assertThat(heardReasonOf(() -> send(self(), Unusable.VALUE)))
            .isInstanceOfSatisfying(
                ExitReason.Crash.class,
                crash -> assertThat(crash.throwable()).isInstanceOf(LinkageError.class));
      }
    });
  }

  /// Cannot be initialised.
  private static final class Unusable {
    static final Object VALUE = fail();

    private static Object fail() {
      throw new IllegalStateException("cannot be initialised");
    }
  }

  @Test
  @Rule(
      value = "X4",
      otp = {
        "process:t_exit_1",
        "process:t_exit_2_other",
        "process:self_exit",
        "process:spawn_huge_arglist",
        "monitor:large_exit"
      })
  void reasonsMayBeHuge() {
    run(() -> {
      trapExits(true);
      for (int kib = 8; kib <= 128; kib *= 2) {
        String text = "x".repeat(kib * 1024);
        ExitReason reason =
            ExitReason.term(List.of(text, IntStream.range(0, 1_000).boxed().toList()));
        ExitReason equal =
            ExitReason.term(
                List.of("x".repeat(kib * 1024), IntStream.range(0, 1_000).boxed().toList()));
        assertThat(
                heardReasonOf(() -> {
                  throw exit(reason);
                }))
            .isEqualTo(equal);
        assertThat(heardReasonOf(() -> exit(self(), reason))).isEqualTo(equal);
        Pid waiting = spawnLink(dev.belay.Belay::receive);
        exit(waiting, reason);
        assertThat(expect(Exit.class).reason()).isEqualTo(equal);
      }
      for (int round = 0; round < 100; round++) {
        ExitReason reason = ExitReason.term(List.of("big", List.of("list", 4563784278L)));
        Monitored child =
            spawnMonitor(() -> {
              receive();
              throw exit(reason);
            });
        send(child.pid(), "go");
        assertThat(expect(Down.class).reason()).isEqualTo(reason);
      }
    });
  }

  @Test
  @Rule(value = "X5", otp = "process:exit_twice")
  void theFirstSignalGivesTheReason() {
    Puppet killer = puppet();
    run(() -> {
      trapExits(true);
      for (int round = 0; round < 1_000; round++) {
        Pid victim = spawn(PATIENT.link(), dev.belay.Belay::receive);
        monitor(victim);
        killer.cast(() -> exit(victim, ExitReason.term("theirs")));
        exit(victim, ExitReason.term("mine"));
        ExitReason heard = expect(Exit.class).reason();
        // Both hear the one that came first.
        assertThat(expect(Down.class).reason()).isEqualTo(heard);
        assertThat(heard).isIn(ExitReason.term("mine"), ExitReason.term("theirs"));
      }
      Pid victim = spawn(PATIENT.link(), dev.belay.Belay::receive);
      exit(victim, ExitReason.term("first"));
      exit(victim, ExitReason.term("second"));
      exit(victim, ExitReason.KILL);
      dev.belay.Belay.terminate(victim);
      assertThat(expect(Exit.class).reason()).isEqualTo(ExitReason.term("first"));
    });
  }

  @Test
  @Rule(
      value = "X6",
      otp = {"process:t_exit_2_catch", "process:abnormal_suicide_exit"})
  void anExitSignalCannotBeCaughtToLiveOn() {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    run(() -> {
      trapExits(true);
      Pid me = self();
      ExitReason suicide =
          heardReasonOf(() -> {
            try {
              exit(self(), REASON);
              seen.add("returned");
            } catch (Throwable e) {
              seen.add("caught " + e.getClass().getSimpleName());
            }
            refused(seen, () -> send(me, "from beyond"));
          });
      assertThat(suicide).isEqualTo(REASON);
      assertThat(seen).containsExactly("caught ExitSignalError", "refused");
      seen.clear();

      AtomicBoolean finished = new AtomicBoolean();
      Monitored waiting =
          spawnMonitor(() -> {
            send(me, "started");
            try {
              receive();
            } catch (Exception e) {
              seen.add("an exception");
            } finally {
              refused(seen, dev.belay.Belay::receive);
              refused(seen, () -> sleep(Duration.ZERO));
              refused(seen, () -> spawn(() -> {}));
              finished.set(true);
            }
          });
      expectMessage("started");
      exit(waiting.pid(), REASON);
      assertThat(expect(Down.class).reason()).isEqualTo(REASON);
      assertThat(seen).containsExactly("refused", "refused", "refused");
      assertThat(finished).isTrue();
      seen.clear();

      // Nor does it matter what the process throws, or that it returns, after it was caught.
      assertThat(
              heardReasonOf(() -> {
                try {
                  exit(self(), REASON);
                } catch (ExitSignalError e) {
                  throw new IllegalStateException("something else", e);
                }
              }))
          .isEqualTo(REASON);
      expectNothing();
    });
  }

  /// Runs a verb, which must refuse because the process is exiting.
  private static void refused(List<String> seen, Body verb) throws Exception {
    try {
      verb.run();
      seen.add("worked");
    } catch (ExitSignalError e) {
      seen.add("refused");
    }
  }

  @Test
  @Rule("X7")
  void anExitOfItsOwnCanBeCaught() {
    run(() -> {
      AtomicReference<ExitReason> caught = new AtomicReference<>();
      ExitReason reason =
          reasonOf(() -> {
            try {
              throw exit(REASON);
            } catch (ExitException e) {
              caught.set(e.reason());
            }
            // Lives on.
            send(self(), "x");
            receive();
          });
      assertThat(caught.get()).isEqualTo(REASON);
      assertThat(reason).isEqualTo(ExitReason.NORMAL);
    });
  }

  @Test
  @Rule(
      value = "X13",
      otp = {"node_container:unique_pid", "node_container:pid_wrap"})
  void aPidIsNeverUsedAgain() {
    run(() -> {
      Pid last = self();
      for (int i = 0; i < 10_000; i++) {
        Monitored child = spawnMonitor(() -> {});
        assertThat(child.pid().number()).isGreaterThan(last.number());
        last = child.pid();
        expect(Down.class);
      }
    });
  }

  @Test
  @Rule(value = "X16", otp = "process:spawn_opt_max_heap_size")
  void aCrashIsLoggedOnceAndAnExitIsNot() {
    expected().crash(IllegalStateException.class);
    Counter crashes = new Counter();
    Logger logger = Logger.getLogger("dev.belay");
    logger.addHandler(crashes);
    try {
      run(() -> {
        trapExits(true);
        Pid crasher =
            spawnLink(() -> {
              throw new IllegalStateException("boom");
            });
        expect(Exit.class);
        assertThat(node().flushReports(PATIENCE)).isTrue();
        assertThat(crashes.texts()).singleElement().asString().contains(crasher.toString());
        for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, REASON)) {
          heardReasonOf(() -> {
            throw exit(reason);
          });
        }
        Pid killed = spawn(PATIENT.link(), dev.belay.Belay::receive);
        exit(killed, ExitReason.KILL);
        expect(Exit.class);
        Pid signalled = spawnLink(dev.belay.Belay::receive);
        exit(signalled, REASON);
        expect(Exit.class);
        // A death that a crash brought along a link is not a crash of its own.
        Monitored linked =
            spawnMonitor(() -> {
              spawnLink(() -> {
                throw new IllegalStateException("boom");
              });
              receive();
            });
        assertThat(expect(Down.class).pid()).isEqualTo(linked.pid());
        assertThat(node().flushReports(PATIENCE)).isTrue();
        assertThat(crashes.texts()).hasSize(2);
        assertThat(crashes.texts().getLast()).doesNotContain(linked.pid() + " crashed");
      });
    } finally {
      logger.removeHandler(crashes);
    }
  }

  /// Keeps what is logged.
  private static final class Counter extends Handler {
    private final List<String> texts = Collections.synchronizedList(new ArrayList<>());

    List<String> texts() {
      return List.copyOf(texts);
    }

    @Override
    public void publish(LogRecord record) {
      texts.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /// Spawns a process and waits for its end.
  private static ExitReason reasonOf(Body body) {
    Monitored child = spawnMonitor(body);
    Down down = expect(Down.class);
    assertThat(down.pid()).isEqualTo(child.pid());
    return down.reason();
  }

  /// Spawns a process and waits until its end was heard by a link and by a monitor; the caller
  /// traps exits.
  private static ExitReason heardReasonOf(Body body) {
    Monitored child = spawnMonitor(dev.belay.SpawnOptions.DEFAULT.link(), body);
    Exit exit = expect(Exit.class);
    assertThat(exit.pid()).isEqualTo(child.pid());
    assertThat(expect(Down.class).reason()).isEqualTo(exit.reason());
    return exit.reason();
  }
}

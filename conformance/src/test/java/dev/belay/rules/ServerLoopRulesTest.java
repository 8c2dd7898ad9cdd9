package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.link;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.CallReason;
import dev.belay.otp.MultiCall;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Sys;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What a server does with its messages, and its end: GS19 to GS33.
@BothStyles
@BelayTest
class ServerLoopRulesTest {
  private static Clerk.Do say(Object what) {
    return new Clerk.Do(c -> c.handled.add(what));
  }

  /// What was said, without the orders to say it.
  private static List<Object> said(ServerRef<Clerk.Order> clerk) {
    List<Object> handled = Clerk.handledBy(clerk);
    handled.removeIf(Clerk.Order.class::isInstance);
    return handled;
  }

  @Rule(
      value = "GS19",
      otp = {"gen_server:cast", "gen_server:cast_fast"})
  @Test
  void aCastNeverFails(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      clerk.cast(say("one"));
      assertThat(said(clerk)).containsExactly("one");
      clerk.stop();
      clerk.cast(say("two"));
      ServerRef.named(node, "nobody", Clerk.Order.class).cast(say("three"));
    });
  }

  @Rule("GS20")
  @Test
  void theMessagesOfOneSenderKeepTheirOrder(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Pid pid = clerk.pid().orElseThrow();
      List<Object> expected = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        int number = i;
        expected.add(number);
        switch (i % 3) {
          case 0 -> clerk.cast(say(number));
          case 1 -> send(pid, number);
          default -> Clerk.tell(clerk, c -> c.handled.add(number));
        }
      }
      assertThat(said(clerk)).isEqualTo(expected);
      clerk.stop();
    });
  }

  @Rule(value = "GS21", otp = "gen_server:info")
  @Test
  void otherMessagesAreHandledApart(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Monitored mortal = spawnMonitor(() -> Await.message("end"));
      Clerk.tell(clerk, c -> dev.belay.Belay.monitor(mortal.pid()));
      send(mortal.pid(), "end");
      Await.down(mortal);
      send(clerk.pid().orElseThrow(), "a word");
      assertThat(said(clerk))
          .satisfiesExactly(
              down -> assertThat(((Down) down).pid()).isEqualTo(mortal.pid()),
              word -> assertThat(word).isEqualTo("a word"));
      clerk.stop();
    });
  }

  /// A server that has only what it must have.
  private static final class Bare extends Server<Bare.Nothing> {
    sealed interface Nothing {}

    record Ping() implements Nothing, dev.belay.otp.Call<Nothing, String> {}

    @Override
    protected void handleMessage(Nothing message) {
      switch (message) {
        case Ping ping -> reply(ping, "pong");
      }
    }
  }

  @Rule(
      value = {"GS21", "GS30"},
      otp = {"gen_server:undef_handle_info", "gen_server:undef_terminate1"})
  @Test
  void whatABareServerDoesNotKnowIsLoggedAndDropped(Node node, Expected expected) {
    expected.report("got a message that is not of its protocol, and has no handleInfo: a word");
    node.run(() -> {
      ServerRef<Bare.Nothing> bare = Server.start(Bare::new);
      send(bare.pid().orElseThrow(), "a word");
      assertThat(bare.call(new Bare.Ping())).isEqualTo("pong");
      bare.stop();
    });
  }

  @Rule(value = "GS22", otp = "gen_server:continue")
  @Test
  void whatIsGoneOnWithComesBeforeAnyMessage(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Clerk.tell(
          clerk,
          c -> {
            send(self(), "message");
            c.onContinue =
                d -> {
                  d.onContinue = e -> {};
                  d.goOnWith("second");
                };
            c.goOnWith("first");
          });
      assertThat(said(clerk)).containsExactly("first", "second", "message");
      clerk.stop();
    });
  }

  @Rule(value = "GS22", otp = "gen_server:undef_handle_continue")
  @Test
  void whatIsGoneOnWithComesAfterTheReply(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      AtomicBoolean returned = new AtomicBoolean();
      Object reply =
          clerk.call(
              Clerk.ask((c, call) -> {
                c.onContinue = d -> Await.until(returned::get);
                c.goOnWith("next");
                c.answer(call, "first the reply");
              }));
      returned.set(true);
      assertThat(reply).isEqualTo("first the reply");
      clerk.stop();
    });
  }

  @Rule("GS23")
  @Test
  void aTimeInWhichNothingComesEnds(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Pid me = self();
      Clerk.tell(
          clerk,
          c -> {
            c.onTimeout = d -> send(me, "nothing came");
            c.waitFor(Duration.ofMillis(5));
          });
      Await.message("nothing came");
      // Once.
      assertThat(receive(Duration.ofMillis(30))).isEmpty();
      clerk.stop();
    });
  }

  @Rule("GS23")
  @Test
  void whateverComesEndsTheTime(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Clerk.tell(
          clerk,
          c -> {
            send(self(), "a word");
            c.waitFor(Duration.ofMillis(20));
          });
      assertThat(receive(Duration.ofMillis(60))).isEmpty();
      assertThat(said(clerk)).containsExactly("a word");
      // With no time to wait, what is in the mailbox comes first, and ends it.
      Clerk.tell(
          clerk,
          c -> {
            send(self(), "there already");
            c.waitFor(Duration.ZERO);
          });
      Clerk.tell(clerk, c -> {});
      assertThat(said(clerk)).containsExactly("a word", "there already");
      Pid me = self();
      clerk.cast(
          new Clerk.Do(c -> {
            c.onTimeout = d -> send(me, "at once");
            c.waitFor(Duration.ZERO);
          }));
      Await.message("at once");
      clerk.stop();
    });
  }

  /// One who looks on does not end the time: it begins anew.
  @Rule("GS23")
  @Test
  void whoLooksOnDoesNotEndTheTime(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Pid me = self();
      Clerk.tell(
          clerk,
          c -> {
            c.onTimeout = d -> send(me, "nothing came");
            c.waitFor(Duration.ofMillis(20));
          });
      Sys.suspend(clerk);
      Sys.resume(clerk);
      assertThat(Sys.<Clerk, Integer>inspect(clerk, Clerk.class, c -> c.handled.size()))
          .isPositive();
      Await.message("nothing came");
      clerk.stop();
    });
  }

  @Rule(value = "GS27", otp = "gen_server:crash")
  @Test
  void theEndOfTheParentEndsAServerInOrder(Node node) {
    node.run(() -> {
      AtomicReference<ExitReason> cleaned = new AtomicReference<>();
      Pid me = self();
      Monitored parent =
          spawnMonitor(() -> {
            send(
                me,
                Server.startLink(() ->
                    Clerk.with(c -> {
                      trapExits(true);
                      c.onCleanUp = cleaned::set;
                    })));
            throw exit(receive(ExitReason.class));
          });
      ServerRef<?> clerk = receive(ServerRef.class);
      dev.belay.Ref ref = dev.belay.Belay.monitor(clerk.pid().orElseThrow());
      send(parent.pid(), ExitReason.SHUTDOWN);
      assertThat(Await.down(ref).reason()).isEqualTo(ExitReason.SHUTDOWN);
      assertThat(cleaned).hasValue(ExitReason.SHUTDOWN);
    });
  }

  @Rule("GS27")
  @Test
  void theExitsOfOthersAreMessages(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Server.start(() -> Clerk.with(c -> trapExits(true)));
      Pid pid = clerk.pid().orElseThrow();
      Monitored other =
          spawnMonitor(() -> {
            link(pid);
            throw exit(ExitReason.term("other"));
          });
      Await.down(other);
      // Who started it without a link is no parent.
      exit(pid, ExitReason.SHUTDOWN);
      assertThat(said(clerk))
          .satisfiesExactly(
              exit -> assertThat(((Exit) exit).reason()).isEqualTo(ExitReason.term("other")),
              exit -> assertThat(((Exit) exit).reason()).isEqualTo(ExitReason.SHUTDOWN));
      clerk.stop();
    });
  }

  @Rule("GS27")
  @Test
  void oneThatDoesNotTrapJustDies(Node node) {
    node.run(() -> {
      AtomicReference<ExitReason> cleaned = new AtomicReference<>();
      Server.Watched<Clerk.Order> clerk =
          Server.startMonitor(
              StartOptions.DEFAULT, () -> Clerk.with(c -> c.onCleanUp = cleaned::set));
      exit(clerk.server().pid().orElseThrow(), ExitReason.SHUTDOWN);
      assertThat(Await.down(clerk.ref()).reason()).isEqualTo(ExitReason.SHUTDOWN);
      assertThat(cleaned).hasNullValue();
    });
  }

  /// However the handler takes the interrupt that comes with the signal.
  @Rule("GS27")
  @Test
  void oneThatDoesNotTrapDoesNotCleanUpAlsoIfItIsBusy(Node node) {
    node.run(() -> {
      List<Clerk.Deed> busy =
          List.of(
              c -> Thread.sleep(Duration.ofHours(1)),
              c -> {
                try {
                  Thread.sleep(Duration.ofHours(1));
                } catch (InterruptedException e) {
                  c.end(ExitReason.NORMAL);
                }
              });
      for (Clerk.Deed deed : busy) {
        AtomicReference<ExitReason> cleaned = new AtomicReference<>();
        AtomicBoolean begun = new AtomicBoolean();
        Server.Watched<Clerk.Order> clerk =
            Server.startMonitor(
                StartOptions.DEFAULT, () -> Clerk.with(c -> c.onCleanUp = cleaned::set));
        clerk
            .server()
            .cast(
                new Clerk.Do(c -> {
                  begun.set(true);
                  deed.on(c);
                }));
        Await.until(begun::get);
        exit(clerk.server().pid().orElseThrow(), ExitReason.term("told"));
        assertThat(Await.down(clerk.ref()).reason()).isEqualTo(ExitReason.term("told"));
        assertThat(cleaned).hasNullValue();
      }
    });
  }

  @Rule(
      value = {"GS28", "GS29"},
      otp = {"gen_server:crash", "gen_server:terminate_crash_format"})
  @Test
  void whoThrowsCleansUpAndEnds(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    expected.crash(IllegalStateException.class);
    expected.report("crashed: asked for");
    node.run(() -> {
      AtomicReference<ExitReason> cleaned = new AtomicReference<>();
      ArithmeticException thrown = new ArithmeticException("on purpose");
      assertThat(
              endOf(c -> {
                c.onCleanUp = cleaned::set;
                throw thrown;
              }))
          .isEqualTo(ExitReason.crash(thrown));
      assertThat(cleaned).hasValue(ExitReason.crash(thrown));
      assertThat(
              endOf(c -> {
                c.onCleanUp = cleaned::set;
                throw exit(ExitReason.term("asked for"));
              }))
          .isEqualTo(ExitReason.term("asked for"));
      assertThat(cleaned).hasValue(ExitReason.term("asked for"));
      IllegalStateException worse = new IllegalStateException("worse");
      assertThat(
              endOf(c -> {
                c.onCleanUp =
                    reason -> {
                      throw worse;
                    };
                throw thrown;
              }))
          .isEqualTo(ExitReason.crash(worse));
    });
  }

  private static ExitReason endOf(Clerk.Deed deed) {
    Server.Watched<Clerk.Order> clerk = Server.startMonitor(StartOptions.DEFAULT, Clerk::new);
    clerk.server().cast(new Clerk.Do(deed));
    return Await.down(clerk.ref()).reason();
  }

  @Rule(
      value = "GS32",
      otp = {"gen_server:multicall", "gen_server:multicall_down"})
  @Test
  void manyAreAskedAtOnce(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> good = Clerk.start();
      ServerRef<Clerk.Order> slow = Clerk.start();
      ServerRef<Clerk.Order> dead = Clerk.start();
      ServerRef<Clerk.Order> nobody = ServerRef.named(node, "nobody", Clerk.Order.class);
      dead.stop();
      AtomicReference<dev.belay.otp.From<Object>> late = new AtomicReference<>();
      Pid silent = slow.pid().orElseThrow();
      MultiCall<Clerk.Order, Object> all =
          MultiCall.of(
              List.of(good, slow, dead, nobody),
              Clerk.ask((c, call) -> {
                if (self().equals(silent)) {
                  late.set(c.take(call));
                } else {
                  c.answer(call, "reply");
                }
              }),
              Duration.ofMillis(500));
      assertThat(all.replies()).containsOnlyKeys(good).containsValue("reply");
      assertThat(all.failures())
          .containsOnlyKeys(slow, dead, nobody)
          .containsEntry(dead, ExitReason.NO_PROC)
          .containsEntry(nobody, ExitReason.NO_PROC);
      Clerk.tell(slow, c -> late.get().reply("late"));
      assertThat(receive(Duration.ZERO)).isEmpty();
      assertThat(info(self()).orElseThrow().monitors()).isEmpty();
      good.stop();
      slow.stop();
    });
  }

  /// A server that asks all of its kind is one of them.
  @Rule("GS32")
  @Test
  void whoAsksManyAndItselfDoesNotWaitForItself(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> asking = Server.start(StartOptions.DEFAULT.name("asking"), Clerk::new);
      ServerRef<Clerk.Order> byName = ServerRef.named(node, "asking", Clerk.Order.class);
      ServerRef<Clerk.Order> other = Clerk.start();
      AtomicReference<MultiCall<Clerk.Order, Object>> all = new AtomicReference<>();
      Clerk.tell(
          asking,
          c ->
              all.set(
                  MultiCall.of(
                      List.of(byName, other, asking),
                      Clerk.ask((d, call) -> d.answer(call, "reply")),
                      Await.LONG)));
      assertThat(all.get().replies()).containsOnlyKeys(other).containsValue("reply");
      assertThat(all.get().failures())
          .containsOnlyKeys(byName, asking)
          .containsEntry(byName, ExitReason.term(CallReason.CALLING_SELF))
          .containsEntry(asking, ExitReason.term(CallReason.CALLING_SELF));
      asking.stop();
      other.stop();
    });
  }

  @Rule(value = "GS33", otp = "gen_server:abcast")
  @Test
  void aCastToManyNeverFails(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      ServerRef<Clerk.Order> dead = Clerk.start();
      dead.stop();
      MultiCall.cast(List.of(dead, clerk), say("to all"));
      assertThat(said(clerk)).containsExactly("to all");
      clerk.stop();
    });
  }

  @Rule(value = "GE3", otp = "gen_server:get_state")
  @Test
  void aServerCanBeLookedAtAndSuspended(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      assertThat(Sys.suspend(clerk)).isTrue();
      assertThat(Sys.suspend(clerk)).isFalse();
      clerk.cast(say("waits"));
      List<Object> seen = Sys.inspect(clerk, Clerk.class, c -> List.copyOf(c.handled));
      assertThat(seen).isEmpty();
      Sys.change(clerk, Clerk.class, c -> c.handled.add("put in"));
      assertThat(Sys.resume(clerk)).isTrue();
      assertThat(Sys.resume(clerk)).isFalse();
      assertThat(said(clerk)).containsExactly("put in", "waits");
      assertThat(Sys.suspend(clerk)).isTrue();
      clerk.stop();
    });
  }

  /// A parent's end reaches a suspended server, too.
  @Test
  void aSuspendedServerStillEndsWithItsParent(Node node) {
    node.run(() -> {
      Pid me = self();
      Pid parent =
          spawn(() -> {
            send(me, Server.startLink(() -> Clerk.with(c -> trapExits(true))));
            throw exit(receive(ExitReason.class));
          });
      ServerRef<?> clerk = receive(ServerRef.class);
      Sys.suspend(clerk);
      dev.belay.Ref ref = dev.belay.Belay.monitor(clerk.pid().orElseThrow());
      send(parent, ExitReason.SHUTDOWN);
      assertThat(Await.down(ref).reason()).isEqualTo(ExitReason.SHUTDOWN);
    });
  }
}

package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.EventHandler;
import dev.belay.otp.Events;
import dev.belay.otp.EventsRef;
import dev.belay.otp.HandlerException;
import dev.belay.otp.HandlerException.Why;
import dev.belay.otp.HandlerRemoved;
import dev.belay.otp.Removal;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Processes that tell handlers of events: GE1 and GE2.
@BothStyles
@BelayTest
class EventsRulesTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  /// What handlers have done, in order.
  private final List<Object> done = Collections.synchronizedList(new ArrayList<>());

  /// Asks how many events a handler has had.
  private record Count() implements Call<Count, Integer> {}

  /// Asks it to do something.
  private record Do(Deed deed) implements Call<Do, Object> {}

  private interface Deed {
    void on(Ear ear, Do request) throws Exception;
  }

  /// A handler that says what it does, and does what an event of the form `id!what` asks for.
  private final class Ear extends EventHandler<Object> {
    private final String id;
    private int count;

    Ear(String id) {
      this.id = id;
    }

    @Override
    protected void init(@Nullable Object left) {
      done.add(id + " begins" + (left == null ? "" : " with " + left));
      if (id.equals("brief")) {
        remove();
      }
    }

    @Override
    protected void handleEvent(Object event) {
      count++;
      done.add(id + " " + event);
      if (event.equals(id + "!crash")) {
        throw new IllegalStateException("crash of " + id);
      }
      if (event.equals(id + "!exit")) {
        throw exit(ODD);
      }
      if (event.equals(id + "!remove")) {
        remove();
      }
    }

    @Override
    protected void handleCall(Call<?, ?> request) throws Exception {
      switch (request) {
        case Count all -> reply(all, count);
        case Do it -> it.deed().on(this, it);
        default -> super.handleCall(request);
      }
    }

    @Override
    protected void handleInfo(Object message) {
      done.add(id + " info " + message);
      if (message.equals(id + "!crash")) {
        throw new IllegalStateException("crash of " + id);
      }
    }

    @Override
    protected @Nullable Object cleanUp(Removal why) {
      done.add(id + " ends: " + brief(why));
      if (why.equals(new Removal.Asked("crash"))) {
        throw new IllegalStateException("crash of cleanUp");
      }
      return "what " + id + " left";
    }

    void answer(Do request, Object reply) {
      reply(request, reply);
    }
  }

  private static String brief(Removal why) {
    return switch (why) {
      case Removal.Asked asked -> "asked with " + asked.argument();
      case Removal.Swapped swapped -> "swapped by " + swapped.by();
      case Removal.Finished _ -> "finished";
      case Removal.Failed(ExitReason.Crash crash) -> "failed: " + crash.throwable().getMessage();
      case Removal.Failed failed -> "failed: " + failed.reason();
      case Removal.OwnerEnded ended -> "owner ended: " + ended.reason();
      case Removal.Stopped stopped -> "stopped: " + stopped.reason();
    };
  }

  private EventsRef<Object> start(String... ids) {
    Events<Object> events = Events.of(Object.class);
    for (String id : ids) {
      events = events.handler(id, () -> new Ear(id));
    }
    EventsRef<Object> started = events.startLink();
    done.clear();
    return started;
  }

  private static Why refused(Runnable action) {
    return catchThrowableOfType(HandlerException.class, action::run).why();
  }

  // GE1

  @Rule(
      value = "GE1",
      otp = {"gen_event:notify", "gen_event:sync_notify"})
  @Test
  void handlersGetEventsInTheOrderInWhichTheyWereAdded(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("b");
      events.add("a", () -> new Ear("a"));
      events.add("c", () -> new Ear("c"));
      done.clear();
      events.notify("one");
      events.syncNotify("two");
      assertThat(done).containsExactly("b one", "a one", "c one", "b two", "a two", "c two");
      assertThat(events.handlers()).containsExactly("b", "a", "c");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:notify")
  @Test
  void notifyWaitsForNobodyAndSyncNotifyForAll(Node node) {
    node.run(() -> {
      CountDownLatch go = new CountDownLatch(1);
      EventsRef<Object> events = start("a");
      events.add(
          "slow",
          () ->
              new EventHandler<Object>() {
                @Override
                protected void handleEvent(Object event) throws Exception {
                  go.await();
                  done.add("slow " + event);
                }
              });
      done.clear();
      // Returns although no handler can.
      events.notify("one");
      assertThat(catchThrowableOfType(
              CallException.class, () -> events.syncNotify("two", Duration.ZERO)))
          .matches(CallException::isTimeout);
      assertThat(done).doesNotContain("slow one");
      go.countDown();
      events.syncNotify("three");
      assertThat(done)
          .containsExactly(
              "a one", "slow one", "a two", "slow two", "a three", "slow three");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:call")
  @Test
  void aCallIsForOneHandler(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("a", "b");
      events.syncNotify("one");
      int count = events.call("b", new Count());
      assertThat(count).isEqualTo(1);
      assertThat(refused(() -> events.call("c", new Count()))).isEqualTo(Why.NOT_FOUND);
      assertThat(events.call("a", new Do((ear, request) -> ear.answer(request, ear.id))))
          .isEqualTo("a");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:info")
  @Test
  void otherMessagesGoToAllHandlers(Node node, Expected expected) {
    expected.report("handler a failed in handleInfo");
    node.run(() -> {
      EventsRef<Object> events = start("a", "b");
      Pid pid = events.pid().orElseThrow();
      send(pid, "what");
      send(pid, "a!crash");
      assertThat(events.handlers()).containsExactly("b");
      assertThat(done)
          .containsExactly(
              "a info what",
              "b info what",
              "a info a!crash",
              "a ends: failed: crash of a",
              "b info a!crash");
      events.stop();
    });
  }

  @Rule(
      value = "GE1",
      otp = {"gen_event:notify", "gen_event:sync_notify"})
  @Test
  void aHandlerThatFailsIsRemovedAndTheOthersGoOn(Node node, Expected expected) {
    expected.report("handler b failed in handleEvent(b!crash), and is removed");
    expected.report("handler c failed in handleEvent(c!exit), and is removed");
    node.run(() -> {
      EventsRef<Object> events = start("a", "b", "c");
      events.notify("b!crash");
      events.notify("c!exit");
      events.syncNotify("last");
      assertThat(done)
          .containsExactly(
              "a b!crash",
              "b b!crash",
              "b ends: failed: crash of b",
              "c b!crash",
              "a c!exit",
              "c c!exit",
              "c ends: failed: odd",
              "a last");
      assertThat(events.handlers()).containsExactly("a");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:call")
  @Test
  void aHandlerThatFailsInACallIsRemovedAndTheCallerIsTold(Node node, Expected expected) {
    expected.report("failed in handleCall");
    node.run(() -> {
      EventsRef<Object> events = start("a", "b", "c", "d");
      IllegalStateException thrown = new IllegalStateException("no");
      HandlerException failure =
          catchThrowableOfType(
              HandlerException.class,
              () ->
                  events.call(
                      "a",
                      new Do((ear, request) -> {
                        throw thrown;
                      })));
      assertThat(failure.why()).isEqualTo(Why.FAILED);
      assertThat(failure).hasCause(thrown).hasMessageContaining("\"a\" failed in handleCall");
      assertThat(failure.reason()).contains(ExitReason.crash(thrown));
      // Without a reply, with two, and with one for another request.
      assertThat(refused(() -> events.call("b", new Do((ear, request) -> {})))).isEqualTo(Why.FAILED);
      assertThat(
              refused(
                  () ->
                      events.call(
                          "c",
                          new Do((ear, request) -> {
                            ear.answer(request, 1);
                            ear.answer(request, 2);
                          }))))
          .isEqualTo(Why.FAILED);
      assertThat(
              refused(
                  () ->
                      events.call(
                          "d",
                          new Do((ear, request) -> ear.answer(new Do((e, r) -> {}), 1)))))
          .isEqualTo(Why.FAILED);
      assertThat(events.handlers()).isEmpty();
      events.syncNotify("nobody hears");
      events.stop();
    });
  }

  @Rule("GE1")
  @Test
  void aHandlerRemovesItself(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("a", "b");
      events.syncNotify("a!remove");
      assertThat(done).containsExactly("a a!remove", "a ends: finished", "b a!remove");
      events.add("brief", () -> new Ear("brief"));
      assertThat(events.handlers()).containsExactly("b");
      assertThat(done).endsWith("brief begins", "brief ends: finished");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:delete_handler")
  @Test
  void aHandlerIsRemovedWithWhatItLeaves(Node node, Expected expected) {
    expected.report("handler b failed in cleanUp");
    node.run(() -> {
      EventsRef<Object> events = start("a", "b");
      assertThat(events.remove("a", "argument")).contains("what a left");
      assertThat(events.remove("b", "crash")).isEmpty();
      assertThat(done)
          .containsExactly("a ends: asked with argument", "b ends: asked with crash");
      assertThat(refused(() -> events.remove("a"))).isEqualTo(Why.NOT_FOUND);
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:add_handler")
  @Test
  void aHandlerThatCannotBeginIsNotAdded(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("a");
      assertThat(refused(() -> events.add("a", () -> new Ear("a")))).isEqualTo(Why.ALREADY_THERE);
      HandlerException failure =
          catchThrowableOfType(
              HandlerException.class,
              () ->
                  events.addSupervised(
                      "b",
                      () -> {
                        throw exit(ODD);
                      }));
      assertThat(failure.reason()).contains(ODD);
      Ear twice = new Ear("twice");
      events.add("twice", () -> twice);
      events.remove("twice");
      assertThat(refused(() -> events.add("twice", () -> twice))).isEqualTo(Why.FAILED);
      assertThat(events.handlers()).containsExactly("a");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:swap_handler")
  @Test
  void aHandlerTakesThePlaceOfAnother(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("a", "b", "c");
      events.swap("b", "d", () -> new Ear("d"));
      events.swap("a", "a", () -> new Ear("a"));
      assertThat(events.handlers()).containsExactly("a", "d", "c");
      assertThat(done)
          .containsExactly(
              "b ends: swapped by d",
              "d begins with what b left",
              "a ends: swapped by a",
              "a begins with what a left");
      assertThat(refused(() -> events.swap("a", "c", () -> new Ear("c"))))
          .isEqualTo(Why.ALREADY_THERE);
      events.swap("none", "e", () -> new Ear("e"));
      assertThat(
              refused(
                  () ->
                      events.swap(
                          "a",
                          "f",
                          () -> {
                            throw exit(ODD);
                          })))
          .isEqualTo(Why.FAILED);
      assertThat(events.handlers()).containsExactly("d", "c", "e");
      events.stop();
    });
  }

  @Rule(
      value = "GE1",
      otp = {"gen_event:start", "gen_event:stop"})
  @Test
  void handlersCleanUpWhenAllEnds(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("a", "b");
      events.stop();
      assertThat(done).containsExactly("a ends: stopped: normal", "b ends: stopped: normal");
      done.clear();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(
                  Events.of(Object.class)
                      .handler("a", () -> new Ear("a"))
                      .asChild("events", StartOptions.DEFAULT.name("bells")))
              .startLink();
      EventsRef<Object> bells = EventsRef.named(node, "bells", Object.class);
      bells.syncNotify("one");
      supervisor.stop();
      assertThat(done).containsExactly("a begins", "a one", "a ends: stopped: shutdown");
      // Nobody is there, and nobody minds.
      bells.notify("two");
      assertThat(catchThrowableOfType(CallException.class, () -> bells.syncNotify("three")).reason())
          .isEqualTo(ExitReason.NO_PROC);
    });
  }

  @Rule(value = "GE1", otp = "gen_event:start")
  @Test
  void aProcessWhoseFirstHandlersDoNotBeginDoesNotStart(Node node, Expected expected) {
    expected.crash(HandlerException.class);
    IllegalStateException thrown = new IllegalStateException("no");
    Events<Object> events =
        Events.of(Object.class)
            .handler("a", () -> new Ear("a"))
            .handler(
                "b",
                () -> {
                  throw thrown;
                });
    StartException failure =
        catchThrowableOfType(
            StartException.class, () -> events.start(node, StartOptions.DEFAULT));
    assertThat(failure).hasRootCause(thrown).hasMessageContaining("Events");
    assertThat(done).containsExactly("a begins", "a ends: stopped: shutdown");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> events.handler("a", () -> new Ear("a")))
        .withMessageContaining("two handlers");
  }

  @Rule("GE1")
  @Test
  void aHandlerThatCallsItsOwnProcessIsTold(Node node, Expected expected) {
    expected.report("failed in handleCall");
    node.run(() -> {
      EventsRef<Object> events = start("a");
      HandlerException failure =
          catchThrowableOfType(
              HandlerException.class,
              () -> events.call("a", new Do((ear, request) -> events.handlers())));
      assertThat(failure.getCause())
          .isInstanceOfSatisfying(
              CallException.class,
              e -> assertThat(e.reason()).isEqualTo(ExitReason.term(CallReason.CALLING_SELF)));
      events.stop();
    });
  }

  @Rule("GE1")
  @Test
  void plainThreadsMayUseIt(Node node) {
    EventsRef<Object> events =
        Events.of(Object.class)
            .handler("a", () -> new Ear("a"))
            .start(node, StartOptions.DEFAULT);
    events.notify("one");
    events.add("b", () -> new Ear("b"));
    events.syncNotify("two");
    assertThat(done).containsExactly("a begins", "a one", "b begins", "a two", "b two");
    events.stop();
  }

  // GE2

  @Rule(value = "GE2", otp = "gen_event:add_sup_handler")
  @Test
  void theEndOfItsOwnerRemovesAHandler(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("a");
      Monitored owner =
          spawnMonitor(() -> {
            events.addSupervised("b", () -> new Ear("b"));
            events.addSupervised("c", () -> new Ear("c"));
            throw exit(ODD);
          });
      assertThat(Await.down(owner).reason()).isEqualTo(ODD);
      assertThat(events.handlers()).containsExactly("a");
      assertThat(done)
          .contains("b begins", "c begins", "b ends: owner ended: odd", "c ends: owner ended: odd");
      events.stop();
    });
  }

  @Rule(value = "GE2", otp = "gen_event:add_sup_handler")
  @Test
  void theOwnerHearsOfTheRemovalOfItsHandler(Node node, Expected expected) {
    expected.report("handler failing failed");
    node.run(() -> {
      EventsRef<Object> events = start();
      Pid pid = events.pid().orElseThrow();
      for (String id : List.of("asked", "finished", "failing", "left")) {
        events.addSupervised(id, () -> new Ear(id));
      }
      events.remove("asked", 1);
      Await.message(new HandlerRemoved(pid, "asked", new Removal.Asked(1)));
      events.notify("finished!remove");
      Await.message(new HandlerRemoved(pid, "finished", new Removal.Finished()));
      events.notify("failing!exit");
      Await.message(new HandlerRemoved(pid, "failing", new Removal.Failed(ODD)));
      events.stop(ExitReason.SHUTDOWN, Await.LONG);
      Await.message(
          new HandlerRemoved(pid, "left", new Removal.Stopped(ExitReason.SHUTDOWN)));
    });
  }

  @Rule(value = "GE2", otp = "gen_event:swap_sup_handler")
  @Test
  void aHandlerThatIsSwappedInHasTheSameOwner(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start("x");
      Pid pid = events.pid().orElseThrow();
      Monitored owner =
          spawnMonitor(() -> {
            events.addSupervised("a", () -> new Ear("a"));
            events.swap("a", "b", () -> new Ear("b"));
            Await.message(new HandlerRemoved(pid, "a", new Removal.Swapped("b")));
            throw exit(ODD);
          });
      assertThat(Await.down(owner).reason()).isEqualTo(ODD);
      assertThat(events.handlers()).containsExactly("x");
      assertThat(done).endsWith("b ends: owner ended: odd", done.getLast());
      events.stop();
    });
  }

  @Rule(value = "GE2", otp = "gen_event:delete_handler")
  @Test
  void ownerAndEventsAreLinkedAsLongAsThereIsSuchAHandler(Node node) {
    node.run(() -> {
      EventsRef<Object> events =
          Events.of(Object.class).start(node, StartOptions.DEFAULT);
      Pid pid = events.pid().orElseThrow();
      events.addSupervised("a", () -> new Ear("a"));
      events.addSupervised("b", () -> new Ear("b"));
      events.remove("a");
      assertThat(info(self()).orElseThrow().links()).contains(pid);
      events.remove("b");
      assertThat(info(self()).orElseThrow().links()).doesNotContain(pid);
      events.addSupervised("c", () -> new Ear("c"));
      trapExits(true);
      exit(pid, ExitReason.KILL);
      assertThat(Await.exitOf(pid).reason()).isEqualTo(ExitReason.KILLED);
    });
  }

  /// The link with the parent is not for handlers, and stays.
  @Rule("GE2")
  @Test
  void theLinkWithItsParentStays(Node node) {
    node.run(() -> {
      EventsRef<Object> events = start();
      events.addSupervised("a", () -> new Ear("a"));
      events.remove("a");
      assertThat(info(self()).orElseThrow().links()).contains(events.pid().orElseThrow());
      events.stop();
    });
  }

  /// Who asks for a handler and is dead when it is added, does not keep it.
  @Rule("GE2")
  @Test
  void anOwnerThatIsDeadKeepsNoHandler(Node node) {
    node.run(() -> {
      CountDownLatch entered = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      EventsRef<Object> events = start("a");
      events.add(
          "gate",
          () ->
              new EventHandler<Object>() {
                @Override
                protected void handleEvent(Object event) throws Exception {
                  entered.countDown();
                  go.await();
                }
              });
      events.notify("wait");
      entered.await();
      Monitored owner =
          spawnMonitor(() -> events.addSupervised("b", () -> new Ear("b")));
      Await.until(
          () ->
              node.info(events.pid().orElseThrow()).orElseThrow().messageQueueLength() > 0);
      Ref ref = monitor(owner.pid());
      exit(owner.pid(), ExitReason.KILL);
      Await.down(ref);
      go.countDown();
      // What it handles next is the request of the dead, then the answer to its link.
      events.syncNotify("one");
      events.syncNotify("two");
      assertThat(events.handlers()).containsExactly("a", "gate");
      assertThat(done).contains("b ends: owner ended: noproc");
      events.stop();
    });
  }

  /// A signal of one who is alive removes nothing.
  @Rule("GE2")
  @Test
  void anExitSignalOfALivingOwnerIsAMessage(Node node) {
    node.run(() -> {
      EventsRef<Object> events =
          Events.of(Object.class).start(node, StartOptions.DEFAULT);
      events.addSupervised("a", () -> new Ear("a"));
      exit(events.pid().orElseThrow(), ODD);
      assertThat(events.handlers()).containsExactly("a");
      assertThat(isAlive(events.pid().orElseThrow())).isTrue();
      events.remove("a");
      events.stop();
    });
  }
}

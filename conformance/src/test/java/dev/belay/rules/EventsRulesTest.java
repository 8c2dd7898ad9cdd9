package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.EventHandler;
import dev.belay.otp.Events;
import dev.belay.otp.EventsRef;
import dev.belay.otp.HandlerException;
import dev.belay.otp.HandlerException.Why;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.otp.Sys;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Processes that tell handlers of events: GE1.
@BothStyles
@BelayTest
class EventsRulesTest {
  private static final ExitReason ODD = Ear.ODD;

  /// What handlers have done, in order.
  private final List<Object> done = Collections.synchronizedList(new ArrayList<>());

  private static Why refused(Runnable action) {
    return catchThrowableOfType(HandlerException.class, action::run).why();
  }

  @Rule(
      value = "GE1",
      otp = {"gen_event:notify", "gen_event:sync_notify"})
  @Test
  void handlersGetEventsInTheOrderInWhichTheyWereAdded(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "b");
      events.add("a", () -> new Ear("a", done));
      events.add("c", () -> new Ear("c", done));
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
      EventsRef<Object> events = Ear.start(done, "a");
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
      assertThat(
              catchThrowableOfType(
                  CallException.class, () -> events.syncNotify("two", Duration.ZERO)))
          .matches(CallException::isTimeout);
      assertThat(done).doesNotContain("slow one");
      go.countDown();
      events.syncNotify("three");
      assertThat(done)
          .containsExactly("a one", "slow one", "a two", "slow two", "a three", "slow three");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:call")
  @Test
  void aCallIsForOneHandler(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a", "b");
      events.syncNotify("one");
      int count = events.call("b", new Ear.Count());
      assertThat(count).isEqualTo(1);
      assertThat(refused(() -> events.call("c", new Ear.Count()))).isEqualTo(Why.NOT_FOUND);
      assertThat(events.call("a", new Ear.Do((ear, request) -> ear.answer(request, ear.id))))
          .isEqualTo("a");
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:info")
  @Test
  void otherMessagesGoToAllHandlers(Node node, Expected expected) {
    expected.report("handler a failed in handleInfo");
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a", "b");
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
      EventsRef<Object> events = Ear.start(done, "a", "b", "c");
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

  /// The others are not shown; and what fails while it is described fails for itself.
  @Test
  void whatIsKnownOfAHandlerThatFailsIsInTheLog(Node node, Expected expected) {
    expected.report("and is removed; its state: a after 2");
    expected.report("handler b failed in cleanUp(Asked[argument=crash]); its state: b after 2");
    expected.report("its state: not described: override describeState() or toString()");
    expected.report("whose text cannot be had: " + IllegalStateException.class.getName());
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a", "b", "c");
      events.add("plain", () -> new Fails());
      events.add(
          "worse",
          () ->
              new Fails() {
                @Override
                protected String describeState() {
                  throw new IllegalStateException("worse");
                }
              });
      events.notify("one");
      events.syncNotify("a!crash");
      events.remove("b", "crash");
      assertThat(events.handlers()).containsExactly("c");
      events.stop();
    });
  }

  private static class Fails extends EventHandler<Object> {
    @Override
    protected void handleEvent(Object event) {
      throw new IllegalStateException("always");
    }
  }

  @Rule(value = "GE1", otp = "gen_event:call")
  @Test
  void aHandlerThatFailsInACallIsRemovedAndTheCallerIsTold(Node node, Expected expected) {
    expected.report("failed in handleCall");
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a", "b", "c", "d");
      IllegalStateException thrown = new IllegalStateException("no");
      HandlerException failure =
          catchThrowableOfType(
              HandlerException.class,
              () ->
                  events.call(
                      "a",
                      new Ear.Do((ear, request) -> {
                        throw thrown;
                      })));
      assertThat(failure.why()).isEqualTo(Why.FAILED);
      assertThat(failure).hasCause(thrown).hasMessageContaining("\"a\" failed in handleCall");
      assertThat(failure.reason()).contains(ExitReason.crash(thrown));
      // Without a reply, with two, and with one for another request.
      assertThat(refused(() -> events.call("b", new Ear.Do((ear, request) -> {}))))
          .isEqualTo(Why.FAILED);
      assertThat(
              refused(() ->
                  events.call(
                      "c",
                      new Ear.Do((ear, request) -> {
                        ear.answer(request, 1);
                        ear.answer(request, 2);
                      }))))
          .isEqualTo(Why.FAILED);
      assertThat(
              refused(() ->
                  events.call(
                      "d", new Ear.Do((ear, request) -> ear.answer(new Ear.Do((e, r) -> {}), 1)))))
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
      EventsRef<Object> events = Ear.start(done, "a", "b");
      events.syncNotify("a!remove");
      assertThat(done).containsExactly("a a!remove", "a ends: finished", "b a!remove");
      events.add("brief", () -> new Ear("brief", done));
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
      EventsRef<Object> events = Ear.start(done, "a", "b");
      assertThat(events.remove("a", "argument")).contains("what a left");
      assertThat(events.remove("b", "crash")).isEmpty();
      assertThat(done).containsExactly("a ends: asked with argument", "b ends: asked with crash");
      assertThat(refused(() -> events.remove("a"))).isEqualTo(Why.NOT_FOUND);
      events.stop();
    });
  }

  @Rule(value = "GE1", otp = "gen_event:add_handler")
  @Test
  void aHandlerThatCannotBeginIsNotAdded(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a");
      assertThat(refused(() -> events.add("a", () -> new Ear("a", done))))
          .isEqualTo(Why.ALREADY_THERE);
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
      Ear twice = new Ear("twice", done);
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
      EventsRef<Object> events = Ear.start(done, "a", "b", "c");
      events.swap("b", "d", () -> new Ear("d", done));
      events.swap("a", "a", () -> new Ear("a", done));
      assertThat(events.handlers()).containsExactly("a", "d", "c");
      assertThat(done)
          .containsExactly(
              "b ends: swapped by d",
              "d begins with what b left",
              "a ends: swapped by a",
              "a begins with what a left");
      assertThat(refused(() -> events.swap("a", "c", () -> new Ear("c", done))))
          .isEqualTo(Why.ALREADY_THERE);
      events.swap("none", "e", () -> new Ear("e", done));
      assertThat(
              refused(() ->
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
      EventsRef<Object> events = Ear.start(done, "a", "b");
      events.stop();
      assertThat(done).containsExactly("a ends: stopped: normal", "b ends: stopped: normal");
      done.clear();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(
                  Events.of(Object.class)
                      .handler("a", () -> new Ear("a", done))
                      .asChild("events", StartOptions.DEFAULT.name("bells")))
              .startLink();
      EventsRef<Object> bells = EventsRef.named(node, "bells", Object.class);
      bells.syncNotify("one");
      supervisor.stop();
      assertThat(done).containsExactly("a begins", "a one", "a ends: stopped: shutdown");
      // Nobody is there, and nobody minds.
      bells.notify("two");
      assertThat(
              catchThrowableOfType(CallException.class, () -> bells.syncNotify("three")).reason())
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
            .handler("a", () -> new Ear("a", done))
            .handler(
                "b",
                () -> {
                  throw thrown;
                });
    StartException failure =
        catchThrowableOfType(StartException.class, () -> events.start(node, StartOptions.DEFAULT));
    assertThat(failure).hasRootCause(thrown).hasMessageContaining("Events");
    assertThat(done).containsExactly("a begins", "a ends: stopped: shutdown");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> events.handler("a", () -> new Ear("a", done)))
        .withMessageContaining("two handlers");
  }

  @Rule("GE1")
  @Test
  void aHandlerThatCallsItsOwnProcessIsTold(Node node, Expected expected) {
    expected.report("failed in handleCall");
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a");
      HandlerException failure =
          catchThrowableOfType(
              HandlerException.class,
              () -> events.call("a", new Ear.Do((ear, request) -> events.handlers())));
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
            .handler("a", () -> new Ear("a", done))
            .start(node, StartOptions.DEFAULT);
    events.notify("one");
    events.add("b", () -> new Ear("b", done));
    events.syncNotify("two");
    assertThat(done).containsExactly("a begins", "a one", "b begins", "a two", "b two");
    events.stop();
  }

  /// Whatever it throws, and if it fails once more while it cleans up.
  @Rule("GE1")
  @Test
  void aHandlerThatFailsWithAnErrorTakesNobodyAlong(Node node, Expected expected) {
    expected.report("handler b failed in handleEvent(b!error), and is removed");
    expected.report("handler b failed in cleanUp");
    expected.report("handler a failed in handleEvent(a!crash), and is removed");
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a", "b", "c");
      Sys.change(events, "b", Ear.class, ear -> ear.failsToCleanUp = true);
      events.notify("b!error");
      events.notify("a!crash");
      events.syncNotify("last");
      assertThat(done)
          .containsExactly(
              "a b!error",
              "b b!error",
              "b ends: failed: error of b",
              "c b!error",
              "a a!crash",
              "a ends: failed: crash of a",
              "c a!crash",
              "c last");
      assertThat(events.handlers()).containsExactly("c");
      events.stop();
    });
  }

  @Rule(
      value = "GE3",
      otp = {"gen_event:get_state", "gen_event:replace_state"})
  @Test
  void itsHandlersCanBeLookedAtAndChanged(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a", "b");
      events.notify("one");
      assertThat(Sys.status(events.server()).type()).isEqualTo(Events.class.getName());
      assertThat(Sys.status(events.server()).state()).isEqualTo("handlers [a, b]");
      Sys.change(events, "b", Ear.class, ear -> ear.count = 7);
      int count = Sys.inspect(events, "b", Ear.class, ear -> ear.count);
      assertThat(count).isEqualTo(7);
      assertThat(events.call("a", new Ear.Count())).isEqualTo(1);
      assertThat(events.call("b", new Ear.Count())).isEqualTo(7);
      for (Runnable wrong :
          List.<Runnable>of(
              () -> Sys.change(events, "none", Ear.class, ear -> ear.count = 1),
              () -> Sys.change(events, "a", Ear.class, ear -> ear.count = Integer.parseInt("many")),
              () -> Sys.inspect(events, "a", Quiet.class, EventHandler::hashCode))) {
        assertThatThrownBy(wrong::run)
            .isInstanceOfSatisfying(
                CallException.class,
                e -> assertThat(e.reason()).isEqualTo(ExitReason.term(CallReason.BAD_REQUEST)));
      }
      assertThat(events.handlers()).containsExactly("a", "b");
      events.stop();
    });
  }

  private static final class Quiet extends EventHandler<Object> {
    @Override
    protected void handleEvent(Object event) {}
  }

  /// Nobody but the process itself is waited for.
  @Rule("GE1")
  @Test
  void aHandlerMayNotifyItsOwnProcess(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a");
      events.call(
          "a",
          new Ear.Do((ear, request) -> {
            events.notify("one");
            ear.answer(request, "done");
          }));
      events.syncNotify("two");
      assertThat(done).containsExactly("a one", "a two");
      events.stop();
    });
  }

  /// Although it has failed in the other process.
  @Rule("GE1")
  @Test
  void whatIsThrownSaysWhereTheCallWas(Node node) {
    EventsRef<Object> events =
        Events.of(Object.class)
            .handler("a", () -> new Ear("a", done))
            .start(node, StartOptions.DEFAULT);
    HandlerException failure =
        catchThrowableOfType(HandlerException.class, () -> removesNobody(events));
    assertThat(failure.getStackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("removesNobody");
    events.stop();
  }

  private static void removesNobody(EventsRef<Object> events) {
    events.remove("nobody");
  }
}

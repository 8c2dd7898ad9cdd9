package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.EventHandler;
import dev.belay.otp.Events;
import dev.belay.otp.EventsRef;
import dev.belay.otp.HandlerException;
import dev.belay.otp.HandlerRemoved;
import dev.belay.otp.Removal;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Handlers that belong to a process: GE2.
@BothStyles
@BelayTest
class EventsOwnerRulesTest {
  private static final ExitReason ODD = Ear.ODD;

  /// What handlers have done, in order.
  private final List<Object> done = Collections.synchronizedList(new ArrayList<>());

  @Rule(value = "GE2", otp = "gen_event:add_sup_handler")
  @Test
  void theEndOfItsOwnerRemovesAHandler(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "a");
      Monitored owner =
          spawnMonitor(() -> {
            events.addSupervised("b", () -> new Ear("b", done));
            events.addSupervised("c", () -> new Ear("c", done));
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
      EventsRef<Object> events = Ear.start(done);
      Pid pid = events.pid().orElseThrow();
      for (String id : List.of("asked", "finished", "failing", "left")) {
        events.addSupervised(id, () -> new Ear(id, done));
      }
      events.remove("asked", 1);
      Await.message(new HandlerRemoved(pid, "asked", new Removal.Asked(1)));
      events.notify("finished!remove");
      Await.message(new HandlerRemoved(pid, "finished", new Removal.Finished()));
      events.notify("failing!exit");
      Await.message(new HandlerRemoved(pid, "failing", new Removal.Failed(ODD)));
      events.stop(ExitReason.SHUTDOWN, Await.LONG);
      Await.message(new HandlerRemoved(pid, "left", new Removal.Stopped(ExitReason.SHUTDOWN)));
    });
  }

  @Rule(value = "GE2", otp = "gen_event:swap_sup_handler")
  @Test
  void aHandlerThatIsSwappedInHasTheSameOwner(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Ear.start(done, "x");
      Pid pid = events.pid().orElseThrow();
      Monitored owner =
          spawnMonitor(() -> {
            events.addSupervised("a", () -> new Ear("a", done));
            events.swap("a", "b", () -> new Ear("b", done));
            Await.message(new HandlerRemoved(pid, "a", new Removal.Swapped("b")));
            throw exit(ODD);
          });
      assertThat(Await.down(owner).reason()).isEqualTo(ODD);
      assertThat(events.handlers()).containsExactly("x");
      assertThat(done).contains("b ends: owner ended: odd");
      events.stop();
    });
  }

  @Rule(value = "GE2", otp = "gen_event:delete_handler")
  @Test
  void ownerAndEventsAreLinkedAsLongAsThereIsSuchAHandler(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Events.of(Object.class).start(node, StartOptions.DEFAULT);
      Pid pid = events.pid().orElseThrow();
      events.addSupervised("a", () -> new Ear("a", done));
      events.addSupervised("b", () -> new Ear("b", done));
      events.remove("a");
      assertThat(info(self()).orElseThrow().links()).contains(pid);
      events.remove("b");
      assertThat(info(self()).orElseThrow().links()).doesNotContain(pid);
      events.addSupervised("c", () -> new Ear("c", done));
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
      EventsRef<Object> events = Ear.start(done);
      events.addSupervised("a", () -> new Ear("a", done));
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
      EventsRef<Object> events = Ear.start(done, "a");
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
      Monitored owner = spawnMonitor(() -> events.addSupervised("b", () -> new Ear("b", done)));
      Await.until(
          () -> node.info(events.pid().orElseThrow()).orElseThrow().messageQueueLength() > 0);
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
      EventsRef<Object> events = Events.of(Object.class).start(node, StartOptions.DEFAULT);
      events.addSupervised("a", () -> new Ear("a", done));
      exit(events.pid().orElseThrow(), ODD);
      assertThat(events.handlers()).containsExactly("a");
      assertThat(isAlive(events.pid().orElseThrow())).isTrue();
      events.remove("a");
      events.stop();
    });
  }

  /// It counts on the new one, since it has heard that that has taken the place.
  @Rule(value = "GE2", otp = "gen_event:swap_sup_handler")
  @Test
  void theOwnerHearsIfWhatIsSwappedInDoesNotBegin(Node node) {
    node.run(() -> {
      EventsRef<Object> events = Events.of(Object.class).start(node, StartOptions.DEFAULT);
      Pid pid = events.pid().orElseThrow();
      events.addSupervised("a", () -> new Ear("a", done));
      assertThatThrownBy(() ->
              events.swap(
                  "a",
                  "b",
                  () -> {
                    throw exit(ODD);
                  }))
          .isInstanceOf(HandlerException.class);
      Await.message(new HandlerRemoved(pid, "a", new Removal.Swapped("b")));
      Await.message(new HandlerRemoved(pid, "b", new Removal.Failed(ODD)));
      assertThat(events.handlers()).isEmpty();
      assertThat(info(self()).orElseThrow().links()).doesNotContain(pid);
      events.stop();
    });
  }
}

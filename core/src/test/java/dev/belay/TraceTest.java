package dev.belay;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.TraceEvent.Kind;
import dev.belay.TraceEvent.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// That a trace tells what happened, all of it and in the order in which it happened.
class TraceTest {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final int MANY = 10_000_000;

  private final LogCapture log = new LogCapture(Level.INFO);
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final List<TraceEvent> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  private List<String> lines() {
    return events.stream().map(TraceEvent::toString).toList();
  }

  private void awaitEnd(Pid pid) {
    Waiting.until(pid + " has ended", () -> !node.isAlive(pid));
    Waiting.until("all have been told", () -> Objects.requireNonNull(pid.cell).state == Cell.GONE);
  }

  @Test
  void tellsALifeLineByLine() {
    try (Trace trace = node.trace(TraceFilter.ALL, events::add, 1_000);
        Inbox me = node.inbox()) {
      Pid i = me.pid();
      me.trapExits(true);
      Monitored worker =
          me.spawnMonitor(
              SpawnOptions.DEFAULT.label("worker").link().own(() -> {}),
              () -> {
                receive();
                throw new IllegalStateException("boom");
              });
      me.send(worker.pid(), "hello");
      awaitEnd(worker.pid());
      me.receive(Exit.class);
      me.receive(Down.class);
      me.link(worker.pid());
      me.receive(Exit.class);
      me.monitor(worker.pid());
      me.receive(Down.class);
      assertThat(trace.flush(TIME)).isTrue();

      String w = worker.pid().toString();
      String boom = " (crash: java.lang.IllegalStateException: boom)";
      assertThat(lines())
          .map(line -> line.replaceAll("dev\\.belay\\.TraceTest\\$\\$Lambda\\S*", "Lambda:"))
          .map(line -> line.replaceAll("#Ref<[^>]*>", "#Ref"))
          .containsExactly(
              i + " → " + w + "  spawns (worker), linked and monitored",
              i + " → " + w + "  sends message (hello)",
              i + " → " + w + "  message (hello): queued",
              w + "  receives message (hello)",
              w + "  begins to exit" + boom,
              w + "  owned Lambda: closed",
              w + "  is dead" + boom,
              w + " → " + i + "  sends link exit" + boom,
              w + " → " + i + "  link exit" + boom + ": becomes a message",
              w + " → " + i + "  sends down" + boom,
              w + " → " + i + "  down" + boom + ": becomes a message",
              w + "  has told everybody that it ended" + boom,
              i + "  receives link exit" + boom,
              i + "  receives down" + boom,
              i + " → " + w + "  sends link",
              i + " → " + w + "  link: noproc",
              w + " → " + i + "  link exit (noproc): becomes a message",
              i + "  receives link exit (noproc)",
              i + " → " + w + "  sends monitor (#Ref)",
              i + " → " + w + "  monitor (#Ref): noproc",
              w + " → " + i + "  sends down (noproc)",
              w + " → " + i + "  down (noproc): becomes a message",
              i + "  receives down (noproc)");
      assertThat(events).extracting(TraceEvent::sequence).isSorted().startsWith(1L).endsWith(23L);
    }
  }

  @Test
  void tellsWhatBecomesOfSignalsThatHaveNoEffect() {
    Pid pid = node.spawn(Belay::receive);
    Pid other = node.spawn(Belay::receive);
    try (Trace trace = node.trace(TraceFilter.ALL.kinds(Kind.APPLIED), events::add, 1_000)) {
      node.exit(pid, ExitReason.NORMAL);
      node.terminate(pid, ExitReason.term("enough"));
      awaitEnd(pid);
      node.send(pid, "hello");
      node.exit(pid, ExitReason.KILL);
      node.terminate(pid, ExitReason.NORMAL);
      assertThat(trace.flush(TIME)).isTrue();
    }
    node.send(other, "nobody listens any more");
    String p = "plain thread → " + pid + "  ";
    assertThat(lines())
        .containsExactly(
            p + "exit (normal): ignored: normal",
            p + "terminate (enough): exits",
            p + "message (hello): dropped: dead",
            p + "exit (kill): dropped: not alive",
            p + "terminate (normal): dropped: not alive");
  }

  @Test
  void tellsLinksMonitorsAndAliases() {
    try (Trace trace =
            node.trace(TraceFilter.ALL.kinds(Kind.SENT, Kind.APPLIED), events::add, 1_000);
        Inbox me = node.inbox()) {
      Pid pid = node.spawn(Belay::receive);
      me.link(pid);
      me.unlink(pid);
      Ref ref = me.monitor(pid);
      me.demonitor(ref);
      Ref alias = me.alias();
      node.send(alias, "by alias");
      me.unalias(alias);
      node.send(alias, "too late");
      assertThat(trace.flush(TIME)).isTrue();
      String there = me.pid() + " → " + pid + "  ";
      String back = "plain thread → " + me.pid() + "  ";
      assertThat(lines())
          .containsExactly(
              there + "sends link",
              there + "link: linked",
              there + "sends unlink",
              there + "unlink: acknowledged",
              there + "sends monitor (" + ref + ")",
              there + "monitor (" + ref + "): monitored",
              there + "sends demonitor (" + ref + ")",
              there + "demonitor (" + ref + "): no longer monitored",
              back + "sends message (by alias)",
              back + "message (by alias): queued, by alias",
              back + "sends message (too late)",
              back + "message (too late): dropped: no such alias");
    }
  }

  /// What senders put into the storm.
  private record Drop(int sender, int number) {}

  /// The order of the events is the order of the mailbox, for messages and for exits and downs
  /// alike, and no effect is told before its cause.
  @Test
  void inAStormTheOrderIsThatOfTheMailbox() throws InterruptedException {
    int senders = 8;
    int each = 3_000;
    int dying = 200;
    List<TraceEvent> seen = new ArrayList<>();
    ConcurrentLinkedQueue<Object> received = new ConcurrentLinkedQueue<>();
    CountDownLatch begin = new CountDownLatch(1);
    int all = senders * (each + 2 * dying);
    Pid hub;
    try (Trace trace = node.trace(TraceFilter.ALL, seen::add, MANY)) {
      hub =
          node.spawn(() -> {
            trapExits(true);
            for (int i = 0; i < all; i++) {
              received.add(receive());
            }
          });
      Pid target = hub;
      Waiting.until("it traps", () -> node.info(target).orElseThrow().trapsExits());
      for (int s = 0; s < senders; s++) {
        int sender = s;
        node.spawn(() -> {
          begin.await();
          for (int i = 0; i < each; i++) {
            send(target, new Drop(sender, i));
            if (i % (each / dying) == 0) {
              Belay.spawn(() -> {
                Belay.link(target);
                Belay.exit(target, ExitReason.term(self()));
              });
            }
          }
        });
      }
      begin.countDown();
      awaitEnd(hub);
      Waiting.until("all have ended", () -> node.processCount() == 0);
      assertThat(trace.flush(TIME)).isTrue();
      assertThat(trace.dropped()).isZero();
    }
    List<Object> applied =
        seen.stream()
            .filter(event -> event.kind() == Kind.APPLIED && event.to().equals(hub))
            .filter(event ->
                event.outcome().equals("queued") || event.outcome().equals("becomes a message"))
            .<Object>map(TraceTest::message)
            .toList();
    List<Object> mailbox = received.stream().<Object>map(TraceTest::plain).toList();
    assertThat(mailbox).hasSize(all);
    assertThat(applied).isEqualTo(mailbox);
    assertThat(seen).extracting(TraceEvent::sequence).isSortedAccordingTo(Long::compare);
    assertThat(seen.getLast().sequence()).isEqualTo(seen.size());

    List<Object> delivered =
        seen.stream()
            .filter(event -> event.kind() == Kind.DELIVERED && event.to().equals(hub))
            .<Object>map(event -> plain(Objects.requireNonNull(event.detail())))
            .toList();
    assertThat(delivered).isEqualTo(mailbox);
    assertCausesComeFirst(seen, hub);
  }

  /// A mailbox holds an exit as a message; of a trace event it is signal, sender and reason.
  private static Object message(TraceEvent event) {
    Object detail = Objects.requireNonNull(event.detail());
    return event.signal() == Signal.MESSAGE ? detail : List.of(event.from(), detail);
  }

  private static Object plain(Object message) {
    return message instanceof Exit exit ? List.of(exit.pid(), exit.reason()) : message;
  }

  private static void assertCausesComeFirst(List<TraceEvent> seen, Pid hub) {
    int sent = 0;
    int applied = 0;
    int delivered = 0;
    for (TraceEvent event : seen) {
      if (event.to().equals(hub) && event.signal() == Signal.MESSAGE) {
        switch (event.kind()) {
          case SENT -> sent++;
          case APPLIED -> applied++;
          case DELIVERED -> delivered++;
          default -> {}
        }
        assertThat(sent).isGreaterThanOrEqualTo(applied);
        assertThat(applied).isGreaterThanOrEqualTo(delivered);
      }
    }
    assertThat(delivered).isPositive();
  }

  @Test
  void whatTheListenerIsTooSlowForIsDroppedAndShows() {
    CountDownLatch go = new CountDownLatch(1);
    Pid pid = node.spawn(Belay::receive);
    try (Trace trace =
        node.trace(
            TraceFilter.ALL.signals(Signal.MESSAGE).kinds(Kind.APPLIED),
            event -> {
              hold(go);
              events.add(event);
            },
            10)) {
      for (int i = 0; i < 100; i++) {
        node.send(pid, i);
      }
      long dropped = trace.dropped();
      assertThat(dropped).isBetween(89L, 90L);
      assertThat(trace.flush(Duration.ofMillis(20))).isFalse();
      go.countDown();
      assertThat(trace.flush(TIME)).isTrue();
      node.send(pid, "after the gap");
      assertThat(trace.flush(TIME)).isTrue();
      assertThat(events).hasSize(101 - (int) dropped);
      assertThat(events.getLast().detail()).isEqualTo("after the gap");
      assertThat(events.getLast().sequence()).as("the gap shows").isEqualTo(101);
      assertThat(events.getFirst().sequence()).isEqualTo(1);
    }
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void filtersByProcessAndByKind() {
    Pid one = node.spawn(Belay::receive);
    Pid two = node.spawn(Belay::receive);
    List<TraceEvent> aboutTwo = new CopyOnWriteArrayList<>();
    List<TraceEvent> lives = new CopyOnWriteArrayList<>();
    try (Trace all = node.trace(event -> event.kind() == Kind.SENT, events::add, 100);
        Trace second = node.trace(TraceFilter.ALL.about(two, two), aboutTwo::add, 3);
        Trace third =
            node.trace(TraceFilter.ALL.kinds(Kind.SPAWNED, Kind.ENDED), lives::add, 100)) {
      for (int i = 0; i < 20; i++) {
        node.exit(one, ExitReason.NORMAL);
      }
      node.exit(two, ExitReason.NORMAL);
      Pid three = node.spawn(() -> {});
      awaitEnd(three);
      assertThat(all.flush(TIME) && second.flush(TIME) && third.flush(TIME)).isTrue();
      assertThat(events).hasSize(21).extracting(TraceEvent::signal).containsOnly(Signal.EXIT);
      assertThat(aboutTwo).extracting(TraceEvent::to).containsExactly(two, two);
      assertThat(second.dropped()).as("others take no room").isZero();
      assertThat(lives).extracting(TraceEvent::kind).containsExactly(Kind.SPAWNED, Kind.ENDED);
      assertThat(lives).extracting(TraceEvent::to).containsOnly(three);
    }
    assertThatIllegalArgumentException().isThrownBy(TraceFilter.ALL::about);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> node.trace(TraceFilter.ALL, events::add, 0));
  }

  @Test
  void narrowingAFilterTwiceKeepsWhatBothWant() {
    TraceFilter filter =
        TraceFilter.ALL.kinds(Kind.SENT, Kind.APPLIED).kinds(Kind.APPLIED, Kind.ENDED);
    Pid pid = node.spawn(Belay::receive);
    try (Trace trace = node.trace(filter, events::add, 100)) {
      node.send(pid, "hello");
      awaitEnd(pid);
      assertThat(trace.flush(TIME)).isTrue();
      assertThat(events).extracting(TraceEvent::kind).containsExactly(Kind.APPLIED);
    }
  }

  @Test
  void whatTheListenerThrowsIsReportedAndItGetsTheNextEvent() {
    AtomicInteger calls = new AtomicInteger();
    Pid pid = node.spawn(Belay::receive);
    try (Trace trace =
        node.trace(
            TraceFilter.ALL.kinds(Kind.APPLIED),
            event -> {
              events.add(event);
              if (calls.incrementAndGet() == 1) {
                throw new AssertionError("not this one");
              }
            },
            100)) {
      node.exit(pid, ExitReason.NORMAL);
      node.exit(pid, ExitReason.NORMAL);
      assertThat(trace.flush(TIME)).isTrue();
    }
    assertThat(events).hasSize(2);
    assertThat(node.flushReports(TIME)).isTrue();
    assertThat(log.texts()).hasSize(1);
    assertThat(log.texts().getFirst())
        .startsWith(
            "the trace listener of node "
                + node.name()
                + " failed: java.lang.AssertionError: not this one\n");
    assertThat(log.records().getFirst().getThrown()).hasMessage("not this one");
  }

  @Test
  void aMessageWhoseToStringFailsStillHasALine() {
    Object rude =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException();
          }
        };
    Pid pid = node.spawn(Belay::receive);
    try (Trace trace = node.trace(TraceFilter.ALL.kinds(Kind.APPLIED), events::add, 100)) {
      node.send(pid, rude);
      assertThat(trace.flush(TIME)).isTrue();
    }
    assertThat(lines().getFirst()).contains(" threw java.lang.IllegalStateException>): queued");
  }

  @Test
  void aListenerMayCloseItsOwnTrace() {
    CountDownLatch opened = new CountDownLatch(1);
    List<Trace> traces = new CopyOnWriteArrayList<>();
    Pid pid = node.spawn(Belay::receive);
    traces.add(
        node.trace(
            TraceFilter.ALL.kinds(Kind.APPLIED),
            event -> {
              hold(opened);
              events.add(event);
              traces.getFirst().close();
            },
            100));
    opened.countDown();
    node.exit(pid, ExitReason.NORMAL);
    node.exit(pid, ExitReason.NORMAL);
    Waiting.until("nobody traces any more", () -> node.tracer == null);
    assertThat(traces.getFirst().flush(TIME)).isFalse();
    assertThat(events).hasSize(1);
  }

  @Test
  void withoutATraceThereIsNoTracer() {
    assertThat(node.tracer).isNull();
    Trace one = node.trace(TraceFilter.ALL, events::add, 100);
    Trace two = node.trace(TraceFilter.ALL, events::add, 100);
    one.close();
    assertThat(node.tracer).isNotNull();
    two.close();
    two.close();
    assertThat(node.tracer).isNull();
  }

  @Test
  void theEndOfTheNodeIsTracedToo() {
    Pid pid = node.spawn(Belay::receive);
    node.trace(TraceFilter.ALL.kinds(Kind.ENDED), events::add, 100);
    node.close();
    assertThat(lines()).containsExactly(pid + "  has told everybody that it ended (shutdown)");
  }
}

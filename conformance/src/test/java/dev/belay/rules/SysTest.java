package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Events;
import dev.belay.otp.EventsRef;
import dev.belay.otp.Server;
import dev.belay.otp.ServerEvent;
import dev.belay.otp.ServerEvent.Kind;
import dev.belay.otp.ServerRef;
import dev.belay.otp.ServerStatistics;
import dev.belay.otp.ServerStatus;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.otp.Sys;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Looking at servers from outside: GE3, for every behaviour.
@BothStyles
@BelayTest
class SysTest {
  /// A till with something to hide.
  private static final class Till extends Server<Till.Message> {
    sealed interface Message {}

    record Put(int amount) implements Message {}

    record Sum() implements Message, Call<Message, Integer> {}

    record Idle() implements Message {}

    record Reckon() implements Message {}

    private int sum;
    private @Nullable RuntimeException refusal;

    @Override
    protected void handleMessage(Message message) {
      switch (message) {
        case Put(int amount) -> sum += amount;
        case Sum ask -> {
          reply(ask, sum);
          continueWith("counted");
        }
        case Idle idle -> timeoutAfter(Duration.ZERO);
        case Reckon reckon -> continueWith(new int[] {sum});
      }
    }

    @Override
    protected void handleContinue(Object what) {}

    @Override
    protected void handleInfo(Object message) {}

    @Override
    protected void handleTimeout() {
      sum++;
    }

    @Override
    protected String describeState() {
      if (refusal != null) {
        throw refusal;
      }
      return "a sum that is nobody's business";
    }
  }

  private static List<Kind> kinds(List<ServerEvent> events) {
    return events.stream().map(ServerEvent::kind).toList();
  }

  private static ServerEvent nextEvent() {
    return receive(ServerEvent.class, Await.LONG)
        .orElseThrow(() -> new AssertionError("no event has come"));
  }

  @Test
  void aStatusSaysWhoAServerIsAndHow(Node node) {
    node.run(() -> {
      StartOptions options =
          StartOptions.DEFAULT.name("till").spawn(SpawnOptions.DEFAULT.label("first floor"));
      ServerRef<Till.Message> till = Server.start(options, Till::new);
      Pid pid = till.pid().orElseThrow();
      ServerStatus status = Sys.status(till);
      assertThat(status.pid()).isEqualTo(pid);
      assertThat(status.type()).isEqualTo(Till.class.getName());
      assertThat(status.label()).isEqualTo("first floor");
      assertThat(status.name()).contains("till");
      assertThat(status.parent()).contains(self());
      assertThat(status.ancestors()).first().isEqualTo(self());
      assertThat(status.children()).isEmpty();
      assertThat(status.suspended()).isFalse();
      assertThat(status.mailboxLength()).isZero();
      assertThat(status.state()).isEqualTo("a sum that is nobody's business");
      assertThat(status.statistics()).isEmpty();
      assertThat(status.tracer()).isEmpty();
      assertThat(status.log()).isEmpty();
      assertThat(status.toString())
          .startsWith(Till.class.getName() + " " + pid + " (first floor), running\n")
          .contains("till", "nobody's business");
      Sys.suspend(till);
      till.cast(new Till.Put(1));
      till.cast(new Till.Put(2));
      Sys.log(till, 5);
      Sys.statistics(till, true);
      Sys.trace(till, self());
      ServerStatus asleep = Sys.status(Sys.at(node, pid));
      assertThat(asleep.suspended()).isTrue();
      assertThat(asleep.mailboxLength()).isEqualTo(2);
      assertThat(asleep.statistics().orElseThrow().messagesIn()).isZero();
      assertThat(asleep.tracer()).contains(self());
      Sys.resume(till);
      assertThat(kinds(Sys.status(till).log())).containsExactly(Kind.CAST, Kind.CAST);
      till.stop();
    });
  }

  @Rule(value = "GS31", otp = "gen_server:call_format_status")
  @Test
  void aStateThatCannotBeDescribedHarmsNobody(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> till = Server.start(Till::new);
      Sys.change(till, Till.class, t -> t.refusal = new IllegalStateException("no"));
      assertThat(Sys.status(till).state())
          .contains(Till.class.getName(), IllegalStateException.class.getName());
      assertThat(till.call(new Till.Sum())).isZero();
      till.stop();
      ServerRef<Clerk.Order> clerk = Clerk.start();
      assertThat(Sys.status(clerk).state()).contains("override describeState()");
      clerk.stop();
    });
  }

  /// System messages are served by all that this module has.
  @Rule("GE3")
  @Test
  void everyBehaviourServesThem(Node node, Expected expected) {
    expected.report("got a message that is not for it");
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      ServerRef<Machine.Event> machine =
          Server.start(() -> Machine.with(m -> m.to("the first state")));
      SupervisorRef supervisor =
          Supervisor.oneForOne().child("clerk", Clerk::new).child("other", Clerk::new).startLink();
      DynamicSupervisorRef dynamic = DynamicSupervisor.oneForOne().startLink();
      Pid child = dynamic.startChild(ChildSpec.server("clerk", Clerk::new)).pid().orElseThrow();
      ServerRef<?> above = Sys.at(node, supervisor.pid().orElseThrow());
      ServerRef<?> aboveOne = Sys.at(node, dynamic.pid().orElseThrow());
      EventsRef<String> events = Events.of(String.class).startLink();
      for (ServerRef<?> server : List.of(clerk, machine, above, aboveOne, events.server())) {
        assertThat(Sys.suspend(server)).isTrue();
        assertThat(Sys.status(server).suspended()).isTrue();
        String seen = Sys.inspect(server, Server.class, s -> s.getClass().getName());
        assertThat(seen).isNotEmpty();
        assertThatThrownBy(() ->
                Sys.change(
                    server,
                    Server.class,
                    s -> {
                      throw new IllegalStateException("not this way");
                    }))
            .isInstanceOf(CallException.class)
            .hasMessageContaining("not this way");
        Sys.log(server, 3);
        Sys.statistics(server, true);
        send(server.pid().orElseThrow(), new Till.Put(1));
        assertThat(Sys.log(server)).isEmpty();
        assertThat(Sys.resume(server)).isTrue();
        assertThat(kinds(Sys.log(server))).containsExactly(Kind.INFO);
        assertThat(Sys.statistics(server).map(ServerStatistics::messagesIn)).contains(1L);
        assertThat(Sys.ancestors(server)).first().isEqualTo(self());
      }
      assertThat(Sys.status(machine).state()).isEqualTo("the first state");
      assertThat(Sys.status(above).type()).isEqualTo(Supervisor.class.getName());
      assertThat(Sys.status(above).state()).isEqualTo("2 children run");
      assertThat(Sys.children(above))
          .containsExactlyInAnyOrder(
              supervisor.child("clerk").orElseThrow(), supervisor.child("other").orElseThrow());
      assertThat(Sys.status(aboveOne).type()).isEqualTo(DynamicSupervisor.class.getName());
      assertThat(Sys.children(aboveOne)).containsExactly(child);
      assertThat(Sys.ancestors(Sys.at(node, child)))
          .startsWith(dynamic.pid().orElseThrow(), self());
      clerk.stop();
      machine.stop();
      supervisor.stop();
      dynamic.stop();
      events.stop();
      assertThat(Sys.ancestors(clerk)).isEmpty();
    });
  }

  /// A change that fails leaves the state, and its caller is told.
  @Rule(value = "GE3", otp = "gen_server:replace_state")
  @Test
  void aChangeThatThrowsIsTheCallersMistake(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> till = Server.start(Till::new);
      till.cast(new Till.Put(7));
      assertThatThrownBy(() -> Sys.change(till, Till.class, t -> t.sum = 1 / (t.sum - 7)))
          .isInstanceOfSatisfying(
              CallException.class,
              e -> assertThat(e.reason()).isEqualTo(ExitReason.term(CallReason.BAD_REQUEST)))
          .hasMessageContaining("ArithmeticException");
      assertThat(till.call(new Till.Sum())).isEqualTo(7);
      Sys.change(till, Till.class, t -> t.sum = 8);
      assertThat(till.call(new Till.Sum())).isEqualTo(8);
      till.stop();
    });
  }

  @Test
  void theLastEventsAreKept(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> till = Server.start(Till::new);
      till.cast(new Till.Put(1));
      assertThat(Sys.log(till)).isEmpty();
      long before = node.nanoTime();
      Sys.log(till, 6);
      till.cast(new Till.Put(2));
      till.cast(new Till.Put(3));
      send(till.pid().orElseThrow(), "a word");
      till.call(new Till.Sum());
      List<ServerEvent> log = Sys.log(till);
      assertThat(kinds(log))
          .containsExactly(Kind.CAST, Kind.CAST, Kind.INFO, Kind.CALL, Kind.REPLY, Kind.CONTINUE);
      assertThat(log.stream().<Object>map(ServerEvent::what))
          .containsExactly(
              new Till.Put(2), new Till.Put(3), "a word", new Till.Sum(), 6, "counted");
      assertThat(log.get(3).peer()).isEqualTo(self());
      assertThat(log.get(4).peer()).isEqualTo(self());
      assertThat(log.get(0).peer()).isNull();
      assertThat(log).allMatch(event -> event.server().equals(till.pid().orElseThrow()));
      assertThat(log).isSortedAccordingTo((a, b) -> Long.compare(a.nanos() - b.nanos(), 0));
      assertThat(log.getFirst().nanos() - before).isNotNegative();
      assertThat(node.nanoTime() - log.getLast().nanos()).isNotNegative();
      assertThat(log.get(4)).hasToString(till.pid().orElseThrow() + " reply 6 to " + self());
      // What is beyond goes, the oldest first.
      till.cast(new Till.Put(4));
      assertThat(Sys.log(till).getFirst().what()).isEqualTo(new Till.Put(3));
      assertThat(Sys.log(till).getLast().what()).isEqualTo(new Till.Put(4));
      Sys.log(till, 1);
      assertThat(Sys.log(till).getFirst().what()).isEqualTo(new Till.Put(4));
      till.cast(new Till.Idle());
      Await.until(() -> kinds(Sys.log(till)).equals(List.of(Kind.TIMEOUT)));
      Sys.log(till, 0);
      assertThat(Sys.log(till)).isEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> Sys.log(till, -1));
      assertThatIllegalArgumentException().isThrownBy(() -> Sys.log(till, Sys.LONGEST_LOG + 1));
      till.stop();
    });
  }

  @Test
  void aStateMachineTellsItsStates(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = Server.start(Machine::new);
      Sys.log(machine, 20);
      Machine.Do inserted = Machine.event("inserted");
      Machine.Do late = Machine.event("late");
      machine.cast(
          Machine.event(
              "go", m -> m.to("second").insert(inserted).stateTimeout(Duration.ofMillis(1), late)));
      Await.until(() -> kinds(Sys.log(machine)).contains(Kind.TIMEOUT));
      machine.call(new Machine.Ask("ask", (m, call) -> m.stay().reply(call, "answer")));
      machine.call(
          new Machine.Ask(
              "again",
              (m, call) -> {
                m.answer(call, "other");
                return m.stay();
              }));
      assertThat(kinds(Sys.log(machine)))
          .containsExactly(
              Kind.CAST,
              Kind.STATE,
              Kind.INSERTED,
              Kind.TIMEOUT,
              Kind.CALL,
              Kind.REPLY,
              Kind.CALL,
              Kind.REPLY);
      assertThat(Sys.log(machine).stream().<Object>map(ServerEvent::what))
          .contains("second", inserted, late, "answer", "other");
      machine.stop();
    });
  }

  @Test
  void messagesAreCounted(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> till = Server.start(Till::new);
      assertThat(Sys.statistics(till)).isEmpty();
      long before = node.nanoTime();
      Sys.statistics(till, true);
      till.cast(new Till.Put(1));
      send(till.pid().orElseThrow(), "a word");
      till.call(new Till.Sum());
      till.call(new Till.Sum());
      ServerStatistics counted = Sys.statistics(till).orElseThrow();
      assertThat(counted.messagesIn()).isEqualTo(4);
      assertThat(counted.messagesOut()).isEqualTo(2);
      assertThat(counted.startNanos() - before).isNotNegative();
      assertThat(node.nanoTime() - counted.nowNanos()).isNotNegative();
      assertThat(counted.duration())
          .isEqualTo(Duration.ofNanos(counted.nowNanos() - counted.startNanos()))
          .isPositive();
      Sys.statistics(till, true);
      assertThat(Sys.statistics(till).orElseThrow().messagesIn()).isZero();
      Sys.statistics(till, false);
      assertThat(Sys.statistics(till)).isEmpty();
      till.stop();
    });
  }

  @Test
  void aTracerIsSentEachEvent(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> till = Server.start(Till::new);
      Sys.trace(till, self());
      till.cast(new Till.Put(1));
      till.call(new Till.Sum());
      assertThat(nextEvent().what()).isEqualTo(new Till.Put(1));
      assertThat(nextEvent().kind()).isEqualTo(Kind.CALL);
      assertThat(nextEvent().what()).isEqualTo(1);
      assertThat(nextEvent().kind()).isEqualTo(Kind.CONTINUE);
      Sys.untrace(till);
      till.call(new Till.Sum());
      assertThat(receive(Duration.ZERO)).isEmpty();
      Sys.trace(till, self());
      till.stop();
      assertThat(nextEvent().kind()).isEqualTo(Kind.END);
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
  }

  @Test
  void aPlainThreadCanTrace(Node node) {
    ServerRef<Till.Message> till = Server.start(node, StartOptions.DEFAULT, Till::new);
    try (Inbox inbox = node.inbox()) {
      Sys.trace(till, inbox.pid());
      till.cast(new Till.Put(1));
      Object event = inbox.receive(Await.LONG).orElseThrow();
      assertThat(((ServerEvent) event).what()).isEqualTo(new Till.Put(1));
      till.stop();
    }
  }

  @Test
  void twoServersMayTraceEachOther(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> one = Server.start(Till::new);
      ServerRef<Till.Message> other = Server.start(Till::new);
      Sys.trace(one, other.pid().orElseThrow());
      Sys.trace(other, one.pid().orElseThrow());
      Sys.statistics(one, true);
      one.cast(new Till.Put(1));
      other.call(new Till.Sum());
      one.call(new Till.Sum());
      assertThat(Sys.statistics(one).orElseThrow().messagesIn()).isEqualTo(2);
      one.stop();
      other.stop();
    });
  }

  /// A tracer that does not keep up misses events, and is told how many.
  @Test
  void aTracerThatDoesNotKeepUpIsToldWhatItHasMissed(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> till = Server.start(Till::new);
      Sys.trace(till, self());
      for (int i = 0; i < 1_500; i++) {
        till.cast(new Till.Put(i));
      }
      int sum = Sys.inspect(till, Till.class, t -> t.sum);
      assertThat(sum).isPositive();
      for (int i = 0; i < 1_000; i++) {
        assertThat(nextEvent().what()).isEqualTo(new Till.Put(i));
      }
      ServerEvent gap = nextEvent();
      assertThat(gap.kind()).isEqualTo(Kind.LOST);
      assertThat(gap.what()).isEqualTo(500L);
      till.cast(new Till.Put(-1));
      assertThat(nextEvent().what()).isEqualTo(new Till.Put(-1));
      till.stop();
    });
  }

  @Test
  void aTracerThatEndsEndsTheTrace(Node node) {
    node.run(() -> {
      ServerRef<Till.Message> till = Server.start(Till::new);
      Monitored tracer = spawnMonitor(() -> Await.message("end"));
      Sys.trace(till, tracer.pid());
      assertThat(Sys.status(till).tracer()).contains(tracer.pid());
      exit(tracer.pid(), ExitReason.SHUTDOWN);
      Await.down(tracer);
      Await.until(() -> Sys.status(till).tracer().isEmpty());
      assertThat(tracingOf(till)).isEmpty();
      // One that is dead already.
      Sys.trace(till, tracer.pid());
      Await.until(() -> Sys.status(till).tracer().isEmpty());
      till.stop();
    });
  }

  /// Its end is not one of the server's messages.
  @Test
  void aTracersEndIsNothingToTheServer(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Pid me = self();
      Clerk.tell(
          clerk,
          c -> {
            c.onTimeout = d -> send(me, "nothing came");
            c.onInfo = message -> send(me, message);
          });
      Monitored tracer = spawnMonitor(() -> Await.message("end"));
      Sys.trace(clerk, tracer.pid());
      clerk.cast(new Clerk.Do(c -> c.waitFor(Duration.ofMillis(50))));
      send(tracer.pid(), "end");
      Await.down(tracer);
      Await.message("nothing came");
      assertThat(receive(Duration.ZERO)).isEmpty();
      clerk.stop();
    });
  }

  /// What a server gives to itself is no message, and may be what no message may be.
  @Test
  void allEventsAreToldInDevelopmentMode(Node node) {
    NodeOptions strict = NodeOptions.DEFAULT.name("strict").daemon(true).developmentMode(true);
    try (Node other = Node.start(strict)) {
      other.run(() -> {
        ServerRef<Till.Message> till = Server.start(Till::new);
        Sys.log(till, 5);
        Sys.trace(till, self());
        till.cast(new Till.Reckon());
        assertThat(nextEvent().kind()).isEqualTo(Kind.CAST);
        assertThat(nextEvent().what()).isInstanceOf(int[].class);
        assertThat(kinds(Sys.log(till))).containsExactly(Kind.CAST, Kind.CONTINUE);
        assertThat(Sys.status(till).log()).hasSize(2);
        for (int i = 0; i < 1_200; i++) {
          till.cast(new Till.Put(i));
        }
        Sys.statistics(till, true);
        for (int i = 0; i < 998; i++) {
          nextEvent();
        }
        assertThat(nextEvent().kind()).isIn(Kind.CAST, Kind.LOST);
        till.stop();
      });
    }
  }

  /// An answer that no message may be is its caller's mistake.
  @Rule("GE3")
  @Test
  void whoeverLooksEndsNoServerInDevelopmentMode(Node node) {
    NodeOptions strict = NodeOptions.DEFAULT.name("strict").daemon(true).developmentMode(true);
    try (Node other = Node.start(strict)) {
      other.run(() -> {
        ServerRef<Till.Message> till = Server.start(Till::new);
        for (int i = 0; i < 2; i++) {
          assertThatThrownBy(() -> Sys.inspect(till, Till.class, t -> new int[] {t.sum}))
              .isInstanceOfSatisfying(
                  CallException.class,
                  e -> assertThat(e.reason()).isEqualTo(ExitReason.term(CallReason.BAD_REQUEST)))
              .hasMessageContaining("MutableMessageException");
          Sys.suspend(till);
        }
        Sys.resume(till);
        assertThat(till.call(new Till.Sum())).isZero();
        till.stop();
      });
    }
  }

  @Test
  void notEveryProcessCanBeTheTracer(Node node) {
    try (Node other = Node.start(NodeOptions.DEFAULT.name("other").daemon(true))) {
      Pid foreign = other.spawn(() -> Await.message("end"));
      node.run(() -> {
        ServerRef<Till.Message> till = Server.start(Till::new);
        assertThatThrownBy(() -> Sys.trace(till, till.pid().orElseThrow()))
            .isInstanceOf(CallException.class)
            .hasMessageContaining("its own tracer");
        assertThatThrownBy(() -> Sys.trace(till, foreign))
            .isInstanceOf(CallException.class)
            .hasMessageContaining("not of the server's node");
        assertThat(till.call(new Till.Sum())).isZero();
        till.stop();
      });
      other.send(foreign, "end");
    }
  }

  /// There may be very many servers, and few are ever looked at.
  @Test
  void aServerThatNobodyLooksAtKeepsNothing(Node node) {
    node.run(() -> {
      assertThat(Server.class.getDeclaredFields())
          .filteredOn(field -> !Modifier.isStatic(field.getModifiers()))
          .extracting(Field::getName)
          .as("what each server pays for")
          .containsExactlyInAnyOrder("serving", "affairs", "parent", "begun");
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Clerk.tell(clerk, c -> {});
      Sys.status(clerk);
      Sys.suspend(clerk);
      Sys.resume(clerk);
      assertThat(affairsOf(clerk)).isEmpty();
      Sys.log(clerk, 3);
      assertThat(tracingOf(clerk)).isPresent();
      Sys.log(clerk, 0);
      assertThat(tracingOf(clerk)).isEmpty();
      clerk.stop();
    });
  }

  private static Optional<Object> affairsOf(ServerRef<?> server) {
    return Sys.inspect(server, Server.class, s -> Optional.ofNullable(read(s, "affairs")));
  }

  private static Optional<Object> tracingOf(ServerRef<?> server) {
    return affairsOf(server).map(affairs -> read(affairs, "tracing"));
  }

  private static @Nullable Object read(Object object, String name) {
    Class<?> type = object instanceof Server ? Server.class : object.getClass();
    Field found =
        Arrays.stream(type.getDeclaredFields())
            .filter(field -> field.getName().equals(name))
            .findFirst()
            .orElseThrow();
    found.setAccessible(true);
    try {
      return found.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /// It has ended meanwhile, or was never there.
  @Test
  void whoIsNotThereCannotBeLookedAt(Node node) {
    node.run(() -> {
      Pid gone = spawn(() -> {});
      Await.until(() -> !dev.belay.Belay.isAlive(gone));
      assertThatThrownBy(() -> Sys.status(Sys.at(node, gone)))
          .isInstanceOfSatisfying(
              CallException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_PROC));
      assertThat(Sys.ancestors(Sys.at(node, gone))).isEmpty();
    });
  }
}

package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.CrashNotes;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.Events;
import dev.belay.otp.HandlerException;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is reported of a server that crashes: PL6, GS29.
@BothStyles
@BelayTest
class ServerReportsTest {
  private final Logger logger = Logger.getLogger("dev.belay");
  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          texts.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(handler);
  }

  /// Returns the report of a process that has ended.
  private String reportOf(Node node, Pid pid) {
    assertThat(node.flushReports(Await.LONG)).isTrue();
    List<String> reports =
        texts.stream().filter(text -> text.startsWith("process " + pid)).toList();
    assertThat(reports).hasSize(1);
    return reports.getFirst();
  }

  /// Returns one of its facts.
  private static String fact(String report, String name) {
    return report
        .lines()
        .filter(line -> line.startsWith("  " + name + "  ") || line.startsWith("  " + name + " "))
        .map(line -> line.substring(2 + name.length()).strip())
        .findFirst()
        .orElse("");
  }

  /// A safe that does as it is told, and keeps its combination to itself.
  private static final class Safe extends Server<Safe.Message> {
    sealed interface Message {}

    record Open(String combination) implements Message, Call<Message, Boolean> {}

    record Break(String how) implements Message {}

    interface Deed {
      void on(Safe safe) throws Exception;
    }

    record Do(String what, Deed deed) implements Message {
      @Override
      public String toString() {
        return what;
      }
    }

    private String owner = "nobody";
    private Deed onInit = safe -> {};
    private Deed onCleanUp = safe -> {};
    private Deed onDescription = safe -> {};

    @Override
    protected void init() throws Exception {
      onInit.on(this);
    }

    @Override
    protected void handleMessage(Message message) throws Exception {
      switch (message) {
        case Open open -> reply(open, isRight(open.combination()));
        case Break(String how) -> burst(how);
        case Do(String what, Deed deed) -> deed.on(this);
      }
    }

    private static boolean isRight(String combination) {
      throw new IllegalArgumentException("not " + combination.length() + " digits");
    }

    private static void burst(String how) {
      throw new ArithmeticException(how);
    }

    @Override
    protected void handleContinue(Object what) {
      burst("afterwards");
    }

    @Override
    protected void cleanUp(ExitReason reason) throws Exception {
      onCleanUp.on(this);
    }

    @Override
    protected String describeState() {
      try {
        onDescription.on(this);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return "of " + owner + ", combination ****";
    }

    static ServerRef<Message> start(Deed onInit) {
      return Server.start(() -> {
        Safe safe = new Safe();
        safe.onInit = onInit;
        return safe;
      });
    }

    void stopFor(ExitReason reason) {
      stop(reason);
    }

    void answerTooLate(Open open) {
      reply(open, true);
    }

    void goOn() {
      continueWith("something");
    }
  }

  private static Pid pidOf(ServerRef<?> server) {
    return server.pid().orElseThrow();
  }

  private static void awaitEnd(Pid pid) {
    Await.until(() -> !dev.belay.Belay.isAlive(pid));
  }

  @Test
  void aCrashInACallNamesTheServerItsStateTheRequestAndItsClient(Node node, Expected expected) {
    expected.crash(IllegalArgumentException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    AtomicReference<Pid> client = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Safe.Message> safe = Safe.start(s -> s.owner = "the bank");
      server.set(pidOf(safe));
      client.set(
          spawn(
              SpawnOptions.DEFAULT.name("burglar").label("at night"),
              () -> assertThatThrownBy(() -> tries(safe)).isInstanceOf(CallException.class)));
      awaitEnd(client.get());
    });
    String report = reportOf(node, server.get());
    assertThat(report).contains("crashed: java.lang.IllegalArgumentException: not 4 digits");
    assertThat(fact(report, "server")).isEqualTo(Safe.class.getName());
    assertThat(fact(report, "state")).isEqualTo("of the bank, combination ****");
    assertThat(fact(report, "handling")).isEqualTo("Open[combination=4711]");
    assertThat(fact(report, "client"))
        .isEqualTo(client.get() + " (at night), registered as burglar");
    assertThat(fact(report, "at")).startsWith(Safe.class.getName() + ".isRight(");
    assertThat(fact(report, "body")).startsWith(Safe.class.getName() + ".handleMessage (");
    String stack = report.substring(report.indexOf("\n  stack of client\n"));
    assertThat(stack.lines().skip(2).limit(2))
        .satisfiesExactly(
            first ->
                assertThat(first.strip()).startsWith("at dev.belay.otp.ServerRef.call(ServerRef."),
            second ->
                assertThat(second.strip()).startsWith("at " + getClass().getName() + ".tries("));
  }

  private static void tries(ServerRef<Safe.Message> safe) {
    safe.call(new Safe.Open("4711"));
  }

  @Test
  void aCrashInACastHasNoClient(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Safe.Message> safe = Safe.start(s -> {});
      server.set(pidOf(safe));
      safe.cast(new Safe.Break("drilled"));
      awaitEnd(server.get());
    });
    String report = reportOf(node, server.get());
    assertThat(fact(report, "handling")).isEqualTo("Break[how=drilled]");
    assertThat(fact(report, "at")).startsWith(Safe.class.getName() + ".burst(");
    assertThat(report).doesNotContain("client");
  }

  /// A plain thread that calls.
  @Test
  void theClientMayBeAPlainThread(Node node, Expected expected) {
    expected.crash(IllegalArgumentException.class);
    ServerRef<Safe.Message> safe = Server.start(node, StartOptions.DEFAULT, Safe::new);
    Pid pid = pidOf(safe);
    assertThatThrownBy(() -> tries(safe)).isInstanceOf(CallException.class);
    String report = reportOf(node, pid);
    assertThat(fact(report, "client")).isNotEmpty();
    assertThat(report.substring(report.indexOf("\n  stack of client\n")))
        .contains("at dev.belay.otp.ServerRef.call(", "at " + getClass().getName() + ".tries(");
  }

  /// Who has got the answer does not wait any more.
  @Test
  void whoWasAnsweredIsNoClient(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      server.set(pidOf(clerk));
      clerk.call(
          Clerk.ask((c, call) -> {
            c.take(call).reply("done");
            throw new ArithmeticException("too late");
          }));
      awaitEnd(server.get());
    });
    assertThat(reportOf(node, server.get())).doesNotContain("client");
  }

  /// One that has ended meanwhile.
  @Test
  void aClientThatHasEndedIsSaidToHave(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    AtomicReference<Pid> client = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      server.set(pidOf(clerk));
      CountDownLatch begun = new CountDownLatch(1);
      client.set(
          spawn(() ->
              clerk.call(
                  Clerk.ask((c, call) -> {
                    begun.countDown();
                    Await.until(() -> client.get() != null);
                    awaitEnd(client.get());
                    throw new ArithmeticException("nobody waits");
                  }))));
      assertThat(begun.await(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      exit(client.get(), ExitReason.SHUTDOWN);
      awaitEnd(server.get());
    });
    String report = reportOf(node, server.get());
    assertThat(fact(report, "client")).isEqualTo(client.get() + ", which has ended");
    assertThat(report).doesNotContain("stack of client");
  }

  /// The server's own mistake with the methods of this module is at the line that made it.
  @Test
  void theUsersFrameIsNamed(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Safe.Message> safe = Safe.start(s -> {});
      server.set(pidOf(safe));
      Safe.Open open = new Safe.Open("0");
      safe.cast(new Safe.Do("answers what nobody asked", s -> s.answerTooLate(open)));
      awaitEnd(server.get());
    });
    String report = reportOf(node, server.get());
    assertThat(fact(report, "at")).startsWith(Safe.class.getName() + ".answerTooLate(");
    assertThat(fact(report, "handling")).isEqualTo("answers what nobody asked");
  }

  @Test
  void aCrashInItsBeginningIsReported(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    node.run(() ->
        assertThatThrownBy(() ->
                Safe.start(s -> {
                  server.set(self());
                  Safe.burst("from the beginning");
                }))
            .isInstanceOf(StartException.class));
    String report = reportOf(node, server.get());
    assertThat(fact(report, "server")).isEqualTo(Safe.class.getName());
    assertThat(fact(report, "handling")).isEqualTo("its beginning");
    assertThat(fact(report, "at")).startsWith(Safe.class.getName() + ".burst(");
    assertThat(fact(report, "body")).contains(Safe.class.getName() + ".init (");
  }

  @Test
  void aCrashAfterAHandlerIsReported(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    AtomicReference<Pid> begins = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Safe.Message> safe = Safe.start(s -> {});
      server.set(pidOf(safe));
      safe.cast(new Safe.Do("goes on", Safe::goOn));
      awaitEnd(server.get());
      begins.set(pidOf(Safe.start(Safe::goOn)));
      awaitEnd(begins.get());
    });
    assertThat(fact(reportOf(node, server.get()), "handling")).isEqualTo("goes on");
    assertThat(fact(reportOf(node, begins.get()), "handling")).isEqualTo("what it goes on with");
  }

  @Test
  void aCrashInItsCleaningUpIsReported(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Safe.Message> safe =
          Safe.start(s -> s.onCleanUp = closing -> Safe.burst("while it closed"));
      server.set(pidOf(safe));
      assertThatThrownBy(safe::stop).isInstanceOf(CallException.class);
    });
    String report = reportOf(node, server.get());
    assertThat(report).contains("crashed: java.lang.ArithmeticException: while it closed");
    assertThat(fact(report, "handling")).isEqualTo("its stop");
    assertThat(fact(report, "state")).isEqualTo("of nobody, combination ****");
  }

  /// What it ends with by itself, too, if that is no orderly end; and who still waits is told.
  @Test
  void anEndThatIsNotOrderlyIsReported(Node node, Expected expected) {
    expected.report("crashed: broke");
    AtomicReference<Pid> server = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      server.set(pidOf(clerk));
      assertThatThrownBy(() -> clerk.call(Clerk.ask((c, call) -> c.end(ExitReason.term("broke")))))
          .isInstanceOf(CallException.class);
    });
    String report = reportOf(node, server.get());
    assertThat(fact(report, "server")).isEqualTo(Clerk.class.getName());
    assertThat(fact(report, "client")).isNotEmpty();
  }

  @Rule({"PL6", "GS29"})
  @Test
  void anOrderlyEndIsNotReported(Node node) {
    node.run(() -> {
      ServerRef<Safe.Message> stopped = Safe.start(s -> {});
      stopped.stop();
      ServerRef<Safe.Message> shut = Safe.start(s -> {});
      shut.stop(ExitReason.SHUTDOWN, Await.LONG);
      for (ExitReason orderly :
          List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("for today"))) {
        ServerRef<Safe.Message> bySelf = Safe.start(s -> {});
        bySelf.cast(new Safe.Do("stops", s -> s.stopFor(orderly)));
        awaitEnd(pidOf(bySelf));
        ServerRef<Safe.Message> byThrowing = Safe.start(s -> {});
        byThrowing.cast(
            new Safe.Do(
                "throws",
                s -> {
                  throw exit(orderly);
                }));
        awaitEnd(pidOf(byThrowing));
        ServerRef<Safe.Message> trapping = Safe.start(s -> trapExits(true));
        trapping.stop(orderly, Await.LONG);
      }
    });
    assertThat(node.flushReports(Await.LONG)).isTrue();
    assertThat(texts).isEmpty();
  }

  /// A door that falls out of its hinges.
  private static final class Door extends StateMachine<Door.State, Door.Event> {
    enum State {
      CLOSED,
      OPEN
    }

    sealed interface Event {}

    record Push() implements Event {}

    record Slam(String how) implements Event {}

    @Override
    protected Step<State, Event> begin() {
      return next(State.CLOSED);
    }

    @Override
    protected Step<State, Event> handle(State state, Event event) {
      return switch (event) {
        case Push push -> next(State.OPEN).insert(new Slam("too hard"));
        case Slam(String how) -> throw new IllegalStateException(how);
      };
    }
  }

  @Test
  void ofAStateMachineTheStateAndTheEventAreTold(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    AtomicReference<Pid> door = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Door.Event> started = Server.start(Door::new);
      door.set(pidOf(started));
      started.cast(new Door.Push());
      awaitEnd(door.get());
    });
    String report = reportOf(node, door.get());
    assertThat(fact(report, "server")).isEqualTo(Door.class.getName());
    assertThat(fact(report, "state")).isEqualTo("OPEN");
    assertThat(fact(report, "handling")).isEqualTo("Slam[how=too hard]");
    assertThat(fact(report, "at")).startsWith(Door.class.getName() + ".handle(");
    assertThat(fact(report, "body")).startsWith(Door.class.getName() + ".handle (");
  }

  /// What was handled when a state that it has gone to ends it, and who waits for that.
  @Rule({"GS29", "ST22"})
  @Test
  void ofAnEndInEnteringTheEventIsTold(Node node, Expected expected) {
    expected.report("crashed: broke");
    AtomicReference<Pid> machine = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Machine.Event> started = Machine.start();
      machine.set(pidOf(started));
      Machine.tell(
          started,
          m ->
              m.entering =
                  (n, old, state) ->
                      state.equals("third") ? n.over(ExitReason.term("broke")) : n.stay());
      started.cast(Machine.event("change", m -> m.to("second")));
      assertThatThrownBy(() ->
              started.call(
                  Machine.ask(
                      "waits", (m, call) -> m.where().equals("third") ? m.stay() : m.to("third"))))
          .isInstanceOf(CallException.class);
    });
    String report = reportOf(node, machine.get());
    assertThat(fact(report, "state")).isEqualTo("third");
    assertThat(fact(report, "handling")).startsWith("Ask[name=waits,");
    assertThat(fact(report, "client")).isNotEmpty();
  }

  /// The handlers of a process of events fail alone, but it does not begin without its first ones.
  @Rule("PL6")
  @Test
  void ofEventsThatDoNotBeginThatIsTold(Node node, Expected expected) {
    expected.crash(HandlerException.class);
    AtomicReference<Pid> events = new AtomicReference<>();
    assertThatThrownBy(() ->
            Events.of(String.class)
                .handler(
                    "a",
                    () -> {
                      events.set(self());
                      throw new ArithmeticException("no");
                    })
                .start(node, StartOptions.DEFAULT))
        .isInstanceOf(StartException.class);
    String report = reportOf(node, events.get());
    assertThat(fact(report, "server")).isEqualTo(Events.class.getName());
    assertThat(fact(report, "state")).isEqualTo("handlers []");
    assertThat(fact(report, "handling")).isEqualTo("its beginning");
  }

  @Rule(value = "GS31", otp = "gen_server:crash_in_format_status")
  @Test
  void aDescriptionThatFailsHarmsNobody(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> server = new AtomicReference<>();
    node.run(() -> {
      ServerRef<Safe.Message> safe =
          Safe.start(s ->
              s.onDescription =
                  described -> {
                    throw new IllegalStateException("secret");
                  });
      server.set(pidOf(safe));
      safe.cast(new Safe.Break("forced"));
      awaitEnd(server.get());
    });
    assertThat(fact(reportOf(node, server.get()), "state"))
        .isEqualTo(
            "<the description of "
                + Safe.class.getName()
                + " threw java.lang.IllegalStateException>");
  }

  /// The death is told before anything of the user's is rendered.
  @Test
  void aDescriptionThatHangsDelaysNoDeath(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    CountDownLatch mayDescribe = new CountDownLatch(1);
    AtomicReference<Pid> server = new AtomicReference<>();
    try {
      node.run(() -> {
        ServerRef<Safe.Message> safe =
            Safe.start(s -> s.onDescription = described -> mayDescribe.await());
        server.set(pidOf(safe));
        dev.belay.Ref ref = dev.belay.Belay.monitor(server.get());
        safe.cast(new Safe.Break("forced"));
        Await.down(ref);
      });
      String report = reportOf(node, server.get());
      assertThat(fact(report, "state"))
          .isEqualTo("<the description of " + Safe.class.getName() + " did not return>");
      assertThat(fact(report, "handling")).isEqualTo("Break[how=forced]");
    } finally {
      mayDescribe.countDown();
    }
  }

  /// Any process may leave notes, and so may a server beside its own.
  @Test
  void aProcessLeavesNotesOfItsOwn(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    AtomicReference<Pid> pid = new AtomicReference<>();
    node.run(() -> {
      pid.set(
          spawn(() -> {
            CrashNotes.put("order", "first");
            CrashNotes.put("order", "second");
            CrashNotes.put("gone", "soon");
            CrashNotes.remove("gone");
            for (int i = 0; i < 2 * CrashNotes.MOST; i++) {
              CrashNotes.put("note " + i, i);
            }
            receive(Duration.ZERO);
            throw new ArithmeticException("noted");
          }));
      awaitEnd(pid.get());
    });
    String report = reportOf(node, pid.get());
    assertThat(fact(report, "order")).isEqualTo("second");
    assertThat(fact(report, "note 0")).isEqualTo("0");
    assertThat(report)
        .contains("note " + (CrashNotes.MOST - 2) + " ")
        .doesNotContain("gone", "note " + (CrashNotes.MOST - 1));
  }
}

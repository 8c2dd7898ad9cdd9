package dev.belay.cli.puppet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.Tuple;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Puppets, driven over the wire by another node of Belay's, where there is no Erlang. That they
/// are as on Erlang is shown by the scenarios of the conformance tests.
@Timeout(60)
class PuppetTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String HOME = "j@127.0.0.1";

  private Node node;
  private Node driver;
  private Distribution home;
  private Distribution away;
  private Inbox inbox;
  private long requests;

  @BeforeEach
  void start() throws IOException {
    int epmd;
    try (ServerSocket free = new ServerSocket(0)) {
      epmd = free.getLocalPort();
    }
    DistributionOptions options = DistributionOptions.DEFAULT.cookie("secret").epmdPort(epmd);
    node = Node.start(NodeOptions.DEFAULT.name(HOME).daemon(true).shutdownTime(Duration.ZERO));
    Stage stage = new Stage();
    home = Distribution.start(node, stage.offer(options));
    stage.open(node, home);
    driver = Node.start(NodeOptions.DEFAULT.name("d@127.0.0.1").daemon(true));
    away = Distribution.start(driver, options);
    inbox = driver.inbox();
  }

  @AfterEach
  void stop() {
    inbox.close();
    away.close();
    home.close();
    driver.close();
    node.close();
  }

  private static Object term(Object value) {
    return switch (value) {
      case String name -> Atom.of(name);
      case Integer number -> (long) number;
      case List<?> list -> list.stream().map(PuppetTest::term).toList();
      default -> value;
    };
  }

  /// A tuple; texts are atoms.
  private static Tuple t(Object... elements) {
    Object[] terms = new Object[elements.length];
    for (int i = 0; i < terms.length; i++) {
      terms[i] = term(elements[i]);
    }
    return Tuple.of(terms);
  }

  private static Tuple ok(Object value) {
    return t("ok", value);
  }

  private static Tuple raised(Object reason) {
    return t("raised", "error", reason);
  }

  private Pid puppet() {
    Object tag = ++requests;
    inbox.send(new Name("puppeteer", HOME), t("start", inbox.pid(), tag));
    return (Pid) answer("started", tag);
  }

  private Object answer(String kind, Object tag) {
    Selector<Object> wanted =
        message ->
            message instanceof Tuple tuple
                    && tuple.size() == 3
                    && tuple.get(0).equals(Atom.of(kind))
                    && tuple.get(1).equals(tag)
                ? tuple.get(2)
                : null;
    return inbox.receive(wanted, LONG).orElseThrow();
  }

  private Object tell(Pid puppet, Object operation) {
    Object tag = ++requests;
    inbox.send(puppet, t("do", inbox.pid(), tag, operation));
    return tag;
  }

  private Object ask(Pid puppet, Object... operation) {
    Object what = operation.length == 1 ? term(operation[0]) : t(operation);
    return answer("done", tell(puppet, what));
  }

  private Object value(Pid puppet, Object... operation) {
    Tuple outcome = (Tuple) ask(puppet, operation);
    assertThat(outcome.get(0)).as(outcome::toString).isEqualTo(Atom.OK);
    return outcome.get(1);
  }

  @Test
  void whatIsNoOperationIsRefused() {
    Pid puppet = puppet();
    for (Object operation : List.of(t("self"), t("link"), t("nonsense", 1), 17L, Tuple.of())) {
      assertThat(answer("done", tell(puppet, operation))).isEqualTo(raised(t("badop", operation)));
    }
    assertThat(ask(puppet, "self")).isEqualTo(ok(puppet));
    assertThat(ask(puppet, "node")).isEqualTo(ok(HOME));
  }

  @Test
  void bondsTellOfTheEnd() {
    Pid a = puppet();
    Pid b = puppet();
    assertThat(ask(a, "trap_exit", "true")).isEqualTo(ok("false"));
    assertThat(ask(a, "link", b)).isEqualTo(ok("true"));
    Object plain = value(a, "monitor", b);
    Object tagged = value(a, "monitor", b, List.of(t("tag", "my")));
    assertThat(ask(b, "info", a, "links")).isEqualTo(ok(t("links", List.of(b))));
    assertThat(ask(b, "info", b, "monitored_by")).isEqualTo(ok(t("monitored_by", List.of(a, a))));
    var _ = tell(b, t("exit", t("fell", 7)));
    assertThat(ask(a, "await", "EXIT", 5000))
        .isEqualTo(ok(t("message", t("EXIT", b, t("fell", 7)))));
    assertThat(ask(a, "await", "my", 5000))
        .isEqualTo(ok(t("message", t("my", tagged, "process", b, t("fell", 7)))));
    assertThat(ask(a, "received"))
        .isEqualTo(ok(List.of(t("DOWN", plain, "process", b, t("fell", 7)))));
    assertThat(ask(puppet(), "link", b)).isEqualTo(raised("noproc"));
    assertThat(ask(a, "is_alive", b)).isEqualTo(ok("false"));
    assertThat(ask(a, "info", b, "status")).isEqualTo(ok("undefined"));
  }

  @Test
  void messagesStayInTheMailbox() {
    Pid a = puppet();
    Object monitor = value(a, "monitor", "nobody");
    inbox.send(a, Atom.of("one"));
    assertThat(ask(a, "info", a, "message_queue_len")).isEqualTo(ok(t("message_queue_len", 2)));
    assertThat(ask(a, "demonitor", monitor, List.of("flush", "info"))).isEqualTo(ok("false"));
    assertThat(ask(a, "received")).isEqualTo(ok(List.of("one")));
    assertThat(ask(a, "await", 0)).isEqualTo(ok("timeout"));
  }

  @Test
  void requestsWaitWhileOneIsPerformed() {
    Pid a = puppet();
    Object sleeping = tell(a, t("sleep", 100));
    Object waiting = tell(a, t("await", 5000));
    Object last = tell(a, Atom.of("received"));
    inbox.send(a, 1L);
    inbox.send(a, 2L);
    assertThat(answer("done", sleeping)).isEqualTo(ok("ok"));
    assertThat(answer("done", waiting)).isEqualTo(ok(t("message", 1)));
    assertThat(answer("done", last)).isEqualTo(ok(List.of(2)));
  }

  @Test
  void whatEndsAPuppetHasNoAnswer() {
    for (Object operation :
        List.of(
            Atom.of("return"),
            t("exit", "normal"),
            t("batch", List.of(Atom.of("self"), t("exit", "normal"))))) {
      Pid puppet = puppet();
      Ref monitor = inbox.monitor(puppet);
      Object tag = tell(puppet, operation);
      Down down = inbox.receive(Down.class, LONG).orElseThrow();
      assertThat(down.ref()).isEqualTo(monitor);
      assertThat(down.reason()).isEqualTo(ExitReason.NORMAL);
      // All that it had sent has come before that.
      assertThat(
              inbox.receive(
                  (Selector<Object>)
                      m -> m instanceof Tuple done && done.get(1).equals(tag) ? done : null,
                  Duration.ZERO))
          .isEmpty();
    }
  }

  @Test
  void errorsHaveAStack() {
    Pid puppet = puppet();
    inbox.monitor(puppet);
    var _ = tell(puppet, t("throw", "ball"));
    Down down = inbox.receive(Down.class, LONG).orElseThrow();
    assertThat(down.reason()).isInstanceOf(ExitReason.Term.class);
    Tuple reason = (Tuple) ((ExitReason.Term) down.reason()).value();
    assertThat(reason.get(0)).isEqualTo(t("nocatch", "ball"));
    assertThat((List<?>) reason.get(1))
        .first()
        .isInstanceOfSatisfying(Tuple.class, frame -> assertThat(frame.size()).isEqualTo(4));
  }

  /// It never comes back to the runtime, and has to be declared dead.
  @Test
  void aPuppetThatComputesCanBeKilled() {
    Pid puppet = puppet();
    inbox.monitor(puppet);
    Pid other = puppet();
    var _ = tell(puppet, Atom.of("spin"));
    while (!ask(other, "info", puppet, "status").equals(ok(t("status", "running")))) {
      assertThat(ask(other, "sleep", 5)).isEqualTo(ok("ok"));
    }
    inbox.exit(puppet, ExitReason.KILL);
    assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason()).isEqualTo(ExitReason.KILLED);
    assertThat(ask(other, "is_alive", puppet)).isEqualTo(ok("false"));
  }

  @Test
  void timersAreKnownByReferences() {
    Pid puppet = puppet();
    Object timer = value(puppet, "send_after", 60_000, puppet, "late");
    assertThat((Long) value(puppet, "read_timer", timer)).isBetween(50_000L, 60_000L);
    assertThat((Long) value(puppet(), "cancel_timer", timer)).isBetween(50_000L, 60_000L);
    assertThat(ask(puppet, "cancel_timer", timer)).isEqualTo(ok("false"));
    assertThat(ask(puppet, "send_after", 1, inbox.pid(), "x")).isEqualTo(raised("badarg"));
    assertThat(value(puppet, "send_after", 1, puppet, "soon")).isInstanceOf(Ref.class);
    assertThat(ask(puppet, "await", 5000)).isEqualTo(ok(t("message", "soon")));
  }

  @Test
  void puppetsMakePuppets() {
    Pid puppet = puppet();
    Tuple made = (Tuple) value(puppet, "spawn", List.of("monitor", "link"));
    assertThat(ask((Pid) made.get(0), "node")).isEqualTo(ok(HOME));
    assertThat(ask(puppet, "info", puppet, "monitors"))
        .isEqualTo(ok(t("monitors", List.of(t("process", made.get(0))))));
    assertThat(ask(puppet, "spawn", List.of("x"))).isEqualTo(raised("badarg"));
    // Nothing can be run on the other node.
    Tuple elsewhere = (Tuple) value(puppet, "spawn", "d@127.0.0.1", List.of("monitor"));
    Tuple down = (Tuple) ((Tuple) value(puppet, "await", "DOWN", 5000)).get(1);
    assertThat(down.get(1)).isEqualTo(elsewhere.get(1));
    assertThat(((Tuple) down.get(4)).get(0)).isEqualTo(Atom.of("undef"));
  }

  @Test
  void aNodeThatIsNotThereIsDown() {
    Pid puppet = puppet();
    assertThat(ask(puppet, "monitor_node", "no@127.0.0.1", "true")).isEqualTo(ok("true"));
    assertThat(ask(puppet, "await", "nodedown", 10_000))
        .isEqualTo(ok(t("message", t("nodedown", "no@127.0.0.1"))));
    assertThat(ask(puppet, "disconnect", "no@127.0.0.1")).isEqualTo(ok("false"));
  }
}

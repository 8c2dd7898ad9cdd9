package dev.belay.puppet;

import static dev.belay.puppet.Driver.message;
import static dev.belay.puppet.Driver.ok;
import static dev.belay.puppet.Driver.t;
import static dev.belay.puppet.Driver.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.puppet.Peer.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What processes of different nodes hear of each other, whatever the nodes are made of: messages,
/// links, monitors, exit signals, aliases, names, spawned processes (S, L, M, X, A, R, SP across
/// nodes). What is expected is what nodes of Erlang do among themselves: one of the classes that
/// extend this has no others.
///
/// The first puppet is of the first node, the second one of the last.
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
abstract class Signals {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int WAIT = 20_000;

  private final List<Kind> kinds;
  private Company company;
  private Driver driver;

  Signals(Kind... kinds) {
    this.kinds = List.of(kinds);
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    company = Company.start(folder, false, 60, kinds);
    driver = company.driver;
  }

  @AfterAll
  void stop() {
    if (company != null) {
      company.close();
    }
  }

  private Pid first() {
    return company.puppet(0);
  }

  private Pid second() {
    return company.puppet(company.size() - 1);
  }

  private String secondNode() {
    return company.name(company.size() - 1);
  }

  /// Waits until all signals have come that one has sent to the other.
  private void sync(Pid from, Pid to) {
    driver.value(from, "send", to, t("sync"));
    assertThat(next(to, "sync")).isEqualTo(t("sync"));
  }

  /// The next message that is a tuple with this beginning.
  private Object next(Pid puppet, String beginning) {
    Tuple got = (Tuple) driver.value(puppet, "await", beginning, WAIT);
    assertThat(got.get(0)).isEqualTo(Atom.of("message"));
    return got.get(1);
  }

  private static Tuple exit(Pid from, Object reason) {
    return t("EXIT", from, reason);
  }

  private static Tuple down(Object ref, Object subject, Object reason) {
    return t("DOWN", ref, "process", subject, reason);
  }

  @Test
  void messagesComeInOrder() {
    Pid a = first();
    Pid b = second();
    List<Object> numbers = IntStream.range(0, 2_000).mapToObj(i -> term(i)).toList();
    List<Object> sends = new ArrayList<>();
    numbers.forEach(number -> sends.add(t("send", b, number)));
    sends.add(t("send", b, t("end")));
    driver.value(a, "batch", sends);
    assertThat(next(b, "end")).isEqualTo(t("end"));
    assertThat(driver.received(b)).isEqualTo(numbers);
  }

  @Test
  void whatIsSentBeforeTheEndComesBeforeIt() {
    Pid a = first();
    Pid b = second();
    Object ref = driver.value(b, "monitor", a);
    sync(b, a);
    Binary great = Binary.of(new byte[1_000_000]);
    var _ = driver.tell(a, "batch", List.of(t("send", b, great), t("send", b, 7), t("exit", "x")));
    assertThat(driver.ask(b, "await", WAIT)).isEqualTo(message(great));
    assertThat(driver.ask(b, "await", WAIT)).isEqualTo(message(7));
    assertThat(driver.ask(b, "await", WAIT)).isEqualTo(message(down(ref, a, "x")));
  }

  /// By its link and by its monitor each hears why the other one has ended.
  @Test
  void endsAreHeard() {
    assertEnd(t("exit", "x"), "x");
    assertEnd(t("exit", "normal"), "normal");
    assertEnd(t("exit", "kill"), "kill");
    assertEnd(t("exit", t("big", List.of(1, t("y", 2.5)))), t("big", List.of(1, t("y", 2.5))));
    assertEnd(term("return"), "normal");
  }

  private void assertEnd(Object operation, Object reason) {
    Pid a = first();
    Pid b = second();
    assertThat(driver.ask(a, "trap_exit", "true")).isEqualTo(ok("false"));
    assertThat(driver.ask(a, "link", b)).isEqualTo(ok("true"));
    Object ref = driver.value(a, "monitor", b);
    sync(a, b);
    assertThat(driver.info(b, "links")).isEqualTo(List.of(a));
    assertThat(driver.info(b, "monitored_by")).isEqualTo(List.of(a));
    var _ = driver.tell(b, operation);
    assertThat(next(a, "EXIT")).isEqualTo(exit(b, reason));
    assertThat(next(a, "DOWN")).isEqualTo(down(ref, b, reason));
    assertThat(driver.received(a)).isEmpty();
    assertThat(driver.info(a, "links")).isEqualTo(List.of());
    assertThat(driver.info(a, "monitors")).isEqualTo(List.of());
  }

  @Test
  void errorsHaveAStack() {
    for (String kind : List.of("error", "throw")) {
      Pid a = first();
      Pid b = second();
      driver.value(a, "monitor", b);
      sync(a, b);
      var _ = driver.tell(b, kind, "ball");
      Tuple reason = (Tuple) ((Tuple) next(a, "DOWN")).get(4);
      assertThat(reason.get(0))
          .isEqualTo(kind.equals("error") ? Atom.of("ball") : t("nocatch", "ball"));
      assertThat(((Tuple) ((List<?>) reason.get(1)).getFirst()).size()).isEqualTo(4);
    }
  }

  /// A chain through all nodes, twice around.
  @Test
  void linksPassAnEndOn() throws Exception {
    List<Pid> chain = new ArrayList<>();
    for (int i = 0; i < 2 * company.size(); i++) {
      chain.add(company.puppet(i % company.size()));
    }
    for (int i = 1; i < chain.size(); i++) {
      driver.value(chain.get(i - 1), "link", chain.get(i));
    }
    for (int i = 0; i < chain.size(); i++) {
      Pid puppet = chain.get(i);
      int links = i == 0 || i == chain.size() - 1 ? 1 : 2;
      Driver.until("it is linked", () -> ((List<?>) driver.info(puppet, "links")).size() == links);
      driver.inbox().monitor(puppet);
    }
    // It is monitored by then: it answers after that.
    chain.forEach(puppet -> driver.value(puppet, "self"));
    var _ = driver.tell(chain.get(2), "exit", "chain");
    for (int i = 0; i < chain.size(); i++) {
      Down down = driver.inbox().receive(Down.class, LONG).orElseThrow();
      assertThat(down.reason()).isEqualTo(ExitReason.term(Atom.of("chain")));
    }
  }

  @Test
  void allNodesHearOfAnEnd() throws Exception {
    Pid a = first();
    List<Pid> others = new ArrayList<>();
    for (int i = 0; i < company.size(); i++) {
      Pid other = company.puppet(i);
      driver.value(other, "trap_exit", "true");
      driver.value(other, "link", a);
      driver.value(other, "monitor", a);
      others.add(other);
    }
    Driver.until(
        "all watch it", () -> ((List<?>) driver.info(a, "monitored_by")).size() == others.size());
    var _ = driver.tell(a, "exit", "x");
    for (Pid other : others) {
      assertThat(next(other, "EXIT")).isEqualTo(exit(a, "x"));
      assertThat(((Tuple) next(other, "DOWN")).get(4)).isEqualTo(Atom.of("x"));
      assertThat(driver.received(other)).isEmpty();
    }
  }

  @Test
  void whatIsTakenBackIsSilent() {
    Pid a = first();
    Pid b = second();
    driver.value(a, "trap_exit", "true");
    Object kept = driver.value(a, "monitor", b);
    Object ref = driver.value(a, "monitor", b);
    driver.value(a, "link", b);
    driver.value(a, "unlink", b);
    assertThat(driver.ask(a, "demonitor", ref, List.of("flush", "info"))).isEqualTo(ok("true"));
    sync(a, b);
    assertThat(driver.info(b, "links")).isEqualTo(List.of());
    assertThat(driver.info(b, "monitored_by")).isEqualTo(List.of(a));
    var _ = driver.tell(b, "exit", "x");
    assertThat(next(a, "DOWN")).isEqualTo(down(kept, b, "x"));
    assertThat(driver.received(a)).isEmpty();
  }

  /// Both link and unlink without end, and unlink at last: then neither is linked, whatever has
  /// crossed on the way.
  @Test
  void aStormOfLinks() {
    long seed = System.nanoTime();
    Pid a = first();
    Pid b = second();
    driver.value(a, "trap_exit", "true");
    driver.value(b, "trap_exit", "true");
    Object one = driver.tell(a, "batch", storm(new Random(seed), b));
    Object other = driver.tell(b, "batch", storm(new Random(seed + 1), a));
    driver.answer(one);
    driver.answer(other);
    driver.value(a, "unlink", b);
    driver.value(b, "unlink", a);
    Object ref = driver.value(a, "monitor", b);
    sync(a, b);
    sync(b, a);
    assertThat(driver.info(a, "links")).as("seed %d", seed).isEqualTo(List.of());
    assertThat(driver.info(b, "links")).as("seed %d", seed).isEqualTo(List.of());
    var _ = driver.tell(b, "exit", "x");
    assertThat(next(a, "DOWN")).as("seed %d", seed).isEqualTo(down(ref, b, "x"));
    assertThat(driver.received(a)).as("seed %d", seed).isEmpty();
  }

  private static List<Object> storm(Random random, Pid other) {
    return IntStream.range(0, 5_000)
        .<Object>mapToObj(_ -> t(random.nextBoolean() ? "link" : "unlink", other))
        .toList();
  }

  @Test
  void exitSignalsDoWhatTheySay() {
    for (String reason : List.of("normal", "kill", "killed", "x")) {
      for (boolean traps : new boolean[] {true, false}) {
        Pid a = first();
        Pid b = second();
        driver.value(b, "trap_exit", Boolean.toString(traps));
        Object ref = driver.value(a, "monitor", b);
        assertThat(driver.ask(a, "exit", b, reason)).isEqualTo(ok("true"));
        if (traps && !reason.equals("kill")) {
          assertThat(driver.ask(b, "await", WAIT)).isEqualTo(message(exit(a, reason)));
        } else if (reason.equals("normal")) {
          // What a sends after it arrives after it.
          driver.value(a, "send", b, "still");
          assertThat(driver.ask(b, "await", WAIT)).isEqualTo(message("still"));
        } else {
          String told = reason.equals("kill") ? "killed" : reason;
          assertThat(next(a, "DOWN")).isEqualTo(down(ref, b, told));
        }
      }
    }
  }

  @Test
  void theDeadAndTheNamelessAreToldOf() {
    Pid a = first();
    Pid dead = second();
    Object ref = driver.value(a, "monitor", dead);
    sync(a, dead);
    var _ = driver.tell(dead, "return");
    assertThat(next(a, "DOWN")).isEqualTo(down(ref, dead, "normal"));
    driver.value(a, "trap_exit", "true");
    Object late = driver.value(a, "monitor", dead);
    assertThat(next(a, "DOWN")).isEqualTo(down(late, dead, "noproc"));
    assertThat(driver.ask(a, "link", dead)).isEqualTo(ok("true"));
    assertThat(next(a, "EXIT")).isEqualTo(exit(dead, "noproc"));
    assertThat(driver.ask(a, "send", dead, "x")).isEqualTo(ok("x"));
    Object nameless = driver.value(a, "monitor", t("nobody", secondNode()));
    assertThat(next(a, "DOWN")).isEqualTo(down(nameless, t("nobody", secondNode()), "noproc"));
    Object nowhere = driver.value(a, "monitor", t("nobody", "nowhere@127.0.0.1"));
    assertThat(next(a, "DOWN"))
        .isEqualTo(down(nowhere, t("nobody", "nowhere@127.0.0.1"), "noconnection"));
    assertThat(driver.info(a, "links")).isEqualTo(List.of());
    assertThat(driver.info(a, "monitors")).isEqualTo(List.of());
  }

  @Test
  void namesAreReachedAndMonitored() {
    Pid a = first();
    Pid b = second();
    Tuple name = t("somebody", secondNode());
    assertThat(driver.ask(b, "register", "somebody")).isEqualTo(ok("true"));
    assertThat(driver.ask(a, "send", name, "hello")).isEqualTo(ok("hello"));
    assertThat(driver.ask(b, "await", WAIT)).isEqualTo(message("hello"));
    Object ref = driver.value(a, "monitor", name);
    sync(a, b);
    assertThat(driver.info(b, "monitored_by")).isEqualTo(List.of(a));
    assertThat(driver.ask(b, "unregister", "somebody")).isEqualTo(ok("true"));
    var _ = driver.tell(b, "exit", "x");
    assertThat(next(a, "DOWN")).isEqualTo(down(ref, name, "x"));
  }

  @Test
  void aliasesEndAsTheySay() {
    Pid a = first();
    Pid b = second();
    Object plain = driver.value(a, "alias");
    driver.value(b, "batch", List.of(t("send", plain, 1), t("send", plain, 2)));
    assertThat(driver.ask(a, "await", WAIT)).isEqualTo(message(1));
    assertThat(driver.ask(a, "await", WAIT)).isEqualTo(message(2));
    assertThat(driver.ask(a, "unalias", plain)).isEqualTo(ok("true"));
    Object reply = driver.value(a, "alias", List.of("reply"));
    driver.value(
        b, "batch", List.of(t("send", plain, 3), t("send", reply, 4), t("send", reply, 5)));
    driver.value(b, "send", a, "end");
    assertThat(driver.ask(a, "await", WAIT)).isEqualTo(message(4));
    assertThat(driver.ask(a, "await", WAIT)).isEqualTo(message("end"));
    Object ref = driver.value(a, "monitor", b, List.of(t("alias", "reply_demonitor")));
    driver.value(b, "batch", List.of(t("send", ref, 6), t("send", ref, 7)));
    driver.value(b, "send", a, "end");
    assertThat(driver.ask(a, "await", WAIT)).isEqualTo(message(6));
    assertThat(driver.ask(a, "await", WAIT)).isEqualTo(message("end"));
    sync(a, b);
    assertThat(driver.info(b, "monitored_by")).isEqualTo(List.of());
  }

  @Test
  void spawnedProcessesAreTied() {
    Pid a = first();
    driver.value(a, "trap_exit", "true");
    Tuple made = (Tuple) driver.value(a, "spawn", secondNode(), List.of("link", "monitor"));
    Pid child = (Pid) made.get(0);
    assertThat(driver.ask(child, "node")).isEqualTo(ok(secondNode()));
    assertThat(driver.info(child, "links")).isEqualTo(List.of(a));
    assertThat(driver.info(child, "monitored_by")).isEqualTo(List.of(a));
    var _ = driver.tell(child, "exit", "x");
    assertThat(next(a, "EXIT")).isEqualTo(exit(child, "x"));
    assertThat(next(a, "DOWN")).isEqualTo(down(made.get(1), child, "x"));
    Pid second = (Pid) driver.value(a, "spawn", secondNode(), List.of("link"));
    driver.value(second, "trap_exit", "true");
    var _ = driver.tell(a, "exit", "parent");
    assertThat(next(second, "EXIT")).isEqualTo(exit(a, "parent"));
  }
}

package dev.belay.examples.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.Application;
import dev.belay.otp.ApplicationEnded;
import dev.belay.otp.ApplicationRef;
import dev.belay.otp.Backoff;
import dev.belay.otp.CallException;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tunnel as a service: whichever of its processes is killed, each message that the source has
/// accepted is delivered, at least once and in order, and the tree stands as it was.
@BelayTest
class TunnelServiceTest {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final List<String> PROCESSES =
      List.of("ledger", "ends", "ends/poster", "ends/source");

  @TempDir private Path folder;
  private final Archive archive = new Archive();
  private final WebhookChat summit = new WebhookChat();
  private StreamingChat camp = new StreamingChat(archive, 0);
  private Node node;
  private Inbox inbox;

  @BeforeEach
  void open(Node own, Expected expected) {
    node = own;
    inbox = own.inbox();
    // Whoever calls a process that is killed crashes, and supervisors log what they do.
    expected.maybeCrash(CallException.class);
    expected.maybeCrash(IOException.class);
    expected.maybeReport("supervisor ");
  }

  @AfterEach
  void close() {
    inbox.close();
    camp.close();
    summit.close();
  }

  private ApplicationRef start(Backoff backoff) {
    return start(camp.url(), summit.url(), backoff, TIME);
  }

  private ApplicationRef start(URI source, URI target, Backoff backoff, Duration patience) {
    return start(new TunnelService(source, target, folder.resolve("ledger"), backoff, patience));
  }

  private ApplicationRef start(TunnelService service) {
    return Application.named("tunnel").supervisor(service.tree()).start(node);
  }

  private static Backoff quick() {
    return Backoff.between(Duration.ofMillis(1), Duration.ofMillis(20));
  }

  /// Where its processes are; a path is missing, or has no pid, while its process does not run.
  private Map<String, Pid> tree(ApplicationRef running) {
    Map<String, Pid> found = new LinkedHashMap<>();
    SupervisorRef top = running.supervisor().orElseThrow();
    for (ChildInfo child : top.children().reversed()) {
      child.pid().ifPresent(pid -> found.put(child.id(), pid));
      if (child.supervisor() && child.pid().isPresent()) {
        try {
          for (ChildInfo below : SupervisorRef.of(node, child.pid().get()).children().reversed()) {
            below.pid().ifPresent(pid -> found.put(child.id() + "/" + below.id(), pid));
          }
        } catch (CallException e) {
          // It has ended meanwhile.
        }
      }
    }
    return found;
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TIME.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  /// Kills a process of the tree, and waits until there is another one and all stand.
  private void kill(ApplicationRef running, String path) throws InterruptedException {
    until("the tree stands", () -> tree(running).containsKey(path));
    Pid victim = tree(running).get(path);
    if (victim == null) {
      return; // it has ended by itself meanwhile, because another one was killed before
    }
    inbox.exit(victim, ExitReason.KILL);
    until(
        path + " is another process, and all stand",
        () -> {
          Map<String, Pid> now = tree(running);
          return List.copyOf(now.keySet()).equals(PROCESSES) && !victim.equals(now.get(path));
        });
  }

  /// Says one message after the other until it is told to stop.
  private Thread talk(AtomicBoolean enough) {
    return Thread.ofVirtual()
        .start(() -> {
          for (int i = 1; !enough.get(); i++) {
            say("message " + i);
            try {
              Thread.sleep(1);
            } catch (InterruptedException e) {
              return;
            }
          }
        });
  }

  private void say(String text) {
    try {
      camp.say(text);
    } catch (IOException e) {
      // Whoever listened is gone; the chat has accepted it nevertheless.
    }
  }

  /// All that was said has come, each at least once, and for the first time in its order.
  private void assertDelivered() throws Exception {
    List<String> said = archive.since("0").stream().map(Archive.Entry::text).toList();
    assertThat(said).isNotEmpty();
    assertThat(summit.awaitMessage(said.getLast(), TIME)).as(said.getLast()).isTrue();
    List<String> expected = said.stream().map(text -> Json.object("text", text)).toList();
    assertThat(summit.messages().stream().distinct().toList()).isEqualTo(expected);
    awaitEntered(said.size());
  }

  private void awaitEntered(int number) throws InterruptedException {
    until(
        "the ledger knows",
        () -> {
          try {
            return Files.readString(folder.resolve("ledger")).equals("" + number);
          } catch (IOException e) {
            return false;
          }
        });
  }

  /// For tests in which nothing is under way when somebody is killed.
  private void assertDeliveredOnce() throws Exception {
    assertDelivered();
    assertThat(summit.messages()).doesNotHaveDuplicates();
  }

  /// Besides those of the tree: the application's own two, and the top.
  private void assertStands(ApplicationRef running) throws InterruptedException {
    assertThat(List.copyOf(tree(running).keySet())).isEqualTo(PROCESSES);
    until("nothing else is there", () -> node.processCount() == PROCESSES.size() + 3);
  }

  @Test
  void killingAnyProcessLosesNothing() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    try (ApplicationRef running = start(quick())) {
      Thread talker = talk(enough);
      for (String path : PROCESSES) {
        int posted = summit.messages().size();
        assertThat(summit.awaitMessages(posted + 3, TIME)).as("messages flow").isTrue();
        Map<String, Pid> before = tree(running);
        kill(running, path);
        Map<String, Pid> after = tree(running);
        assertThat(PROCESSES.stream().filter(one -> isSame(before, after, one)))
            .as("who has not noticed that %s was killed", path)
            .containsExactlyElementsOf(unharmedBy(path));
      }
      enough.set(true);
      talker.join();
      assertDelivered();
      assertStands(running);
    }
    until("nothing is left", () -> node.processCount() == 0);
  }

  private static boolean isSame(Map<String, Pid> before, Map<String, Pid> after, String path) {
    return Objects.equals(before.get(path), after.get(path));
  }

  private static List<String> unharmedBy(String path) {
    return switch (path) {
      case "ends/source" -> List.of("ledger", "ends", "ends/poster");
      case "ends/poster" -> List.of("ledger", "ends");
      case "ends" -> List.of("ledger");
      default -> List.of();
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void killingAnyProcessesAtAnyTimeLosesNothing(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    AtomicBoolean enough = new AtomicBoolean();
    try (ApplicationRef running = start(quick())) {
      Thread talker = talk(enough);
      for (int i = 0; i < 8; i++) {
        int posted = summit.messages().size();
        summit.awaitMessages(posted + random.nextInt(4), TIME);
        List<Pid> now = new ArrayList<>(tree(running).values());
        if (!now.isEmpty()) {
          inbox.exit(now.get(random.nextInt(now.size())), ExitReason.KILL);
        }
      }
      enough.set(true);
      talker.join();
      assertDelivered();
      until("the tree stands", () -> List.copyOf(tree(running).keySet()).equals(PROCESSES));
      assertStands(running);
    }
    until("nothing is left", () -> node.processCount() == 0);
  }

  @Test
  void whatIsSaidWhileTheSourceIsAwayIsDeliveredWhenItIsBack() throws Exception {
    int port = camp.url().getPort();
    try (ApplicationRef running = start(Backoff.between(Duration.ofMillis(20), TIME))) {
      assertThat(camp.awaitListeners(1, TIME)).isTrue();
      say("before");
      awaitEntered(1);
      Map<String, Pid> before = tree(running);
      camp.close();
      archive.say("meanwhile 1");
      archive.say("meanwhile 2");
      until(
          "source is restarted",
          () -> {
            Pid source = tree(running).get("ends/source");
            return source != null && !source.equals(before.get("ends/source"));
          });
      camp = new StreamingChat(archive, port);
      assertThat(camp.awaitListeners(1, TIME)).isTrue();
      say("after");
      assertDeliveredOnce();
      Map<String, Pid> after = tree(running);
      assertThat(after.get("ledger")).isEqualTo(before.get("ledger"));
      assertThat(after.get("ends/poster")).isEqualTo(before.get("ends/poster"));
      assertStands(running);
    }
  }

  /// Above the tree there is nobody in the program who could start it again: its end is the
  /// application's, and what is outside starts the program again.
  @ParameterizedTest
  @ValueSource(strings = {"top", "application", "applications"})
  void whenOneAboveTheTreeIsKilledTheApplicationEndsAndTheNextOneGoesOn(
      String victim, Expected expected) throws Exception {
    expected.maybeReport("application ");
    ApplicationRef running = start(quick());
    inbox.monitor(running.pid());
    assertThat(camp.awaitListeners(1, TIME)).isTrue();
    say("before");
    awaitEntered(1);
    inbox.exit(
        switch (victim) {
          case "top" -> running.supervisor().orElseThrow().pid().orElseThrow();
          case "application" -> node.whereis("application.tunnel").orElseThrow();
          default -> running.pid();
        },
        ExitReason.KILL);
    Down down = inbox.receive(Down.class, TIME).orElseThrow();
    assertThat(down.reason())
        .isEqualTo(
            victim.equals("applications")
                ? ExitReason.KILLED
                : ExitReason.shutdown(new ApplicationEnded("tunnel", ExitReason.KILLED, true)));
    until("nothing is left", () -> node.processCount() == 0);
    say("meanwhile");
    try (ApplicationRef next = start(quick())) {
      assertDeliveredOnce();
      assertStands(next);
    }
  }

  /// Timers are never early, so no machine is too slow for this.
  private static void assertLaterAndLater(List<Long> tries) {
    List<Integer> waits = List.of(50, 100, 200, 400, 400);
    for (int i = 0; i < waits.size(); i++) {
      assertThat(Duration.ofNanos(tries.get(i + 1) - tries.get(i)))
          .as("wait before try %d", i + 2)
          .isGreaterThanOrEqualTo(Duration.ofMillis(waits.get(i)));
    }
  }

  private static Backoff withoutJitter() {
    return new Backoff(Duration.ofMillis(50), Duration.ofMillis(400), 0, TIME);
  }

  @Test
  void aSourceThatRefusesIsTriedAgainLaterAndLater() throws Exception {
    List<Long> tries = new CopyOnWriteArrayList<>();
    try (ServerSocket refusing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> refuse(refusing, tries));
      URI source =
          URI.create(
              "http://"
                  + refusing.getInetAddress().getHostAddress()
                  + ":"
                  + refusing.getLocalPort()
                  + "/events");
      try (ApplicationRef running = start(source, summit.url(), withoutJitter(), TIME)) {
        until("tried again", () -> tries.size() >= 6);
        assertStandsWithout(running);
      }
    }
    assertLaterAndLater(tries);
  }

  /// The source may be about to be started again.
  private void assertStandsWithout(ApplicationRef running) {
    assertThat(tree(running).keySet()).containsAll(PROCESSES.subList(0, 3));
  }

  private static void refuse(ServerSocket listener, List<Long> tries) {
    while (true) {
      try (Socket socket = listener.accept()) {
        BufferedReader head =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        for (String line = head.readLine(); line != null && !line.isEmpty(); ) {
          line = head.readLine();
        }
        tries.add(System.nanoTime());
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  @Test
  void aLedgerThatIsKilledKnowsAfterwardsWhatWasDelivered() throws Exception {
    try (ApplicationRef running = start(quick())) {
      assertThat(camp.awaitListeners(1, TIME)).isTrue();
      say("before");
      awaitEntered(1);
      kill(running, "ledger");
      say("after");
      assertDeliveredOnce();
    }
  }

  @Test
  void aTargetThatRefusesIsTriedAgainLaterAndLater() throws Exception {
    List<Long> tries = new CopyOnWriteArrayList<>();
    try (WebhookChat refusing =
        new WebhookChat(() -> {
          tries.add(System.nanoTime());
          return "503 Unavailable";
        })) {
      try (ApplicationRef running = start(camp.url(), refusing.url(), withoutJitter(), TIME)) {
        say("is anybody up there?");
        until("tried again", () -> tries.size() >= 6);
        assertThat(running.running()).containsExactly("tunnel");
      }
    }
    assertLaterAndLater(tries);
  }

  @Test
  void aTargetThatDoesNotAnswerIsTriedAgain() throws Exception {
    AtomicBoolean hangs = new AtomicBoolean(true);
    CountDownLatch never = new CountDownLatch(1);
    try (WebhookChat moody =
        new WebhookChat(() -> {
          if (hangs.get()) {
            never.await();
          }
          return "200 OK";
        })) {
      try (ApplicationRef running =
          start(camp.url(), moody.url(), quick(), Duration.ofMillis(200))) {
        say("is anybody up there?");
        assertThat(moody.awaitMessages(2, TIME)).as("tried again").isTrue();
        hangs.set(false);
        until("the ledger knows", () -> Files.exists(folder.resolve("ledger")));
        assertThat(moody.messages()).containsOnly("{\"text\":\"is anybody up there?\"}");
        assertStands(running);
      }
      never.countDown();
    }
  }

  @Tag("full")
  @Test
  void aSourceThatIsAwayForLongEndsNobodyElse() throws Exception {
    int port = camp.url().getPort();
    TunnelService service = new TunnelService(camp.url(), summit.url(), folder.resolve("ledger"));
    try (ApplicationRef running = start(service)) {
      assertThat(camp.awaitListeners(1, TIME)).isTrue();
      say("before");
      assertThat(summit.awaitMessages(1, TIME)).isTrue();
      Map<String, Pid> before = tree(running);
      camp.close();
      archive.say("meanwhile");
      long longer = System.nanoTime() + Duration.ofSeconds(12).toNanos(); // than the intensity's
      until("time has passed", () -> System.nanoTime() - longer > 0);
      camp = new StreamingChat(archive, port);
      assertThat(camp.awaitListeners(1, TIME)).isTrue();
      assertDelivered();
      assertThat(tree(running)).containsAllEntriesOf(without(before, "ends/source"));
      assertStands(running);
    }
  }

  private static Map<String, Pid> without(Map<String, Pid> tree, String path) {
    Map<String, Pid> others = new LinkedHashMap<>(tree);
    others.remove(path);
    return others;
  }

  @Test
  void aTargetThatRefusesIsTriedAgainUntilItTakesTheMessage() throws Exception {
    AtomicBoolean open = new AtomicBoolean();
    try (WebhookChat moody = new WebhookChat(() -> open.get() ? "200 OK" : "503 Unavailable")) {
      Backoff backoff = Backoff.between(Duration.ofMillis(20), TIME);
      try (ApplicationRef running = start(camp.url(), moody.url(), backoff, TIME)) {
        say("is anybody up there?");
        assertThat(moody.awaitMessages(3, TIME)).as("tried again").isTrue();
        open.set(true);
        until("the ledger knows", () -> Files.exists(folder.resolve("ledger")));
        assertThat(moody.messages()).containsOnly("{\"text\":\"is anybody up there?\"}");
        assertThat(running.running()).containsExactly("tunnel");
      }
    }
  }
}

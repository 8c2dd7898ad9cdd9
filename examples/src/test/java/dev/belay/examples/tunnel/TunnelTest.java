package dev.belay.examples.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.Trail;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import io.avaje.json.mapper.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A tunnel between real servers: what passes, and what is left when one side fails.
@BelayTest
class TunnelTest {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final StreamingChat camp = new StreamingChat();
  private final WebhookChat summit = new WebhookChat();
  private Node node;
  private Inbox inbox;

  @BeforeEach
  void open(Node own) {
    node = own;
    inbox = own.inbox();
  }

  @AfterEach
  void close() {
    inbox.close();
    camp.close();
    summit.close();
  }

  /// The three processes, each monitored.
  private record Three(Pid source, Pid tunnel, Pid target) {
    List<Pid> all() {
      return List.of(source, tunnel, target);
    }
  }

  private Three stand(URI source, URI target) {
    return stand(new Tunnel(source, target, inbox.pid()));
  }

  private Three stand(Tunnel body) {
    Monitored tunnel = inbox.spawnMonitor(SpawnOptions.DEFAULT.label("tunnel"), body);
    Tunnel.Opened opened = inbox.receive(Tunnel.Opened.class, TIME).orElseThrow();
    inbox.monitor(opened.source());
    inbox.monitor(opened.target());
    return new Three(opened.source(), tunnel.pid(), opened.target());
  }

  /// Waits for the three deaths; when one is heard of, its process is not alive.
  private Map<Pid, Down> fall(Three three) {
    Map<Pid, Down> downs = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      Down down = inbox.receive(Down.class, TIME).orElseThrow();
      assertThat(node.isAlive(down.pid())).as("%s is alive", down.pid()).isFalse();
      downs.put(down.pid(), down);
    }
    assertThat(downs).containsOnlyKeys(three.all());
    ExitReason reason = Objects.requireNonNull(downs.get(three.tunnel())).reason();
    assertThat(downs.values()).extracting(Down::reason).containsOnly(reason);
    return downs;
  }

  private static Throwable crash(Map<Pid, Down> downs) {
    ExitReason reason = downs.values().iterator().next().reason();
    assertThat(reason).isInstanceOf(ExitReason.Crash.class);
    return ((ExitReason.Crash) reason).throwable();
  }

  /// Who died, first to last, until the death had come to a process.
  private static List<Pid> way(Map<Pid, Down> downs, Pid to) {
    return Objects.requireNonNull(downs.get(to)).trail().hops().stream()
        .map(Trail.Hop::pid)
        .toList();
  }

  private static List<String> texts(WebhookChat chat) {
    return chat.messages().stream()
        .map(json -> String.valueOf(MAPPER.fromJsonObject(json).get("text")))
        .toList();
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TIME.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  @Test
  void whatIsSaidIsPostedInItsOrder(Expected expected) throws Exception {
    expected.crash(SourceEnded.class);
    Three three = stand(camp.url(), summit.url());
    List<String> said =
        IntStream.range(0, 200).mapToObj(i -> i + ": \"Grüße\"\nund \\ 🧗").toList();
    for (String text : said) {
      camp.say(text);
    }
    assertThat(summit.awaitMessages(said.size(), TIME)).isTrue();
    assertThat(texts(summit)).isEqualTo(said);
    assertThat(summit.connections()).as("one connection for all").isEqualTo(1);
    camp.drop();
    fall(three);
  }

  /// How a source may go.
  enum Goes {
    RESET("the source hung up") {
      @Override
      void go(StreamingChat camp) throws IOException {
        camp.drop();
      }
    },
    CLOSED("the source hung up") {
      @Override
      void go(StreamingChat camp) throws IOException {
        for (Socket socket : camp.listeners()) {
          socket.close();
        }
      }
    },
    HALF_CLOSED("the source hung up") {
      @Override
      void go(StreamingChat camp) throws IOException {
        for (Socket socket : camp.listeners()) {
          socket.shutdownOutput();
        }
      }
    },
    IN_THE_MIDDLE_OF_A_MESSAGE("the source hung up") {
      @Override
      void go(StreamingChat camp) throws IOException {
        camp.send("data: half a mess");
        camp.drop();
      }
    },
    ENDED("the source ended its stream") {
      @Override
      void go(StreamingChat camp) throws IOException {
        camp.send("");
      }
    };

    private final String told;

    Goes(String told) {
      this.told = told;
    }

    abstract void go(StreamingChat camp) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whenTheSourceGoesAllGo(Goes how, Expected expected) throws Exception {
    expected.crash(SourceEnded.class);
    Three three = stand(camp.url(), summit.url());
    camp.say("hello");
    assertThat(summit.awaitMessages(1, TIME)).isTrue();
    assertThat(summit.connections()).isEqualTo(1);
    assertThat(node.info(three.source()).orElseThrow().owned())
        .containsExactly(EventStream.class.getName(), Line.class.getName());
    assertThat(node.info(three.target()).orElseThrow().owned())
        .containsExactly(Line.class.getName());

    how.go(camp);
    Map<Pid, Down> downs = fall(three);

    assertThat(crash(downs)).isInstanceOf(SourceEnded.class).hasMessage(how.told);
    assertThat(way(downs, three.source())).containsExactly(three.source());
    assertThat(way(downs, three.tunnel())).containsExactly(three.source(), three.tunnel());
    assertThat(way(downs, three.target()))
        .containsExactly(three.source(), three.tunnel(), three.target());
    // Half closed or ended, the source's server still sees when the other half is closed.
    assertThat(camp.awaitClosed(1, TIME)).as("the source's connection is closed").isTrue();
    assertThat(summit.awaitClosed(1, TIME)).as("the target's connection is closed").isTrue();
    assertThat(texts(summit)).containsExactly("hello");
  }

  @Test
  void whenTheSourceIsKilledAllGo(Expected expected) throws Exception {
    expected.crash(SourceEnded.class);
    Process chat =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of(
                        StreamingChat.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString(),
                StreamingChat.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = chat.inputReader(StandardCharsets.UTF_8)) {
      Three three = stand(URI.create(out.readLine()), summit.url());
      chat.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
      chat.getOutputStream().flush();
      assertThat(summit.awaitMessages(1, TIME)).isTrue();

      chat.destroyForcibly();
      Map<Pid, Down> downs = fall(three);

      assertThat(crash(downs)).isInstanceOf(SourceEnded.class).hasMessage("the source hung up");
      assertThat(way(downs, three.target()))
          .containsExactly(three.source(), three.tunnel(), three.target());
      assertThat(summit.awaitClosed(1, TIME)).isTrue();
    } finally {
      chat.destroyForcibly().waitFor();
    }
  }

  @Test
  void anExitSignalTakesTheSourceOutOfItsSocket() throws Exception {
    Three three = stand(camp.url(), summit.url());
    inbox.exit(three.tunnel(), ExitReason.SHUTDOWN);
    Map<Pid, Down> downs = fall(three);
    assertThat(downs.values()).extracting(Down::reason).containsOnly(ExitReason.SHUTDOWN);
    assertThat(downs.values())
        .flatExtracting(down -> down.trail().hops())
        .extracting(Trail.Hop::declared)
        .as("declared dead")
        .containsOnly(false);
    assertThat(camp.awaitClosed(1, TIME)).isTrue();
  }

  @Test
  void anExitSignalBreaksOffAPost() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (WebhookChat slow =
        new WebhookChat(() -> {
          never.await();
          return "204 No Content";
        })) {
      Three three = stand(camp.url(), slow.url());
      camp.say("hello");
      assertThat(slow.awaitMessages(1, TIME)).isTrue();
      inbox.exit(three.source(), ExitReason.SHUTDOWN);
      Map<Pid, Down> downs = fall(three);
      assertThat(way(downs, three.target()))
          .containsExactly(three.source(), three.tunnel(), three.target());
      assertThat(camp.awaitClosed(1, TIME)).isTrue();
      never.countDown();
      assertThat(slow.awaitClosed(1, TIME)).isTrue();
    }
  }

  @Test
  void aSlowTargetSlowsTheSourceDown(Expected expected) throws Exception {
    expected.crash(SourceEnded.class);
    CountDownLatch ready = new CountDownLatch(1);
    try (WebhookChat slow =
        new WebhookChat(() -> {
          ready.await();
          return "200 OK";
        })) {
      Three three = stand(camp.url(), slow.url());
      int many = 300;
      for (int i = 0; i < many; i++) {
        camp.say("message " + i);
      }
      assertThat(slow.awaitMessages(1, TIME)).isTrue();
      long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
      while (System.nanoTime() < end) {
        for (Pid pid : three.all()) {
          assertThat(node.info(pid).orElseThrow().messageQueueLength()).isZero();
        }
      }
      assertThat(slow.messages()).as("posted while the first is not taken").hasSize(1);
      ready.countDown();
      assertThat(slow.awaitMessages(many, TIME)).isTrue();
      assertThat(texts(slow).getLast()).isEqualTo("message " + (many - 1));
      camp.drop();
      fall(three);
    }
  }

  @Test
  void aTargetThatTakesTooLongEndsTheTunnel() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (WebhookChat slow =
        new WebhookChat(() -> {
          never.await();
          return "200 OK";
        })) {
      Three three =
          stand(new Tunnel(camp.url(), slow.url(), inbox.pid(), TIME, Duration.ofMillis(200)));
      camp.say("hello");
      Map<Pid, Down> downs = fall(three);
      assertThat(downs.values())
          .extracting(Down::reason)
          .containsOnly(ExitReason.term("the target did not take a message within 200 ms"));
      assertThat(way(downs, three.tunnel())).startsWith(three.source());
      never.countDown();
      assertThat(slow.awaitClosed(0, TIME)).isTrue();
      assertThat(camp.awaitClosed(1, TIME)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"410 Gone", "500 Internal Server Error", "302 Found"})
  void aTargetThatRefusesEndsTheTunnel(String status, Expected expected) throws Exception {
    expected.crash(IOException.class);
    try (WebhookChat refusing = new WebhookChat(() -> status)) {
      Three three = stand(camp.url(), refusing.url());
      camp.say("hello");
      Map<Pid, Down> downs = fall(three);
      assertThat(crash(downs))
          .hasMessage("the target refused a message: status " + status.substring(0, 3));
      assertThat(way(downs, three.source()))
          .containsExactly(three.target(), three.tunnel(), three.source());
      assertThat(camp.awaitClosed(1, TIME)).isTrue();
      assertThat(refusing.awaitClosed(1, TIME)).isTrue();
    }
  }

  @Test
  void aTargetThatIsNotThereEndsTheTunnelWithTheFirstMessage(Expected expected) throws Exception {
    expected.crash(IOException.class);
    summit.close();
    Three three = stand(camp.url(), summit.url());
    camp.say("hello");
    Map<Pid, Down> downs = fall(three);
    assertThat(crash(downs))
        .hasMessage(
            "cannot reach the target at http://"
                + summit.url().getAuthority()
                + ": connection refused; is a server there?");
    assertThat(way(downs, three.source())).startsWith(three.target());
    assertThat(camp.awaitClosed(1, TIME)).isTrue();
  }

  @Test
  void aSourceThatCannotBeReadNeverOpensTheTunnel(Expected expected) throws Exception {
    expected.crash(IOException.class);
    camp.close();
    assertThat(refusal(camp.url()))
        .hasMessage(
            "cannot reach the source at http://"
                + camp.url().getAuthority()
                + ": connection refused; is a server there?");
    assertThat(refusal(summit.url())).hasMessage("the source refused: status 404");
    assertThat(refusal(URI.create("http://no-such-host.invalid/")))
        .hasMessage(
            "cannot reach the source at http://no-such-host.invalid: there is no such host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html; charset=utf-8", "application/json"})
  void onlyAnEventStreamIsRead(String type, Expected expected) throws Exception {
    expected.crash(IOException.class);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> answer(server, "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n\r\n"));
      assertThat(refusal(url(server)))
          .hasMessage(
              "the source sends " + type.split(";", -1)[0] + " instead of text/event-stream");
    }
  }

  private static URI url(ServerSocket server) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/events");
  }

  private static void answer(ServerSocket server, String text) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // the other side has closed
    }
  }

  /// Opens a tunnel that must fail, and says with what.
  private Throwable refusal(URI source) {
    Monitored tunnel = inbox.spawnMonitor(new Tunnel(source, summit.url(), inbox.pid()));
    Object first = inbox.receive(TIME).orElseThrow();
    assertThat(first).isInstanceOf(Down.class);
    assertThat(((Down) first).pid()).isEqualTo(tunnel.pid());
    return crash(Map.of(tunnel.pid(), (Down) first));
  }

  @Test
  void aSourceThatDoesNotAnswerIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Monitored tunnel =
          inbox.spawnMonitor(
              new Tunnel(url(silent), summit.url(), inbox.pid(), Duration.ofMillis(200), TIME));
      Down down = inbox.receive(Down.class, TIME).orElseThrow();
      assertThat(down.pid()).isEqualTo(tunnel.pid());
      assertThat(down.reason())
          .isEqualTo(ExitReason.term("the source did not answer within 200 ms"));
      until("source and target are gone, too", () -> node.processCount() == 0);
    }
  }

  @Test
  void oddLinesDoNoHarm(Expected expected) throws Exception {
    expected.crash(SourceEnded.class);
    Three three = stand(camp.url(), summit.url());
    camp.send("\u0000\u0001\n:::\nretry: soon\n\n\n\ndata\n\ndata:   \n\n{\"json\": true}\n\n");
    camp.say("hello");
    assertThat(summit.awaitMessages(1, TIME)).isTrue();
    camp.drop();
    fall(three);
    assertThat(texts(summit)).containsExactly("hello");
  }

  @Test
  void aLineWithoutEndEndsTheTunnel(Expected expected) throws Exception {
    expected.crash(IOException.class);
    Three three = stand(camp.url(), summit.url());
    camp.say("hello");
    assertThat(summit.awaitMessages(1, TIME)).isTrue();
    camp.send("data: " + "x".repeat(EventStream.LONGEST_LINE));
    Map<Pid, Down> downs = fall(three);
    assertThat(crash(downs)).hasMessage("the source sent a line of more than 65,536 bytes");
    assertThat(way(downs, three.target())).startsWith(three.source());
    assertThat(camp.awaitClosed(1, TIME)).isTrue();
    assertThat(summit.awaitClosed(1, TIME)).isTrue();
    assertThat(texts(summit)).containsExactly("hello");
  }
}

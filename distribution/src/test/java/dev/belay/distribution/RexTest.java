package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Those who ask `rex` for something get an answer, whatever becomes of it.
@Timeout(60)
class RexTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int PROCESSES = 20;

  private Node node;
  private Distribution distribution;
  private Inbox inbox;

  @BeforeEach
  void start() throws IOException {
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true).maxProcesses(PROCESSES));
    distribution =
        Distribution.start(
            node,
            DistributionOptions.DEFAULT
                .cookie("secret")
                .unregistered()
                .function("jt", "size", 1, arguments -> ((List<?>) arguments.getFirst()).size())
                .function(
                    "jt",
                    "err",
                    0,
                    _ -> {
                      throw new AssertionError("thrown by a test");
                    })
                .function(
                    "jt",
                    "kill",
                    0,
                    _ -> {
                      Belay.exit(Belay.self(), ExitReason.KILL);
                      return Belay.receive();
                    })
                .function("jt", "wait", 0, _ -> Belay.receive()));
    inbox = node.inbox();
  }

  @AfterEach
  void stop() {
    inbox.close();
    distribution.close();
    node.close();
  }

  private static Tuple request(String function, Object... arguments) {
    return Tuple.of(
        Atom.of("call"), Atom.of("jt"), Atom.of(function), List.of(arguments), Atom.of("none"));
  }

  private void ask(Object tag, Object request) {
    inbox.send(
        new Name("rex", "j@localhost"),
        Tuple.of(Atom.of("$gen_call"), Tuple.of(inbox.pid(), tag), request));
  }

  private Object answer(Object request) {
    Object tag = inbox.makeRef();
    ask(tag, request);
    return inbox
        .receive(
            message -> message instanceof Tuple tuple && tuple.get(0).equals(tag) ? tuple : null,
            LONG)
        .orElseThrow()
        .get(1);
  }

  @Test
  void whatIsRegisteredIsRun() {
    assertThat(answer(request("size", List.of(1L, 2L)))).isEqualTo(2);
    assertThat(answer(request("unknown")).toString()).contains("badrpc", "undef");
  }

  @Test
  void whoEndsWithoutAResultIsAnsweredFor() {
    assertThat(answer(request("err")).toString()).contains("badrpc", "EXIT");
    assertThat(answer(request("kill")).toString()).contains("badrpc", "killed");
    assertThat(answer(request("size", List.of()))).isEqualTo(0);
  }

  @Test
  void aNodeThatIsFullSaysSo() {
    while (node.processCount() < PROCESSES) {
      node.spawn(Belay::receive);
    }
    assertThat(answer(request("size", List.of())).toString()).contains("badrpc", "system_limit");
    inbox.send(new Name("rex", "j@localhost"), Tuple.of(inbox.pid(), Atom.of("features_request")));
    assertThat(inbox.receive(Tuple.class, LONG).orElseThrow().get(0))
        .isEqualTo(Atom.of("features_reply"));
  }

  /// Another node may send any term as a tag.
  @Test
  void aTagIsNotReadToItsDepth() {
    Object tag = Atom.of("bottom");
    for (int i = 0; i < 50_000; i++) {
      tag = new ImproperList(List.of(tag), 1L);
    }
    ask(tag, request("size", List.of()));
    assertThat(inbox.receive(Tuple.class, LONG).orElseThrow().get(1)).isEqualTo(0);
    assertThat(answer(request("size", List.of()))).isEqualTo(0);
  }
}

package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rules about names and aliases, where they are about two nodes, over a wire that a test can hold
/// and cut.
@Timeout(30)
class FarRulesTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Wire wire = new Wire();
  private final Node here = Node.start(NodeOptions.DEFAULT.name("here").daemon(true));
  private final Node there = Node.start(NodeOptions.DEFAULT.name("there").daemon(true));

  FarRulesTest() {
    wire.add(here);
    wire.add(there);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private static <T> T await(CompletableFuture<T> what) {
    return what.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /// The alias of a monitor that has told of the lost connection lets nothing in any more.
  @Test
  void a09_noConnectionEndsTheAliasToo() {
    CompletableFuture<Ref> got = new CompletableFuture<>();
    Pid far =
        there.spawn(() -> {
          got.complete(Belay.receive(Ref.class));
          Belay.receive(String.class);
        });
    try (Inbox inbox = here.inbox()) {
      Ref alias = inbox.monitor(far, MonitorOptions.DEFAULT.alias(AliasMode.DEMONITOR));
      inbox.send(far, alias);
      Ref known = await(got);
      there.send(known, "before");
      assertThat(inbox.receive(LONG)).contains("before");
      wire.cut(here, there);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
      List<String> heard = new ArrayList<>();
      Waiting.until(
          "the node can be reached again",
          () -> {
            there.send(known, "by the alias");
            there.send(inbox.pid(), "by the pid");
            inbox.receive(String.class, Duration.ofMillis(20)).ifPresent(heard::add);
            return !heard.isEmpty();
          });
      assertThat(heard).containsExactly("by the pid");
    }
  }

  /// Who holds the name when the message arrives gets it, whoever held it when it was sent.
  @Test
  void r05_aNameIsLookedUpOnArrival() {
    CompletableFuture<Object> heard = new CompletableFuture<>();
    Pid first = there.spawn(SpawnOptions.DEFAULT.name("post"), () -> Belay.receive(Integer.class));
    wire.hold(Carrier.Signal.Kind.MESSAGE);
    try (Inbox inbox = here.inbox()) {
      inbox.send(new Name("post", "there"), "a letter");
      there.exit(first, ExitReason.KILL);
      Waiting.until("the first is dead", () -> !there.isAlive(first));
      there.spawn(SpawnOptions.DEFAULT.name("post"), () -> heard.complete(Belay.receive()));
      wire.release(Carrier.Signal.Kind.MESSAGE);
      assertThat(await(heard)).isEqualTo("a letter");
    }
  }
}

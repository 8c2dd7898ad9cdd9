package dev.belay;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// Two nodes, of which processes of the one ask the other for processes, over a wire that a test
/// can hold and cut.
abstract class FarSpawns {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(100);

  final Wire wire = new Wire();
  final Node here = Node.start(NodeOptions.DEFAULT.name("here").daemon(true));
  final Node there = Node.start(NodeOptions.DEFAULT.name("there").daemon(true));

  FarSpawns() {
    wire.add(here);
    wire.add(there);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  /// Asks in the name of the calling process.
  Carrier.Spawned spawn(Object what, @Nullable LinkMode link, @Nullable MonitorOptions monitor) {
    return wire.of(here).spawn("there", what, link, monitor);
  }

  Carrier.Spawned spawnBoth(Body body) {
    return spawn(body, LinkMode.NORMAL, MonitorOptions.DEFAULT);
  }

  static Pid child(Carrier.Spawned spawned) {
    return Objects.requireNonNull(spawned.child(), "there is a child");
  }

  /// What a process gave, or why it gave nothing.
  static <T> CompletableFuture<T> in(Node node, Callable<T> code) {
    CompletableFuture<T> result = new CompletableFuture<>();
    node.spawn(() -> {
      try {
        result.complete(code.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
        throw e;
      }
    });
    return result.orTimeout(30, TimeUnit.SECONDS);
  }

  <T> T inProcess(Callable<T> code) {
    return in(here, code).join();
  }

  /// Waits for ever, traps exits, and says what exit it heard.
  static Body trapping(CompletableFuture<Exit> heard) {
    return () -> {
      Belay.trapExits(true);
      heard.complete(Belay.receive(Exit.class));
    };
  }

  static Exit heard(CompletableFuture<Exit> exit) {
    return exit.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /// Until there is a child that traps exits.
  void untilOneTraps() {
    Waiting.until(
        "a child traps exits",
        () ->
            there.processes().stream()
                .anyMatch(pid -> there.info(pid).map(ProcessInfo::trapsExits).orElse(false)));
  }

  List<Pid> linksOf(Pid pid) {
    return here.info(pid).map(ProcessInfo::links).orElse(List.of());
  }
}

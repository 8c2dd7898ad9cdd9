package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.MutableMessageException;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Registry;
import dev.belay.otp.Registry.Registered;
import dev.belay.otp.Registry.Unregistered;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Listeners of registries.
@BothStyles
@BelayTest
class RegistryListenersTest {
  private static final String KEY = "key";

  @Test
  void listenersHearOfEachEntryOnce(Node node) {
    AtomicReference<List<Registry.Change>> heard = new AtomicReference<>(List.of());
    node.run(() -> {
      Registry<String, Integer> registry = Registry.unique(node, "names", self());
      Monitored other =
          spawnMonitor(() -> {
            registry.register(KEY, 1);
            registry.register("second", 2);
            registry.register(KEY, 3);
            registry.unregister(KEY);
            registry.unregister(KEY);
            registry.register("third", 4);
          });
      // All come before its Down.
      List<Registry.Change> changes = new ArrayList<>();
      for (Object message = receive(); message instanceof Registry.Change change; ) {
        changes.add(change);
        message = receive();
      }
      Pid pid = other.pid();
      assertThat(changes)
          .containsExactly(
              new Registered(registry, KEY, pid, 1),
              new Registered(registry, "second", pid, 2),
              new Unregistered(registry, KEY, pid),
              new Registered(registry, "third", pid, 4),
              new Unregistered(registry, "third", pid),
              new Unregistered(registry, "second", pid));
      heard.set(changes);
    });
    assertThat(heard.get()).hasSize(6);
  }

  /// What may not be sent to listeners is not registered either.
  @Test
  void whatListenersMayNotGetIsRefused(Nodes nodes) {
    Node node = nodes.start(NodeOptions.DEFAULT.developmentMode(true));
    node.run(() -> {
      Registry<String, Object> registry = Registry.unique(node, "names", self());
      assertThatExceptionOfType(MutableMessageException.class)
          .isThrownBy(() -> registry.register(KEY, new int[1]));
      assertThat(registry.find(KEY)).isEmpty();
      assertThat(registry.keys(self())).isEmpty();
      assertThat(info(self()).orElseThrow().owned()).isEmpty();
      assertThat(registry.register(KEY, 1)).isEmpty();
      assertThat(receive()).isEqualTo(new Registered(registry, KEY, self(), 1));
    });
  }

  /// Whoever is declared dead may be in the middle of telling that it has registered.
  @Test
  void whoIsDeclaredDeadIsNotTakenForRegistered(Node node, Expected expected) {
    expected.maybeReport("declared dead");
    expected.maybeReport("unwound");
    Queue<Registry.Change> heard = new ConcurrentLinkedQueue<>();
    SpawnOptions impatient = SpawnOptions.DEFAULT.grace(Duration.ZERO).killGrace(Duration.ZERO);
    node.run(() -> {
      Pid listener =
          spawn(() -> {
            while (receive() instanceof Registry.Change change) {
              heard.add(change);
            }
          });
      Registry<Integer, Integer> registry = Registry.duplicate(node, "names", listener);
      SplittableRandom random = new SplittableRandom(11);
      for (int round = 0; round < 40; round++) {
        Monitored worker =
            spawnMonitor(
                impatient,
                () -> {
                  for (int i = 0; ; i++) {
                    registry.register(i % 3, i);
                    if (i % 4 == 3) {
                      registry.unregister(i % 3);
                    }
                  }
                });
        Await.until(() -> registry.count() > 0);
        Together.spend(random.nextInt(500));
        exit(worker.pid(), ExitReason.KILL);
        Await.down(worker);
      }
      // A thread whose process is dead may have something to say still.
      Await.until(() -> node.quarantined().isEmpty());
      send(listener, "end");
      Await.until(() -> info(listener).isEmpty());
    });
    Map<Pid, Integer> entries = new HashMap<>();
    for (Registry.Change change : heard) {
      int left = entries.merge(change.pid(), change instanceof Registered ? 1 : -1, Integer::sum);
      assertThat(left).as("%s", change).isNotNegative();
    }
    assertThat(entries.values()).containsOnly(0);
  }
}

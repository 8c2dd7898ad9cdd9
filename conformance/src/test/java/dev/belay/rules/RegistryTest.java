package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import dev.belay.VerbException;
import dev.belay.otp.Registry;
import dev.belay.otp.Registry.Entry;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Registries: keys, values, and that nobody who knows of an end finds the dead.
@BothStyles
@BelayTest
class RegistryTest {
  private static final String KEY = "key";
  private static final SpawnOptions BRIEF =
      SpawnOptions.DEFAULT.grace(Duration.ofMillis(10)).killGrace(Duration.ofMillis(10));

  @Test
  void aUniqueKeyHasOneHolder(Node node) {
    Registry<String, Integer> registry = Registry.unique(node);
    node.run(() -> {
      Pid me = self();
      assertThat(registry.find(KEY)).isEmpty();
      assertThat(registry.register(KEY, 1)).isEmpty();
      assertThat(registry.register("other", 2)).isEmpty();
      assertThat(registry.register(KEY, 3)).contains(me);
      AtomicReference<Optional<Pid>> rival = new AtomicReference<>();
      AtomicBoolean unregistered = new AtomicBoolean(true);
      Await.down(
          spawnMonitor(() -> {
            rival.set(registry.register(KEY, 4));
            unregistered.set(registry.unregister(KEY));
            assertThat(registry.updateValue(KEY, value -> value + 1)).isFalse();
            assertThat(info(self()).orElseThrow().owned()).isEmpty();
          }));
      assertThat(rival.get()).contains(me);
      assertThat(unregistered).isFalse();
      assertThat(registry.find(KEY)).contains(new Entry<>(me, 1));
      assertThat(registry.lookup(KEY)).containsExactly(new Entry<>(me, 1));
      assertThat(registry.keys(me)).containsExactly(KEY, "other");
      assertThat(registry.count()).isEqualTo(2);
      assertThat(registry.updateValue(KEY, value -> value + 10)).isTrue();
      assertThat(registry.find(KEY)).contains(new Entry<>(me, 11));
      assertThat(registry.unregister(KEY)).isTrue();
      assertThat(registry.unregister(KEY)).isFalse();
      assertThat(registry.find(KEY)).isEmpty();
      assertThat(registry.keys(me)).containsExactly("other");
      assertThat(registry.register(KEY, 5)).isEmpty();
      assertThat(registry.keys(me)).containsExactly("other", KEY);
      assertThat(registry).hasToString("Registry[registry, 2 entries]");
    });
    assertThat(registry.count()).isZero();
  }

  @Test
  void aDuplicateKeyHasAnyNumberOfHolders(Node node) {
    Registry<String, Integer> registry = Registry.duplicate(node, "topics");
    node.run(() -> {
      Pid me = self();
      assertThat(registry.register(KEY, 1)).isEmpty();
      Monitored other =
          spawnMonitor(() -> {
            assertThat(registry.register(KEY, 2)).isEmpty();
            assertThat(registry.register("other", 3)).isEmpty();
            send(me, "registered");
            Await.message("unregister");
            assertThat(registry.unregister(KEY)).isTrue();
            send(me, "unregistered");
            Await.message("end");
          });
      Await.message("registered");
      assertThat(registry.register(KEY, 4)).isEmpty();
      assertThat(registry.lookup(KEY))
          .containsExactly(new Entry<>(me, 1), new Entry<>(me, 4), new Entry<>(other.pid(), 2));
      assertThat(registry.count(KEY)).isEqualTo(3);
      assertThat(registry.count()).isEqualTo(4);
      assertThat(registry.keys(me)).containsExactly(KEY, KEY);
      assertThat(registry.keys(other.pid())).containsExactly(KEY, "other");
      List<Integer> values = new ArrayList<>();
      registry.dispatch(KEY, entry -> values.add(entry.value()));
      assertThat(values).containsExactly(1, 4, 2);
      Map<Integer, String> all = new TreeMap<>();
      registry.forEach((key, entry) -> all.put(entry.value(), key));
      assertThat(all).isEqualTo(Map.of(1, KEY, 2, KEY, 3, "other", 4, KEY));
      send(other.pid(), "unregister");
      Await.message("unregistered");
      assertThat(registry.lookup(KEY)).containsExactly(new Entry<>(me, 1), new Entry<>(me, 4));
      assertThat(registry.unregister(KEY)).isTrue();
      assertThat(registry.lookup(KEY)).isEmpty();
      assertThat(registry.lookup("other")).containsExactly(new Entry<>(other.pid(), 3));
      send(other.pid(), "end");
      Await.down(other);
      assertThat(registry.lookup("other")).isEmpty();
      assertThat(registry.count()).isZero();
    });
  }

  @Test
  void whatIsRefused(Node node, Nodes nodes) {
    Registry<String, Integer> unique = Registry.unique(node, "names");
    Registry<String, Integer> duplicate = Registry.duplicate(node, "topics");
    Node other = nodes.start();
    other.run(() ->
        assertThatIllegalArgumentException()
            .isThrownBy(() -> unique.register(KEY, 1))
            .withMessageContaining(self() + " of node " + other.name())
            .withMessageContaining("names"));
    assertThatExceptionOfType(VerbException.class).isThrownBy(() -> unique.register(KEY, 1));
    assertThatExceptionOfType(VerbException.class).isThrownBy(() -> unique.unregister(KEY));
    assertThatIllegalStateException()
        .isThrownBy(() -> duplicate.find(KEY))
        .withMessageContaining("topics, which has duplicate keys");
    node.run(() ->
        assertThatIllegalStateException()
            .isThrownBy(() -> duplicate.updateValue(KEY, value -> value)));
    assertThat(unique.find(KEY)).isEmpty();
  }

  /// Whatever its end is heard by.
  @Test
  void whoHearsOfTheEndFindsTheKeyFree(Node node) {
    Registry<Object, Integer> unique = Registry.unique(node);
    Registry<Object, Integer> duplicate = Registry.duplicate(node);
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      for (int round = 0; round < 1_000; round++) {
        int number = round;
        Pid pid =
            spawnLink(() -> {
              unique.register(KEY, number);
              duplicate.register(KEY, number);
              unique.register(number, number);
              send(me, "registered");
              Await.message("end");
            });
        Await.message("registered");
        assertThat(unique.find(KEY)).contains(new Entry<>(pid, number));
        boolean monitored = round % 3 == 0;
        dev.belay.Ref ref = monitored ? monitor(pid) : Belay.makeRef();
        if (round % 2 == 0) {
          exit(pid, ExitReason.KILL);
        } else {
          send(pid, "end");
        }
        if (monitored) {
          Await.down(ref);
        } else if (round % 3 == 1 && round % 2 == 0) {
          assertThat(isAlive(pid)).isFalse();
        } else {
          Await.exitOf(pid);
        }
        assertThat(unique.find(KEY)).isEmpty();
        assertThat(unique.find(number)).isEmpty();
        assertThat(duplicate.lookup(KEY)).isEmpty();
        assertThat(unique.keys(pid)).isEmpty();
        assertThat(unique.register(KEY, -1)).isEmpty();
        assertThat(unique.unregister(KEY)).isTrue();
        receive(Exit.class, Duration.ZERO);
      }
      assertThat(unique.count()).isZero();
      assertThat(duplicate.count()).isZero();
    });
  }

  /// A key whose hash is not to be had for a while, when somebody asks for it for the second time.
  private static final class Slow {
    private final AtomicBoolean free = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      boolean second = asked.incrementAndGet() == 2;
      while (second && !free.get()) {
        Thread.onSpinWait();
      }
      return 0;
    }
  }

  /// The worst moment to be declared dead: in the middle of a registration. The hash is asked for
  /// when it looks whether the key is taken, and when the entry is put where others look.
  @Test
  void whatIsRegisteredAfterOnesDeathIsNotFound(Node node, Expected expected) {
    Registry<Object, String> registry = Registry.unique(node);
    node.run(() -> {
      Pid me = self();
      Slow key = new Slow();
      AtomicBoolean over = new AtomicBoolean();
      Monitored late =
          spawnMonitor(
              BRIEF,
              () -> {
                registry.register("before", "dead");
                send(me, "about to");
                try {
                  registry.register(key, "dead");
                } finally {
                  over.set(true);
                }
              });
      Await.message("about to");
      Await.until(() -> key.asked.get() == 2);
      expected.quarantine(late.pid());
      exit(late.pid(), ExitReason.KILL);
      assertThat(Await.down(late).reason()).isEqualTo(ExitReason.KILLED);
      assertThat(registry.find("before")).isEmpty();
      assertThat(registry.keys(late.pid())).isEmpty();
      key.free.set(true);
      while (!over.get()) {
        assertThat(registry.find(key)).isEmpty();
      }
      assertThat(registry.register(key, "alive")).isEmpty();
      assertThat(registry.find(key)).contains(new Entry<>(me, "alive"));
      assertThat(registry.count()).isEqualTo(1);
    });
  }

  /// One that does not want to end, and goes on all the time.
  @Test
  void theDeadRegisterNothing(Node node, Expected expected) {
    Registry<Integer, Integer> registry = Registry.unique(node);
    node.run(() -> {
      for (int round = 0; round < 5; round++) {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger registered = new AtomicInteger();
        Monitored stubborn =
            spawnMonitor(
                BRIEF,
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    try {
                      registry.register(i % 10, i);
                      registered.incrementAndGet();
                      registry.unregister((i + 5) % 10);
                    } catch (ExitSignalError e) {
                      // It goes on, and should be listened to.
                    }
                  }
                });
        Await.until(() -> registered.get() > 1_000);
        expected.quarantine(stubborn.pid());
        exit(stubborn.pid(), ExitReason.KILL);
        Await.down(stubborn);
        assertThat(registry.keys(stubborn.pid())).isEmpty();
        for (int i = 0; i < 1_000; i++) {
          assertThat(registry.find(i % 10)).isEmpty();
          assertThat(registry.register(i % 10, i)).isEmpty();
          assertThat(registry.unregister(i % 10)).isTrue();
        }
        stop.set(true);
        Await.until(() -> node.quarantined().isEmpty());
        assertThat(registry.count()).isZero();
      }
    });
  }

  @Test
  void registeringAndUnregisteringLeavesNothing(Node node) {
    Registry<Integer, Integer> unique = Registry.unique(node);
    Registry<Integer, Integer> duplicate = Registry.duplicate(node);
    node.run(() -> {
      for (int i = 0; i < 20_000; i++) {
        unique.register(i, i);
        duplicate.register(i % 3, i);
        if (i % 1_000 == 0) {
          assertThat(owned()).hasSize(2);
        }
        unique.unregister(i);
        duplicate.unregister(i % 3);
      }
      assertThat(owned()).isEmpty();
      for (int i = 0; i < 10_000; i++) {
        unique.register(i, i);
        duplicate.register(0, i);
      }
      assertThat(owned()).hasSize(2);
      for (int i = 0; i < 10_000; i++) {
        unique.unregister((i + 5_000) % 10_000);
      }
      duplicate.unregister(0);
      assertThat(owned()).isEmpty();
      assertThat(unique.count() + duplicate.count()).isZero();
    });
  }

  private static List<String> owned() {
    return info(self()).map(ProcessInfo::owned).orElseThrow();
  }

  @Test
  void itIsClosedInItsTurn(Node node) {
    Registry<String, Integer> registry = Registry.unique(node);
    List<String> found = Collections.synchronizedList(new ArrayList<>());
    node.run(() ->
        Await.down(
            spawnMonitor(() -> {
              own(() -> found.add("before: " + registry.find(KEY).isPresent()));
              registry.register(KEY, 1);
              own(() -> found.add("after: " + registry.find(KEY).isPresent()));
            })));
    assertThat(found).containsExactly("after: true", "before: false");
  }

  /// Whoever has it is alone with it, whether the one before has ended, was killed, or gave it
  /// back.
  @Test
  void manyFightForOneKey(Node node) {
    Registry<String, Integer> registry = Registry.unique(node);
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger had = new AtomicInteger();
    node.run(() -> {
      List<Monitored> racers = new ArrayList<>();
      for (int racer = 0; racer < 300; racer++) {
        int number = racer;
        racers.add(
            spawnMonitor(
                Staged.PATIENT,
                () -> {
                  for (int round = 0; round < 10; round++) {
                    Await.until(() -> registry.register(KEY, number).isEmpty());
                    if (holders.incrementAndGet() != 1) {
                      wrong.incrementAndGet();
                    }
                    if (!registry.find(KEY).equals(Optional.of(new Entry<>(self(), number)))) {
                      wrong.incrementAndGet();
                    }
                    holders.decrementAndGet();
                    had.incrementAndGet();
                    if (round < 9 || number % 3 == 0) {
                      registry.unregister(KEY);
                    } else if (number % 3 == 1) {
                      exit(self(), ExitReason.KILL);
                    }
                  }
                }));
      }
      racers.forEach(Await::down);
    });
    assertThat(wrong).hasValue(0);
    assertThat(had).hasValue(3_000);
    assertThat(registry.find(KEY)).isEmpty();
    assertThat(registry.count()).isZero();
  }

  /// Two processes, one key, again and again: at each meeting both want it, or one ends and the
  /// other wants it.
  @Test
  void twoFightForOneKey(Node node) {
    Registry<String, Integer> registry = Registry.unique(node);
    Together together = new Together();
    AtomicInteger both = new AtomicInteger();
    AtomicInteger none = new AtomicInteger();
    AtomicInteger[] won = {new AtomicInteger(), new AtomicInteger()};
    node.run(() -> {
      List<Monitored> two = new ArrayList<>();
      for (int side = 0; side < 2; side++) {
        int me = side;
        two.add(
            spawnMonitor(() -> {
              for (int round = 0; round < 300; round++) {
                together.meet();
                Together.spend(round * (me + 1) % 17);
                boolean mine = registry.register(KEY, round).isEmpty();
                if (mine) {
                  won[me].incrementAndGet();
                }
                together.meet();
                if (mine != registry.find(KEY).orElseThrow().pid().equals(self())) {
                  none.incrementAndGet();
                }
                together.meet();
                // Who has not got it takes nothing away.
                if (registry.unregister(KEY) != mine) {
                  both.incrementAndGet();
                }
              }
            }));
      }
      two.forEach(Await::down);
    });
    assertThat(both).hasValue(0);
    assertThat(none).hasValue(0);
    assertThat(won[0].get() + won[1].get()).isEqualTo(300);
  }

  /// They register as fast as they can and are killed at any moment; whoever hears of an end, or
  /// finds somebody, sees what is true.
  @Test
  void theDeadAreNotFoundWhileOthersComeAndGo(Node node) {
    Registry<Integer, Integer> unique = Registry.unique(node);
    Registry<Integer, Integer> duplicate = Registry.duplicate(node);
    Map<Pid, Boolean> dead = new ConcurrentHashMap<>();
    AtomicInteger wrong = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    node.run(() -> {
      Monitored reader =
          spawnMonitor(() -> {
            while (!stop.get()) {
              for (int key = 0; key < 5; key++) {
                // Those who were dead before the look-up began.
                Map<Pid, Boolean> before = Map.copyOf(dead);
                unique
                    .find(key)
                    .filter(entry -> before.containsKey(entry.pid()))
                    .ifPresent(entry -> wrong.incrementAndGet());
                duplicate.dispatch(
                    key,
                    entry -> {
                      if (before.containsKey(entry.pid())) {
                        wrong.incrementAndGet();
                      }
                    });
              }
              Belay.relinquish();
            }
          });
      SplittableRandom random = new SplittableRandom(42);
      for (int round = 0; round < 1_500; round++) {
        int seed = random.nextInt(1_000);
        Monitored worker =
            spawnMonitor(
                Staged.PATIENT,
                () -> {
                  for (int i = seed; ; i++) {
                    unique.register(i % 5, i);
                    duplicate.register(i % 5, i);
                    if (i % 3 == 0) {
                      unique.unregister((i + 2) % 5);
                      duplicate.unregister((i + 2) % 5);
                    }
                  }
                });
        Together.spend(random.nextInt(3_000));
        exit(worker.pid(), ExitReason.KILL);
        Await.down(worker);
        dead.put(worker.pid(), true);
        assertThat(unique.keys(worker.pid())).isEmpty();
        assertThat(unique.count() + duplicate.count()).isZero();
        if (dead.size() > 100) {
          dead.clear();
        }
      }
      stop.set(true);
      Await.down(reader);
    });
    assertThat(wrong).hasValue(0);
  }

  /// A key that cannot be compared any more does not keep the others.
  @Test
  void aKeyThatThrowsHarmsOnlyItself(Node node, Expected expected) {
    expected.report("on purpose");
    AtomicBoolean broken = new AtomicBoolean();
    record Fragile(AtomicBoolean broken) {
      @Override
      public int hashCode() {
        if (broken.get()) {
          throw new IllegalStateException("on purpose");
        }
        return 1;
      }
    }
    Registry<Object, Integer> registry = Registry.duplicate(node);
    node.run(() ->
        Await.down(
            spawnMonitor(() -> {
              registry.register("one", 1);
              registry.register(new Fragile(broken), 2);
              registry.register("two", 3);
              broken.set(true);
            })));
    assertThat(registry.lookup("one")).isEmpty();
    assertThat(registry.lookup("two")).isEmpty();
    AtomicInteger left = new AtomicInteger();
    registry.forEach((key, entry) -> left.incrementAndGet());
    assertThat(left).hasValue(0);
  }

  @Test
  void anyThreadMayLook(Node node) {
    Registry<String, Integer> registry = Registry.unique(node);
    Pid holder =
        node.spawn(() -> {
          registry.register(KEY, 1);
          Await.message("end");
        });
    Await.until(() -> registry.find(KEY).isPresent());
    assertThat(registry.find(KEY)).contains(new Entry<>(holder, 1));
    assertThat(registry.keys(holder)).containsExactly(KEY);
    node.send(holder, "end");
    Await.until(() -> registry.find(KEY).isEmpty());
    Pid other = node.spawn(() -> spawn(() -> {}));
    assertThat(registry.keys(other)).isEmpty();
  }
}

package dev.belay.death;

import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.processes;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unregister;
import static dev.belay.Belay.whereis;
import static dev.belay.death.Await.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.LinkMode;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.SystemMessage;
import dev.belay.Trail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Everybody who is bound to a process that is going to die, in all the ways there are, and the
/// audit of what each of them heard.
///
/// | who | how bound | what it must hear |
/// | --- | --- | --- |
/// | trapper | link, traps exits | one `Exit` |
/// | watcher | two monitors by pid, one by name | three `Down`s |
/// | both | link, traps exits, monitor | one `Exit`, then one `Down` |
/// | fragile | link | its own death, unless the reason is normal |
/// | follower | link with `ANY_EXIT` | its own death, whatever the reason |
/// | plain | link and monitor of a plain thread's inbox | one `Exit`, then one `Down` |
///
/// Each looks at the world at the moment at which it hears the first word of the death: name free,
/// resources closed in order, process gone.
final class Audience {
  static final String NAME = "victim";

  /// How many processes belong to it.
  static final int PROCESSES = 5;

  private record Enough() {}

  /// One thing that somebody heard.
  private record Heard(String who, SystemMessage message) {}

  private final Stage stage;
  private final Node node;
  private final Inbox plain;
  private final Queue<Heard> heard = new ConcurrentLinkedQueue<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final AtomicInteger attached = new AtomicInteger();
  private final AtomicInteger through = new AtomicInteger();
  private final List<Pid> listeners = new ArrayList<>();
  private final List<Pid> mortals = new ArrayList<>();
  private volatile List<String> expectedClosings = List.of();

  /// Binds an audience to the stage's victim, which must be alive and is told nothing.
  ///
  /// @param plain the inbox of the calling thread, trapping exits
  Audience(Stage stage, Inbox plain) {
    this.stage = stage;
    this.node = stage.node;
    this.plain = plain;
  }

  /// Says which resources must be closed, in which order, before anybody hears of the death.
  Audience expectClosings(List<String> inThisOrder) {
    expectedClosings = inThisOrder;
    return this;
  }

  Audience attach() {
    Pid victim = stage.victim();
    plain.trapExits(true);
    plain.link(victim);
    plain.monitor(victim);
    listener(
        "trapper",
        () -> {
          trapExits(true);
          link(victim);
        });
    listener(
        "watcher",
        () -> {
          monitor(victim);
          monitor(victim);
          monitor(NAME);
        });
    listener(
        "both",
        () -> {
          trapExits(true);
          Ref unused = monitor(victim);
          link(victim);
          assertThat(unused).isNotNull();
        });
    mortal(LinkMode.NORMAL);
    mortal(LinkMode.ANY_EXIT);
    Await.until("the audience is attached", () -> attached.get() == PROCESSES);
    assertThat(complaints).isEmpty();
    return this;
  }

  private void listener(String who, Body bind) {
    listeners.add(
        node.spawn(
            SpawnOptions.DEFAULT.label(who),
            () -> {
              try {
                bind.run();
              } finally {
                attached.incrementAndGet();
              }
              listen(who);
            }));
  }

  private void mortal(LinkMode mode) {
    Pid pid =
        plain.spawn(
            SpawnOptions.DEFAULT.label(mode.name()),
            () -> {
              try {
                link(stage.victim(), mode);
              } finally {
                attached.incrementAndGet();
              }
              receive(Enough.class);
            });
    mortals.add(pid);
    plain.monitor(pid);
  }

  private void listen(String who) {
    boolean first = true;
    while (true) {
      Object message = receive();
      if (message instanceof Enough) {
        through.incrementAndGet();
        return;
      }
      if (message instanceof SystemMessage system) {
        if (first && isOf(system, stage.victim())) {
          first = false;
          lookAtTheWorld(who);
        }
        heard.add(new Heard(who, system));
      } else {
        complaints.add(who + " got " + message);
      }
    }
  }

  private static boolean isOf(SystemMessage message, Pid victim) {
    return switch (message) {
      case Exit exit -> exit.pid().equals(victim);
      case Down down -> victim.equals(down.process());
      default -> false;
    };
  }

  private void lookAtTheWorld(String who) {
    Pid victim = stage.victim();
    check(who, "closed resources are", stage.ledger.closed(), expectedClosings);
    check(who, "the name is held", whereis(NAME).equals(Optional.of(victim)), false);
    check(who, "it is alive", isAlive(victim), false);
    check(who, "info is there", info(victim).isPresent(), false);
    check(who, "it is among the processes", processes().contains(victim), false);
    check(who, "the node is", node().name(), node.name());
    if (who.equals("both")) {
      register(NAME);
      check(who, "the name is held by", whereis(NAME), Optional.of(self()));
      unregister(NAME);
    }
  }

  private void check(String who, String what, Object actual, Object expected) {
    if (!actual.equals(expected)) {
      complaints.add(who + ": " + what + " " + actual + ", expected " + expected);
    }
  }

  /// Waits for the victim's end and checks everything that everybody heard of it.
  ///
  /// @param others how many processes besides the audience outlive the victim
  /// @param expected tells the true reason from others
  /// @param declared whether the victim must have been declared dead
  /// @return the reason
  ExitReason audit(int others, Predicate<ExitReason> expected, boolean declared) {
    Down down = downOf(stage.victim());
    ExitReason reason = down.reason();
    assertThat(reason).as("reason").matches(expected, "is the true reason");
    boolean normal = reason instanceof ExitReason.Normal;
    int survivors = PROCESSES - (normal ? 1 : 2) + others;
    Await.until(
        "only " + survivors + " processes are left: " + node.processes(),
        () -> node.processCount() == survivors);
    listeners.forEach(pid -> node.send(pid, new Enough()));
    mortals.forEach(pid -> node.send(pid, new Enough()));
    Await.until("everybody has read all", () -> through.get() == listeners.size());
    assertThat(complaints).isEmpty();
    assertThat(kindsHeardBy("trapper")).containsExactly("Exit");
    assertThat(kindsHeardBy("watcher")).containsExactly("Down", "Down", "Down");
    assertThat(kindsHeardBy("both")).containsExactly("Exit", "Down");
    heard.forEach(h -> assertTrue(h.message, reason, declared));
    assertTrue(down, reason, declared);
    auditPlain(reason, normal, declared);
    return reason;
  }

  private void auditPlain(ExitReason reason, boolean normal, boolean declared) {
    assertTrue(plain.receive(Exit.class), reason, declared);
    for (Pid mortal : mortals) {
      Down end = downOf(mortal);
      if (normal && mortal.equals(mortals.getFirst())) {
        assertThat(end.trail().hops()).hasSize(1);
      } else {
        assertThat(end.reason()).isEqualTo(reason);
        assertThat(end.trail().hops()).hasSizeGreaterThan(1);
        assertThat(end.trail().hops())
            .anySatisfy(hop -> {
              assertThat(hop.pid()).isEqualTo(stage.victim());
              assertThat(hop.declared()).isEqualTo(declared);
            });
      }
      assertThat(end.reason()).isEqualTo(reason);
    }
    assertThat(plain.receive(Duration.ZERO)).as("heard besides").isEmpty();
  }

  private Down downOf(Pid pid) {
    return plain
        .receive(m -> m instanceof Down down && pid.equals(down.process()) ? down : null, LIMIT)
        .orElseThrow(() -> new AssertionError("no Down of " + pid + "; " + node.info(pid)));
  }

  private List<String> kindsHeardBy(String who) {
    return heard.stream()
        .filter(h -> h.who.equals(who))
        .map(h -> h.message.getClass().getSimpleName())
        .toList();
  }

  private void assertTrue(SystemMessage message, ExitReason reason, boolean declared) {
    Trail trail;
    switch (message) {
      case Exit exit -> {
        assertThat(exit.pid()).isEqualTo(stage.victim());
        assertThat(exit.reason()).isEqualTo(reason);
        trail = exit.trail();
      }
      case Down down -> {
        assertThat(down.process()).isEqualTo(stage.victim());
        assertThat(down.reason()).isEqualTo(reason);
        trail = down.trail();
      }
      default -> throw new AssertionError("unexpected: " + message);
    }
    Trail.Hop last = trail.hops().getLast();
    assertThat(last.pid()).isEqualTo(stage.victim());
    assertThat(last.declared()).as("declared").isEqualTo(declared);
  }
}

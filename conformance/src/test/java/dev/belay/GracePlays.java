package dev.belay;

import static dev.belay.Belay.*;
import static dev.belay.VerbPlays.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Processes that do not end when they are told to: when they are interrupted, when what they own
/// is closed, and when they are given up.
final class GracePlays {
  private static final Duration GRACE = Duration.ofMillis(40);
  private static final Duration KILL_GRACE = Duration.ofMillis(8);
  private static final Duration CLOSE = Duration.ofMillis(20);
  private static final SpawnOptions HOW =
      SpawnOptions.DEFAULT.grace(GRACE).killGrace(KILL_GRACE).closeTime(CLOSE);

  private GracePlays() {}

  /// A process that goes on until the scenario lets it go, and a scenario that looks at the clock.
  abstract static class Stubborn extends Play {
    final List<Long> interrupts = new ArrayList<>();
    final List<String> closed = new ArrayList<>();
    private final List<Thread> stuck = new ArrayList<>();
    private boolean freed;
    private long began;

    /// Takes no notice of anything, but writes down when it is interrupted.
    final void persist() {
      stuck.add(Thread.currentThread());
      while (!freed) {
        if (node().host.clearInterrupt()) {
          interrupts.add(millis());
        } else {
          node().host.park(this);
        }
      }
    }

    final long millis() {
      return (node().host.nanoTime() - began) / 1_000_000;
    }

    final AutoCloseable thing(String name) {
      return () -> closed.add(name + " " + millis());
    }

    final void begin() {
      stage().quiet();
      began = node().host.nanoTime();
    }

    final void passUntil(long millis) {
      stage().pass(began + millis * 1_000_000 - node().host.nanoTime());
      stage().quiet();
    }

    final void lives(Actor who, boolean should) {
      same(
          who.cell != null && who.cell.state < Cell.DEAD,
          should,
          () -> who.name + " lives after " + millis() + " ms");
    }

    final void free() {
      freed = true;
      for (Thread thread : stuck) {
        node().host.unpark(thread);
      }
      stage().quiet();
    }

    final Actor stuck(String name, SpawnOptions how, Body body) {
      Actor actor = actor(name, how, body);
      actor.mayBeDeclared = true;
      return actor;
    }

    /// What the main thread does, beginning with the exit.
    abstract void clock();

    @Override
    void meanwhile() {
      stage().calm(true);
      begin();
      clock();
      free();
      stage().calm(false);
    }
  }

  /// It is interrupted at once, after a quarter and half of its grace, and then declared dead; its
  /// thread is interrupted again and again, and at last comes back.
  static final class Declared extends Stubborn {
    final Actor a = stuck("A", HOW, this::persist);
    final Actor watcher =
        mortal(
            "watcher",
            () -> {
              note(monitor(a.pid()));
              note(receive(Down.class).reason());
              note(millis());
            });

    @Override
    void clock() {
      node().exit(a.pid(), BYE);
      stage().quiet();
      same(interrupts, List.of(0L));
      passUntil(9);
      same(interrupts, List.of(0L));
      passUntil(10);
      same(interrupts, List.of(0L, 10L));
      passUntil(39);
      same(interrupts, List.of(0L, 10L, 20L));
      lives(a, true);
      same(node().quarantined(), List.of());
      passUntil(40);
      lives(a, false);
      same(node().processCount(), 0);
      List<QuarantinedThread> given = node().quarantined();
      same(given.size(), 1);
      same(given.getFirst().pid(), a.pid());
      same(given.getFirst().label(), "A");
      passUntil(30_000);
      require(interrupts.size() > 3, interrupts::toString);
      same(node().quarantined().size(), 1);
    }

    @Override
    void atRest() {
      same(node().quarantined(), List.of());
    }

    @Override
    void check() {
      diedOf(a, BYE);
      same(watcher.notes.get(1), BYE);
      same(watcher.notes.get(2), 40L);
    }
  }

  /// A kill leaves it less time.
  static final class Shortened extends Stubborn {
    final Actor killed = stuck("killed", HOW, this::persist);
    final Actor both = stuck("both", HOW, this::persist);
    final Actor brief = stuck("brief", HOW.killGrace(KILL_GRACE.dividedBy(2)), this::persist);

    @Override
    void clock() {
      node().exit(killed.pid(), ExitReason.KILL);
      node().exit(both.pid(), BYE);
      node().terminate(brief.pid(), ExitReason.SHUTDOWN);
      passUntil(3);
      lives(brief, true);
      passUntil(4);
      lives(brief, false);
      passUntil(7);
      lives(killed, true);
      passUntil(8);
      lives(killed, false);
      lives(both, true);
      passUntil(12);
      node().exit(both.pid(), ExitReason.KILL);
      passUntil(19);
      lives(both, true);
      passUntil(20);
      lives(both, false);
      same(node().quarantined().size(), 3);
    }

    @Override
    void check() {
      diedOf(killed, ExitReason.KILLED);
      diedOf(both, BYE);
      diedOf(brief, ExitReason.SHUTDOWN);
    }
  }

  /// Who has noticed is not interrupted again, and who must not be is not at all.
  static final class Uninterrupted extends Stubborn {
    private @Nullable Throwable thrown;
    final Actor noticed =
        stuck(
            "noticed",
            HOW,
            () -> {
              try {
                receive(Integer.class);
              } catch (ExitSignalError e) {
                thrown = e;
              }
              persist();
            });
    final Actor never =
        stuck(
            "never",
            HOW.interrupt(InterruptPolicy.NEVER),
            () -> {
              own(thing("never"));
              persist();
            });

    @Override
    void clock() {
      node().exit(noticed.pid(), BYE);
      node().exit(never.pid(), BYE);
      stage().quiet();
      require(thrown != null, () -> "not noticed");
      same(closed, List.of("never 0"));
      passUntil(39);
      lives(noticed, true);
      lives(never, true);
      passUntil(40);
      lives(noticed, false);
      lives(never, false);
      same(interrupts, List.of());
      same(node().quarantined().size(), 2);
      passUntil(1_000);
    }

    @Override
    void check() {
      diedOf(noticed, BYE);
      diedOf(never, BYE);
    }
  }

  /// What a stuck process owns is closed when its grace is over; then it has a second one.
  static final class ClosedThenDeclared extends Stubborn {
    final Actor stuck =
        stuck(
            "stuck",
            HOW,
            () -> {
              own(thing("first"));
              own(thing("last"));
              persist();
            });
    final Actor freed =
        actor(
            "freed",
            HOW,
            () -> {
              Thread me = Thread.currentThread();
              boolean[] open = {true};
              own(
                  (AutoCloseable)
                      () -> {
                        open[0] = false;
                        node().host.unpark(me);
                      });
              while (open[0]) {
                node().host.clearInterrupt();
                node().host.park(this);
              }
            });

    @Override
    void clock() {
      node().exit(stuck.pid(), BYE);
      node().exit(freed.pid(), CIAO);
      passUntil(39);
      same(closed, List.of());
      lives(freed, true);
      passUntil(40);
      same(closed, List.of("last 40", "first 40"));
      lives(freed, false);
      passUntil(79);
      lives(stuck, true);
      passUntil(80);
      lives(stuck, false);
      same(node().quarantined().size(), 1);
    }

    @Override
    void check() {
      diedOf(stuck, BYE);
      diedOf(freed, CIAO);
    }
  }

  /// A `close()` that does not come back is given up, and the others are closed.
  static final class StuckClose extends Stubborn {
    final Actor a =
        actor(
            "A",
            HOW,
            () -> {
              own(thing("first"));
              own((AutoCloseable) this::persist);
              own(
                  (AutoCloseable)
                      () -> {
                        throw new IllegalStateException("close fails");
                      });
              own(thing("last"));
              receive(Integer.class);
            });

    @Override
    void clock() {
      node().exit(a.pid(), BYE);
      stage().quiet();
      same(closed, List.of("last 0"));
      passUntil(19);
      same(closed, List.of("last 0"));
      lives(a, true);
      passUntil(20);
      same(closed, List.of("last 0", "first 20"));
      lives(a, false);
      same(node().quarantined().size(), 1);
      require(
          node().quarantined().getFirst().stuckIn().startsWith("close() of "), () -> "stuck in");
      passUntil(30_000);
      require(!interrupts.isEmpty(), () -> "the closer is not interrupted");
    }

    @Override
    void check() {
      diedOf(a, BYE);
      same(closed.size(), 2);
      same(node().quarantined(), List.of());
    }
  }
}

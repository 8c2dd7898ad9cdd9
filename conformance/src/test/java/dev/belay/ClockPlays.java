package dev.belay;

import static dev.belay.Belay.*;
import static dev.belay.VerbPlays.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// When things happen: at once, or after exactly the time that was asked for. Time is virtual and
/// passes only when nobody can move, so that this holds in every schedule.
final class ClockPlays {
  private static final Duration LONG = Duration.ofMinutes(1);

  private ClockPlays() {}

  /// Something that needs no time: when everything has come to rest, it must have happened although
  /// time stood still.
  abstract static class AtOnce extends Play {
    private long began;

    abstract void happened();

    @Override
    void prepare() {
      began = 0;
    }

    @Override
    void meanwhile() {
      began = node().host.nanoTime();
    }

    @Override
    void atRest() {
      same(node().host.nanoTime() - began, 0L, () -> "time has passed");
      happened();
    }

    static void isGone(Actor who) {
      require(who.cell != null && who.cell.state == Cell.GONE, () -> who + " is not gone");
    }

    /// Runs until it is interrupted, as code of a user that knows nothing of processes.
    final void dawdle() throws InterruptedException {
      while (!stage().isInterrupted()) {
        node().host.park(this);
      }
      node().host.clearInterrupt();
      throw new InterruptedException("dawdling");
    }
  }

  /// Exits end those who wait, whatever they wait for.
  static final class EndAtOnce extends AtOnce {
    final List<String> closed = new ArrayList<>();
    final Actor receives = actor("receives", () -> receive(Integer.class));
    final Actor waits = actor("waits", () -> receive(Integer.class, LONG));
    final Actor selects = actor("selects", () -> receive((Object _) -> skip()));
    final Actor sleeps = actor("sleeps", () -> sleep(LONG));
    final Actor dawdles = actor("dawdles", this::dawdle);
    final Actor never =
        actor(
            "never",
            SpawnOptions.DEFAULT.interrupt(InterruptPolicy.NEVER),
            () -> {
              own((AutoCloseable) () -> closed.add("never"));
              receive(Integer.class);
            });
    final Actor owns =
        actor(
            "owns",
            SpawnOptions.DEFAULT.own(() -> closed.add("spawned")),
            () -> {
              own((AutoCloseable) () -> closed.add("owned"));
              dawdle();
            });
    final Actor linked =
        actor(
            "linked",
            () -> {
              link(dawdles.pid());
              ready();
              receive(Integer.class);
            });
    final Actor killer =
        actor(
            "killer",
            () -> {
              ready();
              exit(receives.pid(), ExitReason.KILL);
              terminate(waits.pid());
              for (Actor who : List.of(selects, sleeps, dawdles, never, owns)) {
                exit(who.pid(), BYE);
              }
            });

    @Override
    void prepare() {
      for (Actor who : List.of(receives, waits, selects, sleeps, dawdles, never, owns)) {
        start(who);
        stage().quiet();
      }
      start(linked);
      start(killer);
    }

    @Override
    void act() {
      letGo(killer);
    }

    @Override
    void happened() {
      for (Actor who : List.of(receives, waits, selects, sleeps, dawdles, never, owns, linked)) {
        isGone(who);
      }
      same(closed.stream().sorted().toList(), List.of("never", "owned", "spawned"));
      require(closed.indexOf("owned") < closed.indexOf("spawned"), closed::toString);
    }

    @Override
    void check() {
      diedOf(receives, ExitReason.KILLED);
      diedOf(waits, ExitReason.NORMAL);
      diedOf(dawdles, BYE);
      diedOf(linked, BYE);
    }
  }

  /// Messages, exits, downs and replies wake who waits for them.
  static final class WakeAtOnce extends AtOnce {
    final Actor message = actor("message", () -> note(receive(Integer.class)));
    final Actor timed = actor("timed", () -> note(receive(Integer.class, LONG)));
    final Actor aliased =
        actor(
            "aliased",
            () -> {
              note(alias());
              note(receive(Integer.class));
            });
    final Actor watched = actor("watched", () -> receive(Integer.class));
    final Actor watcher =
        actor(
            "watcher",
            () -> {
              monitor(watched.pid());
              note(receive(Down.class).reason());
            });
    final Actor trapper =
        actor(
            "trapper",
            () -> {
              trapExits(true);
              link(watched.pid());
              note(receive(Exit.class).reason());
              note(receive(Exit.class).reason());
            });
    final Actor waiter =
        actor(
            "waiter",
            () -> {
              note(receive(String.class));
              note(isAlive(watched.pid()));
            });
    final Actor waker =
        actor(
            "waker",
            () -> {
              ready();
              send(message.pid(), 1);
              send(timed.pid(), 2);
              send((Ref) aliased.notes.getFirst(), 3);
              exit(watched.pid(), BYE);
              exit(trapper.pid(), CIAO);
              send(waiter.pid(), "now");
            });

    @Override
    void prepare() {
      for (Actor who : List.of(message, timed, aliased, watched, watcher, trapper, waiter, waker)) {
        start(who);
        stage().quiet();
      }
    }

    @Override
    void act() {
      letGo(waker);
    }

    @Override
    void happened() {
      same(message.notes, List.of(1));
      same(timed.notes, List.of(Optional.of(2)));
      same(aliased.notes.getLast(), 3);
      same(watcher.notes, List.of(BYE));
      require(trapper.notes.contains(BYE) && trapper.notes.contains(CIAO), trapper::toString);
      same(waiter.notes, List.of("now", false));
    }

    @Override
    void check() {
      happened();
    }
  }

  /// Timers fire in the order of their times, each at its own, and can be read and cancelled.
  static final class Timers extends Play {
    private static final List<Integer> TIMES =
        List.of(50, 20, 70, 10, 40, 90, 30, 60, 80, 5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 12, 22);

    final Actor target = actor("target", () -> receive(Exit.class));
    final Actor actor =
        actor(
            "actor",
            () -> {
              TimerRef ofTheDying = sendAfter(LONG, target.pid(), "late");
              sendAfter(LONG, target.pid(), "later");
              exit(target.pid(), BYE);
              same(isAlive(target.pid()), false);
              sleep(MOMENT);
              same(node().timers.armed(), 0);
              TimerRef ofTheDead = sendAfter(LONG, target.pid(), "too late");
              same(node().timers.armed(), 0);
              same(cancelTimer(ofTheDying), Optional.empty());
              same(cancelTimer(ofTheDead), Optional.empty());
              long began = node().host.nanoTime();
              List<TimerRef> timers = new ArrayList<>();
              for (int time : TIMES) {
                timers.add(sendAfter(Duration.ofMillis(time), self(), time));
              }
              same(node().timers.armed(), TIMES.size());
              same(readTimer(timers.get(2)), Optional.of(Duration.ofMillis(70)));
              same(cancelTimer(timers.get(3)), Optional.of(Duration.ofMillis(10)));
              same(cancelTimer(timers.get(3)), Optional.empty());
              same(readTimer(timers.get(3)), Optional.empty());
              same(cancelTimer(timers.get(5)), Optional.of(Duration.ofMillis(90)));
              same(node().timers.armed(), TIMES.size() - 2);
              List<Integer> left =
                  TIMES.stream().filter(time -> time != 10 && time != 90).sorted().toList();
              for (int time : left) {
                same(receive(Integer.class), time);
                same(node().host.nanoTime() - began, Duration.ofMillis(time).toNanos());
                if (time == 20) {
                  same(readTimer(timers.get(2)), Optional.of(Duration.ofMillis(50)));
                }
              }
              same(node().timers.armed(), 0);
              TimerRef wrapped = startTimer(MOMENT, self(), "in time");
              Timeout timeout = receive(Timeout.class);
              same(timeout.timer(), wrapped);
              same(timeout.message(), "in time");
              register("me");
              sendAfter(MOMENT, new Name("me", node().name()), "by name");
              sendAfter(MOMENT, new Name("nobody", node().name()), "lost");
              sendAfter(MOMENT, alias(), "by alias");
              same(receive(String.class), "by name");
              same(receive(String.class), "by alias");
              fails(
                  IllegalArgumentException.class,
                  () -> sendAfter(Duration.ofNanos(-1), self(), "past"));
              began = node().host.nanoTime();
              same(receive(String.class, Duration.ZERO), Optional.empty());
              same(node().host.nanoTime(), began);
              same(receive(String.class, MOMENT), Optional.empty());
              same(node().host.nanoTime() - began, MOMENT.toNanos());
              sleep(MOMENT);
              same(node().host.nanoTime() - began, 2 * MOMENT.toNanos());
              same(receive(String.class, Duration.ofNanos(1)), Optional.empty());
              same(node().host.nanoTime() - began, 2 * MOMENT.toNanos() + 1);
              sleep(Duration.ZERO);
              fails(IllegalArgumentException.class, () -> receive(Object.class, MOMENT.negated()));
              same(node().timers.armed(), 0);
            });

    @Override
    void check() {
      require(actor.returned, actor::toString);
    }
  }
}

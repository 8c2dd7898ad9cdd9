package dev.belay;

import static dev.belay.Belay.*;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Waiting: wake-ups, timeouts, timers.
final class WaitPlays {
  private WaitPlays() {}

  /// A message comes while its receiver goes to sleep.
  static class SendAndPark extends Play {
    final Actor a = actor("A", () -> note(receive(String.class)));
    final Actor b = actor("B", () -> send(a.pid(), "hello"));

    @Override
    void check() {
      require(isFaulty() || a.notes.equals(List.of("hello")), a::toString);
    }
  }

  /// Two senders, one receiver.
  static final class TwoSenders extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              note(receive(String.class));
              note(receive(String.class));
            });
    final Actor b = actor("B", () -> send(a.pid(), "from B"));
    final Actor c = actor("C", () -> send(a.pid(), "from C"));

    @Override
    void check() {
      require(
          isFaulty() || (a.notes.contains("from B") && a.notes.contains("from C")), a::toString);
    }
  }

  /// Messages of one sender are received in their order, also by a receiver that takes them out of
  /// order (S1, RV1).
  static final class Order extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              note(receive(Integer.class));
              note(receive(String.class));
              note(receive(String.class));
            });
    final Actor b =
        actor(
            "B",
            () -> {
              send(a.pid(), "one");
              send(a.pid(), 1);
              send(a.pid(), "two");
            });

    @Override
    void check() {
      require(isFaulty() || a.notes.equals(List.of(1, "one", "two")), a::toString);
    }
  }

  /// A message comes when the time of its receiver is over: it is received or it stays.
  static class TimeoutAndMessage extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              Optional<String> first = receive(String.class, MOMENT);
              note(first.isPresent());
              note(first.orElseGet(() -> receive(String.class)));
            });
    final Actor b =
        actor(
            "B",
            () -> {
              sleep(MOMENT);
              send(a.pid(), "hello");
            });

    @Override
    void check() {
      require(isFaulty() || a.notes.contains("hello"), a::toString);
    }
  }

  /// A timer and a cancellation: the message comes, or cancelling succeeds (TM4).
  static final class TimerAndCancel extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              TimerRef timer = sendAfter(Duration.ZERO, self(), "tick");
              send(pid("B"), timer);
              hearTheRest(String.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              TimerRef timer = receive(TimerRef.class);
              note(cancelTimer(timer).isPresent());
            });

    @Override
    void check() {
      if (a.returned && b.returned) {
        boolean cancelled = noted(b, Boolean.class);
        require(cancelled != a.notes.contains("tick"), () -> a + ", " + b);
      }
    }
  }

  /// A timer that is aimed at an alias, and a cancellation.
  static final class TimerToAlias extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              TimerRef timer = sendAfter(Duration.ZERO, alias(), "tick");
              send(pid("B"), timer);
              receive(String.class, MOMENT).ifPresent(this::note);
              hearTheRest(String.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              TimerRef timer = receive(TimerRef.class);
              note(cancelTimer(timer).isPresent());
            });

    @Override
    void check() {
      if (a.returned && b.returned) {
        boolean cancelled = noted(b, Boolean.class);
        require(
            a.notes.equals(cancelled ? List.of() : List.of("tick"))
                || (isFaulty() && a.notes.isEmpty()),
            () -> a + ", " + b);
      }
    }
  }

  /// A timer and the end of the process that it is aimed at (TM8).
  static final class TimerAndDeath extends Play {
    final Actor a = actor("A", () -> exit(BYE));
    final Actor b = actor("B", () -> note(sendAfter(Duration.ZERO, a.pid(), "tick")));

    @Override
    void check() {
      require(node().timers.armed() == 0, () -> "timers are left");
    }
  }

  /// A process that waits with a timeout is sent a timer's message at the same moment.
  static final class TimeoutAndTimer extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              sendAfter(MOMENT, self(), "tick");
              note(receive(String.class, MOMENT).isPresent());
              hearTheRest(String.class);
            });

    @Override
    void check() {
      if (a.returned) {
        // After an error the message is late, and may miss its receiver.
        boolean missed = isFaulty() && a.notes.equals(List.of(false));
        require(missed || noted(a, Boolean.class) != a.notes.contains("tick"), a::toString);
      }
    }
  }

  /// The length of a mailbox is exact whatever its owner is doing (I2).
  static final class Length extends Play {
    final Actor a = actor("A", () -> receive(Integer.class, Duration.ZERO));
    final Actor b =
        actor(
            "B",
            () -> {
              send(a.pid(), "one");
              send(a.pid(), "two");
              note(info(a.pid()).orElseThrow().messageQueueLength());
            });

    @Override
    void check() {
      if (b.returned) {
        require(isFaulty() || noted(b, Integer.class) == 2, b::toString);
      }
    }
  }

  /// A process sleeps although messages come.
  static final class SleepAndMessage extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              long begin = node().host.nanoTime();
              sleep(MOMENT);
              note(node().host.nanoTime() - begin);
              note(receive(String.class));
            });
    final Actor b = actor("B", () -> send(a.pid(), "hello"));

    @Override
    void check() {
      if (a.returned) {
        long slept = noted(a, Long.class);
        require(slept == MOMENT.toNanos() || (isFaulty() && slept > MOMENT.toNanos()), a::toString);
      }
    }
  }
}

package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.util.List;

/// Mailboxes with a bound: who waits is let in, whatever ends, and no more is in them than may be.
final class BoundPlays {
  private BoundPlays() {}

  /// A scenario with a process T whose mailbox holds one message.
  abstract static class Bounded extends Play {
    final Actor t;

    Bounded(MailboxPolicy policy) {
      t = actor("T", SpawnOptions.DEFAULT.mailbox(1, policy), this::whatTDoes);
    }

    abstract void whatTDoes();

    @Override
    void prepare() {
      start(t);
    }

    /// There is never more in its mailbox than may be.
    final void look() {
      int length = info(t.pid()).map(ProcessInfo::messageQueueLength).orElse(0);
      require(length <= 1, () -> "the mailbox holds " + length);
    }

    final void heard(Object... what) {
      List<String> all = t.noted(String.class);
      require(
          isFaulty()
              ? List.of(what).containsAll(all) && all.stream().distinct().count() == all.size()
              : all.size() == what.length && all.containsAll(List.of(what)),
          t::toString);
    }
  }

  /// Two want to send, and wait for each other's message to be taken.
  static final class TwoWait extends Bounded {
    final Actor a = actor("A", () -> send(t.pid(), "a"));
    final Actor b = actor("B", () -> send(t.pid(), "b"));

    TwoWait() {
      super(MailboxPolicy.SENDER_WAITS);
    }

    @Override
    void whatTDoes() {
      ready();
      look();
      note(receive(String.class));
      look();
      note(receive(String.class));
    }

    @Override
    void check() {
      heard("a", "b");
    }
  }

  /// One has more to send than there is room for: it comes in order (S1).
  static final class InOrder extends Bounded {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
              send(t.pid(), "3");
            });

    InOrder() {
      super(MailboxPolicy.SENDER_WAITS);
    }

    @Override
    void whatTDoes() {
      ready();
      note(receive(String.class));
      note(receive(String.class));
      note(receive(String.class));
    }

    @Override
    void check() {
      heard("1", "2", "3");
      List<String> all = t.noted(String.class);
      require(all.equals(all.stream().sorted().toList()), t::toString);
    }
  }

  /// A sender that waits is told to exit: it ends, and its place does not keep the next one out.
  static final class WaitingIsKilled extends Bounded {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
            });
    final Actor k = actor("K", () -> exit(a.pid(), BYE));

    WaitingIsKilled() {
      super(MailboxPolicy.SENDER_WAITS);
    }

    @Override
    void prepare() {
      super.prepare();
      start(a);
    }

    @Override
    boolean goesOnAtOnce(Actor actor) {
      return actor == a;
    }

    @Override
    void whatTDoes() {
      monitor(a.pid());
      ready();
      note(receive(Down.class));
      hearTheRest(String.class);
    }

    @Override
    void check() {
      diedOf(a, BYE);
      require(t.noted(String.class).size() <= 1, t::toString);
    }
  }

  /// A sender that waits is killed while there comes room for it and for another one.
  @Explored(preemptions = 0, full = 2)
  static final class RoomAndKill extends Bounded {
    final Actor a =
        actor(
            "A",
            () -> {
              ready();
              send(t.pid(), "a");
            });
    final Actor b = actor("B", () -> send(t.pid(), "b"));
    final Actor k = actor("K", () -> exit(a.pid(), BYE));

    RoomAndKill() {
      super(MailboxPolicy.SENDER_WAITS);
    }

    @Override
    void prepare() {
      super.prepare();
      start(a);
    }

    @Override
    void whatTDoes() {
      ready();
      if (note(receive(String.class)).equals("a")) {
        note(receive(String.class));
      }
      hearTheRest(String.class);
    }

    @Override
    void check() {
      if (t.returned && !isFaulty()) {
        require(t.noted(String.class).contains("b"), t::toString);
      }
    }
  }

  /// The receiver ends by itself while a sender waits, which goes on.
  static final class ReceiverEnds extends Bounded {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
            });

    ReceiverEnds() {
      super(MailboxPolicy.SENDER_WAITS);
      t.mortal = true;
    }

    @Override
    void whatTDoes() {
      ready();
    }

    @Override
    void check() {
      require(isFaulty() || a.returned, a::toString);
    }
  }

  /// The receiver is told to exit while a sender waits, which goes on.
  @Explored(preemptions = 1, full = 2)
  static final class ReceiverIsKilled extends Bounded {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
            });
    final Actor k = actor("K", () -> exit(t.pid(), BYE));

    ReceiverIsKilled() {
      super(MailboxPolicy.SENDER_WAITS);
    }

    @Override
    void whatTDoes() {
      ready();
    }

    @Override
    void check() {
      require(isFaulty() || a.returned, a::toString);
    }
  }

  /// Two send to one that holds the first.
  static final class Newest extends Bounded {
    final Actor a = actor("A", () -> send(t.pid(), "a"));
    final Actor b = actor("B", () -> send(t.pid(), "b"));

    Newest() {
      super(MailboxPolicy.DROP_NEWEST);
    }

    @Override
    void whatTDoes() {
      ready();
      hearTheRest(String.class);
    }

    @Override
    void check() {
      require(
          isFaulty() ? t.noted(String.class).size() <= 1 : t.noted(String.class).size() == 1,
          t::toString);
    }
  }

  /// The owner takes while senders drop what is oldest.
  static final class Oldest extends Bounded {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
            });
    final Actor b = actor("B", () -> send(t.pid(), "b"));

    Oldest() {
      super(MailboxPolicy.DROP_OLDEST);
    }

    @Override
    void whatTDoes() {
      ready();
      note(receive(String.class));
      look();
      hearTheRest(String.class);
    }

    @Override
    void check() {
      List<String> all = t.noted(String.class);
      require(isFaulty() || (all.size() >= 1 && all.size() <= 2), t::toString);
      require(all.stream().distinct().count() == all.size(), t::toString);
      require(all.indexOf("2") < 0 || all.indexOf("1") <= all.indexOf("2"), t::toString);
    }
  }

  /// A message that the owner has looked at, and is about to take, is dropped.
  static final class OldestInHand extends Bounded {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
            });

    OldestInHand() {
      super(MailboxPolicy.DROP_OLDEST);
    }

    @Override
    void whatTDoes() {
      ready();
      note(receive(Selector.matching(m -> m.equals("2"))));
      look();
      hearTheRest(String.class);
    }

    @Override
    void check() {
      heard("2");
    }
  }

  /// One message too many ends the process, whatever it traps.
  @Explored(preemptions = 0, full = 2)
  static final class Overflow extends Bounded {
    final Actor a = actor("A", () -> send(t.pid(), "a"));
    final Actor b = actor("B", () -> send(t.pid(), "b"));
    final Actor m =
        actor(
            "M",
            () -> {
              monitor(t.pid());
              ready();
              hear(Down.class);
            });

    Overflow() {
      super(MailboxPolicy.EXIT);
    }

    @Override
    void whatTDoes() {
      trapExits(true);
      ready();
    }

    @Override
    void prepare() {
      super.prepare();
      start(m);
    }

    @Override
    void check() {
      if (m.returned) {
        heardOnce(m, t, ExitReason.term(new MailboxOverflow(1)), ExitReason.NORMAL);
      }
      diedOf(t, ExitReason.term(new MailboxOverflow(1)));
    }
  }

  /// A turn-style process with a bound.
  abstract static class InTurns extends TurnPlays.Two {
    private final MailboxPolicy policy;

    InTurns(MailboxPolicy policy) {
      this.policy = policy;
    }

    @Override
    void prepare() {
      node().runners.turnLength = 2;
      t.start(SpawnOptions.DEFAULT.mailbox(1, policy));
      u.start();
    }
  }

  /// One waits in its turn for room, which only another turn can make.
  static final class WaitInTurn extends InTurns {
    final Actor a = actor("A", () -> send(u.pid(), "go"));

    WaitInTurn() {
      super(MailboxPolicy.SENDER_WAITS);
    }

    @Override
    TurnPlays.Turner second() {
      return new TurnPlays.Turner(this, "U") {
        @Override
        Behaviour took(Object message) {
          send(t.pid(), "1");
          send(t.pid(), "2");
          send(t.pid(), "3");
          return Behaviour.same();
        }
      };
    }

    @Override
    void check() {
      saw(t, "1", "2", "3");
    }
  }

  /// Messages are dropped that a turn is about to take.
  static final class OldestInTurn extends InTurns {
    final Actor a =
        actor(
            "A",
            () -> {
              send(t.pid(), "1");
              send(t.pid(), "2");
              send(t.pid(), "3");
            });

    OldestInTurn() {
      super(MailboxPolicy.DROP_OLDEST);
    }

    @Override
    void check() {
      require(isFaulty() || t.seen.contains("3"), t.seen::toString);
      require(t.seen.equals(t.seen.stream().sorted().distinct().toList()), t.seen::toString);
    }
  }
}

package dev.belay;

import static dev.belay.Belay.*;

import dev.belay.explorer.Explored;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Links against deaths, links against links, unlinks against everything.
final class LinkPlays {
  private LinkPlays() {}

  /// A links with B while B dies: A hears of it once, with the true reason or `noproc`.
  static final class LinkAndDeath extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(b.pid());
              hear(Exit.class);
            });

    @Override
    void check() {
      if (a.returned) {
        heardOnce(a, b, BYE, ExitReason.NO_PROC);
      }
    }
  }

  /// As before, but A does not trap exits: it dies with B, or `link` throws.
  static final class LinkAndDeathUntrapped extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a =
        actor(
            "A",
            () -> {
              link(b.pid());
              note("linked");
              linger();
            });

    @Override
    void check() {
      if (a.thrown instanceof NoProcessException) {
        require(a.notes.isEmpty(), a::toString);
        diedOf(a, ExitReason.crash(a.thrown));
      } else {
        diedOf(a, BYE);
      }
    }
  }

  /// A, which goes down with B whatever the reason, links with it while it ends normally.
  static final class AnyExit extends Play {
    final Actor b = mortal("B", () -> {});
    final Actor a =
        actor(
            "A",
            () -> {
              link(b.pid(), LinkMode.ANY_EXIT);
              linger();
            });

    @Override
    void check() {
      if (!(a.thrown instanceof NoProcessException)) {
        diedOf(a, ExitReason.NORMAL);
      }
    }
  }

  /// Two processes link with a third one while it dies.
  static final class Hub extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a = actor("A", this::spoke);
    final Actor c = actor("C", this::spoke);

    private void spoke() {
      trapExits(true);
      link(b.pid());
      hear(Exit.class);
    }

    @Override
    void check() {
      for (Actor spoke : List.of(a, c)) {
        if (spoke.returned) {
          heardOnce(spoke, b, BYE, ExitReason.NO_PROC);
        }
      }
    }
  }

  /// Both link with each other at once.
  static final class LinkAndLink extends Play {
    final Actor a = actor("A", () -> linkWith("B"));
    final Actor b = actor("B", () -> linkWith("A"));

    private void linkWith(String other) {
      link(pid(other));
    }

    @Override
    void atRest() {
      require(areLinked(a, b), () -> "not linked");
    }

    @Override
    void check() {
      diedOf(a, ExitReason.NORMAL);
      diedOf(b, ExitReason.NORMAL);
    }
  }

  /// Both link with each other, and one of them then dies.
  static final class LinkAndLinkAndDeath extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(pid("B"));
              hear(Exit.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              link(a.pid());
              exit(BYE);
            });

    @Override
    void check() {
      if (a.returned && b.thrown instanceof ExitException) {
        heardOnceOrThenNoProc(a, b, BYE, ExitReason.NO_PROC);
      }
    }
  }

  /// Both link with each other while somebody else kills one of them.
  @Explored(preemptions = 1, full = 2)
  static final class LinkAndLinkAndKill extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(pid("B"));
              hear(Exit.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              link(a.pid());
            });
    final Actor c = actor("C", () -> exit(b.pid(), ExitReason.KILL));

    @Override
    void check() {
      if (a.returned) {
        heardOnceOrThenNoProc(a, b, ExitReason.KILLED, ExitReason.NO_PROC);
      }
    }
  }

  /// A and B, linked, are taken apart while B dies: after `unlink` and a look into the mailbox
  /// nothing comes any more (L10).
  static final class UnlinkAndDeath extends Linked {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(pid("B"));
              ready();
              unlink(pid("B"));
              receive(Exit.class, Duration.ZERO).ifPresent(exit -> note("flushed"));
              hearTheRest(Exit.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
              exit(BYE);
            });

    @Override
    void check() {
      heardNothing(a, b);
    }
  }

  /// Two processes that are linked when the explored part begins.
  abstract static class Linked extends Play {
    @Override
    void prepare() {
      start(actor("B"));
      start(actor("A"));
    }
  }

  /// A and B, linked, do something to their link each; afterwards they agree, and if they are
  /// linked the end of one is heard by the other.
  abstract static class Dispute extends Linked {
    private boolean linked;

    final Actor a =
        actor(
            "A",
            () -> {
              link(pid("B"));
              ready();
              first(pid("B"));
              rest();
              exit(BYE);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              trapExits(true);
              ready();
              second(pid("A"));
              rest();
              if (linked) {
                note(receive(Exit.class));
              }
              receive(Exit.class, Duration.ZERO).ifPresent(this::note);
            });

    abstract void first(Pid other);

    abstract void second(Pid other);

    @Override
    void atRest() {
      linked = areLinked(a, b);
    }

    @Override
    void check() {
      if (isFaulty()) {
        return;
      }
      if (linked) {
        heardOnce(b, a, BYE);
      } else {
        heardNothing(b, a);
      }
    }
  }

  /// Both unlink.
  static final class UnlinkAndUnlink extends Dispute {
    @Override
    void first(Pid other) {
      unlink(other);
    }

    @Override
    void second(Pid other) {
      unlink(other);
    }
  }

  /// One unlinks, the other links.
  static final class UnlinkAndLink extends Dispute {
    @Override
    void first(Pid other) {
      unlink(other);
    }

    @Override
    void second(Pid other) {
      link(other);
    }
  }

  /// One unlinks and links again, the other unlinks (L19).
  static final class RelinkAndUnlink extends Dispute {
    @Override
    void first(Pid other) {
      unlink(other);
      link(other);
    }

    @Override
    void second(Pid other) {
      unlink(other);
    }
  }

  /// Both unlink and link again (L19).
  static final class RelinkAndRelink extends Dispute {
    @Override
    void first(Pid other) {
      unlink(other);
      link(other);
    }

    @Override
    void second(Pid other) {
      unlink(other);
      link(other);
    }
  }

  /// One unlinks and links again and unlinks, the other links.
  static final class ZigzagAndLink extends Dispute {
    @Override
    void first(Pid other) {
      unlink(other);
      link(other);
      unlink(other);
    }

    @Override
    void second(Pid other) {
      link(other);
    }
  }

  /// One unlinks and links again while the other dies: after the second link it is told.
  static final class RelinkAndDeath extends Linked {
    final Actor a =
        actor(
            "A",
            () -> {
              trapExits(true);
              link(pid("B"));
              ready();
              unlink(pid("B"));
              receive(Exit.class, Duration.ZERO).ifPresent(exit -> note("flushed"));
              link(pid("B"));
              hear(Exit.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              ready();
              exit(BYE);
            });

    @Override
    void check() {
      if (a.returned) {
        heardOnce(a, b, BYE, ExitReason.NO_PROC);
      }
    }
  }

  /// A chain of three, of which both ends die at once: nobody is left, and each died of one of the
  /// two reasons.
  @Explored(preemptions = 0, full = 2)
  static final class Chain extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              link(pid("B"));
              ready();
              exit(BYE);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              link(pid("C"));
              ready();
              linger();
            });
    final Actor c =
        actor(
            "C",
            () -> {
              ready();
              exit(CIAO);
            });

    @Override
    void prepare() {
      start(c);
      start(b);
      start(a);
    }

    @Override
    void check() {
      diedOf(a, BYE, CIAO);
      diedOf(b, BYE, CIAO);
      diedOf(c, BYE, CIAO);
    }
  }

  /// Whether two processes that are alive are linked; they agree on that already.
  static boolean areLinked(Actor one, Actor two) {
    LinkEnd end = Objects.requireNonNull(one.cell).findLink(two.pid());
    return end != null && end.isActive();
  }
}

package dev.belay;

import static dev.belay.Belay.*;

import java.util.Optional;

/// Registered names against each other and against deaths.
final class NamePlays {
  private NamePlays() {}

  /// Of two processes that register under one name, one succeeds (R1, R2).
  static final class TwoRegister extends Play {
    final Actor a = actor("A", this::claim);
    final Actor b = actor("B", this::claim);

    private void claim() {
      try {
        register("n");
        note("mine");
      } catch (NameException e) {
        note(e);
      }
    }

    @Override
    void atRest() {
      require(a.noted(String.class).size() + b.noted(String.class).size() == 1, () -> a + ", " + b);
      Actor holder = a.noted(String.class).isEmpty() ? b : a;
      require(node().whereis("n").equals(Optional.of(holder.pid())), () -> "held by another");
    }

    @Override
    void check() {
      require(node().whereis("n").isEmpty(), () -> "held by the dead");
    }
  }

  /// A process is registered by another one while it dies: the name is free in the end.
  static final class RegisterAndDeath extends Play {
    final Actor b = actor("B", () -> exit(BYE));
    final Actor a =
        actor(
            "A",
            () -> {
              try {
                register("n", b.pid());
                note("registered");
              } catch (NameException e) {
                note(e);
              }
            });

    @Override
    void check() {
      require(node().whereis("n").isEmpty(), () -> "held by the dead");
      require(node().registered().isEmpty(), () -> "listed though dead");
    }
  }

  /// A name is taken away from a process while it dies, and taken by a third.
  static final class UnregisterAndDeath extends Play {
    final Actor b =
        actor(
            "B",
            () -> {
              register("n");
              ready();
              exit(BYE);
            });
    final Actor a =
        actor(
            "A",
            () -> {
              try {
                unregister("n");
                note("free");
                register("n");
                note("mine");
              } catch (NameException e) {
                note(e);
              }
            });

    @Override
    void prepare() {
      start(b);
    }

    @Override
    void atRest() {
      require(
          a.notes.contains("mine") == node().whereis("n").equals(Optional.of(a.pid())),
          a::toString);
      require(a.notes.contains("free") == a.notes.contains("mine"), a::toString);
    }

    @Override
    void check() {
      require(node().whereis("n").isEmpty(), () -> "held by the dead");
    }
  }

  /// A name changes hands: unregister by one, register by another.
  static final class HandOver extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              register("n");
              ready();
              unregister("n");
            });
    final Actor b =
        actor(
            "B",
            () -> {
              try {
                register("n");
                note("mine");
              } catch (NameException e) {
                note(e);
              }
            });
    final Actor c = actor("C", () -> note(whereis("n")));

    @Override
    void prepare() {
      start(a);
    }

    @Override
    void atRest() {
      require(
          b.notes.contains("mine") == node().whereis("n").equals(Optional.of(b.pid())),
          b::toString);
    }

    @Override
    void check() {
      require(node().whereis("n").isEmpty(), () -> "held by the dead");
    }
  }

  /// Whoever is told that a process is not alive can take its name at once (X9).
  static final class IsAliveFreesName extends Play {
    final Actor b =
        actor(
            "B",
            () -> {
              register("n");
              ready();
              exit(BYE);
            });
    final Actor a =
        actor(
            "A",
            () -> {
              if (!isAlive(b.pid())) {
                register("n");
                note("mine");
              }
            });

    @Override
    void prepare() {
      start(b);
    }

    @Override
    void check() {
      require(isFaulty() || a.returned, a::toString);
    }
  }

  /// Whoever has received the down of a process can take its name at once (X9, M14).
  static final class DownFreesName extends Play {
    final Actor b =
        actor(
            "B",
            () -> {
              register("n");
              ready();
              exit(BYE);
            });
    final Actor a =
        actor(
            "A",
            () -> {
              monitor(b.pid());
              ready();
              receive(Down.class);
              register("n");
              note("mine");
            });

    @Override
    void prepare() {
      start(b);
      start(a);
    }

    @Override
    void check() {
      require(isFaulty() || a.notes.contains("mine"), a::toString);
    }
  }

  /// A message to a name arrives at its holder, or the verb says that there is none.
  static final class SendToName extends Play {
    final Actor a =
        actor(
            "A",
            () -> {
              register("n");
              ready();
              unregister("n");
              hearTheRest(String.class);
            });
    final Actor b =
        actor(
            "B",
            () -> {
              try {
                send("n", "hello");
                note("sent");
              } catch (NoProcessException e) {
                note(e);
              }
            });

    @Override
    void prepare() {
      start(a);
    }

    @Override
    void check() {
      require(
          isFaulty() || a.notes.contains("hello") == b.notes.contains("sent"), () -> a + ", " + b);
    }
  }
}

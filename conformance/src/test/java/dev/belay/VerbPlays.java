package dev.belay;

import static dev.belay.Belay.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What verbs answer, and what each entry of the table of exits does; nothing here depends on the
/// schedule.
final class VerbPlays {
  private VerbPlays() {}

  static void same(@Nullable Object is, @Nullable Object should, Supplier<String> what) {
    Play.require(
        is == null ? should == null : is.equals(should),
        () -> what.get() + ": " + is + " instead of " + should);
  }

  static void same(@Nullable Object is, @Nullable Object should) {
    same(is, should, () -> "it is");
  }

  static void fails(Class<? extends RuntimeException> type, Body body) {
    try {
      body.run();
    } catch (Exception e) {
      Play.require(type.isInstance(e), () -> "not a " + type.getSimpleName() + ": " + e);
      return;
    }
    throw new AssertionError("no " + type.getSimpleName());
  }

  /// Exit signals from outside and from itself, trapped and not (T1).
  static final class Table extends Play {
    final Actor patient =
        actor(
            "patient",
            () -> {
              ready();
              receive(Integer.class);
            });
    final Actor trapper =
        actor(
            "trapper",
            () -> {
              same(trapExits(true), false);
              same(trapExits(true), true);
              ready();
              note(receive(Exit.class));
              note(receive(Exit.class));
              send(pid("teller"), "heard");
            });
    final Actor suicide =
        actor(
            "suicide",
            () -> {
              ready();
              exit(self(), ExitReason.NORMAL);
              note("lives");
            });
    final Actor toItself =
        actor(
            "to itself",
            () -> {
              trapExits(true);
              exit(self(), ExitReason.NORMAL);
              note(receive(Exit.class).reason());
              same(trapExits(false), true);
            });
    final Actor teller =
        actor(
            "teller",
            () -> {
              exit(patient.pid(), ExitReason.NORMAL);
              same(isAlive(patient.pid()), true);
              exit(trapper.pid(), ExitReason.NORMAL);
              exit(trapper.pid(), BYE);
              exit(patient.pid(), CIAO);
              exit(patient.pid(), BYE);
              same(isAlive(patient.pid()), false);
              same(info(patient.pid()), Optional.empty());
              receive(String.class);
              terminate(trapper.pid(), CIAO);
              terminate(trapper.pid(), BYE);
              exit(trapper.pid(), ExitReason.KILL);
            });

    @Override
    void prepare() {
      start(patient);
      start(trapper);
      start(suicide);
    }

    @Override
    void check() {
      diedOf(patient, CIAO);
      diedOf(trapper, CIAO);
      diedOf(suicide, ExitReason.NORMAL);
      require(suicide.notes.isEmpty(), suicide::toString);
      same(toItself.notes, List.of(ExitReason.NORMAL));
      require(toItself.returned && teller.returned, () -> toItself + ", " + teller);
      Exit first = (Exit) trapper.notes.getFirst();
      same(first.reason(), ExitReason.NORMAL);
      same(first.pid(), teller.pid());
    }
  }

  /// What may be owned and by whom.
  static final class Owning extends Play {
    final List<String> closed = new ArrayList<>();
    final Actor other = actor("other", () -> receive(Exit.class));
    final Actor dead = mortal("dead", () -> note("dead"));
    final Actor owner =
        actor(
            "owner",
            () -> {
              monitor(dead.pid());
              receive(Down.class);
              Owned<OwnPlays.Thing> one = own(new OwnPlays.Thing("one", closed));
              Owned<OwnPlays.Thing> two = own(new OwnPlays.Thing("two", closed));
              Owned<OwnPlays.Thing> three = own(new OwnPlays.Thing("three", closed));
              String type = OwnPlays.Thing.class.getName();
              same(info(self()).orElseThrow().owned(), List.of(type, type, type));
              same(one.toString(), "Owned[" + type + ", by " + self() + "]");
              same(one.giveTo(dead.pid()), false);
              same(one.giveTo(self()), true);
              same(one.giveTo(other.pid()), true);
              same(info(other.pid()).orElseThrow().owned(), List.of(type));
              same(info(self()).orElseThrow().owned(), List.of(type, type));
              fails(VerbException.class, () -> one.giveTo(self()));
              fails(VerbException.class, one::release);
              OwnPlays.Thing released = two.release();
              require(released == two.get(), () -> "another thing");
              require(two.toString().endsWith("released]"), two::toString);
              fails(VerbException.class, two::close);
              same(info(self()).orElseThrow().owned(), List.of(type));
              require(closed.isEmpty(), closed::toString);
              three.close();
              same(closed, List.of("three"));
              same(info(self()).orElseThrow().owned(), List.of());
              Owned<OwnPlays.Thing> four = own(new OwnPlays.Thing("four", closed));
              own(new OwnPlays.Thing("five", closed));
              four.close();
              same(info(self()).orElseThrow().owned(), List.of(type));
              exit(other.pid(), BYE);
              same(isAlive(other.pid()), false);
              same(closed, List.of("three", "four", "one"));
            });

    @Override
    void check() {
      require(owner.returned, owner::toString);
      same(closed, List.of("three", "four", "one", "five"));
    }
  }

  /// Names, and who holds them.
  static final class Naming extends Play {
    final Actor other = mortal("other", Play::ready);
    final Actor actor =
        actor(
            "actor",
            () -> {
              register("b");
              fails(NameException.class, () -> register("c"));
              fails(NameException.class, () -> register("b", other.pid()));
              fails(IllegalArgumentException.class, () -> register(""));
              register("a", other.pid());
              same(node().registered(), List.of("a", "b"));
              same(whereis("a"), Optional.of(other.pid()));
              same(whereis("c"), Optional.empty());
              same(info(self()).orElseThrow().registeredName(), Optional.of("b"));
              unregister("b");
              fails(NameException.class, () -> unregister("b"));
              same(node().registered(), List.of("a"));
              register("c");
              send("a", new Object());
              send(new Name("c", node().name()), "by name");
              same(receive(), "by name");
              send(new Name("c", "elsewhere"), "lost");
              send(new Name("nobody", node().name()), "lost");
              fails(NoProcessException.class, () -> send("nobody", "lost"));
              same(receive(Duration.ZERO), Optional.empty());
              exit(other.pid(), BYE);
              same(isAlive(other.pid()), false);
              same(node().registered(), List.of("c"));
              fails(NameException.class, () -> register("d", other.pid()));
              same(node().registered(), List.of("c"));
            });

    @Override
    void prepare() {
      start(other);
    }

    @Override
    boolean goesOnAtOnce(Actor who) {
      return true;
    }

    @Override
    void check() {
      require(actor.returned, actor::toString);
    }
  }

  /// Monitors, demonitors and aliases, one after the other.
  static final class Watching extends Play {
    final Actor other = actor("other", () -> receive(Integer.class));
    final Actor actor =
        actor(
            "actor",
            () -> {
              Ref self = monitor(self());
              same(demonitor(self, Demonitor.INFO), false);
              Ref ref = monitor(other.pid());
              Ref second = monitor(other.pid());
              require(!ref.equals(second), () -> "the same reference twice");
              same(info(self()).orElseThrow().monitors().size(), 2);
              same(info(other.pid()).orElseThrow().monitoredBy().size(), 2);
              same(demonitor(ref, Demonitor.INFO), true);
              same(demonitor(ref, Demonitor.INFO), false);
              demonitor(ref);
              same(info(self()).orElseThrow().monitors(), List.of(other.pid()));
              same(info(other.pid()).orElseThrow().monitoredBy(), List.of(self()));
              Ref explicit =
                  monitor(other.pid(), MonitorOptions.DEFAULT.alias(AliasMode.EXPLICIT).tag("t"));
              Ref coupled = monitor(other.pid(), MonitorOptions.DEFAULT.alias(AliasMode.DEMONITOR));
              send(explicit, "explicit");
              send(coupled, "coupled");
              same(receive(explicit, m -> m), "explicit");
              same(receive(coupled, m -> m), "coupled");
              demonitor(coupled);
              send(coupled, "lost");
              same(unalias(coupled), false);
              exit(other.pid(), BYE);
              same(isAlive(other.pid()), false);
              Down down = receive(explicit, m -> m instanceof Down d ? d : skip());
              Down again = receive(Down.class);
              List<Ref> refs = new ArrayList<>(List.of(down.ref(), again.ref()));
              require(refs.contains(second) && refs.contains(explicit), refs::toString);
              same(demonitor(second, Demonitor.INFO), false);
              send(explicit, "still");
              same(receive(String.class), "still");
              same(unalias(explicit), true);
              same(unalias(explicit), false);
              send(explicit, "lost");
              same(receive(Duration.ZERO), Optional.empty());
              // of the dead
              same(receive(monitorOf(other.pid()), m -> m).getClass(), Down.class);
              Ref flushed = monitor(other.pid());
              same(demonitor(flushed, Demonitor.FLUSH, Demonitor.INFO), false);
              same(demonitor(monitor(other.pid()), Demonitor.FLUSH), true);
              same(receive(Duration.ZERO), Optional.empty());
              monitor("nobody");
              same(receive(Down.class).reason(), ExitReason.NO_PROC);
              monitor(new Name("nobody", "elsewhere"));
              same(receive(Down.class).reason(), ExitReason.NO_CONNECTION);
              Ref own = monitor(self(), MonitorOptions.DEFAULT.alias(AliasMode.EXPLICIT));
              send(own, "to myself");
              same(receive(), "to myself");
              Ref reply = alias(AliasMode.REPLY);
              send(reply, "first");
              send(reply, "second");
              same(receive(), "first");
              same(receive(Duration.ZERO), Optional.empty());
              fails(IllegalArgumentException.class, () -> alias(AliasMode.DEMONITOR));
            });
    final Actor stranger =
        mortal(
            "stranger",
            () -> {
              Ref foreign = actor.pid().equals(self()) ? alias() : receive(Ref.class);
              same(demonitor(foreign, Demonitor.INFO), false);
              same(unalias(foreign), false);
            });

    private static Ref monitorOf(Pid pid) {
      return monitor(pid);
    }

    @Override
    void meanwhile() {
      stage().quiet();
      node().send(stranger.pid(), new Ref(actor.pid(), 1));
    }

    @Override
    void check() {
      require(actor.returned && stranger.returned, () -> actor + ", " + stranger);
    }
  }

  /// Links, one after the other.
  static final class Linking extends Play {
    final Actor other = actor("other", () -> receive(Integer.class));
    final Actor quiet = mortal("quiet", Play::ready);
    final Actor any = mortal("any", Play::ready);
    final Actor actor =
        actor(
            "actor",
            () -> {
              link(self());
              same(info(self()).orElseThrow().links(), List.of());
              link(other.pid());
              link(other.pid());
              same(info(self()).orElseThrow().links(), List.of(other.pid()));
              same(info(other.pid()).orElseThrow().links(), List.of(self()));
              unlink(other.pid());
              unlink(other.pid());
              unlink(self());
              same(info(self()).orElseThrow().links(), List.of());
              same(info(other.pid()).orElseThrow().links(), List.of());
              exit(other.pid(), BYE);
              same(isAlive(other.pid()), false);
              fails(NoProcessException.class, () -> link(other.pid()));
              same(info(self()).orElseThrow().links(), List.of());
              trapExits(true);
              link(other.pid());
              Exit exit = receive(Exit.class);
              same(exit.reason(), ExitReason.NO_PROC);
              same(exit.pid(), other.pid());
              same(info(self()).orElseThrow().links(), List.of());
              link(quiet.pid());
              exit(quiet.pid(), CIAO);
              same(receive(Exit.class).reason(), CIAO);
              spawnLink(() -> {});
              same(receive(Exit.class).reason(), ExitReason.NORMAL);
              trapExits(false);
              same(receive(Duration.ZERO), Optional.empty());
              same(info(self()).orElseThrow().links(), List.of());
              link(any.pid(), LinkMode.ANY_EXIT);
              link(any.pid());
              note("linked");
              terminate(any.pid(), ExitReason.NORMAL);
              receive(Integer.class);
            });

    @Override
    void prepare() {
      start(quiet);
      start(any);
    }

    @Override
    void act() {
      start(other);
      start(actor);
    }

    @Override
    void check() {
      require(actor.notes.equals(List.of("linked")), actor::toString);
      diedOf(actor, ExitReason.NORMAL);
    }
  }

  /// A process of another node cannot be reached.
  static final class Strangers extends Play {
    final Actor bold = actor("bold", () -> link(receive(Pid.class)));
    final Actor actor =
        actor(
            "actor",
            () -> {
              Pid there = receive(Pid.class);
              trapExits(true);
              link(there);
              Exit exit = receive(Exit.class);
              same(exit.reason(), ExitReason.NO_CONNECTION);
              same(exit.pid(), there);
              same(info(self()).orElseThrow().links(), List.of());
              Ref ref = monitor(there);
              Down down = receive(Down.class);
              same(down.reason(), ExitReason.NO_CONNECTION);
              same(down.ref(), ref);
              send(there, 1);
              exit(there, BYE);
              unlink(there);
              fails(IllegalArgumentException.class, () -> sendAfter(MOMENT, there, 1));
              Owned<OwnPlays.Thing> mine = own(new OwnPlays.Thing("mine", new ArrayList<>()));
              same(mine.giveTo(there), false);
              same(receive(Duration.ZERO), Optional.empty());
            });

    @Override
    void meanwhile() {
      Node second = Node.start(NodeOptions.DEFAULT.name("second").host(stage().host()));
      Pid there = second.spawn(() -> receive(Integer.class));
      node().send(actor.pid(), there);
      node().send(bold.pid(), there);
      stage().quiet();
      same(second.isAlive(there), true);
      second.close();
      stage().quiet();
    }

    @Override
    void check() {
      require(actor.returned, actor::toString);
      diedOf(bold, ExitReason.NO_CONNECTION);
    }
  }

  /// The inbox of a plain thread, which is a process without a body.
  static final class Inboxes extends Play {
    final Actor partner =
        actor(
            "partner",
            () -> {
              Pid inbox = receive(Pid.class);
              trapExits(true);
              link(inbox);
              monitor(inbox);
              send(inbox, "hello");
              note(receive(Exit.class).reason());
              note(receive(Down.class).reason());
              same(isAlive(inbox), false);
            });
    final Actor killed =
        actor(
            "killed",
            () -> {
              Pid inbox = receive(Pid.class);
              monitor(inbox);
              exit(inbox, CIAO);
              note(receive(Down.class).reason());
            });

    @Override
    void meanwhile() {
      Inbox first = node().inbox();
      first.register("inbox");
      node().send(partner.pid(), first.pid());
      same(first.receive(String.class), "hello");
      same(first.receive(String.class, MOMENT), Optional.empty());
      Inbox second = node().inbox();
      node().send(killed.pid(), second.pid());
      fails(InboxClosedException.class, () -> second.receive(String.class));
      same(node().whereis("inbox"), Optional.of(first.pid()));
      first.close(BYE);
      stage().quiet();
      same(node().whereis("inbox"), Optional.empty());
      second.close();
    }

    @Override
    void check() {
      same(partner.notes, List.of(BYE, BYE));
      same(killed.notes, List.of(CIAO));
    }
  }
}

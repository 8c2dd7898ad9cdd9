package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unregister;
import static dev.belay.Belay.whereis;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.about;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.links;
import static dev.belay.twins.Steps.name;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Terms.Tuple.tuple;

import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import java.util.ArrayList;
import java.util.List;

/// Registered names: who may have which, and when they are free again. Twins of `twin_names.erl`.
final class NamesTwins {
  @Twin("R4")
  void registeredIsFound(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.say("before", holder("twin_name"));
    register("twin_name", b);
    t.say("registered", holder("twin_name"));
    unregister("twin_name");
    t.say("unregistered", holder("twin_name"));
  }

  @Twin({"R1", "R2"})
  void takenNameIsRefused(Trace t) {
    Pid a = t.as("a", spawn(() -> idle()));
    Pid b = t.as("b", spawn(() -> idle()));
    t.say("first", attempt(() -> register("twin_name", a)));
    t.say("second", attempt(() -> register("twin_name", b)));
    t.say("holder", holder("twin_name"));
  }

  @Twin({"R1", "R2"})
  void secondNameIsRefused(Trace t) {
    t.say("first", attempt(() -> register("twin_name")));
    t.say("another", attempt(() -> register("twin_other")));
    t.say("same", attempt(() -> register("twin_name")));
    t.say("holders", holder("twin_name"), holder("twin_other"));
  }

  @Twin("R1")
  void deadCannotBeRegistered(Trace t) {
    Pid b = t.as("b", spawn(() -> {}));
    untilDead(b);
    t.say("dead", attempt(() -> register("twin_name", b)));
    t.say("self", attempt(() -> register("twin_name")));
  }

  @Twin("R4")
  void freeNameCannotBeUnregistered(Trace t) {
    t.say("free", attempt(() -> unregister("twin_name")));
    register("twin_name");
    t.say("held", attempt(() -> unregister("twin_name")));
    t.say("again", attempt(() -> unregister("twin_name")));
  }

  @Twin("R1")
  void undefinedIsNoName(Trace t) {
    t.say("undefined", attempt(() -> register("undefined")));
  }

  @Twin({"R1", "S8"})
  void anotherCanBeRegistered(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              t.say("heard", await("hello"));
              send(main, "heard");
            }));
    register("twin_name", b);
    send("twin_name", "hello");
    await("heard");
  }

  @Twin("R4")
  void anybodyMayUnregister(Trace t) {
    Pid main = self();
    register("twin_name");
    t.as(
        "b",
        spawn(() -> {
          t.say("unregister", attempt(() -> unregister("twin_name")));
          send(main, "done");
        }));
    await("done");
    t.say("holder", holder("twin_name"));
  }

  @Twin({"R2", "R4"})
  void unregisteredMayHaveAnother(Trace t) {
    register("twin_name");
    unregister("twin_name");
    t.say("other", attempt(() -> register("twin_other")));
    t.say("holders", holder("twin_name"), holder("twin_other"));
  }

  @Twin("S8")
  void sendToAFreeName(Trace t) {
    t.say("name", attempt(() -> send("twin_name", "hello")));
    t.say("name_and_node", attempt(() -> send(name("twin_name"), "hello")));
    t.say("left", drain());
  }

  @Twin({"R3", "X9"})
  void nameOfTheDeadIsFree(Trace t) {
    Monitored b =
        t.as(
            "b",
            "m",
            spawnMonitor(() -> {
              register("twin_name");
              throw exit(term("bye"));
            }));
    t.say("got", awaitDown(b.ref()));
    t.say("holder", holder("twin_name"));
    t.say("register", attempt(() -> register("twin_name")));
  }

  @Twin({"R3", "X9"})
  void nameIsFreeAfterTheExit(Trace t) {
    trapExits(true);
    List<ExitReason> reasons = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      spawnLink(() -> {
        register("twin_name");
        throw exit(term("bye"));
      });
      reasons.add(awaitExit().reason());
    }
    t.say("reasons", different(reasons));
  }

  @Twin({"R3", "X9", "X10"})
  void nameIsFreeWhenNotAlive(Trace t) {
    List<Object> free = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      Pid b = spawn(() -> idle());
      register("twin_name", b);
      exit(b, KILL);
      free.add(tuple(isAlive(b), holder("twin_name")));
    }
    t.say("alive", different(free));
  }

  @Twin("R5")
  void messageReachesWhoHadTheName(Trace t) {
    Pid main = self();
    Pid a = t.as("a", spawn(() -> lookAfter(t, main)));
    register("twin_name", a);
    send("twin_name", "for_a");
    unregister("twin_name");
    Pid b = t.as("b", spawn(() -> lookAfter(t, main)));
    register("twin_name", b);
    send("twin_name", "for_b");
    send(a, "look");
    await("looked");
    send(b, "look");
    await("looked");
  }

  private static void lookAfter(Trace t, Pid main) {
    await("look");
    t.say("left", drain());
    send(main, "looked");
  }

  @Twin({"R5", "S8"})
  void messagesGoToWhomTheNameMeans(Trace t) {
    register("twin_name");
    send("twin_name", "one");
    send(name("twin_name"), "two");
    unregister("twin_name");
    send(name("twin_name"), "three");
    t.say("left", drain());
  }

  @Twin("R7")
  void infoTellsTheName(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.say("name", about(b).registeredName().orElse("none"));
    register("twin_name", b);
    t.say("name", about(b).registeredName().orElse("none"));
    unregister("twin_name");
    t.say("name", about(b).registeredName().orElse("none"));
  }

  @Twin({"R3", "S3"})
  void nameMovesOn(Trace t) {
    trapExits(true);
    Pid main = self();
    for (String word : List.of("one", "two", "three")) {
      t.as(
          word,
          spawnLink(() -> {
            register("twin_name");
            send(main, "registered");
            await("who");
            send(main, tuple("me", word));
            throw exit(term(word));
          }));
      await("registered");
      send("twin_name", "who");
      t.say("got", await(tuple("me", word)));
      t.say("got", awaitExit());
    }
  }

  @Twin({"M5", "R4"})
  void unregisteredProcessKeepsItsBonds(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawnLink(() -> idle()));
    register("twin_name", b);
    t.as("m", monitor("twin_name"));
    unregister("twin_name");
    t.say("links", links(self()));
    exit(b, term("bye"));
    t.say("got", awaitExit());
    t.say("got", awaitDown());
  }

  @Twin({"R1", "R2"})
  void raceForANameHasOneWinner(Trace t) {
    List<Integer> winners = new ArrayList<>();
    for (int round = 0; round < 50; round++) {
      winners.add(race());
    }
    t.say("winners", different(winners));
  }

  private record Ran(String result) {}

  private static int race() {
    Pid main = self();
    List<Monitored> runners = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runners.add(
          spawnMonitor(() -> {
            await("go");
            send(main, new Ran(attempt(() -> register("twin_name"))));
            idle();
          }));
    }
    runners.forEach(runner -> send(runner.pid(), "go"));
    int winners = 0;
    for (int i = 0; i < 4; i++) {
      winners += receive(Ran.class).result().equals("done") ? 1 : 0;
    }
    runners.forEach(runner -> send(runner.pid(), "stop"));
    runners.forEach(runner -> awaitDown(runner.ref()));
    return winners;
  }

  // helpers

  private static Object holder(String name) {
    return whereis(name).<Object>map(pid -> pid).orElse("undefined");
  }
}

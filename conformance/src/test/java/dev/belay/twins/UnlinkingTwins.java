package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.links;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;
import static dev.belay.twins.Terms.Unordered.set;

import dev.belay.Exit;
import dev.belay.Monitored;
import dev.belay.Pid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Unlinking: what it promises, also while the other side dies or links again. Twins of
/// `twin_unlinking.erl`.
final class UnlinkingTwins {
  @Twin({"L1", "L9"})
  void oneUnlinkUndoesTwoLinks(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawn(() -> idle()));
    link(b);
    link(b);
    unlink(b);
    t.say("links", links(self()), links(b));
    exit(b, KILL);
    untilDead(b);
    t.say("left", drain());
  }

  @Twin({"L1", "L15"})
  void eitherSideMayUnlink(Trace t) {
    trapExits(true);
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              await("cut");
              unlink(main);
              send(main, "cut");
              idle();
            }));
    link(b);
    send(b, "cut");
    await("cut");
    t.say("links", links(self()), links(b));
    exit(b, term("bye"));
    untilDead(b);
    t.say("left", drain());
  }

  @Twin("L9")
  void unlinkOfStrangers(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Pid dead = t.as("dead", dead());
    t.say("unlink", attempt(() -> unlink(b)), attempt(() -> unlink(dead)));
    t.say("alive", isAlive(b), "left", drain());
  }

  @Twin({"L9", "L18"})
  void nothingComesAfterUnlink(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawnLink(() -> idle()));
    unlink(b);
    exit(b, term("bye"));
    untilDead(b);
    t.say("left", drain());
  }

  @Twin({"L9", "L18"})
  void unlinkedLivesOn(Trace t) {
    Pid main = self();
    Pid b = t.as("b", spawn(() -> idle()));
    Pid a =
        t.as(
            "a",
            spawn(() -> {
              link(b);
              unlink(b);
              send(main, "ready");
              await("ping");
              t.say("pinged");
              send(main, "pong");
              idle();
            }));
    await("ready");
    exit(b, term("bye"));
    untilDead(b);
    send(a, "ping");
    await("pong");
  }

  @Twin({"L7", "L9"})
  void unlinkedFromOneOfTwo(Trace t) {
    Pid main = self();
    Pid b = t.as("b", spawn(() -> idle()));
    Pid c = t.as("c", spawn(() -> idle()));
    Monitored a =
        t.as(
            "a",
            "m",
            spawnMonitor(() -> {
              link(b);
              link(c);
              unlink(b);
              send(main, "ready");
              idle();
            }));
    await("ready");
    t.say("links", links(a.pid()), links(b), links(c));
    exit(b, term("first"));
    exit(c, term("second"));
    t.say("got", awaitDown(a.ref()));
  }

  @Twin("L10")
  void queuedExitStaysAfterUnlink(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawnLink(() -> exitNow("bye")));
    untilQueued(1);
    unlink(b);
    t.say("left", drain());
  }

  @Twin({"L12", "L13", "L16"})
  void relinkedIsLinked(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawn(() -> idle()));
    link(b);
    unlink(b);
    link(b);
    t.say("links", links(self()), links(b));
    exit(b, term("bye"));
    t.say("got", awaitExit());
    untilDead(b);
    t.say("left", drain());
  }

  @Twin({"L9", "L10", "L17", "L18"})
  void unlinkWhileTheOtherDies(Trace t) {
    trapExits(true);
    int late = 0;
    for (int round = 0; round < 300; round++) {
      Pid b =
          spawnLink(() -> {
            await("go");
            exitNow("bye");
          });
      send(b, "go");
      unlink(b);
      exitOf(b);
      untilDead(b);
      late += exitOf(b).isPresent() ? 1 : 0;
    }
    t.say("late", late);
  }

  private static Optional<Exit> exitOf(Pid pid) {
    return receive(
        message -> message instanceof Exit exit && exit.pid().equals(pid) ? exit : skip(),
        Duration.ZERO);
  }

  @Twin({"L15", "L16", "L19"})
  void bothSidesLinkAndUnlink(Trace t) {
    int agreed = 0;
    for (int round = 1; round <= 20; round++) {
      agreed += agree(round) ? 1 : 0;
    }
    t.say("agreed", agreed);
  }

  private record Ready(Pid pid) {}

  private record Peer(Pid pid) {}

  private static boolean agree(int round) {
    Pid main = self();
    Pid a = spawn(() -> linkAndUnlink(main, round, 1));
    Pid b = spawn(() -> linkAndUnlink(main, round, 2));
    send(a, new Peer(b));
    send(b, new Peer(a));
    await(new Ready(a));
    await(new Ready(b));
    List<Object> found = List.of(links(a), links(b));
    return found.equals(List.of(set(List.of()), set(List.of())))
        || found.equals(List.of(set(List.of(b)), set(List.of(a))));
  }

  private static void linkAndUnlink(Pid main, int round, int step) {
    Pid peer = receive(Peer.class).pid();
    for (int i = 1; i <= 100; i++) {
      if ((i * step + round) % 3 == 0) {
        unlink(peer);
      } else {
        link(peer);
      }
    }
    send(peer, tuple("done", self()));
    await(tuple("done", peer));
    send(main, new Ready(self()));
    idle();
  }

  // helpers

  private static void exitNow(Object reason) {
    throw exit(term(reason));
  }

  private static Pid dead() {
    Pid pid = spawn(() -> {});
    untilDead(pid);
    return pid;
  }
}

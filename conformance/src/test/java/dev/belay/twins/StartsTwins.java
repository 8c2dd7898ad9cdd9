package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.whereis;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Clerk.ask;
import static dev.belay.twins.Clerk.called;
import static dev.belay.twins.Clerk.listening;
import static dev.belay.twins.Clerk.pid;
import static dev.belay.twins.Clerk.started;
import static dev.belay.twins.Clerk.tell;
import static dev.belay.twins.Clerk.unneeded;
import static dev.belay.twins.Clerk.with;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.links;
import static dev.belay.twins.Steps.monitors;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Terms.Tuple.tuple;
import static java.time.Duration.ofMillis;

import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.twins.Clerk.Deed;
import dev.belay.twins.Clerk.Order;
import dev.belay.twins.Terms.Raised;
import java.util.List;

/// How servers and state machines begin, or do not. Twins of `twin_starts.erl`.
final class StartsTwins {
  private static final StartOptions QUICKLY = StartOptions.DEFAULT.timeout(ofMillis(5));
  private static final Deed NOTHING = c -> {};

  private static Object start(Deed init) {
    return started(() -> Server.start(with(init)));
  }

  private static Object named(Deed init) {
    return started(() -> Server.start(StartOptions.DEFAULT.name("clerk"), with(init)));
  }

  private static Deed ending(ExitReason reason) {
    return c -> c.end(reason);
  }

  private static Deed raising(Object value) {
    return c -> {
      throw new Raised(value);
    };
  }

  private static Deed exiting(ExitReason reason) {
    return c -> {
      throw new ExitException(reason);
    };
  }

  private static Deed ignoring() {
    return c -> {
      throw unneeded();
    };
  }

  @Twin({"GS1", "GS3", "PL3"})
  void initSaysHow(Trace t) {
    for (Deed init :
        List.of(
            NOTHING,
            ignoring(),
            ending(term("odd")),
            ending(SHUTDOWN),
            ending(shutdown("why")),
            ending(NORMAL))) {
      Object result =
          start(c -> {
            t.as("s", self());
            init.on(c);
          });
      t.say(result);
    }
    t.say("left", drain());
  }

  @Twin({"GS3", "PL7"})
  void crashesInInit(Trace t) {
    for (Deed init :
        List.of(
            raising("boom"),
            raising(tuple("boom", 1)),
            exiting(term("bye")),
            exiting(shutdown("why")),
            exiting(NORMAL))) {
      t.say(start(init));
    }
    t.say("left", drain());
  }

  @Twin("PL2")
  void startWaitsForInit(Trace t) {
    Pid main = self();
    Monitored p =
        t.as(
            "p",
            "m",
            spawnMonitor(() -> {
              ServerRef<Order> s =
                  Clerk.start(c -> {
                    send(main, self());
                    await("go");
                  });
              t.sayIn("order", "started");
              t.as("s", pid(s));
            }));
    Pid s = receive(Pid.class);
    t.say("alive", isAlive(s), isAlive(p.pid()));
    t.sayIn("order", "go");
    send(s, "go");
    t.say("got", awaitDown());
    t.say("alive", isAlive(s));
  }

  @Twin({"GS2", "PL12"})
  void nameIsFreeAfterAFailedStart(Trace t) {
    for (Deed init : List.of(ending(term("odd")), ignoring(), raising("boom"))) {
      t.say(named(init));
      t.say("free", whereis("clerk").isEmpty());
    }
    t.say(named(c -> t.as("s", self())));
  }

  @Twin("GS5")
  void takenName(Trace t) {
    ServerRef<Order> s = Server.start(StartOptions.DEFAULT.name("clerk"), with(NOTHING));
    t.as("s", pid(s));
    t.say(named(c -> t.say("begins")));
    s.stop();
    t.say(named(c -> t.as("other", self())));
  }

  @Twin({"GS5", "GS10"})
  void startByName(Trace t) {
    StartOptions options = StartOptions.DEFAULT.name("clerk");
    t.as("s", pid(Server.start(options, with(NOTHING))));
    ServerRef<Order> named = ServerRef.named(node(), "clerk", Order.class);
    Clerk.Ask who = ask((c, call) -> c.answer(call, self()));
    t.say(called(() -> named.call(who)));
    named.stop();
    t.say(called(() -> named.call(who)));
    t.as("other", pid(Server.start(options, with(NOTHING))));
    t.say(called(() -> named.call(who)));
  }

  private static Deed slow(Trace t) {
    return c -> {
      t.as("slow", self());
      register("slow");
      idle();
    };
  }

  /// It was killed; OTP 25 does not wait for that.
  private static void gone() {
    until(() -> whereis("slow").isEmpty());
  }

  @Twin({"GS4", "PL4"})
  void tooSlow(Trace t) {
    t.say(started(() -> Server.start(QUICKLY, with(slow(t)))));
    gone();
    t.say("left", drain());
  }

  @Twin({"GS4", "PL4"})
  void tooSlowWithALink(Trace t) {
    t.say(started(() -> Server.startLink(QUICKLY, with(slow(t)))));
    gone();
    trapExits(true);
    t.say(started(() -> Server.startLink(QUICKLY, with(slow(t)))));
    gone();
    t.say("links", links(self()));
    t.say("left", drain());
  }

  @Twin({"GS6", "PL5"})
  void startWithAMonitor(Trace t) {
    Server.Watched<Order> watched = Server.startMonitor(StartOptions.DEFAULT, with(NOTHING));
    t.as("s", pid(watched.server()));
    t.as("m", watched.ref());
    watched.server().cast(tell(ending(term("bye"))));
    t.say("got", awaitDown(watched.ref()));
  }

  @Twin({"GS6", "PL5"})
  void failedStartWithAMonitor(Trace t) {
    for (Deed init : List.of(ending(term("odd")), ignoring())) {
      t.say(started(() -> Server.startMonitor(StartOptions.DEFAULT, with(init)).server()));
    }
    t.say("left", drain(), monitors(self()));
  }

  @Twin({"GS3", "PL3"})
  void failedStartWithALink(Trace t) {
    for (Deed init : List.of(ending(NORMAL), ignoring())) {
      t.as(
          "p",
          "m",
          spawnMonitor(() -> {
            t.say(started(() -> Server.startLink(with(init))));
            t.say("left", drain());
          }));
      t.say("got", awaitDown());
    }
    // Not said by those who are ended with it.
    t.as(
        "p",
        "m",
        spawnMonitor(() -> {
          Server.startLink(with(ending(term("odd"))));
          idle();
        }));
    t.say("got", awaitDown());
  }

  @Twin({"GS1", "L1"})
  void startWithALink(Trace t) {
    ServerRef<Order> s = Server.startLink(with(NOTHING));
    t.as("s", pid(s));
    t.say("links", links(self()), links(pid(s)));
    s.stop();
    t.say("links", links(self()));
  }

  @Twin("PL11")
  void deathInInit(Trace t) {
    t.say(
        start(c -> {
          exit(self(), KILL);
          idle();
        }));
    t.say(
        start(c -> {
          spawnLink(() -> {
            throw new ExitException(term("odd"));
          });
          idle();
        }));
    t.say("left", drain());
  }

  @Twin("PL1")
  void ancestors(Trace t) {
    ServerRef<Order> a = Clerk.start();
    t.as("a", pid(a));
    Pid b = t.as("b", (Pid) a.call(ask((c, call) -> c.answer(call, pid(Clerk.start())))));
    t.say(ancestorsOf(pid(a)).getFirst());
    t.say(ancestorsOf(b).subList(0, 2));
  }

  private static List<Pid> ancestorsOf(Pid pid) {
    return info(pid).orElseThrow().ancestors();
  }

  @Twin({"GS1", "GS22"})
  void continueFromInit(Trace t) {
    ServerRef<Order> s =
        Clerk.start(c -> {
          t.as("s", self());
          send(self(), "hello");
          listening(t).on(c);
          t.say("init");
          c.goOn(d -> t.say("continue"));
        });
    s.stop();
  }

  @Twin({"PL2", "L1"})
  void starterDies(Trace t) {
    Pid main = self();
    Monitored p =
        t.as(
            "p",
            "m",
            spawnMonitor(() ->
                Server.startLink(
                    with(c -> {
                      send(main, self());
                      idle();
                    }))));
    Pid s = t.as("s", receive(Pid.class));
    Ref ref = t.as("ms", monitor(s));
    exit(p.pid(), term("odd"));
    t.say("got", awaitDown(p.ref()));
    t.say("got", awaitDown(ref));
  }

  @Twin("ST30")
  void machineBegins(Trace t) {
    List<Machine.Deed> firsts =
        List.of(
            m -> m.to("a"),
            m -> m.over(term("odd")),
            m -> m.over(shutdown("why")),
            m -> {
              throw new ExitException(term("bye"));
            },
            m -> {
              throw Machine.unneeded();
            });
    for (Machine.Deed first : firsts) {
      t.say(started(() -> Machine.start(t, first)));
    }
    t.say("left", drain());
  }
}

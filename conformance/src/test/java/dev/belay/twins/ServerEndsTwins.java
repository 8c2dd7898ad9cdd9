package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Clerk.ask;
import static dev.belay.twins.Clerk.called;
import static dev.belay.twins.Clerk.listening;
import static dev.belay.twins.Clerk.pid;
import static dev.belay.twins.Clerk.start;
import static dev.belay.twins.Clerk.stopped;
import static dev.belay.twins.Clerk.tell;
import static dev.belay.twins.Clerk.with;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Terms.Tuple.tuple;
import static dev.belay.twins.Terms.Unordered.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Sys;
import dev.belay.twins.Clerk.Deed;
import dev.belay.twins.Clerk.Order;
import dev.belay.twins.Clerk.Will;
import dev.belay.twins.Terms.Raised;
import java.util.List;
import java.util.function.Consumer;

/// How servers end. Twins of `twin_server_ends.erl`.
final class ServerEndsTwins {
  private static final List<ExitReason> REASONS =
      List.of(NORMAL, SHUTDOWN, shutdown("why"), term("odd"), term(tuple("odd", 1)));

  private static ServerRef<Order> as(Trace t, ServerRef<Order> server) {
    t.as("s", pid(server));
    return server;
  }

  private static ServerRef<Order> nobody() {
    return ServerRef.named(node(), "nobody", Order.class);
  }

  @Twin({"GS10", "GS16"})
  void endWithoutAReply(Trace t) {
    for (ExitReason reason : REASONS) {
      ServerRef<Order> s = as(t, start());
      t.say(called(() -> s.call(ask((c, call) -> c.end(reason)))));
    }
  }

  @Twin("GS16")
  void cleaningUpComesBeforeTheReply(Trace t) {
    Pid main = self();
    ServerRef<Order> s =
        as(
            t,
            start(c ->
                c.onCleanUp =
                    reason -> {
                      send(main, "cleaning");
                      boolean early =
                          receive(m -> m.equals("replied") ? m : null, ofMillis(20)).isPresent();
                      if (early) {
                        t.say("early");
                      } else {
                        t.say("terminate", reason);
                      }
                    }));
    t.as("m", monitor(pid(s)));
    t.as(
        "p",
        "mp",
        spawnMonitor(() -> {
          Object reply =
              s.call(
                  ask((c, call) -> {
                    c.answer(call, "done");
                    c.end(term("bye"));
                  }));
          send(pid(s), "replied");
          t.say("got", reply);
        }));
    await("cleaning");
    // In any order: the caller may end before the server.
    t.say("got", set(List.of(awaitDown(), awaitDown())));
  }

  @Twin("GS16")
  void replyAlthoughCleaningUpFails(Trace t) {
    ServerRef<Order> s =
        as(
            t,
            start(c ->
                c.onCleanUp =
                    reason -> {
                      throw new Raised("boom");
                    }));
    t.as("m", monitor(pid(s)));
    t.say(
        called(() ->
            s.call(
                ask((c, call) -> {
                  c.answer(call, "done");
                  c.end(NORMAL);
                }))));
    t.say("got", awaitDown());
  }

  @Twin({"GS10", "GS28"})
  void crashInACall(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    t.as("m", monitor(pid(s)));
    t.say(
        called(() ->
            s.call(
                ask((c, call) -> {
                  throw new Raised("boom");
                }))));
    t.say("got", awaitDown());
  }

  @Twin("GS28")
  void crashesInOtherHandlers(Trace t) {
    Deed crash =
        c -> {
          throw new Raised("boom");
        };
    Deed init =
        c -> {
          c.onInfo =
              message -> {
                throw new Raised(tuple("boom", "info"));
              };
          c.onTimeout = crash;
          c.onCleanUp = reason -> t.say("terminate", reason);
        };
    List<Consumer<ServerRef<Order>>> ways =
        List.of(
            s -> s.cast(tell(crash)),
            s -> send(pid(s), "hello"),
            s -> s.cast(tell(c -> c.goOn(crash))),
            s -> s.cast(tell(c -> c.waitFor(1))));
    for (Consumer<ServerRef<Order>> way : ways) {
      ServerRef<Order> s = as(t, start(init));
      t.as("m", monitor(pid(s)));
      way.accept(s);
      t.say("got", awaitDown());
    }
  }

  @Twin({"GS10", "GS28"})
  void exitInAHandler(Trace t) {
    for (ExitReason reason : REASONS) {
      ServerRef<Order> s = as(t, start(listening(t)));
      t.as("m", monitor(pid(s)));
      t.say(
          called(() ->
              s.call(
                  ask((c, call) -> {
                    throw new ExitException(reason);
                  }))));
      t.say("got", awaitDown());
    }
  }

  @Twin("GS28")
  void cleaningUpFails(Trace t) {
    List<Deed> deeds =
        List.of(
            c -> c.end(term("bye")),
            c -> {
              throw new Raised("boom");
            });
    List<Will> wills =
        List.of(
            reason -> {
              throw new Raised("worse");
            },
            reason -> {
              throw new ExitException(term("worse"));
            });
    for (Deed deed : deeds) {
      for (Will will : wills) {
        ServerRef<Order> s = as(t, start(c -> c.onCleanUp = will));
        t.as("m", monitor(pid(s)));
        s.cast(tell(deed));
        t.say("got", awaitDown());
      }
    }
  }

  @Twin("GS27")
  void parentEndsWhoTraps(Trace t) {
    Pid main = self();
    for (ExitReason reason : REASONS) {
      Monitored p =
          t.as(
              "p",
              "mp",
              spawnMonitor(() -> {
                ServerRef<Order> s = Server.startLink(with(listening(t)));
                send(main, pid(s));
                await("go");
                throw new ExitException(reason);
              }));
      Pid s = t.as("s", receive(Pid.class));
      Ref ref = t.as("m", monitor(s));
      send(p.pid(), "go");
      t.say("got", awaitDown(p.ref()));
      t.say("got", awaitDown(ref));
    }
  }

  @Twin("GS27")
  void exitsOfOthersAreMessages(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    exit(pid(s), term("odd"));
    exit(pid(s), NORMAL);
    Pid p =
        t.as(
            "p",
            spawn(() -> {
              link(pid(s));
              throw new ExitException(term("bye"));
            }));
    untilDead(p);
    s.stop();
  }

  @Twin("GS27")
  void whoDoesNotTrapJustDies(Trace t) {
    for (ExitReason reason : List.of(SHUTDOWN, term("odd"), KILL)) {
      ServerRef<Order> s = as(t, start(c -> c.onCleanUp = why -> t.say("terminate", why)));
      t.as("m", monitor(pid(s)));
      exit(pid(s), NORMAL);
      exit(pid(s), reason);
      t.say("got", awaitDown());
    }
  }

  @Twin({"GS8", "PL10"})
  void stopWithAReason(Trace t) {
    for (ExitReason reason : REASONS) {
      ServerRef<Order> s = as(t, start(listening(t)));
      t.as("m", monitor(pid(s)));
      t.say(stopped(() -> s.stop(reason, ofSeconds(10))));
      t.say("got", awaitDown());
    }
  }

  @Twin({"GS8", "PL10"})
  void stopThatFails(Trace t) {
    ServerRef<Order> s =
        as(
            t,
            start(c ->
                c.onCleanUp =
                    reason -> {
                      throw new ExitException(term("other"));
                    }));
    t.say(stopped(() -> s.stop(term("bye"), ofSeconds(1))));
    t.say(stopped(() -> s.stop(term("bye"), ofSeconds(1))));
    t.say(stopped(() -> nobody().stop()));
    t.say("left", drain());
  }

  @Twin({"GS8", "PL10"})
  void stopThatTakesTooLong(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    t.as("m", monitor(pid(s)));
    s.cast(tell(c -> await("go")));
    t.say(stopped(() -> s.stop(term("bye"), ofMillis(5))));
    send(pid(s), "go");
    t.say("got", awaitDown());
    t.say("left", drain());
  }

  @Twin({"GS27", "L1"})
  void endsReachTheLinked(Trace t) {
    trapExits(true);
    for (ExitReason reason : REASONS) {
      ServerRef<Order> s = as(t, Server.startLink(with(c -> {})));
      s.cast(tell(c -> c.end(reason)));
      t.say("got", awaitExit());
    }
  }

  @Twin({"GS8", "PL10"})
  void suspendedServerEnds(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    t.as("m", monitor(pid(s)));
    Sys.suspend(s);
    s.cast(tell(c -> t.say("cast")));
    t.say(stopped(() -> s.stop(term("bye"), ofSeconds(1))));
    t.say("got", awaitDown());
  }
}

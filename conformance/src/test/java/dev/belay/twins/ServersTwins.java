package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Clerk.ask;
import static dev.belay.twins.Clerk.called;
import static dev.belay.twins.Clerk.listening;
import static dev.belay.twins.Clerk.pid;
import static dev.belay.twins.Clerk.start;
import static dev.belay.twins.Clerk.tell;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.monitors;
import static dev.belay.twins.Steps.queueLength;
import static dev.belay.twins.Steps.until;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.From;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Sys;
import dev.belay.twins.Clerk.Deed;
import dev.belay.twins.Clerk.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What servers do with calls, casts and other messages. Twins of `twin_servers.erl`.
final class ServersTwins {
  private static ServerRef<Order> as(Trace t, ServerRef<Order> server) {
    t.as("s", pid(server));
    return server;
  }

  private static ServerRef<Order> nobody() {
    return ServerRef.named(node(), "nobody", Order.class);
  }

  /// Waits until the server has done what came before.
  private static void synchronize(ServerRef<Order> server) {
    server.call(ask("done"));
  }

  @Twin("GS20")
  void callsCastsAndMessagesKeepOrder(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    for (int i = 1; i <= 3; i++) {
      int n = i;
      s.cast(tell(c -> t.say("cast", n)));
      send(pid(s), n);
      t.say(
          "got",
          s.call(
              ask((c, call) -> {
                t.say("call", n);
                c.answer(call, n);
              })));
    }
  }

  @Twin("GS15")
  void earlyReplyGoesBeforeTheRest(Trace t) {
    ServerRef<Order> s = as(t, start());
    t.say(
        "got",
        s.call(
            ask((c, call) -> {
              c.take(call).reply("early");
              await("go");
              t.say("the", "rest");
            })));
    send(pid(s), "go");
    s.stop();
  }

  @Twin("GS15")
  void lateReplyOfAnotherHandler(Trace t) {
    ServerRef<Order> s = as(t, start());
    Pid main = self();
    Monitored p =
        t.as(
            "p",
            "m",
            spawnMonitor(() ->
                t.say(
                    "got",
                    s.call(
                        ask((c, call) -> {
                          send(main, "called");
                          c.kept = c.take(call);
                        })))));
    await("called");
    s.cast(tell(c -> keptFrom(c).reply("late")));
    t.say("got", awaitDown());
    t.say("alive", isAlive(p.pid()), isAlive(pid(s)));
  }

  @SuppressWarnings("unchecked") // just kept
  private static From<Object> keptFrom(Clerk clerk) {
    return (From<Object>) clerk.kept;
  }

  @Twin("GS15")
  void replyOfAnotherProcess(Trace t) {
    ServerRef<Order> s = as(t, start());
    t.say(
        "got",
        s.call(
            ask((c, call) -> {
              From<Object> from = c.take(call);
              t.as(
                  "p",
                  spawn(() -> {
                    t.say("replies");
                    from.reply("done");
                  }));
            })));
    synchronize(s);
  }

  @Twin({"GS12", "GS15"})
  void secondReplyVanishes(Trace t) {
    ServerRef<Order> s = as(t, start());
    t.say(
        "got",
        s.call(
            ask((c, call) -> {
              From<Object> from = c.take(call);
              from.reply("first");
              c.kept = from;
            })));
    t.say(
        "got",
        s.call(
            ask((c, call) -> {
              keptFrom(c).reply("second");
              c.answer(call, "other");
            })));
    t.say("left", drain());
  }

  @Twin("GS17")
  void callingOneself(Trace t) {
    ServerRef<Order> s = as(t, start());
    t.say(s.call(ask((c, call) -> c.answer(call, called(() -> s.callForever(ask("x")))))));
    for (Duration time : List.of(ofSeconds(5), Duration.ZERO)) {
      t.say(s.call(ask((c, call) -> c.answer(call, called(() -> s.call(ask("x"), time))))));
    }
  }

  @Twin("GS10")
  void nobodyThere(Trace t) {
    ServerRef<Order> s = start();
    s.stop();
    t.say(called(() -> s.call(ask("x"))));
    t.say(called(() -> s.callForever(ask("x"))));
    t.say(called(() -> nobody().call(ask("x"))));
    t.say("left", drain());
  }

  @Twin({"GS9", "GS10"})
  void killedDuringTheCall(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    Pid main = self();
    t.as(
        "p",
        "m",
        spawnMonitor(() ->
            t.say(
                called(() ->
                    s.call(
                        ask((c, call) -> {
                          send(main, "called");
                          idle();
                        }))))));
    await("called");
    exit(pid(s), KILL);
    t.say("got", awaitDown());
  }

  @Twin({"GS9", "GS10"})
  void waitingCallersAreTold(Trace t) {
    ServerRef<Order> s = as(t, start());
    s.cast(
        tell(c -> {
          await("go");
          c.end(term("bye"));
        }));
    List<Ref> callers = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      Monitored p =
          t.as("p" + i, "m" + i, spawnMonitor(() -> t.say(called(() -> s.call(ask("x"))))));
      callers.add(p.ref());
    }
    until(() -> queueLength(pid(s)) == 3);
    send(pid(s), "go");
    callers.forEach(ref -> t.say("got", awaitDown(ref)));
  }

  @Twin("GS10")
  void failedCallEndsTheCaller(Trace t) {
    ServerRef<Order> s = as(t, start());
    t.as("p", "m", spawnMonitor(() -> nobody().call(ask("x"))));
    t.say("got", awaitDown());
    t.as("p", "m", spawnMonitor(() -> s.call(ask((c, call) -> c.take(call)), ofMillis(5))));
    t.say("got", awaitDown());
    t.as("p", "m", spawnMonitor(() -> s.call(ask((c, call) -> c.end(term("bye"))))));
    t.say("got", awaitDown());
  }

  @Twin({"GS12", "GS13"})
  void noLateReply(Trace t) {
    ServerRef<Order> s = as(t, start());
    t.say(
        called(() ->
            s.call(
                ask((c, call) -> {
                  await("go");
                  t.say("replies");
                  c.answer(call, "late");
                }),
                ofMillis(10))));
    send(pid(s), "go");
    t.say(called(() -> s.call(ask("next"))));
    t.say("left", drain(), monitors(self()));
  }

  @Twin("GS19")
  void castNeverFails(Trace t) {
    ServerRef<Order> s = start();
    s.stop();
    t.say(attempt(() -> s.cast(tell(c -> {}))));
    t.say(attempt(() -> nobody().cast(tell(c -> {}))));
  }

  @Twin("GS22")
  void continuingComesBeforeMessages(Trace t) {
    Deed third = c -> t.say("third");
    Deed second =
        c -> {
          t.say("second");
          c.goOn(third);
        };
    ServerRef<Order> s =
        as(
            t,
            start(c -> {
              send(self(), "hello");
              listening(t).on(c);
              c.goOn(second);
            }));
    t.say(
        "got",
        s.call(
            ask((c, call) -> {
              send(self(), "again");
              c.answer(call, "first");
              c.goOn(d -> {
                // The reply is sent before.
                await("replied");
                d.goOn(second);
              });
            })));
    send(pid(s), "replied");
    s.call(ask("done"));
  }

  @Twin("GS23")
  void timeoutWhenNothingComes(Trace t) {
    Pid main = self();
    ServerRef<Order> s =
        as(
            t,
            start(c -> {
              c.onTimeout =
                  d -> {
                    t.say("timeout");
                    send(main, "timeout");
                  };
              c.waitFor(0);
            }));
    await("timeout");
    s.cast(tell(c -> c.waitFor(0)));
    await("timeout");
    s.cast(tell(c -> c.waitFor(2)));
    await("timeout");
    t.say(
        "got",
        s.call(
            ask((c, call) -> {
              c.answer(call, "done");
              c.waitFor(3);
            })));
    await("timeout");
  }

  @Twin("GS23")
  void timeoutOfZeroWithAMessage(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    s.cast(
        tell(c -> {
          send(self(), "hello");
          c.waitFor(0);
        }));
    // The first may come before "hello".
    synchronize(s);
    synchronize(s);
  }

  @Twin("GS23")
  void anyMessageEndsTheTimeout(Trace t) {
    Pid main = self();
    ServerRef<Order> s =
        as(
            t,
            start(c -> {
              c.onInfo = message -> t.say("info", message);
              c.onTimeout =
                  d -> {
                    t.say("timeout");
                    send(main, "timeout");
                  };
            }));
    s.cast(
        tell(c -> {
          send(self(), "hello");
          c.waitFor(5);
        }));
    t.say("came", receive(ofMillis(20)).orElse("nothing"));
    s.cast(tell(c -> c.waitFor(5)));
    await("timeout");
  }

  @Twin("GS20")
  void messagesWaitWhileSuspended(Trace t) {
    ServerRef<Order> s = as(t, start(listening(t)));
    Sys.suspend(s);
    s.cast(tell(c -> t.say("cast")));
    send(pid(s), "hello");
    Monitored p =
        t.as(
            "p",
            "m",
            spawnMonitor(() ->
                t.say(
                    "got",
                    s.call(
                        ask((c, call) -> {
                          t.say("call");
                          c.answer(call, "done");
                        })))));
    until(() -> queueLength(pid(s)) == 3);
    // Nothing of it was handled.
    kept(s);
    t.say("alive", isAlive(p.pid()));
    Sys.resume(s);
    t.say("got", awaitDown());
  }

  private static Object kept(ServerRef<Order> s) {
    return Sys.inspect(s, Clerk.class, c -> c.kept);
  }

  @Twin("GS20")
  void stateIsSeenAndChanged(Trace t) {
    ServerRef<Order> s = as(t, start());
    t.say("state", kept(s));
    s.cast(tell(c -> c.kept = "one"));
    t.say("state", kept(s));
    Sys.change(s, Clerk.class, c -> c.kept = "two");
    t.say("state", s.call(ask((c, call) -> c.answer(call, c.kept))));
  }
}

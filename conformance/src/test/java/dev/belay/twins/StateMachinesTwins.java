package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Clerk.called;
import static dev.belay.twins.Clerk.pid;
import static dev.belay.twins.Clerk.stopped;
import static dev.belay.twins.Machine.ask;
import static dev.belay.twins.Machine.event;
import static dev.belay.twins.Machine.start;
import static dev.belay.twins.Machine.together;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.queueLength;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Terms.Tuple.tuple;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.From;
import dev.belay.otp.Request;
import dev.belay.otp.Requests;
import dev.belay.otp.Response;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Step;
import dev.belay.otp.Sys;
import dev.belay.twins.Machine.Deed;
import dev.belay.twins.Machine.Do;
import dev.belay.twins.Machine.Event;
import dev.belay.twins.Terms.Raised;
import java.time.Duration;
import java.util.List;

/// What state machines do with events, and how they end. Twins of `twin_state_machines.erl`.
final class StateMachinesTwins {
  private static final Duration NOW = Duration.ZERO;

  /// Goes to a state, and inserts.
  private static Do to(String name, String state, String... inserted) {
    return event(
        name,
        m -> {
          Step<String, Event> step = m.to(state);
          for (String one : inserted) {
            step.insert(event(one));
          }
          return step;
        });
  }

  private static Do to(String state) {
    return to("go", state);
  }

  /// Postponed in these states.
  private static Do postponed(String name, String... states) {
    return event(name, m -> List.of(states).contains(m.where()) ? m.stay().postpone() : m.stay());
  }

  /// Says how it ends.
  private static Deed telling(Trace t, String state) {
    return m -> {
      m.will = (reason, last) -> t.say("terminate", reason, last);
      return m.to(state);
    };
  }

  @Twin("ST1")
  void eventsOfAllKinds(Trace t) {
    ServerRef<Event> m = start(t, "a");
    m.cast(event("cast", n -> n.stay().insert(event("inserted")).timeout(NOW, event("never"))));
    m.call(ask("call"));
    send(pid(m), "hello");
    m.cast(event("set", n -> n.stay().timeout(NOW, event("timeout"))));
    m.cast(event("set", n -> n.stay().stateTimeout(NOW, event("timeout"))));
    m.cast(event("set", n -> n.stay().timeout("name", NOW, event("timeout"))));
    m.call(ask("last"));
  }

  @Twin({"ST3", "ST18"})
  void equalStateIsNoChange(Trace t) {
    ServerRef<Event> m = start(t, "{a,1}");
    m.cast(to("{a,1}"));
    m.cast(to("{a,2}"));
    m.cast(to(new String("{a,2}")));
    m.call(ask("last"));
  }

  @Twin("ST4")
  void repliesInTheirOrder(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Request<Object> one =
        m.request(
            ask(
                "one",
                (n, call) -> {
                  n.kept = n.take(call);
                  return n.stay();
                }));
    Request<Object> two =
        m.request(
            ask("two", (n, call) -> n.to("b").reply(call, "second").reply(keptFrom(n), "first")));
    Requests<Integer> requests = new Requests<>();
    requests.add(one, 1);
    requests.add(two, 2);
    Requests.Collected<Integer> x = requests.poll(ofSeconds(10)).orElseThrow();
    Requests.Collected<Integer> y = requests.poll(ofSeconds(10)).orElseThrow();
    t.say(reply(x.response()), x.label(), reply(y.response()), y.label());
    m.call(ask("last"));
  }

  private static Object reply(Response<?> response) {
    return response instanceof Response.Reply<?>(Object value) ? tuple("reply", value) : "none";
  }

  @SuppressWarnings("unchecked") // just kept
  private static From<Object> keptFrom(Machine machine) {
    return (From<Object>) machine.kept;
  }

  @Twin({"ST5", "ST6", "ST7"})
  void insertedThenPostponedThenMessages(Trace t) {
    ServerRef<Event> m = start(t, "a");
    together(
        m, postponed("p1", "a"), postponed("p2", "a"), to("go", "b", "i1", "i2"), event("message"));
    m.call(ask("last"));
  }

  @Twin({"ST3", "ST7", "ST20"})
  void postponedUntilTheStateChanges(Trace t) {
    ServerRef<Event> m = start(t, "a");
    m.cast(postponed("p1", "a"));
    m.cast(event("other"));
    m.cast(postponed("p2", "a"));
    m.cast(to("a"));
    m.cast(event("repeat", Machine::again));
    send(pid(m), "hello");
    m.cast(to("b"));
    m.call(ask("last"));
  }

  @Twin("ST7")
  void postponedAgain(Trace t) {
    ServerRef<Event> m = start(t, "a");
    m.cast(postponed("p1", "a", "b"));
    m.cast(postponed("p2", "a"));
    m.cast(to("b"));
    m.cast(postponed("p3", "b"));
    m.cast(to("c"));
    m.call(ask("last"));
  }

  @Twin("ST7")
  void postponedCallIsAnswered(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Pid main = self();
    t.as(
        "p",
        "m",
        spawnMonitor(() ->
            t.say(
                "got",
                m.call(
                    ask(
                        "question",
                        (n, call) -> {
                          if (n.where().equals("a")) {
                            send(main, "postponed");
                            return n.stay().postpone();
                          }
                          return n.stay().reply(call, n.where());
                        })))));
    await("postponed");
    m.cast(to("b"));
    t.say("got", awaitDown());
  }

  @Twin("ST18")
  void enteredAtTheBeginning(Trace t) {
    Pid main = self();
    ServerRef<Event> m =
        start(
            t,
            n -> {
              n.entering =
                  (self, old, state) -> {
                    send(main, List.of(old, state));
                    return self.stay();
                  };
              return n.to("a");
            });
    t.say(receive(List.class));
    m.call(ask("last"));
  }

  @Twin({"ST5", "ST18"})
  void enteredBeforeOtherEvents(Trace t) {
    ServerRef<Event> m = start(t, "a");
    together(m, postponed("p", "a"), to("go", "b", "i"), to("go", "c", "j"));
    m.call(ask("last"));
  }

  @Twin("ST20")
  void stateIsEnteredAgain(Trace t) {
    ServerRef<Event> m = start(t, "a");
    m.cast(postponed("p", "a"));
    m.cast(event("repeat", n -> n.again().insert(event("i"))));
    m.cast(event("stay"));
    m.call(ask("last"));
  }

  @Twin("ST20")
  void enteredUntilItStays(Trace t) {
    ServerRef<Event> m =
        start(
            t,
            n -> {
              n.kept = 2;
              n.entering =
                  (self, old, state) -> {
                    int left = (Integer) self.kept;
                    if (!state.equals("b") || left == 0) {
                      return self.stay();
                    }
                    self.kept = left - 1;
                    return self.again();
                  };
              return n.to("a");
            });
    m.cast(to("go", "b", "i"));
    m.call(ask("last"));
  }

  @Twin("ST19")
  void enteringMayReply(Trace t) {
    ServerRef<Event> m =
        start(
            t,
            n -> {
              n.entering =
                  (self, old, state) ->
                      state.equals("b")
                          ? self.stay().reply(keptFrom(self), "entered")
                          : self.stay();
              return n.to("a");
            });
    t.say(
        "got",
        m.call(
            ask(
                "question",
                (n, call) -> {
                  n.kept = n.take(call);
                  return n.to("b");
                })));
  }

  @Twin("ST19")
  void enteringMayNotChangeTheState(Trace t) {
    List<Deed> deeds =
        List.of(n -> n.to("c"), n -> n.stay().postpone(), n -> n.stay().insert(event("i")));
    for (Deed deed : deeds) {
      ServerRef<Event> m =
          start(
              t,
              n -> {
                n.entering = (self, old, state) -> state.equals("b") ? deed.on(self) : self.stay();
                return n.to("a");
              });
      t.as("m", monitor(pid(m)));
      m.cast(to("b"));
      // What the two say of it differs.
      t.say(tuple("crashed", awaitDown().reason() instanceof ExitReason.Crash));
    }
  }

  @Twin({"ST5", "ST9"})
  void insertedInTheBeginning(Trace t) {
    ServerRef<Event> m =
        start(
            t,
            n -> {
              send(self(), "hello");
              return n.to("a").insert(event("i1")).insert(event("i2"));
            });
    m.call(ask("last"));
  }

  @Twin({"ST6", "ST9"})
  void insertedByInserted(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do inner = event("i1", n -> n.stay().insert(event("i11")).insert(event("i12")));
    together(m, event("e1", n -> n.stay().insert(inner).insert(event("i2"))), event("e2"));
    m.call(ask("last"));
  }

  @Twin("ST21")
  void endWithAReason(Trace t) {
    for (ExitReason reason : List.of(NORMAL, SHUTDOWN, shutdown("why"), term("odd"))) {
      ServerRef<Event> m = start(t, telling(t, "a"));
      t.as("m", monitor(pid(m)));
      m.cast(event("stop", n -> n.over(reason)));
      t.say("got", awaitDown());
    }
  }

  @Twin("ST21")
  void replyThenTheEnd(Trace t) {
    ServerRef<Event> m =
        start(
            t,
            n -> {
              n.will =
                  (reason, state) -> {
                    await("replied");
                    t.say("terminate", reason, state);
                  };
              return n.to("a");
            });
    t.as("m", monitor(pid(m)));
    t.say("got", m.call(ask("question", (n, call) -> n.over(term("bye")).reply(call, "answer"))));
    send(pid(m), "replied");
    t.say("got", awaitDown());
  }

  @Twin("ST22")
  void waitingCallsAreTold(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Pid main = self();
    Monitored p1 =
        t.as(
            "p1",
            "m1",
            spawnMonitor(() ->
                t.say(
                    called(() ->
                        m.call(
                            ask(
                                "postponed",
                                (n, call) -> {
                                  send(main, "here");
                                  return n.stay().postpone();
                                }))))));
    await("here");
    m.cast(
        event(
            "wait",
            n -> {
              send(main, "here");
              await("go");
              return n.over(term("bye"));
            }));
    await("here");
    Monitored p2 = t.as("p2", "m2", spawnMonitor(() -> t.say(called(() -> m.call(ask("queued"))))));
    until(() -> queueLength(pid(m)) == 1);
    send(pid(m), "go");
    t.say("got", awaitDown(p1.ref()));
    t.say("got", awaitDown(p2.ref()));
  }

  @Twin({"ST30", "GS28"})
  void crashInAHandler(Trace t) {
    ServerRef<Event> m =
        start(
            t,
            n -> {
              n.will =
                  (reason, state) -> {
                    if (reason instanceof ExitReason.Crash) {
                      t.say("terminate", state);
                    }
                  };
              return n.to("a");
            });
    t.as("m", monitor(pid(m)));
    t.say(
        called(() ->
            m.call(
                ask(
                    "question",
                    (n, call) -> {
                      throw new Raised("boom");
                    }))));
    t.say("got", awaitDown());
  }

  @Twin("ST26")
  void parentEndsIt(Trace t) {
    Pid main = self();
    for (ExitReason reason : List.of(NORMAL, SHUTDOWN, term("odd"))) {
      Monitored p =
          t.as(
              "p",
              "mp",
              spawnMonitor(() -> {
                ServerRef<Event> m =
                    Server.startLink(() -> {
                      trapExits(true);
                      return new Machine(t, telling(t, "a"));
                    });
                send(main, pid(m));
                await("go");
                throw new ExitException(reason);
              }));
      Ref ref = t.as("m", monitor(receive(Pid.class)));
      send(p.pid(), "go");
      t.say("got", awaitDown(p.ref()));
      t.say("got", awaitDown(ref));
    }
  }

  @Twin("ST26")
  void exitsOfOthersAreEvents(Trace t) {
    ServerRef<Event> m =
        start(
            t,
            n -> {
              trapExits(true);
              return n.to("a");
            });
    exit(pid(m), term("odd"));
    exit(pid(m), NORMAL);
    m.call(ask("last"));
  }

  @Twin("ST29")
  void suspendedMachine(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Sys.suspend(m);
    m.cast(to("b"));
    send(pid(m), "hello");
    if (!Sys.inspect(m, Machine.class, Machine::where).equals("a")) {
      throw new IllegalStateException("not suspended");
    }
    Sys.resume(m);
    m.call(ask("last"));
  }

  @Twin("ST29")
  void stateIsSeen(Trace t) {
    ServerRef<Event> m = start(t, "a");
    t.say(seen(m));
    m.cast(
        event(
            "go",
            n -> {
              n.kept = "one";
              return n.to("b");
            }));
    t.say(seen(m));
    Sys.change(m, Machine.class, n -> n.kept = "two");
    t.say(seen(m));
  }

  private static List<Object> seen(ServerRef<Event> m) {
    return Sys.inspect(m, Machine.class, n -> List.of(n.where(), n.kept));
  }

  @Twin({"ST23", "GS12"})
  void callInVain(Trace t) {
    ServerRef<Event> m = start(t, "a");
    t.say(
        called(() ->
            m.call(
                ask(
                    "slow",
                    (n, call) -> {
                      await("go");
                      return n.stay().reply(call, "late");
                    }),
                ofMillis(5))));
    send(pid(m), "go");
    t.say(m.call(ask("next")), drain());
    t.say(called(() -> m.call(ask("stop", (n, call) -> n.over(term("bye"))))));
    t.say(called(() -> m.call(ask("nobody"))));
    t.say(called(() -> ServerRef.named(node(), "nobody", Event.class).call(ask("nobody"))));
    t.say(drain());
  }

  @Twin({"ST30", "GS8"})
  void stopFromOutside(Trace t) {
    ServerRef<Event> m = start(t, telling(t, "a"));
    m.cast(to("b"));
    t.say(stopped(() -> m.stop(term("bye"), ofSeconds(10))));
    t.say(stopped(() -> m.stop(term("bye"), ofSeconds(10))));
  }

  @Twin({"ST19", "ST21"})
  void endWhenEntering(Trace t) {
    ServerRef<Event> m =
        start(
            t,
            n -> {
              n.entering =
                  (self, old, state) -> state.equals("b") ? self.over(term("bye")) : self.stay();
              return telling(t, "a").on(n);
            });
    t.as("m", monitor(pid(m)));
    m.cast(to("go", "b", "i"));
    t.say("got", awaitDown());
  }
}

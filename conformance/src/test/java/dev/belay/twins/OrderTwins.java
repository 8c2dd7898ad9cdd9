package dev.belay.twins;

import static dev.belay.Belay.alias;
import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.ExitReason.term;
import static dev.belay.Selector.matching;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.name;
import static dev.belay.twins.Steps.next;
import static dev.belay.twins.Steps.queueLength;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;

import dev.belay.AliasMode;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.twins.Terms.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The order of signals between two processes, and what receive makes of it. Twins of
/// `twin_order.erl`.
final class OrderTwins {
  @Twin("S1")
  void messagesKeepTheirOrder(Trace t) {
    Pid main = self();
    t.as("b", spawn(() -> sendNumbers(main, 100)));
    untilQueued(100);
    t.say(drain().toArray());
  }

  @Twin({"S1", "S3", "A13"})
  void everyAddressIsTheSameWay(Trace t) {
    Pid main = self();
    register("twin_addressed", main);
    Ref alias = alias();
    Pid other = t.as("other", spawn(() -> idle()));
    Ref monitor = monitor(other, MonitorOptions.DEFAULT.alias(AliasMode.EXPLICIT));
    Monitored b =
        t.as(
            "b",
            "m",
            spawnMonitor(() -> {
              for (int n = 1; n <= 20; n++) {
                send(main, tuple(n, "pid"));
                send("twin_addressed", tuple(n, "name"));
                send(name("twin_addressed"), tuple(n, "name_and_node"));
                send(alias, tuple(n, "alias"));
                send(monitor, tuple(n, "monitor"));
              }
            }));
    untilQueued(101);
    t.say(drain().toArray());
    demonitor(b.ref());
  }

  @Twin("S4")
  void exitSignalKeepsItsPlace(Trace t) {
    Pid main = self();
    Monitored b = t.as("b", "m", spawnMonitor(() -> echo(t, main)));
    send(b.pid(), "one");
    send(b.pid(), "two");
    await(tuple("said", "two"));
    exit(b.pid(), term("bye"));
    send(b.pid(), "three");
    t.say("got", awaitDown(b.ref()));
  }

  private static void echo(Trace t, Pid main) {
    while (true) {
      Object word = receive();
      t.say("heard", word);
      send(main, tuple("said", word));
    }
  }

  @Twin({"S1", "T1", "RV8"})
  void trappedExitKeepsItsPlace(Trace t) {
    trapExits(true);
    Pid main = self();
    t.as(
        "b",
        spawn(() -> {
          send(main, "one");
          exit(main, term("between"));
          send(main, "two");
          exit(main, term("after_all"));
        }));
    untilQueued(4);
    t.say(drain().toArray());
  }

  @Twin("S5")
  void messagesComeBeforeTheExit(Trace t) {
    trapExits(true);
    Pid main = self();
    t.as(
        "b",
        spawnLink(() -> {
          sendNumbers(main, 10);
          throw exit(term("bye"));
        }));
    untilQueued(11);
    t.say(drain().toArray());
  }

  @Twin({"S1", "M4"})
  void monitorComesBeforeWhatFollows(Trace t) {
    List<ExitReason> reasons = new ArrayList<>();
    for (int round = 0; round < 100; round++) {
      Pid b =
          spawn(() -> {
            await("die");
            throw exit(term("told"));
          });
      Ref m = monitor(b);
      send(b, "die");
      reasons.add(awaitDown(m).reason());
    }
    t.say("reasons", different(reasons));
  }

  @Twin({"S1", "L7"})
  void linkComesBeforeWhatFollows(Trace t) {
    trapExits(true);
    List<ExitReason> reasons = new ArrayList<>();
    for (int round = 0; round < 100; round++) {
      Pid b = spawn(() -> idle());
      link(b);
      exit(b, term("told"));
      reasons.add(
          receive(message ->
              message instanceof Exit exit && exit.pid().equals(b) ? exit.reason() : skip()));
    }
    t.say("reasons", different(reasons));
  }

  @Twin({"S1", "L9"})
  void unlinkComesBeforeWhatFollows(Trace t) {
    trapExits(true);
    List<Object> left = new ArrayList<>();
    for (int round = 0; round < 100; round++) {
      Pid b = spawnLink(() -> idle());
      unlink(b);
      exit(b, term("told"));
      untilDead(b);
      left.add(drain());
    }
    t.say("left", different(left));
  }

  @Twin("RV1")
  void selectiveReceiveLeavesTheRest(Trace t) {
    sendSelf(1, "a", 2, "b", 3, "c");
    t.say("b", await("b"), "two", await(2));
    t.say("rest", drain());
  }

  @Twin("RV1")
  void oldestMatchIsTaken(Trace t) {
    sendSelf("x", tuple("second", 1), tuple("first", 2), tuple("second", 3));
    t.say(
        "got",
        receive(message ->
            switch (message) {
              case Tuple tuple when tuple.elements().getFirst().equals("first") -> tuple.elements();
              case Tuple tuple when tuple.elements().getFirst().equals("second") ->
                  tuple.elements();
              default -> skip();
            }));
    t.say("rest", drain());
  }

  @Twin({"TM13", "RV1"})
  void lookingOnceSeesTheWholeQueue(Trace t) {
    sendNumbers(self(), 50);
    t.say("found", looking(50));
    t.say("found", looking(51));
    t.say("left", queueLength(self()));
  }

  private static boolean looking(int wanted) {
    return receive(matching(message -> message.equals(wanted)), Duration.ZERO).isPresent();
  }

  @Twin("RV8")
  void downHasNoPrecedence(Trace t) {
    Pid main = self();
    send(self(), "before");
    untilQueued(1);
    Monitored b = t.as("b", "m", spawnMonitor(() -> send(main, "last_word")));
    untilQueued(3);
    send(self(), "later");
    t.say("all", drain());
    demonitor(b.ref());
  }

  @Twin({"RV8", "T6"})
  void exitHasNoPrecedence(Trace t) {
    trapExits(true);
    send(self(), "before");
    exit(self(), term("between"));
    send(self(), "later");
    t.say("all", drain());
  }

  private record Outer(int number) {}

  private record Inner(int number) {}

  @Twin({"RV1", "RV4"})
  void receiveWithinAReceive(Trace t) {
    sendSelf("noise", new Outer(1), new Inner(1), new Outer(2), new Inner(2));
    t.say("got", nested(), nested());
    t.say("rest", drain());
  }

  private static Object nested() {
    int outer = receive(Outer.class).number();
    return tuple(outer, receive(Inner.class).number());
  }

  private record Question(Pid from, Ref ref, Object about) {}

  private record Answer(Ref ref, Object answer) {}

  private static void serve(int requests) {
    for (int i = 0; i < requests; i++) {
      Question question = receive(Question.class);
      send(question.from(), new Answer(question.ref(), tuple("answered", question.about())));
    }
  }

  private static Object answer(Ref ref) {
    return receive(
        ref,
        message ->
            message instanceof Answer answer && answer.ref().equals(ref)
                ? answer.answer()
                : skip());
  }

  @Twin({"RV3", "RV4"})
  void replyIsFoundBehindABacklog(Trace t) {
    for (int n = 1; n <= 1000; n++) {
      send(self(), tuple("old", n));
    }
    Pid server = t.as("server", spawn(() -> serve(3)));
    for (int n = 1; n <= 3; n++) {
      Ref ref = makeRef();
      send(server, new Question(self(), ref, n));
      t.say("answer", answer(ref));
    }
    t.say("left", drain().size());
  }

  @Twin("RV4")
  void referencesDoNotDisturbOthers(Trace t) {
    send(self(), "early");
    Ref ref1 = makeRef();
    send(self(), new Answer(ref1, "one"));
    Ref ref2 = makeRef();
    send(self(), "plain");
    send(self(), new Answer(ref2, "two"));
    send(self(), new Answer(ref1, "again"));
    t.say("two", answer(ref2));
    t.say("next", next());
    t.say("one", answer(ref1));
    t.say("next", next());
    t.say("again", answer(ref1), "left", drain());
  }

  private record From(String role, int number) {}

  @Twin("S1")
  void eachSenderHasAnOrder(Trace t) {
    Pid main = self();
    for (String role : List.of("a", "b", "c")) {
      t.as(
          role,
          spawn(() -> {
            for (int n = 1; n <= 20; n++) {
              send(main, new From(role, n));
            }
          }));
    }
    untilQueued(60);
    for (int i = 0; i < 60; i++) {
      From message = receive(From.class);
      t.sayIn(message.role(), "sent", message.number());
    }
  }

  @Twin("S12")
  void ownMessagesAreThereAtOnce(Trace t) {
    sendSelf("one", "two");
    t.say("length", queueLength(self()), "next", next(), next());
  }

  @Twin("I2")
  void sentMessagesAreSeenByInfo(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    List<Object> lengths = new ArrayList<>();
    for (int n = 1; n <= 10; n++) {
      send(b, tuple("message", n));
      lengths.add(queueLength(b));
    }
    t.say("lengths", lengths);
  }

  private record Token(int lap) {}

  @Twin("S1")
  void tokenGoesRound(Trace t) {
    Pid first = self();
    for (String role : List.of("e", "d", "c", "b", "a")) {
      Pid next = first;
      first = t.as(role, spawn(() -> station(t, next, 3)));
    }
    for (int lap = 1; lap <= 3; lap++) {
      send(first, new Token(lap));
      t.say("back", tuple("token", receive(Token.class).lap()));
    }
  }

  private static void station(Trace t, Pid next, int laps) {
    for (int i = 0; i < laps; i++) {
      Token token = receive(Token.class);
      t.say("passes", token.lap());
      send(next, token);
    }
  }

  @Twin("S1")
  void pingAndPong(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              for (int n = 1; n <= 10; n++) {
                t.say("got", await(tuple("ping", n)));
                send(main, tuple("pong", n));
              }
            }));
    for (int n = 1; n <= 10; n++) {
      send(b, tuple("ping", n));
      t.say("got", await(tuple("pong", n)));
    }
  }

  @Twin({"RV1", "RV4"})
  void requestsAreAnsweredInTurn(Trace t) {
    Pid main = self();
    Pid server = t.as("server", spawn(() -> serve(6)));
    for (String role : List.of("a", "b")) {
      t.as(
          role,
          spawn(() -> {
            List<Ref> refs = new ArrayList<>();
            for (int n = 1; n <= 3; n++) {
              Ref ref = makeRef();
              refs.add(ref);
              send(server, new Question(self(), ref, n));
            }
            for (int n = 3; n >= 1; n--) {
              t.say("answer", n, answer(refs.get(n - 1)));
            }
            send(main, "finished");
          }));
    }
    await("finished");
    await("finished");
  }

  @Twin("SP2")
  void firstMessagesWaitForTheNewborn(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              await("start");
              t.say("rest", drain());
              send(main, "done");
            }));
    send(b, "one");
    send(b, "two");
    send(b, "start");
    await("done");
  }

  @Twin("RV1")
  void severalMatchesInOneReceive(Trace t) {
    sendSelf(1, 2, "three", 4);
    List<Object> got = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      got.add(
          receive(message ->
              switch (message) {
                case Integer n when n > 1 -> tuple("big", n);
                case String word -> tuple("word", word);
                default -> skip();
              }));
    }
    t.say("got", got);
    t.say("rest", drain());
  }

  @Twin({"S1", "S13"})
  void manySendersLoseNothing(Trace t) {
    Pid main = self();
    List<Monitored> senders = new ArrayList<>();
    for (int s = 1; s <= 20; s++) {
      String sender = "s" + s;
      senders.add(
          spawnMonitor(() -> {
            for (int n = 1; n <= 50; n++) {
              send(main, new From(sender, n));
            }
          }));
    }
    senders.forEach(sender -> awaitDown(sender.ref()));
    List<Object> messages = drain();
    Map<String, List<Integer>> orders =
        messages.stream()
            .map(From.class::cast)
            .collect(
                Collectors.groupingBy(
                    From::role, Collectors.mapping(From::number, Collectors.toList())));
    List<Integer> numbers = IntStream.rangeClosed(1, 50).boxed().toList();
    t.say(
        "all", messages.size(), Collections.frequency(orders.values(), numbers) == senders.size());
  }

  // helpers

  private static void sendNumbers(Pid to, int count) {
    for (int n = 1; n <= count; n++) {
      send(to, n);
    }
  }

  private static void sendSelf(Object... messages) {
    for (Object message : messages) {
      send(self(), message);
    }
  }
}

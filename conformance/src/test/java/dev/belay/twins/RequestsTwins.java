package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.twins.Clerk.ask;
import static dev.belay.twins.Clerk.pid;
import static dev.belay.twins.Clerk.start;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.monitors;
import static dev.belay.twins.Terms.Tuple.tuple;
import static dev.belay.twins.Terms.Unordered.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.belay.ExitReason;
import dev.belay.otp.CallException;
import dev.belay.otp.Request;
import dev.belay.otp.Requests;
import dev.belay.otp.Response;
import dev.belay.otp.ServerRef;
import dev.belay.twins.Clerk.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Calls whose replies are collected later. Twins of `twin_requests.erl`.
final class RequestsTwins {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = ofMillis(2);
  private static final Duration LONG = ofSeconds(10);

  private static ServerRef<Order> as(Trace t, String role, ServerRef<Order> server) {
    t.as(role, pid(server));
    return server;
  }

  /// A request that is answered when its server gets "go".
  private static Request<Object> open(ServerRef<Order> s, Object reply) {
    return s.request(
        ask((c, call) -> {
          await("go");
          c.answer(call, reply);
        }));
  }

  private static Request<Object> answered(ServerRef<Order> s, Object reply) {
    Request<Object> request = s.request(ask(reply));
    synchronize(s);
    return request;
  }

  /// Waits until the server has done what came before.
  private static Object synchronize(ServerRef<Order> s) {
    return s.call(ask("done"));
  }

  private static void go(ServerRef<Order> s) {
    send(pid(s), "go");
    synchronize(s);
  }

  private static Object term(Response<?> response) {
    return switch (response) {
      case Response.Reply<?>(Object value) -> tuple("reply", value);
      case Response.Failure<?> failure -> tuple("error", failure.reason());
    };
  }

  private static Object check(Request<Object> request, Object message) {
    return request.check(message).map(RequestsTwins::term).orElse("no_reply");
  }

  private static Object wait(Request<Object> request, Duration time) {
    return request.poll(time).map(RequestsTwins::term).orElse("timeout");
  }

  /// As Erlang's `receive_response`, which gives a request up.
  private static Object receiveOrGiveUp(Request<Object> request, Duration time) {
    try {
      return tuple("reply", request.await(time));
    } catch (CallException e) {
      return e.isTimeout() ? "timeout" : tuple("error", e.reason());
    }
  }

  private static Object collected(Optional<Requests.Collected<Integer>> collected, String nothing) {
    return collected.<Object>map(one -> tuple(term(one.response()), one.label())).orElse(nothing);
  }

  /// As Erlang's `wait_response`.
  private static Object wait(Requests<Integer> requests, Duration time) {
    return collected(requests.poll(time), requests.size() == 0 ? "no_request" : "timeout");
  }

  private static Object check(Requests<Integer> requests, Object message) {
    return collected(requests.check(message), requests.size() == 0 ? "no_request" : "no_reply");
  }

  @Twin({"GR1", "GR2"})
  void replyComesLater(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    Request<Object> request = open(s, "later");
    t.say(wait(request, NOW));
    send(pid(s), "go");
    t.say(wait(request, LONG));
  }

  @Twin({"GR1", "GR2"})
  void nobodyThere(Trace t) {
    ServerRef<Order> s = start();
    s.stop();
    t.say(wait(s.request(ask("x")), LONG));
    t.say(wait(ServerRef.named(node(), "nobody", Order.class).request(ask("x")), LONG));
    t.say("left", drain());
  }

  @Twin("GR2")
  void serverEnds(Trace t) {
    for (ExitReason reason : List.of(NORMAL, SHUTDOWN, shutdown("why"), ExitReason.term("odd"))) {
      ServerRef<Order> s = as(t, "s", start());
      Request<Object> request = s.request(ask((c, call) -> c.end(reason)));
      Request<Object> behind = s.request(ask("x"));
      t.say(wait(request, LONG));
      // It may have been sent too late.
      if (!(behind.poll(LONG).orElseThrow() instanceof Response.Failure)) {
        throw new IllegalStateException("answered by the dead");
      }
    }
    t.say("left", drain());
  }

  @Twin("GR3")
  void waitingAgain(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    Request<Object> request = open(s, "later");
    t.say(wait(request, SHORT));
    t.say(wait(request, SHORT));
    send(pid(s), "go");
    t.say(wait(request, LONG));
  }

  @Twin("GR3")
  void givingUp(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    t.say(receiveOrGiveUp(open(s, "late"), SHORT));
    go(s);
    t.say("left", drain());
  }

  @Twin("GR3")
  void replyThatIsThere(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    t.say(receiveOrGiveUp(answered(s, "one"), NOW));
    t.say(wait(answered(s, "two"), NOW));
    t.say("left", drain());
  }

  @Twin("GR4")
  void messageAgainstARequest(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    Request<Object> other = answered(s, "other");
    Request<Object> request = answered(s, "this");
    send(self(), "hello");
    Object first = receive();
    t.say(check(request, first));
    t.say(check(other, first));
    t.say(check(request, receive()));
    t.say(check(request, receive()));
  }

  @Twin({"GR1", "GS20"})
  void requestsKeepOrder(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    for (int i = 1; i <= 3; i++) {
      int n = i;
      s.request(
          ask((c, call) -> {
            t.say(n);
            c.take(call);
          }));
    }
    synchronize(s);
  }

  /// Three servers with an open request each, under the labels 1, 2 and 3.
  private static List<ServerRef<Order>> three(Trace t, Requests<Integer> requests) {
    List<ServerRef<Order>> servers = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      ServerRef<Order> s = as(t, "s" + n, start());
      requests.add(open(s, tuple("reply", n)), n);
      servers.add(s);
    }
    return servers;
  }

  @Twin("GR7")
  void repliesAsTheyCome(Trace t) {
    Requests<Integer> requests = new Requests<>();
    List<ServerRef<Order>> servers = three(t, requests);
    t.say(wait(requests, NOW));
    for (int n : new int[] {2, 3, 1}) {
      go(servers.get(n - 1));
    }
    t.say(wait(requests, LONG));
    t.say(wait(requests, LONG));
    t.say(collected(requests.poll(LONG), "timeout"));
    t.say(wait(requests, LONG));
  }

  @Twin("GR7")
  void emptyCollection(Trace t) {
    Requests<Integer> requests = new Requests<>();
    t.say(requests.size());
    t.say(wait(requests, LONG));
    t.say(check(requests, "hello"));
  }

  @Twin("GR6")
  void addedTwice(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    Request<Object> request = answered(s, "one");
    Requests<String> requests = new Requests<>();
    requests.add(request, "label");
    t.say(attempt(() -> requests.add(request, "label")));
    t.say(attempt(() -> requests.add(request, "other")));
    t.say(requests.size());
  }

  @Twin("GR6")
  void sizeAndLabels(Trace t) {
    Requests<Integer> requests = new Requests<>();
    List<ServerRef<Order>> servers = three(t, requests);
    t.say(requests.size(), set(requests.labels()));
    send(pid(servers.getFirst()), "go");
    var _ = requests.poll(LONG).orElseThrow();
    t.say(requests.size(), set(requests.labels()));
  }

  @Twin({"GR2", "GR7"})
  void failuresInACollection(Trace t) {
    Requests<Integer> requests = new Requests<>();
    List<ServerRef<Order>> servers = three(t, requests);
    exit(pid(servers.get(2)), ExitReason.term("odd"));
    t.say(wait(requests, LONG));
    exit(pid(servers.get(0)), SHUTDOWN);
    t.say(wait(requests, LONG));
    send(pid(servers.get(1)), "go");
    t.say(collected(requests.poll(LONG), "timeout"));
  }

  @Twin({"GR3", "GR9"})
  void collectionThatIsGivenUp(Trace t) {
    Requests<Integer> requests = new Requests<>();
    List<ServerRef<Order>> servers = three(t, requests);
    go(servers.getFirst());
    // Takes the one that is there.
    var _ = requests.poll(SHORT).orElseThrow();
    t.say(wait(requests, SHORT));
    requests.abandon();
    servers.subList(1, 3).forEach(RequestsTwins::go);
    t.say("left", drain(), monitors(self()));
  }

  @Twin({"GR4", "GR7"})
  void messagesAgainstACollection(Trace t) {
    Requests<Integer> requests = new Requests<>();
    List<ServerRef<Order>> servers = three(t, requests);
    send(self(), "hello");
    go(servers.get(1));
    go(servers.get(0));
    t.say(check(requests, receive()));
    t.say(check(requests, receive()));
    t.say(check(requests, receive()));
    t.say(requests.size());
  }

  @Twin({"GR1", "GS9"})
  void noMonitorIsLeft(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    Request<Object> request = open(s, "done");
    t.say(monitors(self()));
    send(pid(s), "go");
    t.say(wait(request, LONG));
    t.say(monitors(self()));
  }

  @Twin("GS13")
  void callerThatEnds(Trace t) {
    ServerRef<Order> s = as(t, "s", start());
    t.as(
        "p",
        "m",
        spawnMonitor(() ->
            s.request(
                ask((c, call) -> {
                  t.say("handled");
                  c.answer(call, "done");
                }))));
    t.say("got", awaitDown());
    t.say(synchronize(s));
  }

  @Twin({"GR1", "GR2"})
  void machineIsAsked(Trace t) {
    ServerRef<Machine.Event> m = Machine.start(t, "a");
    Request<Object> request =
        m.request(Machine.ask("question", (n, call) -> n.to("b").reply(call, "answer")));
    t.say(wait(request, LONG));
    m.stop();
    t.say(wait(m.request(Machine.ask("x")), LONG));
  }
}

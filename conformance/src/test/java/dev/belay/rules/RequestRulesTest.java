package dev.belay.rules;

import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.otp.CallException;
import dev.belay.otp.From;
import dev.belay.otp.Request;
import dev.belay.otp.Requests;
import dev.belay.otp.Response;
import dev.belay.otp.ServerRef;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Requests that are collected later: section GR.
@BothStyles
@BelayTest
class RequestRulesTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(10);

  /// A request whose reply the test gives.
  private static Request<Object> open(
      ServerRef<Clerk.Order> clerk, AtomicReference<From<Object>> from) {
    Request<Object> request = clerk.request(Clerk.ask((c, call) -> from.set(c.take(call))));
    Await.until(() -> from.get() != null);
    return request;
  }

  private static Request<Object> answered(ServerRef<Clerk.Order> clerk, Object reply) {
    Request<Object> request = clerk.request(Clerk.ask((c, call) -> c.answer(call, reply)));
    Clerk.tell(clerk, c -> {});
    return request;
  }

  private static void assertNothingLeft() {
    assertThat(receive(NOW)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
  }

  @Rule(
      value = {"GR1", "GR2"},
      otp = "gen_server:send_request")
  @Test
  void aRequestIsBackAtOnceAndItsResponseComesLater(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      AtomicReference<From<Object>> from = new AtomicReference<>();
      Request<Object> request = open(clerk, from);
      assertThat(request.poll(NOW)).isEmpty();
      from.get().reply("later");
      assertThat(request.poll(Await.LONG)).contains(new Response.Reply<>("later"));
      clerk.stop();
      assertNothingLeft();
    });
  }

  @Rule(
      value = {"GR1", "GR2"},
      otp = "gen_server:send_request")
  @Test
  void thatThereIsNoServerShowsInTheResponse(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> nobody = ServerRef.named(node, "nobody", Clerk.Order.class);
      Request<Object> request = nobody.request(Clerk.ask((c, call) -> {}));
      assertThat(request.poll(Await.LONG))
          .contains(new Response.Failure<>(ExitReason.NO_PROC, nobody));
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Request<Object> last = clerk.request(Clerk.ask((c, call) -> c.end(ExitReason.SHUTDOWN)));
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> last.await(Await.LONG))
          .returns(ExitReason.SHUTDOWN, CallException::reason);
      assertNothingLeft();
    });
  }

  @Rule(value = "GR3", otp = "gen_server:send_request")
  @Test
  void oneMayWaitAgainOrGiveUp(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      AtomicReference<From<Object>> from = new AtomicReference<>();
      Request<Object> request = open(clerk, from);
      assertThat(request.poll(SHORT)).isEmpty();
      assertThat(request.poll(SHORT)).isEmpty();
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> request.await(SHORT))
          .returns(true, CallException::isTimeout);
      from.get().reply("too late");
      assertNothingLeft();
      // One that has come at the last moment is given.
      Request<Object> second = answered(clerk, "in time");
      assertThat(second.await(NOW)).isEqualTo("in time");
      Request<Object> third = answered(clerk, "there");
      assertThat(third.abandon()).contains(new Response.Reply<>("there"));
      clerk.stop();
      assertNothingLeft();
    });
  }

  @Rule(value = "GR4", otp = "gen_server:send_request")
  @Test
  void aMessageIsHeldAgainstARequest(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Request<Object> other = answered(clerk, "other");
      Request<Object> request = answered(clerk, "this");
      send(self(), "foreign");
      List<Optional<Response<Object>>> seen = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        seen.add(request.check(receive()));
      }
      assertThat(seen)
          .containsExactly(
              Optional.empty(), Optional.of(new Response.Reply<>("this")), Optional.empty());
      assertThat(other.abandon()).isEmpty();
      clerk.stop();
      assertNothingLeft();
    });
  }

  @Rule("GR5")
  @Test
  void aTimeoutIsNotNegative(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Request<Object> request = answered(clerk, "reply");
      assertThatIllegalArgumentException().isThrownBy(() -> request.poll(Duration.ofMillis(-1)));
      assertThat(request.poll(NOW)).isPresent();
      clerk.stop();
    });
  }

  @Rule(
      value = {"GR6", "GR7", "GR8"},
      otp = {
        "gen_server:send_request_receive_reqid_collection",
        "gen_server:send_request_wait_reqid_collection"
      })
  @Test
  void aCollectionGivesResponsesAsTheyCome(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Requests<String> requests = new Requests<>();
      assertThat(requests.poll(Await.LONG)).isEmpty();
      AtomicReference<From<Object>> first = new AtomicReference<>();
      AtomicReference<From<Object>> second = new AtomicReference<>();
      Request<Object> one = open(clerk, first);
      requests.add(one, "one");
      requests.add(open(clerk, second), "two");
      requests.add(clerk.request(Clerk.ask((c, call) -> c.take(call))), "never");
      assertThatIllegalArgumentException().isThrownBy(() -> requests.add(one, "again"));
      assertThat(requests.size()).isEqualTo(3);
      assertThat(requests.labels()).containsExactlyInAnyOrder("one", "two", "never");
      assertThat(requests.poll(SHORT)).isEmpty();
      send(self(), "in the way");
      second.get().reply("2");
      first.get().reply("1");
      assertThat(requests.poll(Await.LONG))
          .contains(new Requests.Collected<>("two", new Response.Reply<>("2")));
      assertThat(requests.poll(Await.LONG))
          .contains(new Requests.Collected<>("one", new Response.Reply<>("1")));
      assertThat(requests.labels()).containsExactly("never");
      clerk.stop();
      assertThat(requests.poll(Await.LONG))
          .contains(
              new Requests.Collected<>("never", new Response.Failure<>(ExitReason.NORMAL, clerk)));
      assertThat(requests.size()).isZero();
      assertThat(receive()).isEqualTo("in the way");
      assertNothingLeft();
    });
  }

  @Rule(
      value = {"GR4", "GR7"},
      otp = "gen_server:send_request_check_reqid_collection")
  @Test
  void aMessageIsHeldAgainstACollection(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Requests<Integer> requests = new Requests<>();
      requests.add(answered(clerk, "reply"), 1);
      assertThat(requests.check("foreign")).isEmpty();
      assertThat(requests.check(receive()))
          .contains(new Requests.Collected<>(1, new Response.Reply<>("reply")));
      assertThat(requests.size()).isZero();
      clerk.stop();
    });
  }

  @Rule(value = "GR9", otp = "gen_server:send_request_receive_reqid_collection")
  @Test
  void aCollectionIsGivenUpAsAWhole(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Requests<Integer> requests = new Requests<>();
      List<AtomicReference<From<Object>>> open = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        AtomicReference<From<Object>> from = new AtomicReference<>();
        open.add(from);
        requests.add(open(clerk, from), i);
      }
      requests.abandon();
      open.forEach(from -> from.get().reply("too late"));
      assertThat(requests.size()).isZero();
      assertNothingLeft();
      clerk.stop();
    });
  }

  /// It would be answered when it has been given up.
  @Rule({"GR1", "GR9"})
  @Test
  void aRequestToOneselfLeavesNothing(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Clerk.tell(
          clerk,
          c -> {
            Request<Object> own = clerk.request(Clerk.ask((d, call) -> d.answer(call, "late")));
            assertThat(own.abandon()).isEmpty();
          });
      assertThat(Clerk.handledBy(clerk)).hasSize(2).allMatch(Clerk.Ask.class::isInstance);
      clerk.stop();
    });
  }

  @Rule("GR10")
  @Test
  void onlyItsProcessCollectsAResponse(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Request<Object> request = answered(clerk, "mine");
      Await.down(
          spawnMonitor(() ->
              assertThatExceptionOfType(IllegalStateException.class)
                  .isThrownBy(() -> request.poll(NOW))));
      assertThat(request.await(NOW)).isEqualTo("mine");
      clerk.stop();
    });
  }
}

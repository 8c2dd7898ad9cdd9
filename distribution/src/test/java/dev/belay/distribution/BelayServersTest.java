package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.internal.otp.Shelf;
import dev.belay.distribution.testing.Ports;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Groups;
import dev.belay.otp.Request;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.otp.Sys;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Servers and groups of two nodes of Belay's.
@Timeout(60)
class BelayServersTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private Node here;
  private Node there;
  private Distribution near;
  private Distribution far;
  private ServerRef<Shelf.Message> shelf;

  @BeforeEach
  void start() throws IOException {
    int epmd = Ports.free();
    DistributionOptions options =
        DistributionOptions.DEFAULT
            .cookie("secret")
            .epmdPort(epmd)
            .codec(Shelf.CODEC)
            .function("shelf", "start_link", 0, RemoteChild.server(_ -> Shelf::new));
    here = Node.start(NodeOptions.DEFAULT.name("here@localhost").daemon(true));
    there = Node.start(NodeOptions.DEFAULT.name("there@localhost").daemon(true));
    TermCodec more = Shelf.types().register(HowMany.class, TermShape.atom()).build();
    near = Distribution.start(here, options.codec(more));
    far = Distribution.start(there, options);
    Server.start(there, StartOptions.DEFAULT.name("shelf"), Shelf::new);
    shelf = ServerRef.named(here, new Name("shelf", there.name()), Shelf.Message.class);
  }

  @AfterEach
  void stop() {
    near.close();
    far.close();
    here.close();
    there.close();
  }

  private Pid farPid() {
    return far.node().whereis("shelf").orElseThrow();
  }

  /// Runs something in a process, and waits for it.
  private static <T> T within(Node node, Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    node.spawn(() -> {
      try {
        done.complete(work.call());
      } catch (Throwable e) {
        done.completeExceptionally(e);
        throw e;
      }
    });
    return done.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Test
  void gs09_aServerIsCalledByName() {
    shelf.cast(new Shelf.Put("rope", 3));
    assertThat(shelf.call(new Shelf.Count("rope"))).isEqualTo(3);
    assertThat(within(here, () -> shelf.call(new Shelf.Count("rope")))).isEqualTo(3);
    assertThat(shelf.callAsync(new Shelf.Count("rope")).join()).isEqualTo(3);
    assertThat(
            within(
                here,
                () -> {
                  Request<Integer> request = shelf.request(new Shelf.Count("rope"));
                  return request.await(LONG);
                }))
        .isEqualTo(3);
  }

  @Test
  void gs10_aCallFailsAsOneWithinANode() {
    ServerRef<Shelf.Message> nobody =
        ServerRef.named(here, new Name("nobody", there.name()), Shelf.Message.class);
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> nobody.call(new Shelf.Count("rope")))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_PROC));
    ServerRef<Shelf.Message> nowhere =
        ServerRef.named(here, new Name("shelf", "nowhere@localhost"), Shelf.Message.class);
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> nowhere.call(new Shelf.Count("rope")))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_CONNECTION));
    nobody.cast(new Shelf.Put("rope", 1));
    nowhere.cast(new Shelf.Put("rope", 1));
  }

  /// The request may make another attempt, if it finds that the monitor's has failed already;
  /// nobody waits for that.
  @Test
  void gs14_aNodeThatCannotBeReachedIsTriedOnceForTheCaller() throws IOException {
    AtomicInteger attempts = new AtomicInteger();
    try (Node lonely = Node.start(NodeOptions.DEFAULT.name("lonely@localhost").daemon(true));
        Distribution _ =
            Distribution.start(
                lonely,
                DistributionOptions.DEFAULT
                    .cookie("secret")
                    .unregistered()
                    .resolver((_, _) -> {
                      attempts.incrementAndGet();
                      return List.of();
                    }))) {
      ServerRef<Object> nowhere =
          ServerRef.named(lonely, new Name("shelf", "nowhere@localhost"), Object.class);
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> nowhere.call(new GenCall(Atom.OK)))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_CONNECTION));
      assertThat(attempts.get()).isBetween(1, 2);
    }
  }

  @Test
  void aReplyThatIsNoTermIsAnErrorAndTheServerLives() {
    assertThat(shelf.call(new Shelf.Odd()).toString()).startsWith("{error,{bad_reply,");
    assertThat(shelf.call(new Shelf.Count("rope"))).isZero();
  }

  @Test
  void aReplyOfAnotherTypeFailsTheCall() {
    Server.start(
        there,
        StartOptions.DEFAULT.name("any"),
        () ->
            new Server<Object>(Object.class) {
              @Override
              protected void handleMessage(Object message) {
                reply((GenCall) message, "text");
              }
            });
    ServerRef<Object> any = ServerRef.named(here, new Name("any", there.name()), Object.class);
    assertThat(any.call(new GenCall(Atom.OK))).isEqualTo(Binary.utf8("text"));
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> any.call(new HowMany()))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.term(CallReason.BAD_REPLY)));
  }

  /// A request that wants a number.
  private record HowMany() implements Call<Object, Integer> {}

  @Test
  void gs08_aServerIsStopped() {
    Pid pid = farPid();
    ServerRef<Shelf.Message> byPid = ServerRef.of(here, pid, Shelf.Message.class);
    byPid.stop(ExitReason.SHUTDOWN, LONG);
    assertThat(there.isAlive(pid)).isFalse();
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(byPid::stop)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_PROC));
  }

  @Test
  void whatOnlyTheOwnNodeKnowsIsRefused() {
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> Sys.suspend(shelf))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.term(CallReason.BAD_REQUEST)));
    ServerRef<Object> any = ServerRef.named(here, new Name("shelf", there.name()), Object.class);
    assertThat(any.call(new SystemCall(Atom.of("get_state")))).isEqualTo(Binary.utf8("{}"));
  }

  @Test
  void pg05_groupsAreSharedAndForgottenWithTheConnection() {
    Groups ours = Groups.start(here, "pg");
    Pid mine = here.spawn(() -> Belay.receive());
    ours.join("red", mine);
    assertThat(near.connect(there.name())).isTrue();
    Groups theirs = Groups.start(there, "pg");
    Waiting.until("they see ours", () -> theirs.members("red").equals(List.of(mine)));
    Pid other = there.spawn(() -> Belay.receive());
    theirs.join("red", other);
    Waiting.until("we see theirs", () -> ours.members("red").size() == 2);
    assertThat(ours.localMembers("red")).containsExactly(mine);
    assertThat(ours.members("red")).containsExactly(mine, other);
    near.disconnect(there.name());
    Waiting.until("ours are alone", () -> ours.members("red").equals(List.of(mine)));
    Waiting.until("theirs are alone", () -> theirs.members("red").equals(List.of(other)));
    assertThat(far.connect(here.name())).isTrue();
    Waiting.until("all are back", () -> ours.members("red").size() == 2);
    there.exit(other, ExitReason.KILL);
    Waiting.until("the dead are gone", () -> ours.members("red").equals(List.of(mine)));
  }

  @Test
  void aServerHasAParentOnAnotherNode() {
    try (Inbox parent = here.inbox()) {
      parent.trapExits(true);
      ServerRef<Shelf.Message> child =
          Server.startLink(there, parent.pid(), StartOptions.DEFAULT, Shelf::new);
      Pid pid = child.pid().orElseThrow();
      there.exit(pid, ExitReason.term(Atom.of("oops")));
      Exit exit = parent.receive(Exit.class, LONG).orElseThrow();
      assertThat(exit.pid()).isEqualTo(pid);
      assertThat(exit.reason()).isEqualTo(ExitReason.term(Atom.of("oops")));
      Pid second =
          Server.startLink(there, parent.pid(), StartOptions.DEFAULT, Shelf::new)
              .pid()
              .orElseThrow();
      parent.exit(second, ExitReason.SHUTDOWN);
      assertThat(parent.receive(Exit.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.SHUTDOWN);
    }
  }

  @Test
  void sv22_aSupervisorEndsAndRestartsAChildOnAnotherNode() {
    Name seed = new Name("seed", there.name());
    // As the node over there has them.
    List<Pid> started = new CopyOnWriteArrayList<>();
    there.spawn(
        SpawnOptions.DEFAULT.name("seed"),
        () -> {
          while (true) {
            Tuple ask = Belay.receive(Tuple.class);
            Pid asker = (Pid) ask.get(0);
            Pid pid =
                Server.startLink(there, asker, StartOptions.DEFAULT, Shelf::new)
                    .pid()
                    .orElseThrow();
            started.add(pid);
            Belay.send(asker, Tuple.of(Atom.of("ack"), pid));
          }
        });
    ChildSpec spec =
        ChildSpec.of(
            "far",
            () -> {
              Belay.send(seed, Tuple.of(Belay.self(), Atom.OK));
              Pid pid =
                  Belay.receive(m ->
                      m instanceof Tuple t && t.get(0).equals(Atom.of("ack"))
                          ? (Pid) t.get(1)
                          : null);
              Belay.link(pid);
              return Child.of(pid);
            });
    SupervisorRef supervisor =
        Supervisor.oneForOne().child(spec).start(here, StartOptions.DEFAULT.name("sup"));
    Pid first = supervisor.child("far").orElseThrow();
    assertThat(first.node()).isEqualTo(there.name());
    assertThat(supervisor.count().active()).isEqualTo(1);
    there.exit(started.getFirst(), ExitReason.KILL);
    Waiting.until(
        "it runs again",
        () -> supervisor.child("far").filter(pid -> !pid.equals(first)).isPresent());
    supervisor.terminateChild("far");
    assertThat(started).hasSize(2);
    assertThat(there.isAlive(started.getLast())).isFalse();
  }
}

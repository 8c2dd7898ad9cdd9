package dev.belay.distribution.internal.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.GenCall;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.Tuple;
import dev.belay.otp.EventHandler;
import dev.belay.otp.Events;
import dev.belay.otp.GenProtocol;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Erlang's nodes send to servers, sent by hand, and what they are answered.
@Timeout(30)
class GenMessagesTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Atom GEN_CALL = Atom.of("$gen_call");
  private static final Atom GEN_CAST = Atom.of("$gen_cast");
  private static final Atom SYSTEM = Atom.of("system");
  private static final Atom ALIAS = Atom.of("alias");
  private static final Atom COUNT = Atom.of("count");

  private Node node;
  private Inbox inbox;

  @BeforeEach
  void start() {
    node = Node.start(NodeOptions.DEFAULT.daemon(true));
    GenProtocol.use(
        node,
        new GenMessages(
            node,
            Translation.of(Shelf.CODEC),
            GenMessagesTest::startChild,
            new PgMessages(Translation.of(Shelf.CODEC), List::of)));
    inbox = node.inbox();
  }

  @AfterEach
  void stop() {
    inbox.close();
    node.close();
  }

  /// The functions that others may have run to start a child.
  private static Object startChild(Atom module, Atom name, List<Object> arguments) {
    if (!module.equals(Atom.of("shelf"))) {
      throw Belay.exit(ExitReason.term(Atom.of("undef")));
    }
    return name.equals(Atom.of("ignore"))
        ? Atom.of("ignore")
        : Tuple.of(Atom.OK, Server.startLink(Shelf::new).pid().orElseThrow());
  }

  private Pid shelf() {
    return Server.start(node, StartOptions.DEFAULT, Shelf::new).pid().orElseThrow();
  }

  private Object ask(Pid server, Object kind, Object request) {
    Ref alias = inbox.alias(AliasMode.REPLY);
    Object tag = new ImproperList(List.of(ALIAS), alias);
    inbox.send(server, Tuple.of(kind, Tuple.of(inbox.pid(), tag), request));
    Tuple reply = inbox.receive(Tuple.class, LONG).orElseThrow();
    assertThat(reply.get(0)).isEqualTo(tag);
    return reply.get(1);
  }

  private Object call(Pid server, Object request) {
    return ask(server, GEN_CALL, request);
  }

  private Object sys(Pid server, Object request) {
    return ask(server, SYSTEM, request);
  }

  private static Tuple pair(String first, Object second) {
    return Tuple.of(Atom.of(first), second);
  }

  // gen_server

  @Test
  void gs09_aCallIsAnsweredToItsAlias() {
    Pid server = shelf();
    inbox.send(server, Tuple.of(GEN_CAST, Tuple.of(Atom.of("put"), Binary.utf8("rope"), 3L)));
    assertThat(call(server, Tuple.of(COUNT, Binary.utf8("rope")))).isEqualTo(3L);
    assertThat(inbox.receive(Duration.ZERO)).isEmpty();
  }

  @Test
  void gs15_aTagIsGivenBackWhateverItIs() {
    Pid server = shelf();
    Ref ref = inbox.makeRef();
    for (Object tag : List.of(ref, Tuple.of(ref, Atom.of("a@b")), Atom.OK, List.of(1L))) {
      inbox.send(
          server,
          Tuple.of(GEN_CALL, Tuple.of(inbox.pid(), tag), Tuple.of(COUNT, Binary.utf8("rope"))));
      assertThat(inbox.receive(LONG)).contains(Tuple.of(tag, 0L));
    }
    Object nested =
        new ImproperList(
            List.of(new ImproperList(List.of(ALIAS), inbox.alias(AliasMode.REPLY))), Atom.OK);
    inbox.send(
        server,
        Tuple.of(GEN_CALL, Tuple.of(inbox.pid(), nested), Tuple.of(COUNT, Binary.utf8("rope"))));
    assertThat(inbox.receive(LONG)).contains(Tuple.of(nested, 0L));
    inbox.send(
        server,
        Tuple.of(GEN_CALL, Tuple.of(inbox.pid(), nested), Tuple.of(COUNT, Binary.utf8("rope"))));
    assertThat(call(server, Tuple.of(COUNT, Binary.utf8("rope"))))
        .as("its alias was used up, and is not answered by the pid")
        .isEqualTo(0L);
  }

  @Test
  void whatIsNotOfTheProtocolIsRefusedAndTheServerLives() {
    Pid server = shelf();
    assertThat(((Tuple) call(server, Atom.of("what"))).get(0)).isEqualTo(Atom.ERROR);
    assertThat(call(server, Tuple.of(Atom.of("count"), 7L)).toString())
        .startsWith("{error,{bad_request,");
    inbox.send(server, Tuple.of(GEN_CAST, Atom.of("what")));
    assertThat(call(server, Tuple.of(COUNT, Binary.utf8("rope")))).isEqualTo(0L);
  }

  @Test
  void aServerOfAnyProtocolGetsTerms() {
    List<Object> told = new ArrayList<>();
    Pid server =
        Server.start(
                node,
                StartOptions.DEFAULT,
                () ->
                    new Server<Object>(Object.class) {
                      @Override
                      protected void handleMessage(Object message) {
                        if (message instanceof GenCall call) {
                          reply(call, Tuple.of(Atom.OK, call.request(), List.copyOf(told)));
                        } else {
                          told.add(message);
                        }
                      }
                    })
            .pid()
            .orElseThrow();
    inbox.send(server, Tuple.of(GEN_CAST, Atom.of("a")));
    inbox.send(server, Tuple.of(Atom.of("b")));
    assertThat(call(server, Atom.of("c")))
        .isEqualTo(Tuple.of(Atom.OK, Atom.of("c"), List.of(Atom.of("a"), Tuple.of(Atom.of("b")))));
  }

  @Test
  void gs16_aServerThatStopsAnswersFirst() {
    Pid server =
        Server.start(
                node,
                StartOptions.DEFAULT,
                () ->
                    new Server<Object>(Object.class) {
                      @Override
                      protected void handleMessage(Object message) {
                        reply((GenCall) message, Atom.of("bye"));
                        stop(ExitReason.term(Atom.of("done")));
                      }
                    })
            .pid()
            .orElseThrow();
    Ref monitor = inbox.monitor(server);
    assertThat(call(server, Atom.of("x"))).isEqualTo(Atom.of("bye"));
    Down down = inbox.receive(Down.class, LONG).orElseThrow();
    assertThat(down.ref()).isEqualTo(monitor);
    assertThat(down.reason()).isEqualTo(ExitReason.term(Atom.of("done")));
  }

  // gen_statem

  static final class Switch extends StateMachine<Boolean, Object> {
    @Override
    protected Step<Boolean, Object> begin() {
      return next(false);
    }

    @Override
    protected Step<Boolean, Object> handle(Boolean on, Object event) {
      return event instanceof GenCall call ? next(!on).reply(call, on) : keep();
    }
  }

  @Test
  void aStateMachineIsCalledAsAServer() {
    Pid machine = Server.start(node, StartOptions.DEFAULT, Switch::new).pid().orElseThrow();
    assertThat(call(machine, Atom.of("flip"))).isEqualTo(Atom.FALSE);
    assertThat(call(machine, Atom.of("flip"))).isEqualTo(Atom.TRUE);
  }

  // gen_event

  static final class Ear extends EventHandler<String> {
    static final List<String> HEARD = new ArrayList<>();

    @Override
    protected void handleEvent(String event) {
      HEARD.add(event);
    }
  }

  @Test
  void eventsAreNotified() {
    Ear.HEARD.clear();
    Pid events =
        Events.of(String.class)
            .handler("ear", Ear::new)
            .start(node, StartOptions.DEFAULT)
            .pid()
            .orElseThrow();
    inbox.send(events, pair("notify", Binary.utf8("one")));
    inbox.send(events, pair("notify", Atom.of("none")));
    assertThat(ask(events, inbox.pid(), pair("sync_notify", Binary.utf8("two"))))
        .isEqualTo(Atom.OK);
    assertThat(Ear.HEARD).containsExactly("one", "two");
  }

  // sys

  @Test
  void ge03_aServerIsSuspendedLookedAtAndResumed() {
    Pid server = shelf();
    assertThat(sys(server, Atom.of("suspend"))).isEqualTo(Atom.OK);
    inbox.send(server, Tuple.of(GEN_CAST, Tuple.of(Atom.of("put"), Binary.utf8("rope"), 1L)));
    assertThat(sys(server, Atom.of("get_state"))).isEqualTo(Binary.utf8("{}"));
    Tuple status = (Tuple) sys(server, Atom.of("get_status"));
    assertThat(status.get(0)).isEqualTo(Atom.of("status"));
    assertThat(status.get(1)).isEqualTo(server);
    assertThat(status.get(2)).isEqualTo(pair("module", Atom.of(Shelf.class.getName())));
    assertThat(((List<?>) status.get(3)).get(1)).isEqualTo(Atom.of("suspended"));
    assertThat(sys(server, Atom.of("resume"))).isEqualTo(Atom.OK);
    assertThat(sys(server, Atom.of("get_state"))).isEqualTo(Binary.utf8("{rope=1}"));
  }

  @Test
  void ge03_whatNoServerDoesIsAnError() {
    Pid server = shelf();
    Tuple replace = pair("replace_state", Atom.of("fun"));
    Tuple expected = Tuple.of(Atom.ERROR, pair("unknown_system_msg", replace));
    assertThat(sys(server, replace)).isEqualTo(expected);
    assertThat(sys(server, Atom.of("suspend"))).isEqualTo(Atom.OK);
    assertThat(sys(server, replace)).isEqualTo(expected);
  }

  @Test
  void gs08_aServerAnswersAndEndsWithTheReason() {
    for (boolean suspended : new boolean[] {false, true}) {
      Pid server = shelf();
      inbox.monitor(server);
      if (suspended) {
        assertThat(sys(server, Atom.of("suspend"))).isEqualTo(Atom.OK);
      }
      assertThat(sys(server, pair("terminate", Atom.SHUTDOWN))).isEqualTo(Atom.OK);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.SHUTDOWN);
    }
  }

  // supervisor

  private SupervisorRef supervisor() {
    return Supervisor.oneForOne()
        .child("a", Shelf::new)
        .start(node, StartOptions.DEFAULT.name("sup"));
  }

  @Test
  void sv31_childrenAreListedAndCounted() {
    SupervisorRef supervisor = supervisor();
    Pid pid = supervisor.pid().orElseThrow();
    Pid child = supervisor.child("a").orElseThrow();
    assertThat(call(pid, Atom.of("which_children")))
        .isEqualTo(List.of(Tuple.of(Binary.utf8("a"), child, Atom.of("worker"), List.of())));
    assertThat(call(pid, Atom.of("count_children")))
        .isEqualTo(
            List.of(
                pair("specs", 1L),
                pair("active", 1L),
                pair("supervisors", 0L),
                pair("workers", 1L)));
  }

  @Test
  void sv28_childrenAreEndedStartedAndForgotten() {
    SupervisorRef supervisor = supervisor();
    Pid pid = supervisor.pid().orElseThrow();
    assertThat(call(pid, pair("terminate_child", Atom.of("b"))))
        .isEqualTo(pair("error", Atom.of("not_found")));
    assertThat(call(pid, pair("delete_child", Atom.of("a"))))
        .isEqualTo(pair("error", Atom.of("running")));
    assertThat(call(pid, pair("terminate_child", Atom.of("a")))).isEqualTo(Atom.OK);
    assertThat(call(pid, Atom.of("which_children")))
        .isEqualTo(
            List.of(Tuple.of(Binary.utf8("a"), Atom.UNDEFINED, Atom.of("worker"), List.of())));
    Tuple started = (Tuple) call(pid, pair("restart_child", List.of((long) 'a')));
    assertThat(started).isEqualTo(pair("ok", supervisor.child("a").orElseThrow()));
    assertThat(call(pid, pair("restart_child", Binary.utf8("a"))))
        .isEqualTo(pair("error", Atom.of("running")));
    assertThat(call(pid, pair("terminate_child", Binary.utf8("a")))).isEqualTo(Atom.OK);
    assertThat(call(pid, pair("delete_child", Binary.utf8("a")))).isEqualTo(Atom.OK);
    assertThat(supervisor.children()).isEmpty();
  }

  @Test
  void sv27_childrenAreStartedByFunctionsThatOthersMayRun() {
    SupervisorRef supervisor = supervisor();
    Pid pid = supervisor.pid().orElseThrow();
    Map<Object, Object> map =
        Map.of(
            Atom.of("id"), Atom.of("b"),
            Atom.of("start"), Tuple.of(Atom.of("shelf"), Atom.of("start_link"), List.of()),
            Atom.of("restart"), Atom.of("transient"),
            Atom.of("shutdown"), 100L);
    Tuple started = (Tuple) call(pid, pair("start_child", map));
    assertThat(started).isEqualTo(pair("ok", supervisor.child("b").orElseThrow()));
    assertThat(supervisor.spec("b")).hasToString("b: transient, shutdown within PT0.1S");
    assertThat(call(pid, pair("start_child", map)))
        .isEqualTo(pair("error", pair("already_started", started.get(1))));
    Map<?, ?> spec = (Map<?, ?>) ((Tuple) call(pid, pair("get_childspec", Atom.of("b")))).get(1);
    assertThat(spec.get(Atom.of("restart"))).isEqualTo(Atom.of("transient"));
    assertThat(spec.get(Atom.of("shutdown"))).isEqualTo(100L);
    Tuple ignored =
        Tuple.of(
            Atom.of("c"),
            Tuple.of(Atom.of("shelf"), Atom.of("ignore"), List.of()),
            Atom.of("permanent"),
            Atom.of("brutal_kill"),
            Atom.of("worker"),
            List.of());
    assertThat(call(pid, pair("start_child", ignored))).isEqualTo(pair("ok", Atom.UNDEFINED));
    Tuple unknown =
        Tuple.of(
            Atom.of("d"),
            Tuple.of(Atom.of("nobody"), Atom.of("knows"), List.of()),
            Atom.of("permanent"),
            Atom.of("infinity"),
            Atom.of("worker"),
            List.of());
    assertThat(call(pid, pair("start_child", unknown))).isEqualTo(pair("error", Atom.of("undef")));
    assertThat(call(pid, pair("start_child", Atom.of("nonsense"))).toString())
        .startsWith("{error,{bad_request,");
  }

  // and back

  @Test
  void aRequestKnowsWhatItIsAnsweredWith() {
    assertThat(ReplyTypes.of(new Shelf.Count("a"))).isEqualTo(Integer.class);
    assertThat(ReplyTypes.of(new GenCall(Atom.OK))).isEqualTo(Object.class);
    assertThat(Translation.of(TermCodec.EMPTY).in(3L, Integer.class)).isEqualTo(3);
    assertThat(Translation.of(TermCodec.EMPTY).in(Binary.utf8("å"), String.class)).isEqualTo("å");
    assertThat(Translation.of(TermCodec.EMPTY).in(Atom.TRUE, Boolean.class)).isEqualTo(true);
  }

  @Test
  void withinANodeNothingIsTranslated() {
    ServerRef<Shelf.Message> server = Server.start(node, StartOptions.DEFAULT, Shelf::new);
    server.cast(new Shelf.Put("rope", 2));
    assertThat(server.call(new Shelf.Count("rope"))).isEqualTo(2);
  }
}

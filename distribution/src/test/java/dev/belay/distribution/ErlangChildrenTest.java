package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.distribution.internal.otp.Shelf;
import dev.belay.distribution.testing.Ports;
import dev.belay.otp.Server;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A supervisor of Erlang's with a child of ours, and one of ours with a child of Erlang's.
@Tag("erlang")
@Timeout(60)
class ErlangChildrenTest {
  private static final String MODULES =
      "Load = fun(M, Lines) -> Forms = [begin {ok,T,_} = erl_scan:string(S),"
          + " {ok,F} = erl_parse:parse_form(T), F end || S <- Lines],"
          + " {ok,M,Bin} = compile:forms(Forms), {module,M} = code:load_binary(M,\"\",Bin), ok end,"
          + " Load(sup,[\"-module(sup).\",\"-export([init/1]).\","
          + "\"init(Specs) -> {ok,{#{intensity=>1000,period=>1},Specs}}.\"]),"
          + " Load(theirs,[\"-module(theirs).\","
          + "\"-export([init/1,handle_call/3,handle_cast/2]).\","
          + "\"init({stop,R}) -> {stop,R}; init(ignore) -> ignore; init(X) -> {ok,X}.\","
          + "\"handle_call(get,_,S) -> {reply,S,S}.\","
          + "\"handle_cast(_,S) -> {noreply,S}.\"])";

  /// A process that spawns others in the name of who asks, linked with that.
  private static final String SEED =
      "register(seed, spawn(fun L() -> receive {From,M,F,A} ->"
          + " P = spawn(fun() -> link(From), apply(M,F,A) end), From ! {seeded,P}, L() end end))";

  @TempDir Path folder;

  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;

  @BeforeEach
  void start() throws IOException {
    int epmd = Ports.free();
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
    distribution =
        Distribution.start(
            node,
            DistributionOptions.DEFAULT
                .cookie("secret")
                .epmdPort(epmd)
                .codec(Shelf.CODEC)
                .function(
                    "shelf",
                    "start_link",
                    0,
                    RemoteChild.server(StartOptions.DEFAULT.name("shelf"), _ -> Shelf::new))
                .function("shelf", "ignored", 0, RemoteChild.server(_ -> Unwanted::new))
                .function("shelf", "fails", 0, RemoteChild.server(_ -> Broken::new))
                .function(
                    "shelf",
                    "loop",
                    1,
                    args -> {
                      RemoteChild.initAck((Pid) args.getFirst());
                      return Belay.receive();
                    }));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    assertThat(erlang.eval("N = 'j@localhost', " + MODULES)).isEqualTo("ok");
    assertThat(erlang.eval(SEED)).isEqualTo("true");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  private static final class Unwanted extends Server<Object> {
    @Override
    protected void init() {
      throw ignore();
    }

    @Override
    protected void handleMessage(Object message) {}
  }

  private static final class Broken extends Server<Object> {
    @Override
    protected void init() {
      throw new IllegalStateException("no rope");
    }

    @Override
    protected void handleMessage(Object message) {}
  }

  // theirs above ours

  private void theirSupervisor(String function) {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), {ok,Sup} = supervisor:start_link(sup,"
                    + "[#{id=>rope,start=>{rpc,call,[N,shelf,"
                    + function
                    + ",[]]},shutdown=>2000}]), ok"))
        .isEqualTo("ok");
  }

  @Test
  void sv_aSupervisorOfTheirsStartsAndRestartsAChildOfOurs() {
    theirSupervisor("start_link");
    assertThat(
            erlang.eval(
                "[{rope,P,worker,_}] = supervisor:which_children(Sup),"
                    + " {node(P),gen_server:call(P,{count,<<\"x\">>})}"))
        .isEqualTo("{j@localhost,0}");
    Pid first = node.whereis("shelf").orElseThrow();
    erlang.eval("exit(P,kill)");
    Waiting.until(
        "it runs again", () -> node.whereis("shelf").filter(pid -> !pid.equals(first)).isPresent());
    assertThat(erlang.eval("supervisor:terminate_child(Sup,rope)")).isEqualTo("ok");
    assertThat(node.whereis("shelf")).isEmpty();
    assertThat(erlang.eval("element(1,supervisor:restart_child(Sup,rope))")).isEqualTo("ok");
    assertThat(erlang.eval("unlink(Sup), gen_server:stop(Sup)")).isEqualTo("ok");
    Waiting.until("it has gone with it", () -> node.whereis("shelf").isEmpty());
  }

  @Test
  void sv_theLossOfTheConnectionEndsTheChildAndItIsStartedAgain() {
    theirSupervisor("start_link");
    Pid first = node.whereis("shelf").orElseThrow();
    distribution.disconnect("e@localhost");
    Waiting.until("the first is dead", () -> !node.isAlive(first));
    Waiting.until(
        "it runs again", () -> node.whereis("shelf").filter(pid -> !pid.equals(first)).isPresent());
  }

  @Test
  void sv_aStartOfOursMayBeIgnoredOrFail() {
    theirSupervisor("ignored");
    assertThat(erlang.eval("[{rope,U,_,_}] = supervisor:which_children(Sup), U"))
        .isEqualTo("undefined");
    assertThat(
            erlang.eval(
                "supervisor:start_child(Sup,#{id=>bad,start=>{rpc,call,[N,shelf,fails,[]]}})"))
        .startsWith("{error,")
        .contains("no rope");
  }

  @Test
  void pl02_aProcessOfOursSaysThatItHasBegun() {
    assertThat(
            erlang.eval(
                "Q = spawn_link(N,shelf,loop,[self()]), receive {ack,Q,Ack} -> Ack =:= {ok,Q} end"))
        .isEqualTo("true");
  }

  // ours above theirs

  private Pid spawnLink(String peer, String module, String function, List<Object> arguments) {
    Belay.send(
        new Name("seed", peer),
        Tuple.of(Belay.self(), Atom.of(module), Atom.of(function), arguments));
    return Belay.receive(m ->
        m instanceof Tuple pair && pair.get(0).equals(Atom.of("seeded"))
            ? (Pid) pair.get(1)
            : null);
  }

  private SupervisorRef ourSupervisor() {
    return Supervisor.oneForOne()
        .intensity(20, Duration.ofSeconds(1))
        .child(ErlangChild.genServer("theirs", this::spawnLink, "e@localhost", "theirs", 7))
        .start(node, StartOptions.DEFAULT.name("jsup"));
  }

  @Test
  void sv_aSupervisorOfOursStartsAndRestartsAChildOfTheirs() {
    SupervisorRef supervisor = ourSupervisor();
    Pid first = supervisor.child("theirs").orElseThrow();
    assertThat(first.node()).isEqualTo("e@localhost");
    assertThat(
            erlang.eval(
                "[{_,K,_,_}] = supervisor:which_children({jsup,N}), gen_server:call(K,get)"))
        .isEqualTo("7");
    assertThat(erlang.eval("exit(K,kill), ok")).isEqualTo("ok");
    Waiting.until(
        "it runs again",
        () -> supervisor.child("theirs").filter(pid -> !pid.equals(first)).isPresent());
    assertThat(
            erlang.eval("[{_,K2,_,_}] = supervisor:which_children({jsup,N}), is_process_alive(K2)"))
        .isEqualTo("true");
    supervisor.terminateChild("theirs");
    assertThat(erlang.eval("is_process_alive(K2)")).isEqualTo("false");
    supervisor.restartChild("theirs");
    erlang.eval("[{_,K3,_,_}] = supervisor:which_children({jsup,N})");
    supervisor.stop();
    assertThat(erlang.eval("is_process_alive(K3)")).isEqualTo("false");
  }

  @Test
  void sv_aStartOfTheirsMayBeIgnoredOrFail() {
    SupervisorRef supervisor = ourSupervisor();
    assertThat(
            supervisor
                .startChild(
                    ErlangChild.genServer(
                        "ignored", this::spawnLink, "e@localhost", "theirs", Atom.of("ignore")))
                .pid())
        .isEmpty();
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(() ->
                supervisor.startChild(
                    ErlangChild.genServer(
                        "bad",
                        this::spawnLink,
                        "e@localhost",
                        "theirs",
                        Tuple.of(Atom.of("stop"), Atom.of("oops"))))))
        .hasMessageContaining("oops");
  }
}

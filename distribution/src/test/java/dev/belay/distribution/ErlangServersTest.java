package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.distribution.internal.otp.Shelf;
import dev.belay.distribution.testing.Ports;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.EventHandler;
import dev.belay.otp.Events;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.StartOptions;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;
import dev.belay.otp.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Servers, state machines, supervisors and events of Belay's as a real Erlang node sees them, and
/// the other way round.
@Tag("erlang")
@Timeout(60)
class ErlangServersTest {

  @TempDir Path folder;

  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;
  private final List<Object> heard = new CopyOnWriteArrayList<>();

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
                    "child",
                    0,
                    _ -> Tuple.of(Atom.OK, Server.startLink(Shelf::new).pid().orElseThrow())));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval("N = 'j@localhost'");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  /// Answers what the reference server of other tests does.
  private static final class Srv extends Server<Object> {
    Srv() {
      super(Object.class);
    }

    @Override
    protected void handleMessage(Object message) {
      if (!(message instanceof GenCall call)) {
        return;
      }
      Object request = call.request();
      if (request.equals(Atom.of("ping"))) {
        reply(call, Atom.of("pong"));
      } else if (request.equals(Atom.of("crash"))) {
        throw Belay.exit(ExitReason.term(Atom.of("boom")));
      } else if (request instanceof Tuple pair && pair.get(0).equals(Atom.of("echo"))) {
        reply(call, pair.get(1));
      } else if (request instanceof Tuple pair && pair.get(0).equals(Atom.of("sleep"))) {
        From<Object> from = from(call);
        Belay.sleep(Duration.ofMillis((Long) pair.get(1)));
        from.reply(Atom.OK);
      }
    }
  }

  private void srv() {
    Supervisor.oneForOne()
        .intensity(10, Duration.ofSeconds(1))
        .child(ChildSpec.server("srv", StartOptions.DEFAULT.name("srv"), Srv::new))
        .start(node, StartOptions.DEFAULT.name("jsup"));
  }

  private void shelf() {
    Server.start(node, StartOptions.DEFAULT.name("shelf"), Shelf::new);
  }

  // their calls

  @Test
  void gs09_theyCallUs() {
    srv();
    assertThat(erlang.eval("gen_server:call({srv,N},{echo,{x,[1,\"a\"],<<\"b\">>}})"))
        .isEqualTo("{x,[1,\"a\"],<<\"b\">>}");
    assertThat(
            erlang.eval(
                "[gen_server:call({srv,N},{echo,I}) || I <- lists:seq(1,200)] =:="
                    + " lists:seq(1,200)"))
        .isEqualTo("true");
  }

  @Test
  void gs09_typedMessagesArriveAsTheyAre() {
    shelf();
    assertThat(erlang.eval("gen_server:cast({shelf,N},{put,<<\"rope\">>,3})")).isEqualTo("ok");
    assertThat(erlang.eval("gen_server:call({shelf,N},{count,<<\"rope\">>})")).isEqualTo("3");
    assertThat(erlang.eval("{error,{bad_request,_}} = gen_server:call({shelf,N},what), ok"))
        .isEqualTo("ok");
    assertThat(erlang.eval("{error,{bad_reply,_}} = gen_server:call({shelf,N},odd), ok"))
        .isEqualTo("ok");
    assertThat(erlang.eval("gen_server:call({shelf,N},{count,<<\"rope\">>})")).isEqualTo("3");
  }

  @Test
  void gs10_theyHearWhyACallFails() {
    srv();
    assertThat(erlang.eval("try gen_server:call({nosuch,N},x) catch exit:{R,_} -> R end"))
        .isEqualTo("noproc");
    assertThat(erlang.eval("try gen_server:call({srv,N},crash) catch exit:{R2,_} -> R2 end"))
        .isEqualTo("boom");
    Waiting.until(
        "it runs again", () -> erlang.eval("catch gen_server:call({srv,N},ping)").equals("pong"));
  }

  @Test
  void gs12_noLateReplyComes() {
    srv();
    assertThat(
            erlang.eval(
                "R = try gen_server:call({srv,N},{sleep,300},100) catch exit:{T,_} -> T end,"
                    + " ok = gen_server:call({srv,N},{sleep,1}), {R,Flush(300)}"))
        .isEqualTo("{timeout,[]}");
  }

  @Test
  void gs32_theyCallManyAtOnce() {
    srv();
    assertThat(erlang.eval("gen_server:multi_call([N],srv,ping,5000)"))
        .isEqualTo("{[{j@localhost,pong}],[]}");
    assertThat(erlang.eval("gen_server:multi_call([N],nosuch,ping,5000)"))
        .isEqualTo("{[],[j@localhost]}");
  }

  @Test
  void gr01_theySendRequests() {
    srv();
    assertThat(
            erlang.eval(
                "Q = gen_server:send_request({srv,N},ping), gen_server:receive_response(Q,5000)"))
        .isEqualTo("{reply,pong}");
  }

  @Test
  void gs08_theyStopUs() {
    shelf();
    assertThat(erlang.eval("gen_server:stop({shelf,N})")).isEqualTo("ok");
    assertThat(node.whereis("shelf")).isEmpty();
    shelf();
    assertThat(erlang.eval("gen_server:stop({shelf,N},shutdown,5000)")).isEqualTo("ok");
    shelf();
    assertThat(erlang.eval("proc_lib:stop({shelf,N},{why,1},5000)")).isEqualTo("ok");
    assertThat(erlang.eval("try gen_server:stop({shelf,N}) catch exit:R -> R end"))
        .startsWith("noproc");
  }

  private static final class Switch extends StateMachine<Boolean, Object> {
    @Override
    protected Step<Boolean, Object> begin() {
      return next(false);
    }

    @Override
    protected Step<Boolean, Object> handle(Boolean on, Object event) {
      return event instanceof GenCall call ? next(!on).reply(call, on) : next(true);
    }
  }

  @Test
  void st_theyTalkWithAStateMachine() {
    Server.start(node, StartOptions.DEFAULT.name("switch"), Switch::new);
    assertThat(
            erlang.eval(
                "A = gen_statem:call({switch,N},flip), gen_statem:cast({switch,N},on),"
                    + " B = gen_statem:call({switch,N},flip), {A,B,gen_statem:stop({switch,N})}"))
        .isEqualTo("{false,true,ok}");
  }

  private final class Ear extends EventHandler<String> {
    @Override
    protected void handleEvent(String event) {
      heard.add(event);
    }
  }

  @Test
  void ge01_theyNotifyOfEvents() {
    Events.of(String.class)
        .handler("ear", Ear::new)
        .start(node, StartOptions.DEFAULT.name("events"));
    assertThat(
            erlang.eval(
                "{gen_event:notify({events,N},<<\"one\">>), gen_event:notify({events,N},none),"
                    + " gen_event:sync_notify({events,N},<<\"two\">>)}"))
        .isEqualTo("{ok,ok,ok}");
    assertThat(heard).containsExactly("one", "two");
  }

  // sys

  @Test
  void ge03_theyLookAtUs() {
    shelf();
    erlang.eval("gen_server:cast({shelf,N},{put,<<\"rope\">>,3})");
    assertThat(erlang.eval("sys:get_state({shelf,N})")).isEqualTo("<<\"{rope=3}\">>");
    assertThat(
            erlang.eval(
                "{status,P,{module,M},[_,running,_,[],[{header,H},{data,D}|_]]} ="
                    + " sys:get_status({shelf,N}),"
                    + " {node(P),M,H,proplists:get_value(\"Status\",D)}"))
        .isEqualTo(
            "{j@localhost,'" + Shelf.class.getName() + "',\"Status for server shelf\",running}");
    assertThat(
            erlang.eval(
                "S = sys:suspend({shelf,N}), X = try"
                    + " gen_server:call({shelf,N},{count,<<\"rope\">>},200) catch exit:{T,_} -> T"
                    + " end, R = sys:resume({shelf,N}),"
                    + " {S,X,R,gen_server:call({shelf,N},{count,<<\"rope\">>})}"))
        .isEqualTo("{ok,timeout,ok,3}");
    assertThat(
            erlang.eval(
                "try sys:replace_state({shelf,N},fun(Y) -> Y end) catch error:{E,_} -> E end"))
        .isEqualTo("unknown_system_msg");
    assertThat(erlang.eval("sys:terminate({shelf,N},normal)")).isEqualTo("ok");
    Waiting.until("it has ended", () -> node.whereis("shelf").isEmpty());
  }

  // supervisor

  @Test
  void sv31_theyAskASupervisor() {
    srv();
    assertThat(erlang.eval("supervisor:count_children({jsup,N})"))
        .isEqualTo("[{specs,1},{active,1},{supervisors,0},{workers,1}]");
    assertThat(
            erlang.eval(
                "[{I,P,T,M}] = supervisor:which_children({jsup,N}), {I,is_pid(P),node(P),T,M}"))
        .isEqualTo("{<<\"srv\">>,true,j@localhost,worker,[]}");
    assertThat(erlang.eval("gen_server:call(P,ping)")).isEqualTo("pong");
    assertThat(
            erlang.eval(
                "A = supervisor:terminate_child({jsup,N},srv), [{_,B,_,_}] ="
                    + " supervisor:which_children({jsup,N}), {ok,C} ="
                    + " supervisor:restart_child({jsup,N},srv),"
                    + " {A,B,is_pid(C),supervisor:restart_child({jsup,N},srv),"
                    + " supervisor:delete_child({jsup,N},srv),supervisor:delete_child({jsup,N},other)}"))
        .isEqualTo("{ok,undefined,true,{error,running},{error,running},{error,not_found}}");
    assertThat(
            erlang.eval(
                "{ok,K} = supervisor:start_child({jsup,N},#{id=>extra,start=>{shelf,child,[]}}),"
                    + " {error,{already_started,K}} ="
                    + " supervisor:start_child({jsup,N},#{id=>extra,start=>{shelf,child,[]}}),"
                    + " {error,{undef,_}} ="
                    + " supervisor:start_child({jsup,N},{bad,{no,such,[]},permanent,100,worker,[]}),"
                    + " {ok,#{restart:=permanent,type:=worker}} ="
                    + " supervisor:get_childspec({jsup,N},extra),"
                    + " gen_server:call(K,{count,<<\"rope\">>})"))
        .isEqualTo("0");
  }
}

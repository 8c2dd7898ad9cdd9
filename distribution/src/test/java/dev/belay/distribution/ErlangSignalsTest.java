package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.AliasMode;
import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.MonitorOptions;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Signals between a node of Belay's and a real Erlang node, both ways.
@Tag("erlang")
@Timeout(60)
class ErlangSignalsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String MATRIX =
      "[0,1,255,256,-1,1 bsl 31,-(1 bsl 31)-1,1 bsl 63,-(1 bsl 63),1 bsl 64,1 bsl 5000,-(1 bsl 5000),"
          + "1.0,-0.0,1.0e308,'',a,'å','日本',list_to_atom(lists:duplicate(255,16#1F600)),"
          + "[],\"abc\",[1|2],lists:seq(1,70000),lists:duplicate(65535,1),lists:duplicate(65536,1),"
          + "{},list_to_tuple(lists:seq(1,255)),list_to_tuple(lists:seq(1,256)),"
          + "<<>>,<<5:3>>,<<0:8388608>>,#{},#{a=>#{b=>[1,2]},{x}=>1.5},"
          + "maps:from_list([{I,I}||I<-lists:seq(1,100)]),self(),make_ref(),alias(),hd(erlang:ports()),"
          + "fun lists:map/2,fun(X)->X+1 end]";

  @TempDir Path folder;

  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;

  @BeforeEach
  void start() throws IOException {
    int epmd = Ports.free();
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
    distribution =
        Distribution.start(node, DistributionOptions.DEFAULT.cookie("secret").epmdPort(epmd));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval("N = 'j@localhost'");
    node.spawn(
        SpawnOptions.DEFAULT.name("echo"),
        Turns.of(() ->
            message -> {
              Tuple tuple = (Tuple) message;
              Belay.send((Destination) tuple.get(0), Tuple.of(Belay.self(), tuple.get(1)));
              return Behaviour.same();
            }));
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  /// A process of ours that ends with what it is sent.
  private void mortal() {
    node.spawn(
        SpawnOptions.DEFAULT.name("mortal"),
        () -> {
          throw Belay.exit(ExitReason.term(Belay.receive()));
        });
  }

  /// A pid of theirs, as we have it.
  private Pid theirs(Inbox inbox, String expression) {
    Name me = me(inbox);
    erlang.eval("{" + me.name() + ",N} ! " + expression);
    return inbox.receive(Pid.class, LONG).orElseThrow();
  }

  private Name me(Inbox inbox) {
    String name = "inbox" + inbox.pid().number();
    if (node.whereis(name).isEmpty()) {
      node.register(name, inbox.pid());
    }
    return new Name(name, node.name());
  }

  @Test
  void theyPingUs() {
    assertThat(erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    assertThat(erlang.eval("{nodes(), nodes(hidden)}")).isEqualTo("{[],[j@localhost]}");
    assertThat(distribution.nodes(NodeType.ALL)).containsExactly("e@localhost");
    assertThat(distribution.nodes()).isEmpty();
  }

  @Test
  void weConnectToThem() {
    assertThat(distribution.connect("e@localhost")).isTrue();
    assertThat(erlang.eval("nodes(hidden)")).isEqualTo("[j@localhost]");
    assertThat(distribution.connect("nobody@localhost")).isFalse();
  }

  @Test
  void aWrongCookieIsRefused() {
    assertThat(erlang.eval("erlang:set_cookie(N, wrong), net_adm:ping(N)")).isEqualTo("pang");
    assertThat(erlang.eval("erlang:set_cookie(N, secret), net_adm:ping(N)")).isEqualTo("pong");
  }

  @Test
  void everyTermComesBackEqual() {
    assertThat(
            erlang.eval(
                "[T || T <- "
                    + MATRIX
                    + ", begin {echo,N} ! {self(),T}, receive {_,R} -> R =/= T after 20000 -> true end end]"))
        .isEqualTo("[]");
  }

  @Test
  void orderIsKept() {
    assertThat(
            erlang.eval(
                "[{echo,N} ! {self(),I} || I <- lists:seq(1,20000)],"
                    + "lists:all(fun(I) -> receive {_,X} -> X =:= I end end, lists:seq(1,20000))"))
        .isEqualTo("true");
  }

  @Test
  void theyMonitorUs() {
    mortal();
    assertThat(
            erlang.eval(
                "M = monitor(process,{mortal,N}), {mortal,N} ! {big,lists:seq(1,50000)},"
                    + "receive {'DOWN',M,process,W,{big,L}} -> {W,length(L)} end"))
        .isEqualTo("{{mortal,j@localhost},50000}");
    assertThat(
            erlang.eval(
                "M2 = monitor(process,{nosuch,N}), receive {'DOWN',M2,process,W2,R2} -> {W2,R2} end"))
        .isEqualTo("{{nosuch,j@localhost},noproc}");
  }

  @Test
  void theyDemonitorUs() {
    mortal();
    assertThat(
            erlang.eval(
                "M = monitor(process,{mortal,N}), demonitor(M,[flush]), {mortal,N} ! x, Flush(300)"))
        .isEqualTo("[]");
  }

  @Test
  void theyLinkWithUs() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), {echo,N} ! {self(),x}, P = receive {P0,x} -> P0 end,"
                    + " link(P), unlink(P), link(P), exit(P,kill),"
                    + " receive {'EXIT',P,R} -> R after 5000 -> none end"))
        .isEqualTo("killed");
    assertThat(erlang.eval("link(P), receive {'EXIT',P,R3} -> R3 after 5000 -> none end"))
        .isEqualTo("noproc");
  }

  @Test
  void anUnlinkedExitDoesNotCount() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), {echo,N} ! {self(),x}, P = receive {P0,x} -> P0 end,"
                    + " link(P), unlink(P), exit(P,kill), Flush(300)"))
        .isEqualTo("[]");
  }

  @Test
  void anExceptionIsAReasonWithAStack() {
    node.spawn(
        SpawnOptions.DEFAULT.name("crasher"),
        () -> {
          throw new IllegalStateException("boom " + Belay.receive());
        });
    assertThat(
            erlang.eval(
                "M = monitor(process,{crasher,N}), {crasher,N} ! x,"
                    + " receive {'DOWN',M,_,_,{E,[{_,_,_,_}|_]}} -> E end"))
        .isEqualTo("{java,'java.lang.IllegalStateException',<<\"boom x\">>}");
  }

  @Test
  void weMonitorAndLinkThem() {
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      Pid pid = theirs(inbox, "spawn(fun() -> receive stop -> exit(why) end end)");
      Ref ref = inbox.monitor(pid);
      inbox.link(pid);
      inbox.send(pid, Atom.of("stop"));
      Down down = inbox.receive(Down.class, LONG).orElseThrow();
      assertThat(down.ref()).isEqualTo(ref);
      assertThat(down.reason()).isEqualTo(ExitReason.term(Atom.of("why")));
      Exit exit = inbox.receive(Exit.class, LONG).orElseThrow();
      assertThat(exit.pid()).isEqualTo(pid);
      assertThat(exit.reason()).isEqualTo(ExitReason.term(Atom.of("why")));
    }
  }

  @Test
  void weAreToldOfTheDeadAndTheNameless() {
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      Pid dead =
          theirs(
              inbox,
              "begin {P1,M1} = spawn_monitor(fun() -> ok end), receive {'DOWN',M1,_,_,_} -> P1 end end");
      inbox.monitor(dead);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_PROC);
      inbox.link(dead);
      assertThat(inbox.receive(Exit.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_PROC);
      inbox.monitor(new Name("nobody", "e@localhost"));
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_PROC);
    }
  }

  @Test
  void weSendExitSignals() {
    try (Inbox inbox = node.inbox()) {
      Pid pid =
          theirs(
              inbox,
              "spawn(fun() -> process_flag(trap_exit,true), receive after infinity -> ok end end)");
      inbox.monitor(pid);
      inbox.exit(pid, ExitReason.KILL);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.KILLED);
    }
  }

  @Test
  void aliasesWorkBothWays() {
    assertThat(
            erlang.eval(
                "A = alias([reply]), {echo,N} ! {A,1}, {echo,N} ! {A,2},"
                    + " receive {_,1} -> Flush(500) after 20000 -> none end"))
        .isEqualTo("[]");
    try (Inbox inbox = node.inbox()) {
      Pid pid =
          theirs(
              inbox,
              "spawn(fun() -> receive {A1,X} -> A1 ! X, A1 ! X end, receive stop -> ok end end)");
      Ref ref = inbox.monitor(pid, MonitorOptions.DEFAULT.alias(AliasMode.REPLY));
      inbox.send(pid, Tuple.of(ref, 7));
      assertThat(inbox.receive(LONG)).contains(7L);
      assertThat(inbox.receive(Duration.ofMillis(300))).isEmpty();
    }
  }

  @Test
  void whenTheyDisconnectBothSidesHear() {
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      Pid pid = theirs(inbox, "begin S = spawn(fun() -> receive stop -> ok end end), S end");
      inbox.monitor(pid);
      inbox.link(pid);
      assertThat(
              erlang.eval(
                  "process_flag(trap_exit,true), {echo,N} ! {self(),x}, P = receive {P0,x} -> P0 end,"
                      + " link(P), M = monitor(process,P), is_process_alive(S)"))
          .isEqualTo("true");
      assertThat(
              erlang.eval("erlang:disconnect_node(N), lists:sort([element(1,X)||X<-Flush(300)])"))
          .isEqualTo("['DOWN','EXIT']");
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(inbox.receive(Exit.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(erlang.eval("is_process_alive(S)")).isEqualTo("false");
      // It was linked, and did not trap exits.
      Waiting.until("the echo is dead", () -> node.whereis("echo").isEmpty());
      assertThat(erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
    }
  }

  @Test
  void theirSuddenDeathIsHeard() throws InterruptedException {
    try (Inbox inbox = node.inbox()) {
      Pid pid = theirs(inbox, "self()");
      inbox.monitor(pid);
      inbox.link(pid);
      inbox.trapExits(true);
      erlang.kill();
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(inbox.receive(Exit.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
    }
  }

  @Test
  void connectionsComeAndGo() {
    assertThat(
            erlang.eval(
                "[begin erlang:disconnect_node(N), net_adm:ping(N) end || _ <- lists:seq(1,100)]"
                    + " -- lists:duplicate(100,pong)"))
        .isEqualTo("[]");
  }

  @Test
  void aLargeMessageHoldsUpNobody() {
    assertThat(
            erlang.eval(
                "Big = binary:copy(<<7>>, 1 bsl 24), {echo,N} ! {self(),Big}, {echo,N} ! {self(),small},"
                    + " receive {_,Big} -> receive {_,small} -> ok end after 30000 -> none end"))
        .isEqualTo("ok");
  }
}

package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
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

/// Processes that a real Erlang node asks for, and what it calls by `erpc` and `rpc`.
@Tag("erlang")
@Timeout(60)
class ErlangSpawnsTest {
  /// The processes `net_kernel` and `rex`.
  private static final int SERVICES = 2;

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
                .function("jt", "add", 2, args -> (Long) args.get(0) + (Long) args.get(1))
                .function(
                    "jt",
                    "exit",
                    1,
                    args -> {
                      throw Belay.exit(ExitReason.term(args.get(0)));
                    })
                .function(
                    "jt",
                    "error",
                    1,
                    args -> {
                      throw new IllegalStateException(args.get(0).toString());
                    })
                .function(
                    "jt",
                    "sleep",
                    1,
                    args -> {
                      Belay.sleep(Duration.ofMillis((Long) args.get(0)));
                      return Atom.OK;
                    })
                .function("jt", "wait", 0, _ -> Belay.receive()));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval("N = 'j@localhost'");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  @Test
  void spawnMonitor() {
    assertThat(
            erlang.eval(
                "{P,M} = erlang:spawn_monitor(N,jt,exit,[bye]),"
                    + " receive {'DOWN',M,process,P,R} -> {node(P),R} end"))
        .isEqualTo("{j@localhost,bye}");
  }

  @Test
  void spawnLinkOfWhatIsNotThere() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), P = spawn_link(N,nomod,nofun,[1]),"
                    + " receive {'EXIT',P,{undef,[{nomod,nofun,A,_}|_]}} -> A end"))
        .isEqualTo("[1]");
  }

  @Test
  void aSpawnedProcessIsLinkedAndKilled() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), P = spawn_link(N,jt,wait,[]), exit(P,kill),"
                    + " receive {'EXIT',P,R} -> R end"))
        .isEqualTo("killed");
    Waiting.until("it is gone", () -> node.processCount() == SERVICES);
  }

  @Test
  void aBadOptionIsRefused() {
    assertThat(
            erlang.eval(
                "R = erlang:spawn_request(N,jt,add,[1,2],[{bogus,1}]),"
                    + " receive {spawn_reply,R,error,E} -> E end"))
        .isEqualTo("badopt");
  }

  @Test
  void erpcCalls() {
    assertThat(erlang.eval("erpc:call(N,jt,add,[1,2])")).isEqualTo("3");
    assertThat(erlang.eval("try erpc:call(N,jt,exit,[v]) catch C1:R1 -> {C1,R1} end"))
        .isEqualTo("{exit,{exception,v}}");
    assertThat(
            erlang.eval(
                "try erpc:call(N,jt,error,[v]) catch C2:{exception,R2,[_|_]} -> {C2,R2} end"))
        .isEqualTo("{error,{java,'java.lang.IllegalStateException',<<\"v\">>}}");
    assertThat(
            erlang.eval(
                "try erpc:call(N,nomod,f,[x]) catch C3:{exception,R3,[S|_]} -> {C3,R3,S} end"))
        .isEqualTo("{error,undef,{nomod,f,[x],[]}}");
  }

  @Test
  void rpcCalls() {
    assertThat(erlang.eval("rpc:call(N,jt,add,[20,22])")).isEqualTo("42");
    assertThat(erlang.eval("{badrpc,{'EXIT',{undef,_}}} = rpc:call(N,nomod,f,[]), ok"))
        .isEqualTo("ok");
    assertThat(erlang.eval("rpc:call(N,jt,sleep,[20000],100)")).isEqualTo("{badrpc,timeout}");
    assertThat(erlang.eval("erpc:multicall([N,N],jt,add,[1,1])")).isEqualTo("[{ok,2},{ok,2}]");
  }

  @Test
  void castsAreDone() {
    assertThat(erlang.eval("erpc:cast(N,jt,add,[1,2])")).isEqualTo("ok");
    assertThat(erlang.eval("erpc:call(N,jt,add,[1,2])")).isEqualTo("3");
    Waiting.until("all have ended", () -> node.processCount() == SERVICES);
  }
}

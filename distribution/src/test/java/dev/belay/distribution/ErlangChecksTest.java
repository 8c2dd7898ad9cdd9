package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
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

/// What an Erlang node expects of another node's processes, asked with its own functions (M, L, X
/// and A across nodes). With the tests beside it, the list of `docs/interop.md`.
@Tag("erlang")
@Timeout(120)
class ErlangChecksTest {
  private static final Duration LONG = Duration.ofSeconds(20);

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
                .function("jt", "new", 0, _ -> mortal())
                .function("jt", "add", 2, args -> (Long) args.get(0) + (Long) args.get(1))
                .function("erlang", "node", 0, _ -> Atom.of(Belay.node().name())));
    node.spawn(
        SpawnOptions.DEFAULT.name("echo"),
        Turns.of(() ->
            message -> {
              Tuple tuple = (Tuple) message;
              Belay.send((Destination) tuple.get(0), Tuple.of(Belay.self(), tuple.get(1)));
              return Behaviour.same();
            }));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval(
        "N = 'j@localhost', New = fun() -> erpc:call(N,jt,new,[]) end,"
            + " Down = fun(M) -> receive {'DOWN',M,process,_,R} -> R after 20000 -> none end end,"
            + " Exit = fun(P) -> receive {'EXIT',P,R} -> R after 20000 -> none end end, ok");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  /// A process that ends with what it is sent.
  private static Pid mortal() {
    return Belay.spawn(() -> {
      throw Belay.exit(ExitReason.term(Belay.receive()));
    });
  }

  @Test
  void aNameAndThenItsPidAreAnswered() {
    assertThat(
            erlang.eval(
                "{echo,N} ! {self(),hi}, receive {P,hi} -> P ! {self(),again},"
                    + " receive {P,again} -> node(P) end end"))
        .isEqualTo("j@localhost");
  }

  @Test
  void aMonitorTellsTheReasonHoweverLarge() {
    assertThat(
            erlang.eval(
                "P = New(), M = monitor(process,P), P ! {big,lists:seq(1,50000)},"
                    + " {big,L} = Down(M), length(L)"))
        .isEqualTo("50000");
    assertThat(erlang.eval("Down(monitor(process,P))")).isEqualTo("noproc");
  }

  @Test
  void aMonitorThatIsTakenOffIsSilent() {
    assertThat(
            erlang.eval(
                "P = New(), W = monitor(process,P), M = monitor(process,P), demonitor(M,[flush]),"
                    + " P ! x, {Down(W),Flush(200)}"))
        .isEqualTo("{x,[]}");
  }

  @Test
  void aLinkTellsTheReason() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), P = New(), link(P), P ! bye, {Exit(P),Flush(200)}"))
        .isEqualTo("{bye,[]}");
    assertThat(erlang.eval("link(P), Exit(P)")).isEqualTo("noproc");
  }

  @Test
  void aLinkThatIsTakenBackIsSilent() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), P = New(), M = monitor(process,P), link(P),"
                    + " unlink(P), P ! x, {Down(M),Flush(200)}"))
        .isEqualTo("{x,[]}");
  }

  @Test
  void exitSignalsDoWhatTheySay() {
    assertThat(erlang.eval("P = New(), M = monitor(process,P), exit(P,kill), Down(M)"))
        .isEqualTo("killed");
    assertThat(erlang.eval("Q = New(), O = monitor(process,Q), exit(Q,normal), Flush(300)"))
        .isEqualTo("[]");
    assertThat(erlang.eval("exit(Q,why), Down(O)")).isEqualTo("why");
  }

  @Test
  void anAliasOfOursIsTheirsToUseUntilItEnds() {
    try (Inbox inbox = node.inbox()) {
      inbox.register("inbox");
      erlang.eval("register(me,self()), net_adm:ping(N)");
      Ref alias = inbox.alias();
      inbox.send(new Name("me", "e@localhost"), alias);
      erlang.eval("A = receive X -> X end, A ! one, A ! two");
      assertThat(inbox.receive(LONG)).contains(Atom.of("one"));
      assertThat(inbox.receive(LONG)).contains(Atom.of("two"));
      assertThat(inbox.unalias(alias)).isTrue();
      erlang.eval("A ! three, {inbox,N} ! four");
      assertThat(inbox.receive(LONG)).contains(Atom.of("four"));
    }
  }

  @Test
  void allOfThemAreAskedWhoTheyAre() {
    assertThat(erlang.eval("erpc:multicall([N,node()],erlang,node,[])"))
        .isEqualTo("[{ok,j@localhost},{ok,e@localhost}]");
  }

  @Test
  void theNextMessageConnectsAgain() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true), P = New(), link(P), M = monitor(process,P),"
                    + " monitor_node(N,true), erlang:disconnect_node(N),"
                    + " receive {nodedown,N} -> {Exit(P),Down(M),Flush(200)} end"))
        .isEqualTo("{noconnection,noconnection,[]}");
    Waiting.until(
        "we have heard, too",
        () ->
            erlang
                .eval("{echo,N} ! {self(),x}, receive {_,x} -> yes after 1000 -> no end")
                .equals("yes"));
  }

  /// A token of `seq_trace` goes with messages, exits and requests to spawn, which are other
  /// signals on the wire then.
  @Test
  void tracedSignalsAreSignals() {
    assertThat(
            erlang.eval(
                "P = New(), M = monitor(process,P), Q = New(), O = monitor(process,Q),"
                    + " seq_trace:set_token(label,{any,term}), {echo,N} ! {self(),x}, P ! y,"
                    + " exit(Q,z), Sum = erpc:call(N,jt,add,[1,2]), seq_trace:set_token([]),"
                    + " Echo = receive {_,x} -> x after 20000 -> none end,"
                    + " {Echo,Down(M),Down(O),Sum,nodes(hidden)}"))
        .isEqualTo("{x,y,z,3,[j@localhost]}");
  }

  @Test
  void manyAtomsComeBackEqual() {
    assertThat(
            erlang.eval(
                "Long = list_to_atom(lists:duplicate(255,16#1F600)), Atoms = [Long |"
                    + " [list_to_atom(\"atom_\" ++ integer_to_list(I)) || I <- lists:seq(1,10000)]],"
                    + " Twice = Atoms ++ Atoms, [{echo,N} ! {self(),A} || A <- Twice],"
                    + " [A || A <- Twice, receive {_,B} -> A =/= B after 20000 -> true end]"))
        .isEqualTo("[]");
  }

  // large messages, and many

  private static final int LARGE = 64 << 20;

  private static final String CALLS_UNTIL_ARRIVED =
      "(fun C(K) -> receive {arrived,S} -> {K,S} after 0 ->"
          + " yes = gen_server:call({net_kernel,N},{is_auth,node()},20000), C(K+1) end end)(0)";

  /// @param counted how many calls were answered before something had arrived, and what
  private static int calls(String counted, int arrived) {
    assertThat(counted).matches("\\{\\d+," + arrived + "\\}");
    return Integer.parseInt(counted.substring(1, counted.indexOf(',')));
  }

  @Test
  void whileTheySendALargeMessageCallsAreAnswered() {
    node.spawn(
        SpawnOptions.DEFAULT.name("sink"),
        () -> {
          Tuple tuple = Belay.receive(Tuple.class);
          int size = ((Binary) tuple.get(1)).size();
          Belay.send((Pid) tuple.get(0), Tuple.of(Atom.of("arrived"), size));
        });
    erlang.eval(
        "Big = binary:copy(<<7>>, "
            + LARGE
            + "), Me = self(), net_adm:ping(N),"
            + " spawn(fun() -> {sink,N} ! {Me,Big} end), ok");
    // How often depends on how Erlang lets its own processes send.
    assertThat(calls(erlang.eval(CALLS_UNTIL_ARRIVED), LARGE)).isPositive();
  }

  @Test
  void whileWeSendALargeMessageCallsAreAnswered() {
    erlang.eval(
        "Me = self(), net_adm:ping(N), register(sink, spawn(fun() ->"
            + " receive Big -> Me ! {arrived,byte_size(Big)} end end))");
    node.spawn(() -> Belay.send(new Name("sink", "e@localhost"), Binary.of(new byte[LARGE])));
    assertThat(calls(erlang.eval(CALLS_UNTIL_ARRIVED), LARGE)).isGreaterThan(3);
  }

  @Test
  @Tag("full")
  @Timeout(300)
  void whoReceivesNothingHoldsUpNobody() {
    node.spawn(SpawnOptions.DEFAULT.name("sleeper"), () -> Belay.sleep(Duration.ofHours(1)));
    erlang.eval(
        "Me = self(), net_adm:ping(N), net_kernel:monitor_nodes(true,[{node_type,all}]),"
            + " spawn(fun() -> [{sleeper,N} ! {message,I} || I <- lists:seq(1,1000000)],"
            + " Me ! {arrived,1000000} end), ok");
    assertThat(calls(erlang.eval(CALLS_UNTIL_ARRIVED), 1_000_000)).isGreaterThan(3);
    Pid sleeper = node.whereis("sleeper").orElseThrow();
    Waiting.until(
        "all have come", () -> node.info(sleeper).orElseThrow().messageQueueLength() == 1_000_000);
    assertThat(erlang.eval("{net_adm:ping(N),Flush(0)}")).isEqualTo("{pong,[]}");
  }
}

package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What processes of ours print in a shell of Erlang's, and theirs here.
@Tag("erlang")
@Timeout(60)
class ErlangOutputTest {
  @TempDir Path folder;

  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;
  private final List<String> printed = new CopyOnWriteArrayList<>();

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
                .function("jt", "io", 0, _ -> Belay.whereis("io").orElseThrow())
                .function("jt", "say", 1, args -> GroupLeader.println(text(args.getFirst())))
                .function(
                    "jt",
                    "say_by_child",
                    1,
                    args -> {
                      Belay.spawn(() -> GroupLeader.print(text(args.getFirst())));
                      return Atom.OK;
                    })
                .function(
                    "jt",
                    "parrot",
                    0,
                    _ -> {
                      while (true) {
                        GroupLeader.print(text(Belay.receive()));
                      }
                    }));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval(
        "N = 'j@localhost', Me = self(),"
            + " Leader = fun(Name) -> spawn(fun F() -> receive"
            + " {io_request,From,Ref,{put_chars,unicode,B}} ->"
            + " From ! {io_reply,Ref,ok}, Me ! {Name,B}, F() end end) end");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  private static String text(Object term) {
    return ((Binary) term).text();
  }

  @Test
  void whatWeSayAppearsInTheShellThatHasSpawnedUs() {
    assertThat(erlang.eval("erpc:call(N,jt,say,[<<\"the rope holds \\x{e5}\"/utf8>>])"))
        .isEqualTo("true");
    assertThat(erlang.reports()).contains("the rope holds å");
  }

  @Test
  void sp01_aChildHasTheGroupLeaderOfItsSpawner() {
    assertThat(
            erlang.eval(
                "One = Leader(one), spawn(fun() -> group_leader(One,self()),"
                    + " spawn(N,jt,say_by_child,[<<\"x\">>]) end),"
                    + " receive {one,B1} -> B1 after 10000 -> none end"))
        .isEqualTo("<<\"x\">>");
  }

  @Test
  void s21_aGroupLeaderIsChangedByASignal() {
    assertThat(
            erlang.eval(
                "Two = Leader(two), P = spawn(N,jt,parrot,[]), group_leader(Two,P), P ! <<\"y\">>,"
                    + " receive {two,B2} -> B2 after 10000 -> none end"))
        .isEqualTo("<<\"y\">>");
  }

  @Test
  void s21_weGiveTheirsAGroupLeader() {
    IoServer.spawn(node, SpawnOptions.DEFAULT.name("io"), printed::add);
    erlang.eval("T = spawn(fun() -> receive go -> io:put_chars(<<\"theirs\">>) end end)");
    node.spawn(
        SpawnOptions.DEFAULT.name("giver"),
        () -> {
          Pid theirs = Belay.receive(Pid.class);
          Belay.groupLeader(Belay.whereis("io").orElseThrow(), theirs);
          Belay.send(theirs, Atom.of("go"));
        });
    erlang.eval("{giver,N} ! T");
    Waiting.until("it is printed", () -> printed.contains("theirs"));
  }

  @Test
  void theyPrintHere() {
    IoServer.spawn(node, SpawnOptions.DEFAULT.name("io"), printed::add);
    assertThat(
            erlang.eval(
                "Io = erpc:call(N,jt,io,[]), {io:format(Io,\"~p ~s~n\",[{a,1},<<\"x\">>]),"
                    + " io:put_chars(Io,<<\"\\x{e9}\"/utf8>>), io:nl(Io),"
                    + " io:get_line(Io,\"\"), io:columns(Io)}"))
        .isEqualTo("{ok,ok,ok,eof,{error,enotsup}}");
    assertThat(printed).containsExactly("{a,1} x\n", "é", "\n");
  }
}

package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.testing.Ports;
import dev.belay.otp.Groups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Groups that are shared with Erlang's `pg`.
@Tag("erlang")
@Timeout(60)
class ErlangGroupsTest {
  private static final Atom GROUP = Atom.of("g");

  @TempDir Path folder;

  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;
  private Groups groups;

  @BeforeEach
  void start() throws IOException {
    int epmd = Ports.free();
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
    distribution =
        Distribution.start(node, DistributionOptions.DEFAULT.cookie("secret").epmdPort(epmd));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval("N = 'j@localhost', {ok,_} = pg:start_link()");
    groups = Groups.start(node, "pg");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  private Pid member() {
    return node.spawn(() -> Belay.receive());
  }

  private void theySee(int members) {
    Waiting.until(
        "they see " + members,
        () -> erlang.eval("length(pg:get_members(g))").equals(Integer.toString(members)));
  }

  private void weSee(int members) {
    Waiting.until("we see " + members, () -> groups.members(GROUP).size() == members);
  }

  @Test
  void pg05_whatWasThereBeforeTheConnectionIsSeenByBoth() {
    Pid mine = member();
    groups.join(GROUP, mine, mine);
    assertThat(erlang.eval("pg:join(g,[self(),self()])")).isEqualTo("ok");
    assertThat(distribution.connect("e@localhost")).isTrue();
    theySee(4);
    weSee(4);
    assertThat(groups.localMembers(GROUP)).isEqualTo(List.of(mine, mine));
    assertThat(erlang.eval("lists:usort([node(P) || P <- pg:get_members(g), node(P) =/= node()])"))
        .isEqualTo("[j@localhost]");
  }

  @Test
  void pg03_changesOfBothAreSeenByBoth() {
    assertThat(distribution.connect("e@localhost")).isTrue();
    Pid mine = member();
    groups.join(GROUP, mine);
    theySee(1);
    erlang.eval("pg:join(g,self())");
    weSee(2);
    groups.leave(GROUP, mine);
    theySee(1);
    erlang.eval("pg:leave(g,self())");
    weSee(0);
    groups.join(GROUP, mine);
    theySee(1);
    node.exit(mine, ExitReason.KILL);
    theySee(0);
    erlang.eval("P = spawn(fun() -> receive stop -> ok end end), pg:join(g,P)");
    weSee(1);
    erlang.eval("P ! stop");
    weSee(0);
  }

  @Test
  void pg05_aLostConnectionTakesMembersAwayAndANewOneBringsThemBack() {
    assertThat(distribution.connect("e@localhost")).isTrue();
    groups.join(GROUP, member());
    erlang.eval("pg:join(g,self())");
    theySee(2);
    weSee(2);
    distribution.disconnect("e@localhost");
    weSee(1);
    theySee(1);
    assertThat(distribution.connect("e@localhost")).isTrue();
    theySee(2);
    weSee(2);
  }

  @Test
  void pg08_aScopeThatBeginsAgainLearnsOfTheOthers() {
    assertThat(distribution.connect("e@localhost")).isTrue();
    groups.join(GROUP, member());
    erlang.eval("pg:join(g,self())");
    weSee(2);
    theySee(2);
    node.exit(groups.pid().orElseThrow(), ExitReason.KILL);
    Waiting.until("it has ended", () -> groups.pid().isEmpty());
    theySee(1);
    groups = Groups.start(node, "pg");
    weSee(1);
    assertThat(groups.localMembers(GROUP)).isEmpty();
  }

  @Test
  void pg07_otherScopesAreOthers() {
    Groups other = Groups.start(node, "other");
    erlang.eval("{ok,_} = pg:start_link(other)");
    assertThat(distribution.connect("e@localhost")).isTrue();
    other.join(GROUP, member());
    Waiting.until(
        "they see it there", () -> erlang.eval("length(pg:get_members(other,g))").equals("1"));
    theySee(0);
  }

  /// This node is hidden, and Erlang's `pg` looks for visible ones alone. What makes up for it is
  /// that Belay looks for all: when the scopes are there before the connection.
  @Test
  void pg05_aScopeOfTheirsThatBeginsLaterDoesNotLookForHiddenNodes() {
    node.spawn(
        SpawnOptions.DEFAULT.name("echo"),
        () -> {
          while (true) {
            Belay.send(Belay.receive(Pid.class), Atom.OK);
          }
        });
    Groups late = Groups.start(node, "late");
    late.join(GROUP, member());
    erlang.eval("{ok,L} = pg:start(late)");
    assertThat(distribution.connect("e@localhost")).isTrue();
    Waiting.until("they see it", () -> erlang.eval("length(pg:get_members(late,g))").equals("1"));
    // Whatever they say when they begin is here before the answer to what they say then.
    String answered = "{echo,N} ! self(), receive ok -> ok end";
    erlang.eval("M = monitor(process,L), exit(L,kill), receive {'DOWN',M,_,_,_} -> ok end");
    assertThat(erlang.eval("{ok,_} = pg:start(late), " + answered)).isEqualTo("ok");
    late.join("after it", member());
    assertThat(erlang.eval(answered + ", sys:get_state(late), pg:get_members(late,g)"))
        .isEqualTo("[]");
    distribution.disconnect("e@localhost");
    assertThat(distribution.connect("e@localhost")).isTrue();
    Waiting.until("they see it", () -> erlang.eval("length(pg:get_members(late,g))").equals("1"));
  }

  @Test
  void pg12_manyJoinAtOnce() {
    assertThat(distribution.connect("e@localhost")).isTrue();
    erlang.eval(
        "[begin P0 = spawn(fun() -> receive stop -> ok end end), ok = pg:join(g,P0) end"
            + " || _ <- lists:seq(1,1000)], ok");
    weSee(1000);
    for (int i = 0; i < 1000; i++) {
      groups.join(GROUP, member());
    }
    theySee(2000);
    distribution.disconnect("e@localhost");
    weSee(1000);
  }

  @Test
  void theirScopeSurvivesWhatWeSay() {
    assertThat(distribution.connect("e@localhost")).isTrue();
    groups.join("a text", member());
    groups.join(List.of(1L, GROUP), member());
    groups.join(Thread.State.NEW, member());
    Waiting.until(
        "they see what is a term",
        () -> erlang.eval("lists:sort(pg:which_groups())").equals("[[1,g],<<\"a text\">>]"));
    assertThat(erlang.eval("is_process_alive(whereis(pg))")).isEqualTo("true");
  }
}

package dev.belay.distribution.internal.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.Tuple;
import dev.belay.otp.GenProtocol;
import dev.belay.otp.Groups;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A scope of groups, and one that says what Erlang's `pg` would say.
@Timeout(30)
class PgMessagesTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Atom GEN_CAST = Atom.of("$gen_cast");
  private static final Atom RED = Atom.of("red");
  private static final Atom BLUE = Atom.of("blue");

  private Node node;
  private Groups groups;
  private Pid scope;
  private Inbox peer;

  @BeforeEach
  void start() {
    node = Node.start(NodeOptions.DEFAULT.daemon(true));
    GenProtocol.use(
        node,
        new GenMessages(
            node,
            Translation.of(TermCodec.EMPTY),
            (_, _, _) -> Atom.OK,
            new PgMessages(Translation.of(TermCodec.EMPTY), List::of)));
    groups = Groups.start(node, "pg");
    scope = groups.pid().orElseThrow();
    peer = node.inbox();
  }

  @AfterEach
  void stop() {
    peer.close();
    node.close();
  }

  private Pid member() {
    return node.spawn(() -> Belay.receive());
  }

  private Object next() {
    return peer.receive(LONG).orElseThrow();
  }

  private void say(Object message) {
    peer.send(scope, message);
  }

  /// Waits until the scope has done what was said.
  private void settle() {
    groups.leave("nobody", peer.pid());
  }

  private void discover() {
    say(Tuple.of(Atom.of("discover"), peer.pid()));
  }

  private static Tuple sync(Pid pid, Object... groups) {
    return Tuple.of(GEN_CAST, Tuple.of(Atom.of("sync"), pid, List.of(groups)));
  }

  @Test
  void pg05_whoIsDiscoveredHearsAllAndIsLookedFor() {
    Pid one = member();
    groups.join(RED, one, one);
    discover();
    assertThat(next()).isEqualTo(sync(scope, Tuple.of(RED, List.of(one, one))));
    assertThat(next()).isEqualTo(Tuple.of(Atom.of("discover"), scope));
    say(Tuple.of(Atom.of("discover"), peer.pid(), 2L));
    assertThat(next()).isEqualTo(sync(scope, Tuple.of(RED, List.of(one, one))));
    settle();
    assertThat(peer.receive(Duration.ZERO)).isEmpty();
  }

  @Test
  void pg03_changesAreTold() {
    discover();
    next();
    next();
    Pid one = member();
    Pid two = member();
    groups.join(RED, one, two);
    assertThat(next()).isEqualTo(Tuple.of(Atom.of("join"), scope, RED, List.of(one, two)));
    groups.leave(RED, two);
    assertThat(next()).isEqualTo(Tuple.of(Atom.of("leave"), scope, List.of(two), List.of(RED)));
    groups.join(BLUE, one);
    assertThat(next()).isEqualTo(Tuple.of(Atom.of("join"), scope, BLUE, List.of(one)));
    node.exit(one, ExitReason.KILL);
    assertThat(next())
        .isEqualTo(Tuple.of(Atom.of("leave"), scope, List.of(one), List.of(RED, BLUE)));
  }

  @Test
  void pg07_whoIsNotKnownIsIgnored() {
    Pid one = member();
    say(Tuple.of(Atom.of("join"), peer.pid(), RED, one));
    say(Tuple.of(Atom.of("leave"), peer.pid(), one, List.of(RED)));
    settle();
    assertThat(groups.groups()).isEmpty();
  }

  @Test
  void pg09_aSyncReplacesWhatItsPeerHadSaid() {
    Pid one = member();
    Pid two = member();
    Pid mine = member();
    groups.join(RED, mine);
    say(sync(peer.pid(), Tuple.of(RED, List.of(one, one)), Tuple.of(BLUE, List.of(two))));
    say(Tuple.of(Atom.of("join"), peer.pid(), BLUE, List.of(one)));
    settle();
    assertThat(groups.members(RED)).containsExactlyInAnyOrder(mine, one, one);
    assertThat(groups.members(BLUE)).containsExactly(two, one);
    say(sync(peer.pid(), Tuple.of(RED, List.of(one, two))));
    settle();
    assertThat(groups.members(RED)).containsExactlyInAnyOrder(mine, one, two);
    assertThat(groups.groups()).containsExactly(RED);
    say(Tuple.of(Atom.of("leave"), peer.pid(), List.of(one, two, mine), List.of(RED)));
    settle();
    assertThat(groups.members(RED)).as("a peer speaks for its own alone").containsExactly(mine);
  }

  @Test
  void pg10_membersOfOtherNodesAreTold() {
    Pid one = member();
    say(sync(peer.pid(), Tuple.of(RED, List.of(one))));
    settle();
    try (Inbox watcher = node.inbox()) {
      node.spawn(() -> {
        Groups.Monitor monitor = groups.monitor(RED);
        Belay.send(watcher.pid(), monitor.members());
        for (int i = 0; i < 2; i++) {
          Groups.Change change = Belay.receive(Groups.Change.class);
          Belay.send(watcher.pid(), List.of(change.getClass(), change.pids()));
        }
      });
      assertThat(watcher.receive(LONG)).contains(List.of(one));
      Pid two = member();
      say(Tuple.of(Atom.of("join"), peer.pid(), RED, two));
      assertThat(watcher.receive(LONG)).contains(List.of(Groups.Joined.class, List.of(two)));
      peer.close();
      assertThat(watcher.receive(LONG)).contains(List.of(Groups.Left.class, List.of(one, two)));
    }
  }

  @Test
  void pg05_theEndOfAPeerTakesItsMembersAway() {
    Pid one = member();
    Pid mine = member();
    groups.join(RED, mine);
    say(sync(peer.pid(), Tuple.of(RED, List.of(one)), Tuple.of(BLUE, List.of(one))));
    settle();
    assertThat(groups.members(RED)).containsExactly(mine, one);
    try (Inbox other = node.inbox()) {
      other.monitor(peer.pid());
      peer.close();
      other.receive();
      groups.leave("nobody", other.pid());
      assertThat(groups.members(RED)).containsExactly(mine);
      assertThat(groups.groups()).containsExactly(RED);
    }
  }

  @Test
  void aTextIsABinaryThereAndATextHere() {
    discover();
    next();
    next();
    Pid one = member();
    groups.join("red", one);
    assertThat(next())
        .isEqualTo(Tuple.of(Atom.of("join"), scope, Binary.utf8("red"), List.of(one)));
    Pid two = member();
    say(Tuple.of(Atom.of("join"), peer.pid(), Binary.utf8("red"), two));
    settle();
    assertThat(groups.members("red")).containsExactly(one, two);
  }

  @Test
  void whatIsNoTermStaysHere() {
    discover();
    next();
    next();
    Pid one = member();
    groups.join(Thread.State.NEW, one);
    groups.join(RED, one);
    assertThat(next()).isEqualTo(Tuple.of(Atom.of("join"), scope, RED, List.of(one)));
    assertThat(groups.members(Thread.State.NEW)).containsExactly(one);
  }
}

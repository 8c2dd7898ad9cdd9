package dev.belay.distribution.internal.handshake;

import static dev.belay.distribution.internal.handshake.Dialogue.A;
import static dev.belay.distribution.internal.handshake.Dialogue.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What becomes of attempts, one decision after the other.
class PeersTest {
  private final List<String> closing = new ArrayList<>();

  /// The node b, so that a is less and c is greater.
  private final Peers<String> peers = new Peers<>(B, closing::add, new Random(1));

  private static final NodeName C = NodeName.of("c@localhost");

  private Peers.Begun<String> begin(NodeName peer) {
    return (Peers.Begun<String>) peers.connect(peer);
  }

  private Attempt<String> accept(NodeName peer, Verdict expected) {
    Peers.Arrival<String> arrival = peers.accept(peer);
    assertThat(arrival.verdict()).isEqualTo(expected);
    return Objects.requireNonNull(arrival.attempt());
  }

  private void refuse(NodeName peer, Verdict expected) {
    assertThat(peers.accept(peer)).isEqualTo(new Peers.Arrival<>(expected, null));
  }

  private Attempt<String> up(NodeName peer, String connection) {
    Attempt<String> attempt = accept(peer, Verdict.OK);
    assertThat(attempt.prove()).isCompleted();
    assertThat(attempt.up(connection)).isTrue();
    attempt.announce();
    return attempt;
  }

  @Test
  void oneConnectsAndOthersWait() {
    Peers.Begun<String> begun = begin(A);
    Peers.Pending<String> waiting = (Peers.Pending<String>) peers.connect(A);
    assertThat(begun.attempt().isOutgoing()).isTrue();
    assertThat(begun.attempt().isCurrent()).isTrue();
    assertThat(begun.outcome()).isNotDone();
    assertThat(peers.connected()).isEmpty();
    assertThat(begun.attempt().up("line")).isTrue();
    begun.attempt().announce();
    assertThat(begun.outcome()).isCompletedWithValue("line");
    assertThat(waiting.outcome()).isCompletedWithValue("line");
    assertThat(peers.connect(A)).isEqualTo(new Peers.Up<>("line"));
    assertThat(peers.connected()).containsExactly(A);
    assertThat(begun.attempt().isCurrent()).as("no longer an attempt").isFalse();
  }

  /// A connection that is up, but cannot be used yet, is waited for.
  @Test
  void whoWaitsGoesOnWhenItIsAnnounced() {
    Peers.Begun<String> begun = begin(A);
    assertThat(begun.attempt().up("line")).isTrue();
    Peers.Pending<String> waiting = (Peers.Pending<String>) peers.connect(A);
    assertThat(begun.outcome()).isNotDone();
    assertThat(waiting.outcome()).isNotDone();
    begun.attempt().announce();
    assertThat(begun.outcome()).isCompletedWithValue("line");
    assertThat(waiting.outcome()).isCompletedWithValue("line");
  }

  @Test
  void whatEndsBeforeItIsAnnouncedHasFailed() {
    Peers.Begun<String> begun = begin(A);
    assertThat(begun.attempt().up("line")).isTrue();
    begun.attempt().down();
    begun.attempt().announce();
    assertThat(exception(begun.outcome())).hasMessageContaining("has ended");
    assertThat(peers.connect(A)).isInstanceOf(Peers.Begun.class);
  }

  @Test
  void aFailureReachesAllWhoWait() {
    Peers.Begun<String> begun = begin(A);
    Peers.Pending<String> waiting = (Peers.Pending<String>) peers.connect(A);
    IOException failure = new IOException("no");
    begun.attempt().failed(failure);
    assertThat(exception(begun.outcome())).isSameAs(failure);
    assertThat(exception(waiting.outcome())).isSameAs(failure);
    assertThat(begin(A).attempt()).isNotSameAs(begun.attempt());
  }

  private static Throwable exception(CompletableFuture<?> future) {
    Throwable thrown = future.exceptionNow();
    return thrown instanceof java.util.concurrent.CompletionException wrapped
            && wrapped.getCause() != null
        ? wrapped.getCause()
        : thrown;
  }

  @Test
  void afterAConnectionAnotherOneCanBeMade() {
    Attempt<String> first = up(A, "line");
    first.down();
    assertThat(peers.connected()).isEmpty();
    assertThat(first.up("again")).isFalse();
    Attempt<String> second = up(A, "second");
    first.down();
    assertThat(peers.connect(A))
        .as("the end of the first is long known")
        .isEqualTo(new Peers.Up<>("second"));
    second.down();
    assertThat(begin(A)).isNotNull();
  }

  // both connect

  @Test
  void theAttemptOfTheGreaterNameGoesOn() {
    Peers.Begun<String> toLess = begin(A);
    refuse(A, Verdict.NOK);
    assertThat(toLess.attempt().isCurrent()).isTrue();
    assertThat(toLess.attempt().overtaken()).isNotDone();
    assertThat(toLess.attempt().up("line")).isTrue();
    toLess.attempt().announce();

    Peers.Begun<String> toGreater = begin(C);
    Attempt<String> ofGreater = accept(C, Verdict.OK_SIMULTANEOUS);
    assertThat(toGreater.attempt().overtaken()).isCompleted();
    assertThat(toGreater.attempt().isCurrent()).isFalse();
    assertThat(toGreater.attempt().up("mine")).isFalse();
    assertThat(toGreater.attempt().prove()).isCompletedExceptionally();
    toGreater.attempt().failed(new IOException("overtaken"));
    assertThat(toGreater.outcome()).as("the wait is for any connection").isNotDone();
    assertThat(ofGreater.up("theirs")).isTrue();
    ofGreater.announce();
    assertThat(toGreater.outcome()).isCompletedWithValue("theirs");
  }

  @Test
  void whoIsConnectedToDoesNotConnect() {
    Attempt<String> theirs = accept(A, Verdict.OK);
    Peers.Pending<String> ours = (Peers.Pending<String>) peers.connect(A);
    assertThat(theirs.isOutgoing()).isFalse();
    assertThat(theirs.up("theirs")).isTrue();
    theirs.announce();
    assertThat(ours.outcome()).isCompletedWithValue("theirs");
  }

  @Test
  void aSecondAttemptOfAPeerTakesThePlaceOfItsFirst() {
    for (NodeName peer : List.of(A, C)) {
      Attempt<String> first = accept(peer, Verdict.OK);
      Attempt<String> second = accept(peer, Verdict.OK);
      assertThat(first.overtaken()).isCompleted();
      first.failed(new IOException("closed"));
      assertThat(second.isCurrent()).isTrue();
      assertThat(exception(first.prove()))
          .isInstanceOfSatisfying(
              HandshakeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OVERTAKEN));
      assertThat(second.up("line")).isTrue();
      second.announce();
    }
  }

  /// Who only claims to be the peer cannot disturb one that has proven it.
  @Test
  void anAttemptThatHasProvenItselfIsNotOvertaken() {
    Attempt<String> first = accept(A, Verdict.OK);
    assertThat(first.prove()).isCompleted();
    refuse(A, Verdict.BUSY);
    assertThat(first.up("line")).isTrue();
    first.announce();
  }

  // a connection that is up

  @Test
  void aNewConnectionTakesThePlaceOfAnOldOneOnceItHasProvenItself() {
    Attempt<String> old = up(A, "old");
    Attempt<String> fresh = accept(A, Verdict.ALIVE);
    assertThat(peers.connect(A)).isEqualTo(new Peers.Up<>("old"));
    assertThat(closing).isEmpty();
    CompletableFuture<Void> clear = fresh.prove();
    assertThat(closing).containsExactly("old");
    assertThat(clear).isNotDone();
    Peers.Pending<String> waiting = (Peers.Pending<String>) peers.connect(A);
    assertThatThrownBy(() -> fresh.up("too early")).isInstanceOf(IllegalStateException.class);
    assertThat(fresh.prove()).isNotDone();
    assertThat(closing).as("told once").hasSize(1);
    old.down();
    assertThat(clear).isCompleted();
    assertThat(fresh.up("new")).isTrue();
    fresh.announce();
    assertThat(waiting.outcome()).isCompletedWithValue("new");
    assertThat(peers.connect(A)).isEqualTo(new Peers.Up<>("new"));
  }

  @Test
  void onlyOneReplacementIsMadeAtATime() {
    up(A, "old");
    Attempt<String> fresh = accept(A, Verdict.ALIVE);
    refuse(A, Verdict.BUSY);
    assertThat(fresh.isCurrent()).isTrue();
    fresh.failed(new IOException("wrong cookie"));
    assertThat(peers.connect(A)).isEqualTo(new Peers.Up<>("old"));
    assertThat(closing).isEmpty();
    accept(A, Verdict.ALIVE);
  }

  @Test
  void anOldConnectionMayEndByItself() {
    Attempt<String> old = up(A, "old");
    Attempt<String> fresh = accept(A, Verdict.ALIVE);
    old.down();
    assertThat(fresh.isCurrent()).isTrue();
    assertThat(fresh.prove()).isCompleted();
    assertThat(closing).isEmpty();
    assertThat(fresh.up("new")).isTrue();
    fresh.announce();
  }

  @Test
  void aReplacementMayFailWhenTheOldOneIsAlreadyGoing() {
    Attempt<String> old = up(A, "old");
    Attempt<String> fresh = accept(A, Verdict.ALIVE);
    assertThat(fresh.prove()).isNotDone();
    Peers.Pending<String> waiting = (Peers.Pending<String>) peers.connect(A);
    fresh.failed(new IOException("broken"));
    assertThat(waiting.outcome()).isNotDone();
    old.down();
    assertThat(waiting.outcome()).isCompletedExceptionally();
    assertThat(begin(A)).isNotNull();
  }

  // names

  @Test
  void aNodeDoesNotConnectToItself() {
    assertThatThrownBy(() -> peers.connect(B)).isInstanceOf(IllegalArgumentException.class);
    refuse(B, Verdict.NOT_ALLOWED);
  }

  @Test
  void nodesThatAskGetNamesThatNobodyHas() {
    Set<NodeName> names = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      Peers.Arrival<String> arrival = peers.acceptNameless("localhost");
      Verdict.Named named = (Verdict.Named) arrival.verdict();
      assertThat(named.name().host()).isEqualTo("localhost");
      assertThat(named.name().name()).matches("[0-9A-Z]{1,13}");
      assertThat(named.creation()).isBetween(4L, 0xFFFF_FFFFL);
      assertThat(names.add(named.name())).isTrue();
      Attempt<String> attempt = Objects.requireNonNull(arrival.attempt());
      assertThat(attempt.peer()).isEqualTo(named.name());
      assertThat(attempt.up("line")).isTrue();
      attempt.announce();
    }
  }

  @Test
  void aNameThatIsFreeAgainIsGivenOnceMoreAsAnotherIncarnation() {
    Peers.Arrival<String> arrival = peers.acceptNameless("localhost");
    Verdict.Named first = (Verdict.Named) arrival.verdict();
    Attempt<String> attempt = Objects.requireNonNull(arrival.attempt());
    assertThat(attempt.up("line")).isTrue();
    attempt.announce();
    assertThat(((Verdict.Named) peers.acceptNameless("localhost").verdict()).name())
        .as("not while it is in use")
        .isNotEqualTo(first.name());
    attempt.down();
    assertThat(((Verdict.Named) peers.acceptNameless("elsewhere").verdict()).name().host())
        .isEqualTo("elsewhere");
    Verdict.Named second = (Verdict.Named) peers.acceptNameless("localhost").verdict();
    assertThat(second.name()).isEqualTo(first.name());
    assertThat(second.creation())
        .isEqualTo(first.creation() == 0xFFFF_FFFFL ? 4 : first.creation() + 1);
  }

  @Test
  void freeNamesAreKeptUpToABound() {
    NamePool pool = new NamePool(new Random(1));
    for (int i = 0; i < 2 * NamePool.KEPT; i++) {
      pool.giveBack(new Verdict.Named(new NodeName("n" + i, "h"), 0xFFFF_FFFFL));
    }
    for (int i = 0; i < NamePool.KEPT; i++) {
      assertThat(pool.take("h")).isEqualTo(new Verdict.Named(new NodeName("n" + i, "h"), 4));
    }
    assertThat(pool.take("h").name().name()).doesNotStartWith("n");
  }

  // the end

  @Test
  void aStoppedNodeMakesNoMoreConnections() {
    Attempt<String> up = up(C, "line");
    Peers.Begun<String> begun = begin(A);
    peers.close();
    assertThat(begun.attempt().overtaken()).isCompleted();
    assertThat(begun.outcome()).isCompletedExceptionally();
    assertThat(begun.attempt().up("late")).isFalse();
    assertThatThrownBy(() -> peers.connect(A)).isInstanceOf(IllegalStateException.class);
    refuse(A, Verdict.NOT_ALLOWED);
    assertThat(peers.acceptNameless("h").attempt()).isNull();
    assertThat(peers.connected()).containsExactly(C);
    up.down();
    assertThat(peers.connected()).isEmpty();
  }
}

package dev.belay.distribution.internal.handshake;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Sees to it that two nodes have one connection at most, although both may make one, at the same
/// time and again while an old one is not known to be dead.
///
/// Who wants to connect asks [#connect], who is connected to asks [#accept]. Any thread may call;
/// nothing in here waits, and nothing is called with the lock held.
///
/// @param <C> the type of connections
public final class Peers<C> {
  /*
   * What is known of a peer is in one of these states. A peer in none of them is not in the map.
   *
   *   pending-out  we connect: `pending` is outgoing, also while it only waits for the peer's own attempt, which goes before ours
   *   pending-in   the peer connects: `pending` is incoming
   *   up           there is a connection: `up`. Who wants one waits until it is `announced`.
   *   up+pending   there is one, and the peer, which says that it knows nothing of it, makes another. Once that has proven itself,
   *                the old one is `leaving`; until that is gone, the new one waits.
   *
   * An attempt of the peer comes
   *
   *   to an idle peer      it goes on
   *   to pending-out       the attempt of the node with the greater name goes on. Both sides come to the same decision.
   *   to pending-in        it goes on, and the older one is dropped: a node that makes a second attempt has given up its first.
   *                        Unless the older one has proven itself, as this one has not yet.
   *   to up                the peer is asked
   *   to up+pending        it is refused
   *
   * Everything is guarded by the lock of this object. What has to be called is collected, and called after the lock is released.
   */
  private final NodeName self;
  private final Consumer<? super C> closer;
  private final NamePool names;
  private final Map<NodeName, Peer<C>> peers = new HashMap<>();
  private boolean closed;

  /// What is known of one peer.
  private static final class Peer<C> {
    final Verdict.@Nullable Named given;
    @Nullable Attempt<C> pending;
    @Nullable Attempt<C> upBy;
    @Nullable C up;
    boolean leaving;

    /// Whether the connection that is up can be used.
    boolean announced;

    /// For those who wait for a connection; absent while nobody does.
    @Nullable CompletableFuture<C> outcome;

    Peer(Verdict.@Nullable Named given) {
      this.given = given;
    }

    CompletableFuture<C> outcome() {
      CompletableFuture<C> current = outcome;
      if (current == null) {
        current = new CompletableFuture<>();
        outcome = current;
      }
      return current.copy();
    }
  }

  /// How it stands with a peer to which somebody wants to connect.
  ///
  /// @param <C> the type of connections
  public sealed interface Opening<C> {}

  /// Nobody was connecting: the caller has to do it.
  ///
  /// @param attempt the attempt
  /// @param outcome what is completed when there is a connection, by this attempt or another, or
  ///   when there will be none
  /// @param <C> the type of connections
  public record Begun<C>(Attempt<C> attempt, CompletableFuture<C> outcome) implements Opening<C> {}

  /// Somebody is connecting.
  ///
  /// @param outcome what is completed when there is a connection, or when there will be none
  /// @param <C> the type of connections
  public record Pending<C>(CompletableFuture<C> outcome) implements Opening<C> {}

  /// There is a connection.
  ///
  /// @param connection the connection
  /// @param <C> the type of connections
  public record Up<C>(C connection) implements Opening<C> {}

  /// What becomes of an attempt of a peer.
  ///
  /// @param verdict what to tell it
  /// @param attempt the attempt, unless it has ended with that
  /// @param <C> the type of connections
  public record Arrival<C>(Verdict verdict, @Nullable Attempt<C> attempt) {}

  /// Creates the list of peers, which is empty.
  ///
  /// @param self the name of this node
  /// @param closer is called to close a connection that a new one is to replace. It must not throw,
  ///   and [Attempt#down] has to follow once the connection is closed.
  /// @param random for the names that are given to nodes without
  public Peers(NodeName self, Consumer<? super C> closer, RandomGenerator random) {
    this.self = self;
    this.closer = closer;
    this.names = new NamePool(random);
  }

  /// Says that somebody wants to be connected to a peer.
  ///
  /// @param name the peer
  /// @return how it stands with it
  public synchronized Opening<C> connect(NodeName name) {
    if (name.equals(self)) {
      throw new IllegalArgumentException(name + " is this node");
    }
    if (closed) {
      throw new IllegalStateException("this node makes no more connections");
    }
    Peer<C> peer = peers.computeIfAbsent(name, _ -> new Peer<>(null));
    if (peer.up != null && peer.announced && !peer.leaving) {
      return new Up<>(peer.up);
    }
    if (peer.up != null || peer.pending != null) {
      return new Pending<>(peer.outcome());
    }
    Attempt<C> attempt = new Attempt<>(this, name, true);
    peer.pending = attempt;
    return new Begun<>(attempt, peer.outcome());
  }

  /// Decides about an attempt of a peer.
  ///
  /// @param name the peer
  /// @return what becomes of the attempt
  public Arrival<C> accept(NodeName name) {
    List<Runnable> calls = new ArrayList<>();
    Arrival<C> arrival = accept(name, calls);
    calls.forEach(Runnable::run);
    return arrival;
  }

  private synchronized Arrival<C> accept(NodeName name, List<Runnable> calls) {
    if (closed || name.equals(self)) {
      return new Arrival<>(Verdict.NOT_ALLOWED, null);
    }
    Peer<C> peer = peers.computeIfAbsent(name, _ -> new Peer<>(null));
    Attempt<C> pending = peer.pending;
    if (peer.up != null) {
      return pending == null ? begin(peer, name, Verdict.ALIVE) : new Arrival<>(Verdict.BUSY, null);
    }
    if (pending == null) {
      return begin(peer, name, Verdict.OK);
    }
    if (pending.isOutgoing() && self.compareTo(name) > 0) {
      return new Arrival<>(Verdict.NOK, null);
    }
    if (pending.proven) {
      return new Arrival<>(Verdict.BUSY, null);
    }
    calls.add(() -> pending.overtaken().complete(null));
    return begin(peer, name, pending.isOutgoing() ? Verdict.OK_SIMULTANEOUS : Verdict.OK);
  }

  private Arrival<C> begin(Peer<C> peer, NodeName name, Verdict verdict) {
    Attempt<C> attempt = new Attempt<>(this, name, false);
    peer.pending = attempt;
    return new Arrival<>(verdict, attempt);
  }

  /// Gives a name to a node that has connected and asked for one.
  ///
  /// @param host its host
  /// @return the name, in the verdict, and the attempt
  public synchronized Arrival<C> acceptNameless(String host) {
    if (closed) {
      return new Arrival<>(Verdict.NOT_ALLOWED, null);
    }
    Verdict.Named given = names.take(host);
    while (peers.containsKey(given.name()) || given.name().equals(self)) {
      given = names.take(host);
    }
    Peer<C> peer = new Peer<>(given);
    peers.put(given.name(), peer);
    return begin(peer, given.name(), given);
  }

  /// Returns the peers to which there is a connection.
  ///
  /// @return their names
  public synchronized List<NodeName> connected() {
    return peers.entrySet().stream()
        .filter(entry -> entry.getValue().up != null)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Makes an end of all attempts, and takes no more. Connections stay.
  public void close() {
    List<Runnable> calls = new ArrayList<>();
    synchronized (this) {
      closed = true;
      IOException cause = new IOException("the node " + self + " has been stopped");
      for (NodeName name : List.copyOf(peers.keySet())) {
        Peer<C> peer = peers.get(name);
        if (peer != null && peer.pending != null) {
          Attempt<C> pending = peer.pending;
          calls.add(() -> pending.overtaken().complete(null));
          peer.pending = null;
          removeIfIdle(name, peer, cause, calls);
        }
      }
    }
    calls.forEach(Runnable::run);
  }

  // for attempts

  synchronized boolean isCurrent(Attempt<C> attempt) {
    Peer<C> peer = peers.get(attempt.peer());
    return peer != null && peer.pending == attempt;
  }

  CompletableFuture<Void> prove(Attempt<C> attempt) {
    C old = null;
    synchronized (this) {
      Peer<C> peer = peers.get(attempt.peer());
      if (peer == null || peer.pending != attempt) {
        return CompletableFuture.failedFuture(overtaken(attempt));
      }
      attempt.proven = true;
      if (peer.up != null && !peer.leaving) {
        peer.leaving = true;
        old = peer.up;
      } else if (peer.up == null) {
        attempt.clear().complete(null);
      }
    }
    if (old != null) {
      closer.accept(old);
    }
    return attempt.clear();
  }

  static HandshakeException overtaken(Attempt<?> attempt) {
    return new HandshakeException(
        Reason.OVERTAKEN, "the " + attempt + " was overtaken by another one between the two nodes");
  }

  synchronized boolean up(Attempt<C> attempt, C connection) {
    Peer<C> peer = peers.get(attempt.peer());
    if (peer == null || peer.pending != attempt) {
      return false;
    }
    if (peer.up != null) {
      throw new IllegalStateException("an older connection to " + attempt.peer() + " is up");
    }
    peer.up = connection;
    peer.upBy = attempt;
    peer.pending = null;
    return true;
  }

  void announce(Attempt<C> attempt) {
    CompletableFuture<C> outcome;
    C connection;
    synchronized (this) {
      Peer<C> peer = peers.get(attempt.peer());
      if (peer == null || peer.upBy != attempt || peer.leaving) {
        return;
      }
      peer.announced = true;
      connection = peer.up;
      outcome = peer.outcome;
      peer.outcome = null;
    }
    if (outcome != null && connection != null) {
      outcome.complete(connection);
    }
  }

  void failed(Attempt<C> attempt, IOException cause) {
    List<Runnable> calls = new ArrayList<>();
    synchronized (this) {
      Peer<C> peer = peers.get(attempt.peer());
      if (peer != null && peer.pending == attempt) {
        peer.pending = null;
        removeIfIdle(attempt.peer(), peer, cause, calls);
      }
    }
    calls.forEach(Runnable::run);
  }

  void down(Attempt<C> attempt) {
    List<Runnable> calls = new ArrayList<>();
    synchronized (this) {
      Peer<C> peer = peers.get(attempt.peer());
      if (peer != null && peer.upBy == attempt) {
        peer.up = null;
        peer.upBy = null;
        peer.leaving = false;
        peer.announced = false;
        Attempt<C> pending = peer.pending;
        if (pending != null && pending.proven) {
          calls.add(() -> pending.clear().complete(null));
        }
        removeIfIdle(
            attempt.peer(),
            peer,
            new IOException("the connection to " + attempt.peer() + " has ended"),
            calls);
      }
    }
    calls.forEach(Runnable::run);
  }

  private void removeIfIdle(NodeName name, Peer<C> peer, IOException cause, List<Runnable> calls) {
    if (peer.up != null || peer.pending != null) {
      return;
    }
    peers.remove(name);
    if (peer.given != null) {
      names.giveBack(peer.given);
    }
    CompletableFuture<C> outcome = peer.outcome;
    if (outcome != null) {
      calls.add(() -> outcome.completeExceptionally(cause));
    }
  }
}

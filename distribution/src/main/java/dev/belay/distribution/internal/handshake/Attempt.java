package dev.belay.distribution.internal.handshake;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// One attempt to connect to a peer, or of a peer to connect to us, from [Peers]; and then the
/// connection that it leads to.
///
/// It ends in one of three ways: it is overtaken by another one, it fails, or its connection goes
/// up and later down. Who makes the attempt has to say the last two.
///
/// @param <C> the type of connections
public final class Attempt<C> {
  private final Peers<C> peers;
  private final NodeName peer;
  private final boolean outgoing;
  private final CompletableFuture<Void> overtaken = new CompletableFuture<>();
  private final CompletableFuture<Void> clear = new CompletableFuture<>();

  // under the lock of the peers
  boolean proven;

  Attempt(Peers<C> peers, NodeName peer, boolean outgoing) {
    this.peers = peers;
    this.peer = peer;
    this.outgoing = outgoing;
  }

  /// Returns the peer.
  ///
  /// @return its name
  public NodeName peer() {
    return peer;
  }

  /// Tells whether it is we who connect.
  ///
  /// @return whether it is
  public boolean isOutgoing() {
    return outgoing;
  }

  /// Tells whether this is the attempt by which the peer is to be connected now, and not one that
  /// was overtaken or has ended.
  ///
  /// @return whether it is
  public boolean isCurrent() {
    return peers.isCurrent(this);
  }

  /// Returns what is completed when another attempt takes the place of this one. Its socket has to
  /// be closed then.
  ///
  /// @return a future, completed on the thread that makes the other attempt
  public CompletableFuture<Void> overtaken() {
    return overtaken;
  }

  /// Says that the peer has proven that it has the cookie. An older connection to it is told to
  /// close.
  ///
  /// @return what is completed when no other connection to the peer is up; if this attempt was
  ///   overtaken, with a [HandshakeException]
  public CompletableFuture<Void> prove() {
    return peers.prove(this);
  }

  /// Says that the connection is up. Those who wait for it go on when it is [#announce]d.
  ///
  /// @param connection the connection
  /// @return whether it is; if not, this attempt was overtaken, and the connection has to be closed
  public boolean up(C connection) {
    return peers.up(this, connection);
  }

  /// Says that the connection that is [#up] can be used.
  public void announce() {
    peers.announce(this);
  }

  /// Says that the attempt has failed.
  ///
  /// @param cause why
  public void failed(IOException cause) {
    peers.failed(this, cause);
  }

  /// Says that the connection that was [#up] is closed.
  public void down() {
    peers.down(this);
  }

  CompletableFuture<Void> clear() {
    return clear;
  }

  @Override
  public String toString() {
    return (outgoing ? "attempt to connect to " : "attempt to be connected to by ") + peer;
  }
}

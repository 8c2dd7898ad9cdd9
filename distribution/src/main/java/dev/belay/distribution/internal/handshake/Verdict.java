package dev.belay.distribution.internal.handshake;

/// What an acceptor decides about a node that has said its name.
public sealed interface Verdict {
  /// The handshake goes on.
  Verdict OK = new Word("ok");

  /// The handshake goes on, and our own attempt to connect to the node is dropped.
  Verdict OK_SIMULTANEOUS = new Word("ok_simultaneous");

  /// The handshake ends, because our own attempt to connect to the node goes before it.
  Verdict NOK = new Word("nok");

  /// The node is not wanted.
  Verdict NOT_ALLOWED = new Word("not_allowed");

  /// There is a connection to the node. If it says that it knows nothing of it, the handshake goes
  /// on, and the new connection replaces the old one.
  Verdict ALIVE = new Word("alive");

  /// Another attempt of the node is further than this one, which is closed without a word.
  Verdict BUSY = new Word("");

  /// A verdict that is a word on the wire.
  ///
  /// @param text the word
  record Word(String text) implements Verdict {}

  /// The node has asked for a name, and gets one.
  ///
  /// @param name the name
  /// @param creation its creation
  record Named(NodeName name, long creation) implements Verdict {}
}

package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import org.jspecify.annotations.Nullable;

/// What the two sides of one connection have agreed on: how frames look, and which operation stands
/// for what one wants to say.
///
/// Whatever was agreed on, all operations have to be understood. This is about what is sent.
///
/// @param flags the flags that both sides have offered
public record Dialect(long flags) {
  private static final long DIST_MONITOR = 0x8;
  private static final long DIST_MONITOR_NAME = 0x20;
  private static final long DIST_HDR_ATOM_CACHE = 0x2000;
  private static final long SEND_SENDER = 0x80000;
  private static final long EXIT_PAYLOAD = 0x400000;
  private static final long FRAGMENTS = 0x800000;
  private static final long SPAWN = 1L << 32;
  private static final long ALIAS = 1L << 35;
  private static final long ALTACT_SIG = 1L << 37;

  /// Tells whether frames begin with a distribution header; if not, they are passed through.
  ///
  /// @return whether every frame, in both directions, has a header
  public boolean hasHeader() {
    return has(DIST_HDR_ATOM_CACHE) || has(FRAGMENTS);
  }

  /// Tells whether headers may name atoms by their place in a cache.
  ///
  /// @return whether there is an atom cache in each direction
  public boolean hasAtomCache() {
    return has(DIST_HDR_ATOM_CACHE);
  }

  /// Tells whether messages may come in fragments.
  ///
  /// @return whether they may
  public boolean hasFragments() {
    return has(FRAGMENTS);
  }

  /// Tells whether the peer understands monitors. Erlang sends them only if both flags are there.
  ///
  /// @return whether it does; if not, monitors fire at the loss of the connection only
  public boolean hasMonitors() {
    return has(DIST_MONITOR) && has(DIST_MONITOR_NAME);
  }

  /// Tells whether processes can be spawned at the peer.
  ///
  /// @return whether they can; if not, a request to spawn fails with `notsup`
  public boolean hasSpawn() {
    return has(SPAWN);
  }

  /// A message to a process.
  ///
  /// @param from who sends it
  /// @param to the process
  /// @param message the message
  /// @return the signal
  public Signal send(WirePid from, WirePid to, Object message) {
    return new Signal(
        has(SEND_SENDER)
            ? new ControlMessage.SendSender(from, to, null)
            : new ControlMessage.Send(to, null),
        message);
  }

  /// A message to whatever has a name at the peer.
  ///
  /// @param from who sends it
  /// @param to the name
  /// @param message the message
  /// @return the signal
  public Signal send(WirePid from, Atom to, Object message) {
    return new Signal(new ControlMessage.RegSend(from, to, null), message);
  }

  /// A message to an alias.
  ///
  /// @param from who sends it
  /// @param to the alias
  /// @param message the message
  /// @param priority whether it is to be received before ordinary messages, if the alias allows it
  /// @return the signal, or null if the peer knows no aliases: the message is dropped, as Erlang
  ///   does
  public @Nullable Signal send(WirePid from, WireRef to, Object message, boolean priority) {
    if (has(ALTACT_SIG)) {
      int flags = priority ? AltactFlags.PRIORITY : 0;
      return new Signal(new ControlMessage.AltactSigSend(flags, from, to, null), message);
    }
    return has(ALIAS) ? new Signal(new ControlMessage.AliasSend(from, to, null), message) : null;
  }

  /// The exit of a process, told to one that is linked to it.
  ///
  /// @param from who has exited, or never was there
  /// @param to the linked process
  /// @param reason why
  /// @return the signal
  public Signal exitOfLink(WirePid from, WirePid to, Object reason) {
    return has(EXIT_PAYLOAD)
        ? new Signal(new ControlMessage.PayloadExit(from, to, null), reason)
        : Signal.of(new ControlMessage.Exit(from, to, null, reason));
  }

  /// A request to exit, which needs no link.
  ///
  /// @param from who asks
  /// @param to the process
  /// @param reason with what reason
  /// @param priority whether it is to be received before ordinary messages
  /// @return the signal
  public Signal exit(WirePid from, WirePid to, Object reason, boolean priority) {
    if (priority && has(ALTACT_SIG)) {
      int flags = AltactFlags.EXIT | AltactFlags.PRIORITY;
      return new Signal(new ControlMessage.AltactSigSend(flags, from, to, null), reason);
    }
    return has(EXIT_PAYLOAD)
        ? new Signal(new ControlMessage.PayloadExit2(from, to, null), reason)
        : Signal.of(new ControlMessage.Exit2(from, to, null, reason));
  }

  /// A request to exit, to the process behind an alias.
  ///
  /// @param from who asks
  /// @param to the alias
  /// @param reason with what reason
  /// @param priority whether it is to be received before ordinary messages, if the alias allows it
  /// @return the signal, or null if the peer knows no such request: it is dropped, as Erlang does
  public @Nullable Signal exit(WirePid from, WireRef to, Object reason, boolean priority) {
    if (!has(ALTACT_SIG)) {
      return null;
    }
    int flags = AltactFlags.EXIT | (priority ? AltactFlags.PRIORITY : 0);
    return new Signal(new ControlMessage.AltactSigSend(flags, from, to, null), reason);
  }

  /// The exit of a process, told to one that watches it.
  ///
  /// @param watched what the watcher has asked for: a [WirePid], or the name as an [Atom]
  /// @param watcher who watches
  /// @param ref the reference of the monitor
  /// @param reason why
  /// @return the signal
  public Signal down(Object watched, WirePid watcher, WireRef ref, Object reason) {
    return has(EXIT_PAYLOAD)
        ? new Signal(new ControlMessage.PayloadMonitorPExit(watched, watcher, ref), reason)
        : Signal.of(new ControlMessage.MonitorPExit(watched, watcher, ref, reason));
  }

  private boolean has(long flag) {
    return (flags & flag) != 0;
  }
}

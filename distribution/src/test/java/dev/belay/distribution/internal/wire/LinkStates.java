package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.ControlMessage.Link;
import dev.belay.distribution.internal.wire.ControlMessage.UnlinkId;
import dev.belay.distribution.internal.wire.ControlMessage.UnlinkIdAck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The links between processes of this node and those of one peer: a model, by which the protocol
/// is tested alone. What the runtime does is in the core.
///
/// A link is taken back by one side while the other may not know of it, or may have taken it back
/// too, or make it anew. So a link that was taken back is remembered until the other side has
/// answered: until then neither its exit nor a link that it has sent before counts.
///
/// What is returned has to be sent in the same order in which it was returned. Not safe for use by
/// several threads at once: a caller holds a lock that also covers putting what is returned into
/// the queue of the connection, in the name of the local process.
public final class LinkStates {
  /*
   * The protocol of Erlang/OTP 26. Of each pair there is one of:
   *
   *   absent           no link, and nothing under way that could be mistaken for one
   *   active           a link: value ACTIVE
   *   pending(id)      taken back here, not yet answered by the other side: value id
   *
   *   event            absent               active                  pending(id)
   *   link             active, LINK         -                       active, LINK
   *   unlink           -                    pending(new), UNLINK    -
   *   LINK             active               -                       -
   *   UNLINK(n)        ACK(n)               absent, ACK(n)          ACK(n)
   *   ACK(n)           -                    -                       absent if n = id
   *   EXIT             -                    absent, fire            absent
   *   local exit       -                    absent, EXIT            absent
   *   connection lost  -                    absent, fire            absent
   *
   * LINK and UNLINK to a process that is no more are answered by EXIT(noproc) and ACK.
   *
   * Releases up to 29 break the connection when UNLINK or ACK name a pid of the peer's former life.
   * No such process can be linked, so there is nothing to take back, and nothing is sent.
   */
  private static final long ACTIVE = 0;

  private final Dialect dialect;
  private final int peerCreation;
  private final Map<WirePid, Map<WirePid, Long>> states = new HashMap<>();
  private long lastId;

  /// A link between two processes.
  ///
  /// @param local the process of this node
  /// @param remote the process of the peer
  public record Bond(WirePid local, WirePid remote) {}

  /// Begins with no links.
  ///
  /// @param dialect what was agreed on
  /// @param peerCreation tells the peer's present life from former ones
  public LinkStates(Dialect dialect, int peerCreation) {
    this.dialect = dialect;
    this.peerCreation = peerCreation;
  }

  /// A local process links itself to a remote one.
  ///
  /// @param local the process of this node
  /// @param remote the process of the peer
  /// @return what is to be sent; null if they are linked already
  public @Nullable Signal link(WirePid local, WirePid remote) {
    if (isLinked(local, remote)) {
      return null;
    }
    put(local, remote, ACTIVE);
    return Signal.of(new Link(local, remote));
  }

  /// A local process and a remote one are linked since one has spawned the other, of which the peer
  /// knows.
  ///
  /// @param local the process of this node
  /// @param remote the process of the peer
  public void spawned(WirePid local, WirePid remote) {
    put(local, remote, ACTIVE);
  }

  /// A local process takes a link back, whoever has made it. From now on no exit of the remote
  /// process counts, until they are linked again.
  ///
  /// @param local the process of this node
  /// @param remote the process of the peer
  /// @return what is to be sent; null if they are not linked
  public @Nullable Signal unlink(WirePid local, WirePid remote) {
    if (!isLinked(local, remote)) {
      return null;
    }
    if (remote.creation() != peerCreation) {
      remove(local, remote);
      return null;
    }
    long id = ++lastId;
    put(local, remote, id);
    return Signal.of(new UnlinkId(id, local, remote));
  }

  /// The peer has linked one of its processes to a local one.
  ///
  /// @param link what has come
  /// @param isAlive whether the local process is there
  /// @return what is to be sent; null if nothing is
  public @Nullable Signal receive(Link link, boolean isAlive) {
    if (!isAlive) {
      return dialect.exitOfLink(link.to(), link.from(), Atom.NOPROC);
    }
    if (get(link.to(), link.from()) == null) {
      put(link.to(), link.from(), ACTIVE);
    }
    return null;
  }

  /// The peer has taken a link back.
  ///
  /// @param unlink what has come
  /// @return what is to be sent, whether the local process is there or not; null if nothing is
  public @Nullable Signal receive(UnlinkId unlink) {
    if (isLinked(unlink.to(), unlink.from())) {
      remove(unlink.to(), unlink.from());
    }
    return unlink.from().creation() == peerCreation
        ? Signal.of(new UnlinkIdAck(unlink.id(), unlink.to(), unlink.from()))
        : null;
  }

  /// The peer has answered that a link was taken back.
  ///
  /// @param ack what has come
  public void receive(UnlinkIdAck ack) {
    Long state = get(ack.to(), ack.from());
    if (state != null && state != ACTIVE && state == ack.id()) {
      remove(ack.to(), ack.from());
    }
  }

  /// The peer tells of the exit of a process that was linked to a local one.
  ///
  /// @param local the process of this node
  /// @param remote the process of the peer
  /// @return whether they are linked, and the local process is to be told
  public boolean receiveExit(WirePid local, WirePid remote) {
    boolean isLinked = isLinked(local, remote);
    remove(local, remote);
    return isLinked;
  }

  /// A local process exits.
  ///
  /// @param local the process of this node
  /// @param reason why
  /// @return what is to be sent to the processes that are linked to it
  public List<Signal> exit(WirePid local, Object reason) {
    Map<WirePid, Long> all = states.remove(local);
    if (all == null) {
      return List.of();
    }
    List<Signal> signals = new ArrayList<>();
    all.forEach((remote, state) -> {
      if (state == ACTIVE) {
        signals.add(dialect.exitOfLink(local, remote, reason));
      }
    });
    return signals;
  }

  /// The connection is lost. There are no links after that.
  ///
  /// @return all that were linked; each local process is to be told `noconnection`
  public List<Bond> disconnect() {
    List<Bond> bonds = new ArrayList<>();
    states.forEach((local, all) ->
        all.forEach((remote, state) -> {
          if (state == ACTIVE) {
            bonds.add(new Bond(local, remote));
          }
        }));
    states.clear();
    return bonds;
  }

  /// Tells whether two processes are linked, as far as is known here.
  ///
  /// @param local the process of this node
  /// @param remote the process of the peer
  /// @return whether an exit of the remote process would count
  public boolean isLinked(WirePid local, WirePid remote) {
    Long state = get(local, remote);
    return state != null && state == ACTIVE;
  }

  /// Tells whether there is nothing to remember.
  ///
  /// @return whether there are no links, and none that were taken back and not yet answered
  public boolean isEmpty() {
    return states.isEmpty();
  }

  /// Shows all pairs with their states; 0 stands for a link.
  @Override
  public String toString() {
    return states.toString();
  }

  private @Nullable Long get(WirePid local, WirePid remote) {
    Map<WirePid, Long> all = states.get(local);
    return all == null ? null : all.get(remote);
  }

  private void put(WirePid local, WirePid remote, long state) {
    states.computeIfAbsent(local, _ -> new HashMap<>()).put(remote, state);
  }

  private void remove(WirePid local, WirePid remote) {
    states.computeIfPresent(
        local,
        (_, all) -> {
          all.remove(remote);
          return all.isEmpty() ? null : all;
        });
  }
}

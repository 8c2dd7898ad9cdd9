package dev.belay.distribution.internal.wire;

/// Decides when a tick is to be sent to one peer, and when the peer counts as down.
///
/// Time is divided into intervals, at the end of each of which somebody has to [look][#look]. A
/// tick is sent if nothing was written within the interval and nothing waits to be; to a hidden
/// peer also if nothing has come from it. The peer is down if nothing has come for as many
/// intervals in a row as there are in the time that was agreed on. Bytes count, not frames: a long
/// frame that is still coming is a sign of life.
///
/// A tick that comes is never answered: two nodes that did so would never stop.
///
/// Not safe for use by several threads at once.
public final class Ticks {
  /*
   * Silence is counted in looks, not in time, so that one look after a long pause of this machine
   * is not taken for a long silence of the peer: what it has sent meanwhile is still to be read.
   */
  private static final int TICK_BYTES = 4;

  private final long interval;
  private final int intensity;
  private final boolean isHidden;

  private long next;
  private long read;
  private long written;
  private int silent;

  /// What is to be done after a look.
  public enum Action {
    /// Nothing.
    NONE,
    /// A tick is to be sent.
    TICK,
    /// The peer is down: the connection is to be closed.
    DOWN
  }

  /// Begins the first interval.
  ///
  /// @param nanos after how long a silence the peer is down, about
  /// @param intensity how many intervals that is
  /// @param isHidden whether the peer is a hidden node
  /// @param now the time
  /// @param read how many bytes were read so far
  /// @param written how many bytes were written so far
  public Ticks(long nanos, int intensity, boolean isHidden, long now, long read, long written) {
    if (intensity < 1 || nanos < intensity) {
      throw new IllegalArgumentException(
          "no " + intensity + " intervals fit into " + nanos + " nanoseconds");
    }
    interval = nanos / intensity;
    this.intensity = intensity;
    this.isHidden = isHidden;
    this.read = read;
    this.written = written;
    next = now + interval;
  }

  /// Looks whether something is to be done. Before [#next] nothing ever is.
  ///
  /// @param now the time
  /// @param readNow how many bytes were read so far
  /// @param writtenNow how many bytes were written so far, those of ticks included
  /// @param isWaiting whether something waits to be written
  /// @return what is to be done; after [Action#DOWN] nothing more
  public Action look(long now, long readNow, long writtenNow, boolean isWaiting) {
    if (now - next < 0) {
      return Action.NONE;
    }
    next += interval;
    if (next - now <= 0) {
      next = now + interval;
    }
    boolean hasRead = readNow != read;
    boolean hasWritten = writtenNow - written > 0;
    read = readNow;
    written = writtenNow;
    silent = hasRead ? 0 : silent + 1;
    if (silent >= intensity) {
      return Action.DOWN;
    }
    if (isWaiting || (hasWritten && (hasRead || !isHidden))) {
      return Action.NONE;
    }
    // It is going to be written, and is no reason not to send the next one.
    written += TICK_BYTES;
    return Action.TICK;
  }

  /// Returns when to look next.
  ///
  /// @return a time
  public long next() {
    return next;
  }
}

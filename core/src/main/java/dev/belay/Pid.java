package dev.belay;

import org.jspecify.annotations.Nullable;

/// The identity of one process; it stays the same for ever and is never given to another process
/// (X13).
///
/// Pids are values: immutable, safe to share, compared by node and number. A pid says nothing about
/// whether its process is alive; sending to the dead is no error (S6). Pids of one node order by
/// age.
@Sendable
public final class Pid implements Subject, Destination, Comparable<Pid> {
  private static final int NEAR_BITS = 12;

  final NodeId home;
  final long number;

  /// The process, if it is or was one of this JVM's; the cell stays here after its end, emptied.
  final @Nullable Cell cell;

  Pid(NodeId home, long number, @Nullable Cell cell) {
    this.home = home;
    this.number = number;
    this.cell = cell;
  }

  /// Returns the name of the node on which the process lives or lived.
  ///
  /// @return the node's name
  public String node() {
    return home.name();
  }

  /// Returns the number of the process, which is unique within its node's lifetime.
  ///
  /// @return a positive number
  public long number() {
    return number;
  }

  @Override
  public int compareTo(Pid other) {
    if (home != other.home && !home.equals(other.home)) {
      int byName = home.name().compareTo(other.home.name());
      return byName != 0 ? byName : Long.compare(home.creation(), other.home.creation());
    }
    return Long.compare(number, other.number);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Pid pid && pid.number == number && pid.home.equals(home));
  }

  @Override
  public int hashCode() {
    return spread(number);
  }

  /// Spreads numbers over a table so that those given out one after the other, whose processes are
  /// likely to be neighbours in memory, stay near to each other.
  static int spread(long number) {
    return (int) (number ^ ((number >>> NEAR_BITS) * 0x9E3779B97F4A7C15L) >>> 32);
  }

  /// Returns the pid as Erlang prints one, for example `<0.85.0>`.
  @Override
  public String toString() {
    return "<0." + (number & 0xFFFFFFFL) + "." + (number >>> 28) + ">";
  }
}

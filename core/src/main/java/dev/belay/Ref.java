package dev.belay;

import org.jspecify.annotations.Nullable;

/// A reference, unique for ever: what [Belay#makeRef] makes, what a monitor is known by, or an
/// alias to send to.
///
/// References are values, compared by maker and number, safe to share and to send.
@Sendable
public sealed class Ref implements Destination permits FarRef {
  /// Who made it.
  final Pid owner;

  final long number;

  /// The monitor or alias that this stands for, if any. Written once, before the reference leaves
  /// its maker; if it is that of a request to spawn, before the maker has its answer.
  @Nullable Watch watch;

  Ref(Pid owner, long number) {
    this.owner = owner;
    this.number = number;
  }

  /// Returns the process that made the reference, to which messages sent to it as an alias go.
  ///
  /// @return the maker's pid; for a reference of another node one that stands for the node alone
  public Pid owner() {
    return owner;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Ref ref && ref.number == number && ref.owner.equals(owner));
  }

  @Override
  public int hashCode() {
    return Pid.spread(owner.number * 31 + number);
  }

  /// Returns the reference as Erlang prints one.
  @Override
  public String toString() {
    return "#Ref<0." + (owner.number & 0xFFFFFFFL) + "." + number + ">";
  }
}

package dev.belay;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/// Which events of a node a listener wants, by process and by kind. Immutable: each method returns
/// a narrower filter.
///
/// Other than any other predicate it is asked before an event is kept for the listener, so that
/// events that nobody wants take no room there.
public final class TraceFilter implements Predicate<TraceEvent> {
  /// Every event.
  public static final TraceFilter ALL =
      new TraceFilter(
          Set.of(),
          EnumSet.allOf(TraceEvent.Kind.class),
          EnumSet.allOf(TraceEvent.Signal.class),
          true);

  private final Set<Pid> pids;
  private final EnumSet<TraceEvent.Kind> kinds;
  private final EnumSet<TraceEvent.Signal> signals;
  private final boolean life;

  private TraceFilter(
      Set<Pid> pids,
      EnumSet<TraceEvent.Kind> kinds,
      EnumSet<TraceEvent.Signal> signals,
      boolean life) {
    this.pids = pids;
    this.kinds = kinds;
    this.signals = signals;
    this.life = life;
  }

  /// Wants only events that come from one of these processes, go to one of them or happen to one.
  ///
  /// @param processes at least one
  /// @return a narrower filter
  public TraceFilter about(Pid... processes) {
    if (processes.length == 0) {
      throw new IllegalArgumentException(
          "about(): name at least one process; for all of them leave it out");
    }
    return new TraceFilter(Set.copyOf(List.of(processes)), kinds, signals, life);
  }

  /// Wants only some kinds of events.
  ///
  /// @param first one kind
  /// @param more other kinds
  /// @return a narrower filter
  public TraceFilter kinds(TraceEvent.Kind first, TraceEvent.Kind... more) {
    EnumSet<TraceEvent.Kind> wanted = EnumSet.of(first, more);
    wanted.retainAll(kinds);
    return new TraceFilter(pids, wanted, signals, life);
  }

  /// Wants only events of some kinds of signals, and no others.
  ///
  /// @param first one kind of signal
  /// @param more other kinds
  /// @return a narrower filter
  public TraceFilter signals(TraceEvent.Signal first, TraceEvent.Signal... more) {
    EnumSet<TraceEvent.Signal> wanted = EnumSet.of(first, more);
    wanted.retainAll(signals);
    return new TraceFilter(pids, kinds, wanted, false);
  }

  @Override
  public boolean test(TraceEvent event) {
    TraceEvent.Signal signal = event.signal();
    return kinds.contains(event.kind())
        && (signal == null ? life : signals.contains(signal))
        && (pids.isEmpty() || pids.contains(event.from()) || pids.contains(event.to()));
  }

  @Override
  public String toString() {
    return "TraceFilter[about "
        + (pids.isEmpty() ? "all" : Objects.toString(pids))
        + ", "
        + kinds
        + ", "
        + signals
        + (life ? ", life" : "")
        + "]";
  }
}

package dev.belay.distribution.internal.wire;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a request to spawn asks for besides the function.
///
/// The other options that Erlang sends say how its virtual machine is to run the child. They are
/// checked, and otherwise without effect.
///
/// @param link whether the child is to be linked to who asks
/// @param monitor whether who asks is to watch the child, by the reference of the request
/// @param anyExit whether the child goes down with who asks whatever the reason, if they are
///   linked: an option of Belay's own, which Erlang refuses as it does any that it does not know
public record SpawnOptions(boolean link, boolean monitor, boolean anyExit) {
  private static final Atom LINK = Atom.of("link");
  private static final Atom MONITOR = Atom.of("monitor");
  private static final Atom BELAY_LINK = Atom.of("belay_link");
  private static final Atom MAX_HEAP_SIZE = Atom.of("max_heap_size");

  /// What has the child go down with who asks whatever the reason.
  public static final Tuple ANY_EXIT = Tuple.of(BELAY_LINK, Atom.of("any_exit"));

  /// Options with a number that is not negative.
  private static final Set<Atom> COUNTS =
      Set.of(
          Atom.of("fullsweep_after"),
          MAX_HEAP_SIZE,
          Atom.of("min_bin_vheap_size"),
          Atom.of("min_heap_size"),
          Atom.of("scheduler"));

  /// Options with one of some words.
  private static final Map<Atom, Set<Atom>> WORDS =
      Map.of(
          Atom.of("async_dist"),
          atoms("false", "true"),
          BELAY_LINK,
          atoms("any_exit", "normal"),
          Atom.of("message_queue_data"),
          atoms("mixed", "off_heap", "on_heap"),
          Atom.of("priority"),
          atoms("high", "low", "max", "normal"));

  /// Reads the options of a request.
  ///
  /// @param options of [ControlMessage.SpawnRequest#options]
  /// @return what they ask for, or nothing if one of them is unknown or has a value that it cannot
  ///   have: the request is to be answered with `badopt`
  public static Optional<SpawnOptions> read(List<?> options) {
    boolean link = false;
    boolean monitor = false;
    boolean anyExit = false;
    for (Object option : options) {
      if (LINK.equals(option)) {
        link = true;
      } else if (MONITOR.equals(option)) {
        monitor = true;
      } else if (!(option instanceof Tuple pair && isKnown(pair))) {
        return Optional.empty();
      } else if (pair.get(0).equals(BELAY_LINK)) {
        anyExit = pair.equals(ANY_EXIT);
      }
    }
    return Optional.of(new SpawnOptions(link, monitor, anyExit));
  }

  /// Asks for a link or a monitor as Erlang does.
  ///
  /// @param link whether the child is to be linked to who asks
  /// @param monitor whether who asks is to watch the child
  public SpawnOptions(boolean link, boolean monitor) {
    this(link, monitor, false);
  }

  /// Returns the options for a request.
  ///
  /// @return a list of atoms, with [#ANY_EXIT] behind them if that is asked for
  public List<?> toTerm() {
    List<Object> options = new ArrayList<>();
    if (link) {
      options.add(LINK);
    }
    if (monitor) {
      options.add(MONITOR);
    }
    if (anyExit) {
      options.add(ANY_EXIT);
    }
    return List.copyOf(options);
  }

  private static boolean isKnown(Tuple pair) {
    if (pair.size() != 2 || !(pair.get(0) instanceof Atom name)) {
      return false;
    }
    Object value = pair.get(1);
    Set<Atom> words = WORDS.get(name);
    if (words != null) {
      return value instanceof Atom word && words.contains(word);
    }
    return COUNTS.contains(name)
        && (isCount(value) || (name.equals(MAX_HEAP_SIZE) && value instanceof Map));
  }

  private static boolean isCount(Object value) {
    return switch (value) {
      case Integer number -> number >= 0;
      case Long number -> number >= 0;
      case BigInteger number -> number.signum() >= 0;
      default -> false;
    };
  }

  private static Set<Atom> atoms(String... names) {
    Set<Atom> atoms = new HashSet<>();
    for (String name : names) {
      atoms.add(Atom.of(name));
    }
    return Set.copyOf(atoms);
  }
}

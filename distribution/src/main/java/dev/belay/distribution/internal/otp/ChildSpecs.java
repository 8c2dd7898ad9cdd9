package dev.belay.distribution.internal.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.connection.Reasons;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Restart;
import dev.belay.otp.Shutdown;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Specifications of children as terms: maps, and the tuples that were before them.
///
/// The function that starts a child is one that the program lets others run. It runs in the process
/// of the supervisor, has to link the child with it, and returns what such functions do: `{ok,
/// Pid}`, `{ok, Pid, Info}`, `ignore` or `{error, Reason}`; a pid alone is as good as the first.
final class ChildSpecs {
  private static final Atom ID = Atom.of("id");
  private static final Atom START = Atom.of("start");
  private static final Atom RESTART = Atom.of("restart");
  private static final Atom SHUTDOWN = Atom.of("shutdown");
  private static final Atom TYPE = Atom.of("type");
  private static final Atom SIGNIFICANT = Atom.of("significant");
  private static final Atom SUPERVISOR = Atom.of("supervisor");
  private static final Atom IGNORE = Atom.of("ignore");
  private static final Atom INFINITY = Atom.of("infinity");
  private static final Atom BRUTAL_KILL = Atom.of("brutal_kill");
  private static final Map<Atom, Restart> RESTARTS =
      Map.of(
          Atom.of("permanent"), Restart.PERMANENT,
          Atom.of("transient"), Restart.TRANSIENT,
          Atom.of("temporary"), Restart.TEMPORARY);

  private final ChildStarts starts;

  ChildSpecs(ChildStarts starts) {
    this.starts = starts;
  }

  /// Reads a specification.
  ///
  /// @return null if the term is none
  @Nullable ChildSpec read(Object term) {
    return switch (term) {
      case Map<?, ?> map -> of(map);
      case Tuple old when old.size() == 6 -> {
        Map<Object, Object> map = new HashMap<>();
        map.put(ID, old.get(0));
        map.put(START, old.get(1));
        map.put(RESTART, old.get(2));
        map.put(SHUTDOWN, old.get(3));
        map.put(TYPE, old.get(4));
        yield of(map);
      }
      default -> null;
    };
  }

  private @Nullable ChildSpec of(Map<?, ?> map) {
    Object id = map.get(ID);
    if (id == null
        || !(map.get(START) instanceof Tuple start)
        || start.size() != 3
        || !(start.get(0) instanceof Atom module)
        || !(start.get(1) instanceof Atom name)
        || !(start.get(2) instanceof List<?> arguments)
        || id(id).isBlank()) {
      return null;
    }
    List<Object> given = List.copyOf(arguments);
    ChildSpec spec = ChildSpec.of(id(id), () -> child(starts.start(module, name, given)));
    Restart restart = map.get(RESTART) instanceof Atom when ? RESTARTS.get(when) : null;
    if (restart != null) {
      spec = spec.restart(restart);
    }
    if (SUPERVISOR.equals(map.get(TYPE))) {
      spec = spec.supervisor();
    }
    if (Atom.TRUE.equals(map.get(SIGNIFICANT))) {
      spec = spec.significant();
    }
    Object shutdown = map.get(SHUTDOWN);
    if (BRUTAL_KILL.equals(shutdown)) {
      return spec.shutdown(Shutdown.BRUTAL_KILL);
    }
    if (INFINITY.equals(shutdown)) {
      return spec.shutdown(Shutdown.INFINITE);
    }
    return shutdown instanceof Long millis && millis >= 0
        ? spec.shutdown(Shutdown.within(Duration.ofMillis(millis)))
        : spec;
  }

  /// Returns what came of a start.
  static Child child(@Nullable Object result) {
    if (result instanceof Pid pid) {
      return Child.of(pid);
    }
    if (IGNORE.equals(result)) {
      return Child.ignored();
    }
    if (result instanceof Tuple tuple && tuple.size() >= 2) {
      if (tuple.get(0).equals(Atom.OK) && tuple.get(1) instanceof Pid pid) {
        return tuple.size() == 2 ? Child.of(pid) : Child.of(pid, tuple.get(2));
      }
      if (tuple.get(0).equals(Atom.ERROR)) {
        throw Belay.exit(Reasons.reason(tuple.get(1)));
      }
    }
    throw Belay.exit(
        ExitReason.term(
            Tuple.of(Atom.of("bad_return_value"), result == null ? Atom.UNDEFINED : result)));
  }

  /// Returns the id that a term means.
  static String id(Object term) {
    return switch (term) {
      case Atom atom -> atom.name();
      case String text -> text;
      case Binary binary -> binary.text();
      default -> {
        try {
          yield (String) Translation.of(TermCodec.EMPTY).in(term, String.class);
        } catch (IllegalArgumentException e) {
          yield term.toString();
        }
      }
    };
  }

  /// Returns the map that a specification is. The function that starts the child cannot be called
  /// from elsewhere; it is named for its form.
  static Map<Object, Object> term(ChildSpec spec) {
    Shutdown shutdown = spec.shutdown();
    Map<Object, Object> map = new HashMap<>();
    map.put(ID, Binary.utf8(spec.id()));
    map.put(
        START, Tuple.of(Atom.of("belay"), Atom.of("start_child"), List.of(Binary.utf8(spec.id()))));
    map.put(RESTART, Atom.of(spec.restart().name().toLowerCase(Locale.ROOT)));
    map.put(SIGNIFICANT, spec.isSignificant() ? Atom.TRUE : Atom.FALSE);
    map.put(TYPE, spec.isSupervisor() ? SUPERVISOR : Atom.of("worker"));
    map.put(Atom.of("modules"), List.of());
    map.put(
        SHUTDOWN,
        shutdown.equals(Shutdown.BRUTAL_KILL)
            ? BRUTAL_KILL
            : shutdown.timeout().<Object>map(Duration::toMillis).orElse(INFINITY));
    return map;
  }
}

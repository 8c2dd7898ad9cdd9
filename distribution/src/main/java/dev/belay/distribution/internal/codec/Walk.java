package dev.belay.distribution.internal.codec;

import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// A walk through a term, or what is to become one, that changes some of its parts.
///
/// For one thread, once.
abstract class Walk {
  /*
   * Terms may nest deeper than a thread's stack has room for, so that the containers that are open are kept in a list of levels. A
   * container of which no part changes is not copied.
   */

  /// As deep as terms that come from other nodes may be; what is deeper most likely contains
  /// itself.
  private static final int MOST_LEVELS = 100_000;

  /// What was settled last is a container, through whose parts to walk.
  private boolean descends;

  /// A container whose parts are being looked at.
  private static final class Level {
    final @Nullable Level up;
    final int depth;
    final Object container;
    final List<?> parts;
    final int count;
    int next;

    /// The new parts, from the first one on that has changed.
    @Nullable Object @Nullable [] changed;

    Level(@Nullable Level up, Object container) {
      this.up = up;
      this.depth = up == null ? 1 : up.depth + 1;
      this.container = container;
      this.parts = parts(container);
      this.count = parts.size();
    }

    private static List<?> parts(Object container) {
      return switch (container) {
        case Tuple tuple -> tuple.elements();
        case List<?> list -> list instanceof RandomAccess ? list : Arrays.asList(list.toArray());
        case ImproperList list -> {
          List<Object> all = new ArrayList<>(list.elements());
          all.add(list.tail());
          yield all;
        }
        case NativeRecord named -> named.values();
        case Map<?, ?> map -> {
          List<@Nullable Object> all = new ArrayList<>(2 * map.size());
          map.forEach((key, value) -> {
            all.add(key);
            all.add(value);
          });
          yield all;
        }
        default -> throw new AssertionError(container.getClass());
      };
    }

    /// Takes what has become of the part whose turn it is, and goes to the next one.
    void done(Object part) {
      if (changed == null && part != parts.get(next)) {
        changed = parts.toArray();
      }
      if (changed != null) {
        changed[next] = part;
      }
      next++;
    }

    String step() {
      if (!(container instanceof Map)) {
        return "[" + next + "]";
      }
      return next % 2 == 0
          ? ".key(" + Shown.key(parts.get(next)) + ")"
          : "[" + Shown.key(parts.get(next - 1)) + "]";
    }
  }

  /// Returns what becomes of a value, without its parts if it is a container that [#descend] was
  /// called with.
  abstract Object settle(Object value);

  /// Says that the parts of a container have to be walked through, too.
  final Object descend(Object container) {
    descends = true;
    return container;
  }

  /// Returns what becomes of a map of which two keys have become the same, or one is none.
  abstract Object clash(Object container);

  /// Walks through a value.
  final Object walk(Object root) {
    Object settled = settle(root);
    if (!descends) {
      return settled;
    }
    return walkParts(settled);
  }

  /// Walks through the parts of a container.
  final Object walkParts(Object container) {
    Level level = new Level(null, container);
    try {
      while (true) {
        if (level.next < level.count) {
          descends = false;
          Object part = settle(Converter.present(level.parts.get(level.next)));
          if (descends) {
            level = open(level, part);
          } else {
            level.done(part);
          }
          continue;
        }
        Object built = built(level);
        if (level.up == null) {
          return built;
        }
        level = level.up;
        level.done(built);
      }
    } catch (Mismatch e) {
      for (@Nullable Level each = level; each != null; each = each.up) {
        if (each.next < each.count) {
          e.at(each.step());
        }
      }
      throw e;
    }
  }

  private static Level open(Level up, Object container) {
    if (up.depth == MOST_LEVELS) {
      throw new Mismatch(
          "it nests deeper than " + MOST_LEVELS + " levels; perhaps it contains itself");
    }
    return new Level(up, container);
  }

  private Object built(Level level) {
    @Nullable Object[] parts = level.changed;
    if (parts == null) {
      return level.container;
    }
    return switch (level.container) {
      case Tuple _ -> Tuple.of(all(parts));
      case List<?> _ -> List.of(all(parts));
      case ImproperList _ -> improper(List.of(all(parts)));
      case NativeRecord named ->
          new NativeRecord(
              named.module(), named.name(), named.exported(), named.fields(), List.of(all(parts)));
      default -> map(level.container, all(parts));
    };
  }

  @SuppressWarnings("NullAway") // each has been looked at, and none was null
  private static Object[] all(@Nullable Object[] parts) {
    return parts;
  }

  private static Object improper(List<Object> parts) {
    List<Object> elements = parts.subList(0, parts.size() - 1);
    Object tail = parts.getLast();
    if (!(tail instanceof List<?> rest)) {
      return new ImproperList(elements, tail);
    }
    List<Object> whole = new ArrayList<>(elements);
    whole.addAll(rest);
    return List.copyOf(whole);
  }

  private Object map(Object container, Object[] parts) {
    Map<Object, Object> map = HashMap.newHashMap(parts.length / 2);
    try {
      for (int i = 0; i < parts.length; i += 2) {
        map.put(parts[i], parts[i + 1]);
      }
    } catch (RuntimeException _) {
      // From a key that is a record: it cannot be one.
      return clash(container);
    }
    return map.size() < parts.length / 2 ? clash(container) : Map.copyOf(map);
  }
}

package dev.belay.distribution.internal.terms;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The terms that a writer has begun and not ended, one in the other.
///
/// For the writer's thread only.
final class UnwrittenTerms {
  /*
   * A stack in arrays. Of each open term: `sources` has its parts, a list, or for a map its iterator; `next` is how many have been
   * taken, of `count`; `rest` is the tail of a list, or the value of the key that was taken last; `mark` is where a fun's size
   * has to be written.
   */
  private static final int SMALLEST = 32;
  private static final int LARGEST_KEPT = 1 << 14;

  /// How many of the outermost terms an error names.
  private static final int NAMED = 8;

  private Container[] containers = new Container[SMALLEST];
  private @Nullable Object[] sources = new @Nullable Object[SMALLEST];
  private @Nullable Object[] rest = new @Nullable Object[SMALLEST];
  private int[] next = new int[SMALLEST];
  private int[] count = new int[SMALLEST];
  private int[] mark = new int[SMALLEST];
  private int depth;

  boolean isEmpty() {
    return depth == 0;
  }

  /// Begins a term.
  ///
  /// @param container what it is
  /// @param parts its parts
  void begin(Container container, List<?> parts) {
    begin(container, parts, parts.size(), null, 0);
  }

  void beginMap(Map<?, ?> map, int pairs) {
    begin(Container.MAP, map.entrySet().iterator(), 2 * pairs, null, 0);
  }

  void beginList(List<?> elements, @Nullable Object tail) {
    begin(Container.LIST, elements, elements.size(), tail, 0);
  }

  /// Begins a fun.
  ///
  /// @param start kept for [#mark]
  void beginFun(List<?> variables, int start) {
    begin(Container.FUN, variables, variables.size(), null, start);
  }

  private void begin(
      Container container, Object source, int parts, @Nullable Object tail, int start) {
    if (depth == next.length) {
      int larger = 2 * depth;
      containers = Arrays.copyOf(containers, larger);
      sources = Arrays.copyOf(sources, larger);
      rest = Arrays.copyOf(rest, larger);
      next = Arrays.copyOf(next, larger);
      count = Arrays.copyOf(count, larger);
      mark = Arrays.copyOf(mark, larger);
    }
    containers[depth] = container;
    sources[depth] = source;
    rest[depth] = tail;
    next[depth] = 0;
    count[depth] = parts;
    mark[depth] = start;
    depth++;
  }

  /// Goes to the next part of the innermost term.
  ///
  /// @return whether there is one
  boolean advance() {
    int innermost = depth - 1;
    if (next[innermost] >= count[innermost]
        || (sources[innermost] instanceof Iterator<?> entries
            && next[innermost] % 2 == 0
            && !entries.hasNext())) {
      return false;
    }
    next[innermost]++;
    return true;
  }

  /// Returns the part to which one has gone last. To be called once for each.
  @Nullable Object part() {
    int innermost = depth - 1;
    int part = next[innermost] - 1;
    return switch (sources[innermost]) {
      case Iterator<?> entries when part % 2 == 0 -> {
        Map.Entry<?, ?> entry = (Map.Entry<?, ?>) entries.next();
        rest[innermost] = entry.getValue();
        yield entry.getKey();
      }
      case List<?> parts -> parts.get(part);
      case null, default -> rest[innermost];
    };
  }

  Container innermost() {
    return containers[depth - 1];
  }

  /// Tells whether exactly the parts that were announced have been taken.
  boolean isComplete() {
    int innermost = depth - 1;
    return next[innermost] == count[innermost]
        && !(sources[innermost] instanceof Iterator<?> entries && entries.hasNext());
  }

  /// Returns what was noted when the innermost term, a fun, began.
  int mark() {
    return mark[depth - 1];
  }

  /// Returns the tail of the innermost term, a list whose elements have been taken, and goes to it.
  ///
  /// @return null if it has no other than the empty list
  @Nullable Object takeTail() {
    Object tail = rest[depth - 1];
    if (tail != null) {
      containers[depth - 1] = Container.TAIL;
      next[depth - 1]++;
    }
    return tail;
  }

  /// Ends the innermost term.
  void end() {
    depth--;
    sources[depth] = null;
    rest[depth] = null;
    if (depth == 0 && next.length > LARGEST_KEPT) {
      clear();
    }
  }

  /// Forgets everything.
  void clear() {
    depth = 0;
    containers = new Container[SMALLEST];
    sources = new @Nullable Object[SMALLEST];
    rest = new @Nullable Object[SMALLEST];
    next = new int[SMALLEST];
    count = new int[SMALLEST];
    mark = new int[SMALLEST];
  }

  /// Returns how one comes from the outermost term to the part that has been taken last, in words.
  String path() {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < Math.min(depth, NAMED); i++) {
      path.append(i == 0 ? "in " : ", ").append(containers[i].part(Math.max(next[i] - 1, 0)));
    }
    return path.append(depth > NAMED ? ", and deeper" : "").toString();
  }
}

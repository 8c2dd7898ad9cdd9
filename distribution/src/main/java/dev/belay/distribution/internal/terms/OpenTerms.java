package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Fun;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.NativeRecord;
import dev.belay.distribution.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The terms that a reader has begun and not ended, one in the other, and the parts of them that it
/// has.
///
/// For the reader's thread only.
final class OpenTerms {
  /*
   * Two stacks. `values` has the parts of all open terms, the outermost's first. `containers`, `left`, `first` and `mark` say of each
   * open term what it is, how many parts it still lacks, where its parts begin in `values`, and one thing more, for funs.
   *
   * A container is made when its last part is there; until then a claim about its size costs nothing.
   */
  private static final int SMALLEST = 32;
  private static final int LARGEST_KEPT = 1 << 14;

  /// How many of the outermost terms an error names.
  private static final int NAMED = 8;

  /// What comes before the values of a record's fields.
  record RecordHead(Atom module, Atom name, boolean exported, List<Atom> fields) {
    /// Returns the record of this head and some values.
    NativeRecord with(List<Object> values) {
      return new NativeRecord(module, name, exported, fields, values);
    }
  }

  private Container[] containers = new Container[SMALLEST];
  private int[] left = new int[SMALLEST];
  private int[] first = new int[SMALLEST];
  private int[] mark = new int[SMALLEST];
  private int depth;

  private @Nullable Object[] values = new @Nullable Object[SMALLEST];
  private int top;

  /// No place from here on has been used since the last [#clear].
  private int highest;

  int depth() {
    return depth;
  }

  /// Begins a term.
  ///
  /// @param container what it is
  /// @param parts how many parts it has; at least one
  /// @param note kept for [#note]
  void begin(Container container, int parts, int note) {
    if (depth == left.length) {
      int larger = larger(depth);
      containers = Arrays.copyOf(containers, larger);
      left = Arrays.copyOf(left, larger);
      first = Arrays.copyOf(first, larger);
      mark = Arrays.copyOf(mark, larger);
    }
    containers[depth] = container;
    left[depth] = parts;
    first[depth] = top;
    mark[depth] = note;
    depth++;
  }

  /// Adds a part to the innermost term.
  ///
  /// @return whether it was the last one
  boolean add(Object part) {
    push(part);
    return --left[depth - 1] == 0;
  }

  /// Adds a value that is not among the parts that the innermost term awaits.
  void push(Object value) {
    if (top == values.length) {
      values = Arrays.copyOf(values, larger(top));
    }
    values[top++] = value;
  }

  private static int larger(int length) {
    return (int) Math.min(2L * length, Integer.MAX_VALUE - Long.BYTES);
  }

  Container innermost() {
    return containers[depth - 1];
  }

  /// Returns what was noted when the innermost term began.
  int note() {
    return mark[depth - 1];
  }

  /// Tells whether the innermost term is a map that awaits a key.
  boolean awaitsKey() {
    return depth > 0 && containers[depth - 1] == Container.MAP && left[depth - 1] % 2 == 0;
  }

  /// Lets the innermost term, a list, await some elements more.
  void more(int elements) {
    left[depth - 1] = elements;
  }

  /// Lets the innermost term, a list, await its tail.
  void awaitTail() {
    containers[depth - 1] = Container.TAIL;
    left[depth - 1] = 1;
  }

  List<Object> endList() {
    return take(first[--depth]);
  }

  Tuple endTuple() {
    return new Tuple(take(first[--depth]));
  }

  ImproperList endTail() {
    Object tail = pop();
    return new ImproperList(take(first[--depth]), tail);
  }

  /// Ends a fun, whose first value is the same without variables.
  Fun endFun() {
    List<Object> free = take(first[--depth] + 1);
    return withVariables((Fun) pop(), free);
  }

  private static Fun withVariables(Fun fun, List<Object> free) {
    return new Fun(
        fun.module(),
        fun.arity(),
        fun.index(),
        fun.uniq(),
        fun.oldIndex(),
        fun.oldUniq(),
        fun.pid(),
        free);
  }

  /// Ends a record, whose first value is its head.
  NativeRecord endRecord() {
    List<Object> fields = take(first[--depth] + 1);
    return ((RecordHead) pop()).with(fields);
  }

  /// Ends a map.
  ///
  /// @return the map; null if two keys are equal
  @SuppressWarnings("NullAway") // what has been pushed is not null
  @Nullable Map<Object, Object> endMap() {
    int from = first[--depth];
    @Nullable Object[] v = values;
    int pairs = (top - from) / 2;
    try {
      return switch (pairs) {
        case 1 -> Map.of(v[from], v[from + 1]);
        case 2 -> Map.of(v[from], v[from + 1], v[from + 2], v[from + 3]);
        case 3 -> Map.of(v[from], v[from + 1], v[from + 2], v[from + 3], v[from + 4], v[from + 5]);
        default -> Map.ofEntries(entries(from, pairs));
      };
    } catch (IllegalArgumentException _) {
      return null;
    } finally {
      drop(from);
    }
  }

  @SuppressWarnings({"NullAway", "unchecked", "rawtypes"}) // pushed, and of this type
  private Map.Entry<Object, Object>[] entries(int from, int pairs) {
    Map.Entry<Object, Object>[] entries = new Map.Entry[pairs];
    for (int i = 0; i < pairs; i++) {
      entries[i] = Map.entry(values[from + 2 * i], values[from + 2 * i + 1]);
    }
    return entries;
  }

  /// Takes the values from a place on off the stack. Up to ten of them cost no object besides the
  /// list.
  @SuppressWarnings("NullAway") // what has been pushed is not null
  private List<Object> take(int f) {
    @Nullable Object[] v = values;
    List<Object> list =
        switch (top - f) {
          case 0 -> List.of();
          case 1 -> List.of(v[f]);
          case 2 -> List.of(v[f], v[f + 1]);
          case 3 -> List.of(v[f], v[f + 1], v[f + 2]);
          case 4 -> List.of(v[f], v[f + 1], v[f + 2], v[f + 3]);
          case 5 -> List.of(v[f], v[f + 1], v[f + 2], v[f + 3], v[f + 4]);
          case 6 -> List.of(v[f], v[f + 1], v[f + 2], v[f + 3], v[f + 4], v[f + 5]);
          case 7 -> List.of(v[f], v[f + 1], v[f + 2], v[f + 3], v[f + 4], v[f + 5], v[f + 6]);
          default -> List.of(Arrays.copyOfRange(v, f, top));
        };
    drop(f);
    return list;
  }

  @SuppressWarnings("NullAway") // what has been pushed is not null
  private Object pop() {
    Object value = values[top - 1];
    drop(top - 1);
    return value;
  }

  private void drop(int from) {
    highest = Math.max(highest, top);
    top = from;
  }

  /// Forgets everything, so that no value is kept alive.
  void clear() {
    drop(0);
    if (values.length > LARGEST_KEPT) {
      values = new @Nullable Object[SMALLEST];
    } else {
      Arrays.fill(values, 0, highest, null);
    }
    highest = 0;
    depth = 0;
    if (left.length > LARGEST_KEPT) {
      containers = new Container[SMALLEST];
      left = new int[SMALLEST];
      first = new int[SMALLEST];
      mark = new int[SMALLEST];
    }
  }

  /// Returns how one comes from the outermost term to the part that is next, in words.
  String path() {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < Math.min(depth, NAMED); i++) {
      int end = i + 1 < depth ? first[i + 1] : top;
      path.append(i == 0 ? "in " : ", ").append(containers[i].part(done(i, end)));
    }
    return path.append(depth > NAMED ? ", and deeper" : "").toString();
  }

  /// Returns how many parts an open term has.
  private int done(int i, int end) {
    int values = end - first[i];
    return switch (containers[i]) {
      case FUN, RECORD -> values - 1;
      default -> values;
    };
  }
}

package dev.belay.internal.inspection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks whether a value can change, all the way down.
///
/// Where the class decides, its verdict is kept with the class; otherwise the fields of the object
/// or the elements of the unmodifiable collection are looked at. No code of the value's own is
/// called: no accessor, no `equals`, no iterator that is not the JDK's.
public final class Inspection {
  /*
   * The walk goes depth first with a list of levels of its own, so that it needs no more stack for a value of a million
   * levels than for one of two, and meets each object once, so that cycles and shared parts do no harm. A lambda's captured values are looked at
   * after all the rest, and with a memory of their own: what may pass there, with a warning, may not pass elsewhere in the same
   * value.
   */

  /// More parts than this are not looked at.
  public static final int MOST_PARTS = 1_000_000;

  /// So many steps of a path are shown at each of its ends.
  private static final int SHOWN_STEPS = 10;

  private final Object root;
  private final List<Flaw> captured = new ArrayList<>();
  private final Deque<Lambda> lambdas = new ArrayDeque<>();
  private final Set<Object> metLambdas = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable Flaw flaw;
  private boolean partial;
  private int looked;

  /// How one comes to the lambda that is being looked into, if one is.
  private @Nullable String lambda;

  /// The objects met in the walk that is under way.
  private Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());

  private record Lambda(String path, Object object, Shape shape) {}

  private Inspection(Object root) {
    this.root = root;
  }

  /// Looks at a value.
  ///
  /// @param value anything
  /// @return what was found
  public static Inspection of(Object value) {
    Shape shape = Shape.of(value.getClass());
    Inspection inspection = new Inspection(value);
    if (!shape.isImmutable()) {
      inspection.look(value, shape);
    }
    return inspection;
  }

  /// Returns the first part that can change or cannot be looked into, if there is one.
  ///
  /// @return the part, or null
  public @Nullable Flaw flaw() {
    return flaw;
  }

  /// Returns what lambdas in the value captured that can change; each lambda of a program is in one
  /// result only.
  ///
  /// @return one for each lambda
  public List<Flaw> captured() {
    return List.copyOf(captured);
  }

  /// Tells whether the value has so many parts that not all were looked at, and is the first one of
  /// its class.
  ///
  /// @return whether to say so
  public boolean isFirstOneTooLarge() {
    return partial && !Shape.of(root.getClass()).told.getAndSet(true);
  }

  private void look(Object value, Shape shape) {
    flaw = visit(value, shape, null);
    if (flaw == null && shape.kind != Shape.Kind.LAMBDA) {
      met.add(value);
      flaw = walk(Level.of(value, shape, null));
    }
    while (flaw == null && !partial && !lambdas.isEmpty()) {
      Lambda next = lambdas.pop();
      met = Collections.newSetFromMap(new IdentityHashMap<>());
      lambda = next.path;
      Flaw inside = walk(Level.of(next.object, next.shape, null));
      if (inside != null && !next.shape.told.getAndSet(true)) {
        captured.add(inside);
      }
    }
  }

  /// Looks at all parts of an object and at theirs, up to the first flaw; within a lambda up to the
  /// first certain one.
  private @Nullable Flaw walk(Level from) {
    Level level = from;
    while (level != null) {
      if (!level.advance()) {
        level = level.up;
        continue;
      }
      Object child = level.child;
      if (child == null) {
        continue;
      }
      if (++looked > MOST_PARTS) {
        partial = true;
        return null;
      }
      Shape shape = Shape.of(child.getClass());
      if (shape.isImmutable()) {
        continue;
      }
      Flaw found = visit(child, shape, level);
      if (found != null) {
        if (lambda == null || found.certain()) {
          return found;
        }
        // A warning needs to be sure; perhaps there is something else.
        continue;
      }
      if (shape.kind != Shape.Kind.LAMBDA && met.add(child)) {
        level = Level.of(child, shape, level);
      }
    }
    return null;
  }

  /// Looks at an object that its class does not decide, without its parts.
  private @Nullable Flaw visit(Object object, Shape shape, @Nullable Level level) {
    Problem problem = shape.problem;
    if (problem != null) {
      return flaw(object, problem, level);
    }
    if (shape.kind == Shape.Kind.LAMBDA) {
      if (!shape.told.get() && metLambdas.add(object)) {
        lambdas.add(new Lambda(path(level), object, shape));
      }
      return null;
    }
    for (Shape.Part part : shape.parts) {
      if (part.field == null && !part.isImmutable()) {
        return flaw(object, part.problem(object), level);
      }
    }
    return null;
  }

  private Flaw flaw(Object object, Problem problem, @Nullable Level level) {
    String path = path(level);
    if (problem.part() != null) {
      path += "." + problem.part();
    }
    return new Flaw(
        path, object.getClass().getTypeName(), problem.what(), problem.remedy(), problem.certain());
  }

  /// Says how one comes to the part whose turn it is at a level.
  private String path(@Nullable Level level) {
    List<Level> levels = new ArrayList<>();
    for (Level each = level; each != null; each = each.up) {
      levels.add(each);
    }
    StringBuilder path = new StringBuilder(lambda != null ? lambda : name(root));
    int left = levels.size();
    for (Level each : levels.reversed()) {
      int from = levels.size() - left;
      if (from < SHOWN_STEPS || left <= SHOWN_STEPS) {
        path.append(each.step());
      } else if (from == SHOWN_STEPS) {
        int hidden = left - SHOWN_STEPS;
        path.append("…(").append(hidden).append(hidden == 1 ? " step)…" : " steps)…");
      }
      left--;
    }
    return path.toString();
  }

  /// Returns a short name for the value itself.
  private static String name(Object value) {
    return switch (value) {
      case List<?> _ -> "List";
      case Set<?> _ -> "Set";
      case Map<?, ?> _ -> "Map";
      case Map.Entry<?, ?> _ -> "Entry";
      default -> simpleName(value.getClass());
    };
  }

  private static String simpleName(Class<?> type) {
    String name = type.getTypeName();
    int slash = name.indexOf("$$Lambda");
    String plain = slash < 0 ? name : name.substring(0, slash);
    String simple = plain.substring(Math.max(plain.lastIndexOf('.'), plain.lastIndexOf('$')) + 1);
    if (slash >= 0) {
      return "lambda of " + simple;
    }
    return simple.isEmpty() || Character.isDigit(simple.charAt(0))
        ? plain.substring(plain.lastIndexOf('.') + 1)
        : simple;
  }
}

package dev.belay.distribution.internal.codec;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value and a type do not go together. On its way out it gathers the path that leads there.
///
/// It has no stack of its own: wrong data of another node are no rare event, and must be cheap.
public final class Mismatch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// So many steps of a path are shown at each of its ends.
  private static final int SHOWN_STEPS = 10;

  private final String problem;

  /// The innermost first.
  private final transient List<String> steps = new ArrayList<>();

  Mismatch(String problem) {
    this(problem, null);
  }

  Mismatch(String problem, @Nullable Throwable cause) {
    super(problem, cause, false, false);
    this.problem = problem;
  }

  /// Adds the step that leads to what the path began with so far.
  @CanIgnoreReturnValue
  Mismatch at(String step) {
    steps.add(step);
    return this;
  }

  /// Returns what is wrong.
  ///
  /// @return the second half of a sentence
  public String problem() {
    return problem;
  }

  /// Returns how one comes to what is wrong.
  ///
  /// @param root what the path begins with
  /// @return the path, for example `Order.items[3].count`
  public String path(String root) {
    StringBuilder path = new StringBuilder(root);
    int count = steps.size();
    int hidden = Math.max(0, count - 2 * SHOWN_STEPS);
    for (int i = 0; i < count; i++) {
      if (hidden > 0 && i == SHOWN_STEPS) {
        path.append("…(").append(hidden).append(hidden == 1 ? " step)…" : " steps)…");
        i += hidden;
      }
      path.append(steps.get(count - 1 - i));
    }
    return path.toString();
  }
}

package dev.belay.internal.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Values that are deep, wide, shared or go round in circles.
class WalkTest {
  private static final int DEEP = 100_000;

  record Any(@Nullable Object value) {}

  record Cell(int number, @Nullable Object rest) {}

  /// Immutable, and its own neighbour: it hands itself out before it is finished.
  static final class Ring {
    final List<Ring> neighbours;
    final Object content;

    @SuppressWarnings("this-escape")
    Ring(Object content) {
      this.neighbours = List.of(this);
      this.content = content;
    }
  }

  private static Object chain(int length, Object end) {
    Object chain = end;
    for (int i = 0; i < length; i++) {
      chain = new Cell(i, chain);
    }
    return chain;
  }

  private static Object nest(int depth, Object end) {
    Object nest = end;
    for (int i = 0; i < depth; i++) {
      nest = List.of(nest);
    }
    return nest;
  }

  /// On a thread with the smallest stack that there is.
  private static Inspection inspect(Object value) throws InterruptedException {
    AtomicReference<@Nullable Inspection> result = new AtomicReference<>();
    Thread thread = new Thread(null, () -> result.set(Inspection.of(value)), "small", 1);
    thread.start();
    thread.join();
    return Objects.requireNonNull(result.get(), "what the thread found");
  }

  private static String path(Object value) throws InterruptedException {
    return Flaws.there(inspect(value)).path();
  }

  private static void assertFine(Object value) throws InterruptedException {
    Inspection inspection = inspect(value);
    assertThat(inspection.flaw()).isNull();
    assertThat(inspection.isFirstOneTooLarge()).isFalse();
  }

  @Test
  void goesAsDeepAsTheValue() throws InterruptedException {
    assertFine(chain(DEEP, "end"));
    assertFine(nest(DEEP, "end"));
    assertThat(path(chain(DEEP, new int[0])))
        .isEqualTo("Cell" + ".rest".repeat(10) + "…(99980 steps)…" + ".rest".repeat(10));
    assertThat(path(nest(DEEP, new int[0])))
        .startsWith("List[0][0]")
        .endsWith("…(99980 steps)…" + "[0]".repeat(10));
  }

  @Test
  void showsAllOfAPathThatIsNotTooLong() throws InterruptedException {
    assertThat(path(chain(20, new int[0]))).isEqualTo("Cell" + ".rest".repeat(20));
    assertThat(path(chain(21, new int[0])))
        .isEqualTo("Cell" + ".rest".repeat(10) + "…(1 step)…" + ".rest".repeat(10));
  }

  @Test
  void comesToAnEndInCircles() throws InterruptedException {
    assertFine(new Ring("content"));
    assertThat(path(new Ring(new int[0]))).isEqualTo("Ring.content");
  }

  /// A circle needs something that is set after it was made. If that is a list behind an
  /// unmodifiable view, the view is refused before anybody goes round.
  @Test
  void refusesCirclesThroughViews() throws InterruptedException {
    List<Object> behind = new ArrayList<>();
    List<Object> view = Collections.unmodifiableList(behind);
    behind.add(new Any(view));
    assertThat(path(new Any(view))).isEqualTo("Any.value");
    assertThat(path(new Any(List.of(view)))).isEqualTo("Any.value[0]");
  }

  /// 2 to the 60th ways lead to the end.
  @Test
  void looksAtSharedPartsOnce() throws InterruptedException {
    Object shared = new Any("end");
    for (int i = 0; i < 60; i++) {
      shared = List.of(shared, shared);
    }
    assertFine(shared);
  }

  @Test
  void givesUpWhatIsTooLargeAndSaysItOncePerClass() {
    record Large(Object value) {}
    Object wide = Collections.nCopies(Inspection.MOST_PARTS, 1).stream().toList();
    Inspection just = Inspection.of(wide);
    assertThat(just.flaw()).isNull();
    assertThat(just.isFirstOneTooLarge()).isFalse();
    Inspection first = Inspection.of(new Large(List.of(wide, new int[0])));
    assertThat(first.flaw()).isNull();
    assertThat(first.isFirstOneTooLarge()).isTrue();
    assertThat(Inspection.of(new Large(List.of(wide, new int[0]))).isFirstOneTooLarge()).isFalse();
    assertThat(Inspection.of(new Large(List.of(new int[0], wide))).flaw()).isNotNull();
  }
}

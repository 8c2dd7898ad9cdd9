package dev.belay.internal.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What a lambda captured is looked at as far as it can be seen; it is let pass, and told of once.
class LambdaTest {
  record Job(String name, Object task) {}

  private final List<String> state = new ArrayList<>();

  private static List<String> captured(Object value) {
    Inspection inspection = Inspection.of(value);
    assertThat(inspection.flaw()).isNull();
    return inspection.captured().stream().map(Flaw::path).toList();
  }

  @Test
  void isSilentIfNothingChangeableWasCaptured() {
    List<String> fixed = List.of("a");
    int number = fixed.size();
    assertThat(captured((Supplier<String>) () -> "a")).isEmpty();
    assertThat(captured((Supplier<String>) () -> fixed.getFirst() + number)).isEmpty();
    assertThat(captured((IntSupplier) fixed::size)).isEmpty();
    assertThat(captured((Function<Object, String>) Object::toString)).isEmpty();
    assertThat(captured(new Job("a", (Supplier<String>) () -> fixed.getFirst() + number)))
        .isEmpty();
  }

  @Test
  void tellsWhatWasCapturedOnce() {
    List<String> list = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      Supplier<String> lambda = () -> list.get(number);
      assertThat(captured(new Job("job", lambda)))
          .isEqualTo(i == 0 ? List.of("Job.task.captured[0]") : List.of());
    }
    assertThat(captured((IntSupplier) list::size))
        .containsExactly("lambda of LambdaTest.captured[0]");
  }

  @Test
  void tellsOfEachLambda() {
    int[] numbers = {1};
    Callable<Integer> one = () -> numbers[0];
    Callable<Integer> two = () -> numbers[0] + 1;
    assertThat(captured(List.of(one, two, one)))
        .containsExactlyInAnyOrder("List[0].captured[0]", "List[1].captured[0]");
    Job shared = new Job("shared", numbers);
    Callable<Object> three = () -> shared;
    Callable<Object> four = () -> shared.task();
    assertThat(captured(List.of(three, four)))
        .containsExactly("List[0].captured[0].task", "List[1].captured[0].task");
  }

  @Test
  void looksIntoTheObjectAroundIt() {
    assertThat(captured((IntSupplier) () -> state.size()))
        .containsExactly("lambda of LambdaTest.captured[0].state");
  }

  @Test
  void looksIntoLambdasWithinLambdas() {
    AtomicInteger counter = new AtomicInteger();
    Supplier<Integer> inner = counter::get;
    Supplier<Integer> outer = () -> inner.get();
    assertThat(captured(new Job("a", outer))).containsExactly("Job.task.captured[0].captured[0]");
  }

  /// A lambda that captured what it stands in.
  static final class Ring {
    final Supplier<Object> self = () -> this;
    final List<Object> others;

    Ring(List<Object> others) {
      this.others = others;
    }
  }

  @Test
  void comesToAnEndInCirclesThroughLambdas() {
    assertThat(captured(new Ring(List.of(new Ring(List.of()))))).isEmpty();
    Ring ring = new Ring(List.of());
    AtomicInteger counter = new AtomicInteger();
    Supplier<Object> both = () -> ring.self.get().toString() + counter;
    assertThat(captured(both)).containsExactly("lambda of LambdaTest.captured[1]");
  }

  /// What passes in a lambda does not pass beside it, in whatever order they are met.
  @Test
  void doesNotExcuseWhatIsInTheMessageItself() {
    Job shared = new Job("shared", new int[0]);
    Callable<Object> lambda = () -> shared;
    assertThat(Flaws.in(List.of(lambda, shared)).path()).isEqualTo("List[1].task");
    assertThat(Inspection.of(List.of(shared, lambda)).flaw()).isNotNull();
    assertThat(captured(lambda)).as("it was not told of while the message was refused").hasSize(1);
  }

  /// What cannot be looked into is no reason to warn; but it hides nothing else.
  @Test
  void isSilentAboutWhatItDoesNotKnow() {
    ReentrantLock lock = new ReentrantLock();
    List<String> list = new ArrayList<>();
    Function<Object, String> ofTheJdk = Function.<Object>identity().andThen(each -> list.get(0));
    assertThat(Inspection.of(lock).flaw()).isNotNull();
    assertThat(captured((Supplier<Boolean>) lock::isLocked)).isEmpty();
    assertThat(captured(ofTheJdk)).isEmpty();
    assertThat(captured((Supplier<String>) () -> lock + list.getFirst()))
        .containsExactly("lambda of LambdaTest.captured[1]");
  }

  /// An anonymous class is no lambda: it is looked into like any other.
  @Test
  void refusesAnonymousClasses() {
    List<String> list = new ArrayList<>();
    Supplier<String> anonymous =
        new Supplier<>() {
          @Override
          public String get() {
            return list.getFirst();
          }
        };
    assertThat(Flaws.in(anonymous).path()).endsWith(".val$list");
  }
}

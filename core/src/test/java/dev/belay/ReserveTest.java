package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.internal.host.Host;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the reserve is owed, settled by the test itself: the thread is never started.
class ReserveTest {
  private final Reserve reserve = new Reserve(Host.jdk(), "test", true);
  private final List<Debt> settled = new ArrayList<>();

  /// Something owed, which does something first.
  private final class Debt implements Owed {
    private final Runnable first;
    private @Nullable Owed next;

    Debt(Runnable first) {
      this.first = first;
    }

    @Override
    public @Nullable Owed nextOwed() {
      return next;
    }

    @Override
    public void nextOwed(@Nullable Owed other) {
      next = other;
    }

    @Override
    public void settleOwed() {
      first.run();
      settled.add(this);
    }
  }

  private final Debt other = new Debt(() -> {});

  @Test
  void settlesEachDebtOnceHoweverOftenItIsOwed() {
    Debt debt = new Debt(() -> {});
    reserve.owe(debt);
    reserve.owe(other);
    reserve.owe(debt);
    reserve.owe(other);
    assertThat(reserve.settleAll()).isFalse();
    assertThat(settled).containsExactlyInAnyOrder(debt, other);
    assertThat(reserve.settleAll()).isFalse();
    assertThat(settled).hasSize(2);
  }

  /// As a closer's thread that cannot be started does: its cell is owed the closing again, and then
  /// the attempt fails.
  @Test
  void losesNoOtherDebtWhenOneFailsThatHasBeenOwedAgain() {
    List<Debt> self = new ArrayList<>();
    Debt debt =
        new Debt(() -> {
          if (self.size() == 1) {
            self.add(other);
            reserve.owe(other);
            reserve.owe(self.get(0));
            throw new OutOfMemoryError("for the test");
          }
        });
    self.add(debt);
    reserve.owe(debt);
    assertThat(reserve.settleAll()).isTrue();
    assertThat(settled).isEmpty();
    assertThat(reserve.settleAll()).isFalse();
    assertThat(settled).containsExactlyInAnyOrder(debt, other);
  }

  @Test
  void settlesOnceMoreWhatIsOwedWhileItIsSettled() {
    List<Debt> self = new ArrayList<>();
    Debt debt =
        new Debt(() -> {
          if (settled.isEmpty()) {
            reserve.owe(self.get(0));
          }
        });
    self.add(debt);
    reserve.owe(debt);
    assertThat(reserve.settleAll()).isFalse();
    assertThat(reserve.settleAll()).isFalse();
    assertThat(settled).containsExactly(debt, debt);
  }
}

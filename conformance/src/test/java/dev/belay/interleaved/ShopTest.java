package dev.belay.interleaved;

import static dev.belay.Belay.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.Call;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Interleaved;
import dev.belay.testkit.Probe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;

/// The tests that the documentation shows: they pass, and the one with the mistake fails.
class ShopTest {
  /// What is in stock.
  // @start region="server"
  static final class Inventory extends Server<Inventory.Message> {
    sealed interface Message {}

    record Count() implements Message, Call<Message, Integer> {}

    record Take() implements Message, Call<Message, Integer> {}

    private int stock = 1;

    @Override
    protected void handleMessage(Message message) {
      switch (message) {
        case Count count -> reply(count, stock);
        case Take take -> reply(take, --stock);
      }
    }
  }

  // @end

  /// Run by the tests below: Surefire does not run nested classes by themselves.
  @BelayTest
  @Tag("subject")
  static class Subjects {
    // @start region="race"
    @Interleaved
    void stockIsNeverNegative(Node node, Probe probe) {
      ServerRef<Inventory.Message> inventory =
          Server.start(node, StartOptions.DEFAULT, Inventory::new);
      for (int i = 0; i < 2; i++) {
        probe.spawn(() -> {
          if (inventory.call(new Inventory.Count()) > 0) {
            send(probe.pid(), inventory.call(new Inventory.Take()));
          }
        });
      }
      assertThat(probe.expect(Integer.class)).isZero();
      probe.refuse(Integer.class, Duration.ofMinutes(1));
      inventory.stop();
    }

    // @end

    // @start region="probe"
    @Test
    void aCustomerWaitsForTheRope(Node node, Probe probe, Expected expected) {
      Pid shop =
          node.spawn(() -> {
            Pid customer = Belay.receive(Pid.class);
            send(customer, "welcome");
            Belay.receive(String.class);
            throw new IllegalStateException("no rope");
          });
      probe.monitor(shop);
      probe.send(shop, probe.pid());
      probe.expectMessage("welcome");
      probe.expectNoMore();

      expected.crash(IllegalStateException.class);
      probe.send(shop, "rope");
      assertThat(probe.expectCrash(shop, IllegalStateException.class)).hasMessage("no rope");
    }

    // @end

    // @start region="time"
    @Interleaved(runs = 10)
    void aSessionEndsAfterAnHour(Node node, Probe probe) {
      Pid session =
          probe.spawn(() -> {
            while (Belay.receive(Duration.ofHours(1)).isPresent()) {}
          });
      probe.expectNothing(Duration.ofMinutes(59));
      probe.send(session, "still there");
      probe.expectNothing(Duration.ofMinutes(59));
      assertThat(probe.expectDown(session, Duration.ofMinutes(2)).reason())
          .isEqualTo(ExitReason.NORMAL);
    }
    // @end
  }

  @Test
  void theRaceIsFound() {
    List<TestExecutionResult> results =
        Outcomes.of(Subjects.class, "stockIsNeverNegative", Node.class, Probe.class);
    assertThat(results.getLast().getStatus()).isEqualTo(Status.FAILED);
    assertThat(results).hasSizeLessThan(50);
    assertThat(results.getLast().getThrowable().orElseThrow())
        .hasMessageContaining("expected no Integer within 1m, but -1 came")
        .hasMessageContaining("-Dbelay.seed=" + results.size());
  }

  @Test
  void theProbeSeesTheShop() {
    assertThat(
            Outcomes.of(
                Subjects.class,
                "aCustomerWaitsForTheRope",
                Node.class,
                Probe.class,
                Expected.class))
        .singleElement()
        .extracting(TestExecutionResult::getStatus)
        .isEqualTo(Status.SUCCESSFUL);
  }

  @Test
  void anHourTakesNoTime() {
    assertThat(Outcomes.of(Subjects.class, "aSessionEndsAfterAnHour", Node.class, Probe.class))
        .hasSize(10)
        .allMatch(result -> result.getStatus() == Status.SUCCESSFUL);
  }
}

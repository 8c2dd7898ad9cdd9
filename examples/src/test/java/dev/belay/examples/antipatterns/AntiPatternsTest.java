package dev.belay.examples.antipatterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.examples.antipatterns.Processes.Report;
import dev.belay.examples.antipatterns.Processes.SafeReport;
import dev.belay.examples.antipatterns.Servers.Begin;
import dev.belay.examples.antipatterns.Servers.Price;
import dev.belay.examples.antipatterns.Servers.Talk;
import dev.belay.otp.CallException;
import dev.belay.otp.Deadlock;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What the page on anti-patterns says of some of them is so.
@BelayTest
class AntiPatternsTest {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final StartOptions ORDERS = StartOptions.DEFAULT.name("orders");

  @Test
  void serversThatCallEachOtherAreToldSo(Nodes nodes, Expected expected) {
    expected.crash(CallException.class);
    expected.report("deadlock: ");
    Node node = nodes.start(NodeOptions.DEFAULT.set(Deadlock.POLICY, Deadlock.Policy.FAIL));
    ServerRef<Talk> stock = Server.start(node, StartOptions.DEFAULT, Servers.Stock::new);
    ServerRef<Talk> orders = Server.start(node, ORDERS, () -> new Servers.Orders(stock));
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> orders.call(new Begin(), TIME))
        .withStackTraceContaining("deadlock");
    assertThat(stock.pid().filter(node::isAlive)).isEmpty();
  }

  @Test
  void whoHandsACallOnNeedNotCallBack(Node node) {
    ServerRef<Talk> stock = Server.start(node, StartOptions.DEFAULT, Servers.PatientStock::new);
    ServerRef<Talk> orders = Server.start(node, ORDERS, () -> new Servers.PatientOrders(stock));
    assertThat(stock.call(new Begin(), TIME)).isEqualTo("12 ropes");
    orders.stop();
    stock.stop();
  }

  @Test
  void aServerThatHandsWorkOnAnswersOthersMeanwhile(Node node) throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    Servers.Shop shop =
        item -> {
          try {
            if (item.equals("tent")) {
              slow.await();
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return item + ": 5";
        };
    ServerRef<Servers.Message> prices =
        Server.start(node, StartOptions.DEFAULT, () -> new Servers.Prices(shop));
    try (Inbox inbox = node.inbox()) {
      Pid me = inbox.pid();
      inbox.spawn(() -> Belay.send(me, prices.callForever(new Price("tent"))));
      assertThat(prices.call(new Price("rope"), TIME)).isEqualTo("rope: 5");
      slow.countDown();
      assertThat(inbox.receive(String.class, TIME)).hasValue("tent: 5");
    }
    prices.stop();
  }

  @Test
  void aReportThatSharesItsLinesChangesAfterItWasSent(Node node) {
    try (Inbox inbox = node.inbox()) {
      List<String> lines = new ArrayList<>(List.of("all is well"));
      Pid me = inbox.pid();
      inbox.spawn(() -> Processes.report(me, lines));
      Report report = inbox.receive(Report.class, TIME).orElseThrow();
      assertThat(report.lines()).isSameAs(lines);
      List<String> others = new ArrayList<>(List.of("all is well"));
      SafeReport safe = new SafeReport(others);
      others.clear();
      assertThat(safe.lines()).containsExactly("all is well");
    }
  }
}

package dev.belay.interleaved;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Supervisor;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Interleaved;
import dev.belay.testkit.Nodes;

/// Nodes are closed while trees on them grow. Nothing is reported then, which the test kit sees to,
/// because the test closes them itself.
@BelayTest
class ClosingTest {
  /// With so many processes all is there.
  private static final int ALL = 11;

  @Interleaved(runs = 50)
  void aTreeThatGrowsMeanwhileEndsWithoutAWord(Nodes nodes) {
    for (int size = 1; size <= ALL; size++) {
      Node node = nodes.start();
      node.spawn(ClosingTest::growAndStay);
      try (Inbox inbox = node.inbox()) {
        while (node.processCount() < size) {
          // At which others may go first.
          inbox.send(inbox.pid(), "nothing");
        }
      }
      node.close();
      assertThat(node.processes()).isEmpty();
    }
  }

  private static void growAndStay() {
    try {
      Supervisor pair =
          Supervisor.oneForAll()
              .child("a", SupervisedTest.Counter::new)
              .child("b", SupervisedTest.Counter::new);
      pair.child(pair.asChild("below")).startLink();
      DynamicSupervisorRef more = DynamicSupervisor.oneForOne().startLink();
      for (int i = 0; i < 3; i++) {
        more.startChild(ChildSpec.server("c", SupervisedTest.Counter::new));
      }
    } catch (RuntimeException e) {
      // The node has refused one of them.
      return;
    }
    Belay.receive();
  }
}

package dev.belay.examples;

import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.sleep;

import dev.belay.DumpOptions;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.SpawnOptions;
import java.io.IOException;
import java.time.Duration;

/// Two processes that wait, and a dump that says for what.
public final class LookInside {
  private LookInside() {}

  private record Job(int number) {}

  private record Stop() {}

  static void main() throws IOException {
    // @start region="jmx"
    NodeOptions options = NodeOptions.DEFAULT.name("valley").jmx(true);
    // @end
    try (Node node = Node.start(options)) {
      Pid worker = node.spawn(SpawnOptions.DEFAULT.label("worker").name("jobs"), LookInside::work);
      for (int i = 1; i <= 7; i++) {
        node.send(worker, new Job(i));
      }
      node.spawn(
          SpawnOptions.DEFAULT.label("clock"),
          () -> {
            monitor(worker);
            sleep(Duration.ofHours(1));
          });
      while (!allWait(node)) {
        Thread.onSpinWait();
      }
      // @start region="dump"
      node.dump(System.out, DumpOptions.DEFAULT.limit(100).longestMailboxFirst());
      // @end
    }
  }

  private static void work() {
    receive(Stop.class);
  }

  private static boolean allWait(Node node) {
    return node.processes().stream()
        .flatMap(pid -> node.info(pid).stream())
        .allMatch(info -> info.status() == ProcessStatus.WAITING);
  }
}

package dev.belay.distribution;

import static dev.belay.Belay.*;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// The code of the page about clusters.
final class ClusterSnippet {
  private ClusterSnippet() {}

  static void join() throws IOException {
    // @start region="join"
    try (Node node = Node.start(NodeOptions.DEFAULT.name("rope@localhost"));
        Distribution _ = Distribution.start(node, DistributionOptions.DEFAULT.cookie("secret"))) {
      node.run(() -> {
        monitor(new Name("climber", "wall@localhost")); // connects by itself
        Down down = receive(Down.class);
        if (down.reason().equals(ExitReason.NO_CONNECTION)) {
          System.out.println("the wall is out of reach");
        }
      });
    }
    // @end
  }

  static Pid spawn(Distribution distribution) {
    // @start region="spawn"
    Pid there = distribution.spawnLink("wall@localhost", "climber", "start", List.of("Ada", 3));
    // @end
    return there;
  }

  static void among(Distribution distribution) {
    trapExits(true);
    // @start region="among"
    RemoteSpawnOptions options =
        RemoteSpawnOptions.DEFAULT.link(LinkMode.NORMAL, LinkMode.ANY_EXIT);
    Pid there = distribution.spawn("wall@localhost", options, "rope", "hold", List.of()).pid();
    terminate(there);
    System.out.println(receive(Exit.class).trail()); // <0.7.0> terminated by <0.5.0>
    // @end
  }

  static DistributionOptions function() {
    // @start region="function"
    DistributionOptions options =
        DistributionOptions.DEFAULT.function(
            "rope", "length", 1, arguments -> lengthOf((Binary) arguments.get(0)));
    // @end
    return options;
  }

  private static long lengthOf(Binary name) {
    return name.size();
  }

  static DistributionOptions container() {
    // @start region="container"
    DistributionOptions options =
        DistributionOptions.DEFAULT
            .listen(InetAddress.ofLiteral("0.0.0.0"))
            .port(9100)
            .unregistered()
            .resolver(NodeResolver.fixedPort(9100));
    // @end
    return options;
  }
}

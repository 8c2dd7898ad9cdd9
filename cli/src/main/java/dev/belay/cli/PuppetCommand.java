package dev.belay.cli;

import dev.belay.Node;
import dev.belay.cli.puppet.Stage;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `belay puppet`: a node whose processes do what a program on an Erlang node tells them.
@Command(
    name = "puppet",
    description = {
      "Runs the conformance node: its processes do what a program on a real Erlang node tells them,"
          + " so that it can compare what Belay does with what Erlang does.",
      "Says 'ready' and its name when it is there, and runs until its standard input is closed or"
          + " it is told to end."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the standard input was closed, or SIGTERM came",
      "1:the node could not be started, for example because its name is taken",
      "2:the command was not understood"
    })
final class PuppetCommand implements Callable<Integer> {
  @Mixin private Membership membership = new Membership();

  @Option(
      names = "--cookie",
      required = true,
      paramLabel = "SECRET",
      description = "The cookie that all nodes of the cluster know.")
  private String cookie = "";

  @Spec private CommandSpec spec;

  PuppetCommand() {}

  @Override
  public Integer call() {
    try (Lifetime lifetime = new Lifetime()) {
      Stage stage = new Stage();
      DistributionOptions options =
          stage.offer(membership.options(cookie, membership.ownAddress(), 0));
      // Nobody here has anything to tidy up.
      try (Node node = Node.start(membership.nodeOptions().shutdownTime(Duration.ZERO));
          Distribution distribution = membership.join(node, options)) {
        lifetime.atEnd(distribution::close);
        stage.open(node, distribution);
        PrintWriter out = spec.commandLine().getOut();
        out.println("ready " + membership.name());
        out.flush();
        awaitEnd(System.in);
        return 0;
      }
    }
  }

  /// Waits until whoever has started this has closed its end of the standard input, or is gone.
  private static void awaitEnd(InputStream in) {
    byte[] some = new byte[1024];
    try {
      while (in.read(some) >= 0) {
        // What is written there means nothing.
      }
    } catch (IOException e) {
      // It cannot be read, and so is not open.
    }
  }
}

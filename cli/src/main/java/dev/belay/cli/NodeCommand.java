package dev.belay.cli;

import dev.belay.Belay;
import dev.belay.distribution.DistributionOptions;
import dev.belay.otp.Application;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `belay node`: a node of a cluster, with an application or bare.
@Command(
    name = "node",
    description = {
      "Runs a node of a cluster of Belay, Erlang and Elixir nodes, with an application or bare.",
      "Says 'ready' and its name when it is there and the application has started, and runs until"
          + " that is done, or it is told to end."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the application has ended in order",
      "1:the node or the application could not be started, or the application has failed",
      "2:the command was not understood",
      "143:it was told to end by SIGTERM, and has stopped in order; 130 by SIGINT",
      "any:the application has asked for it"
    })
final class NodeCommand implements Callable<Integer> {
  @Mixin private Membership membership = new Membership();

  @Mixin private Security security = new Security();

  @Option(
      names = "--cookie",
      paramLabel = "SECRET",
      description =
          "The cookie that all nodes of the cluster know. By default that of the variable"
              + " BELAY_COOKIE, which other users of this machine cannot see, or of the file"
              + " ~/.erlang.cookie.")
  private @Nullable String cookie;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description =
          "Where to listen for other nodes; on the loopback interface alone by default. Whoever"
              + " can connect and knows the cookie can do everything.")
  private @Nullable String listen;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "On which port to listen; one that the system chooses by default.")
  private int port;

  @Option(
      names = "--application",
      paramLabel = "CLASS",
      description =
          "What to run: a class that is a Supplier of an Application, or that has one in a public"
              + " static field.")
  private @Nullable String application;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description = "Where the class of --application is, and what it needs; may be repeated.")
  private List<Path> jars = new ArrayList<>();

  @Spec private CommandSpec spec;

  NodeCommand() {}

  @Override
  public Integer call() {
    if (!jars.isEmpty() && application == null) {
      throw membership.misunderstood("--jar needs --application, the class to run");
    }
    InetAddress where = listen == null ? null : membership.address(listen, "--listen " + listen);
    DistributionOptions options = security.secure(membership.options(cookie, where, port));
    String name = application;
    if (name == null) {
      return run(options, null);
    }
    try (ApplicationJar jar = ApplicationJar.open(jars)) {
      return run(options, jar.find(name));
    }
  }

  private int run(DistributionOptions options, @Nullable Application what) {
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    Application cluster =
        Application.named("belay.cluster")
            .beforeStart(() -> {
              try {
                Belay.own(membership.join(Belay.node(), options));
              } catch (RuntimeException e) {
                failure.set(e);
                throw e;
              }
            });
    Application all =
        Application.named("belay.node").dependsOn(cluster).beforeStart(this::sayReady);
    if (what != null) {
      all = all.dependsOn(what).shutdownTime(what.shutdownTime());
    }
    int status = all.run(membership.nodeOptions());
    RuntimeException why = failure.get();
    if (why != null) {
      throw why;
    }
    return status;
  }

  private void sayReady() {
    PrintWriter out = spec.commandLine().getOut();
    out.println("ready " + membership.name());
    out.flush();
  }
}

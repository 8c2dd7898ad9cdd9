package dev.belay.cli;

import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options by which a command makes a node a member of a cluster.
final class Membership {
  private static final int HIGHEST_PORT = 0xFFFF;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME@HOST",
      description = "The name of the node, for example java@127.0.0.1.")
  private String name = "";

  @Option(
      names = {"--epmd-port", "--epmd"},
      paramLabel = "PORT",
      description =
          "Where EPMD is, or is to be if none answers; what ERL_EPMD_PORT says, or 4369, by"
              + " default.")
  private @Nullable Integer epmdPort;

  @Option(
      names = "--hidden",
      description = "Be a hidden node: not in nodes(), and without the duties of those that are.")
  private boolean hidden;

  @Option(
      names = "--tick",
      paramLabel = "SECONDS",
      description =
          "How long another node may be silent before it is taken for lost; 60 by default.")
  private @Nullable Integer tick;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  Membership() {}

  String name() {
    return name;
  }

  /// Returns how the node is started.
  NodeOptions nodeOptions() {
    return NodeOptions.DEFAULT.name(name);
  }

  /// Makes the node a member of its cluster.
  ///
  /// @param node the node
  /// @param options how
  /// @throws CommandFailure if it cannot be one, with what to do
  /// @throws ParameterException if what was asked for makes no sense
  Distribution join(Node node, DistributionOptions options) {
    try {
      return Distribution.start(node, options);
    } catch (BindException e) {
      throw new CommandFailure(
          "cannot listen: "
              + e.getMessage()
              + ". It has to be an address of this machine, and a port that is free;"
              + " `ip address` and `ss -ltn` show them.");
    } catch (IOException e) {
      throw new CommandFailure(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    } catch (IllegalArgumentException e) {
      throw misunderstood(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  /// Returns how the node takes part in its cluster.
  ///
  /// @param cookie the cookie, or null for that of the environment or the usual file
  /// @param where where to listen, or null for the loopback interface
  /// @param port where to listen, or 0 for any port
  /// @throws ParameterException if what was asked for makes no sense
  DistributionOptions options(@Nullable String cookie, @Nullable InetAddress where, int port) {
    checkName();
    DistributionOptions options = DistributionOptions.DEFAULT;
    if (cookie != null) {
      options = options.cookie(cookie);
    }
    if (where != null) {
      options = options.listen(where);
    }
    checkPort("--port", port);
    if (port != 0) {
      options = options.port(port);
    }
    if (epmdPort != null) {
      checkPort("--epmd-port", epmdPort);
      options = options.epmdPort(epmdPort);
    }
    if (tick != null) {
      if (tick < 1) {
        throw misunderstood("--tick " + tick + ": must be at least a second");
      }
      options = options.tickTime(Duration.ofSeconds(tick));
    }
    return hidden ? options : options.visible();
  }

  private void checkPort(String option, int port) {
    if (port < 0 || port > HIGHEST_PORT) {
      throw misunderstood(option + " " + port + ": a port is from 1 to " + HIGHEST_PORT);
    }
  }

  /// Returns the address of the host in the node's name.
  ///
  /// @throws CommandFailure if it has none here
  InetAddress ownAddress() {
    checkName();
    return address(name.substring(name.indexOf('@') + 1), "--name " + name);
  }

  private void checkName() {
    int at = name.indexOf('@');
    if (at < 1 || at == name.length() - 1 || name.indexOf('@', at + 1) >= 0) {
      throw misunderstood(
          "--name " + name + ": a node's name is NAME@HOST, for example java@127.0.0.1");
    }
  }

  /// Looks an address up, one of IPv4 if there is one.
  ///
  /// @param host a name or an address
  /// @param said what the user has written
  InetAddress address(String host, String said) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
          .orElseThrow();
    } catch (UnknownHostException e) {
      throw new CommandFailure(
          said
              + ": the host "
              + host
              + " has no address here. Use an address of this machine, for example 127.0.0.1,"
              + " or enter the host in /etc/hosts.");
    }
  }

  ParameterException misunderstood(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

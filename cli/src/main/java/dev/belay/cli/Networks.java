package dev.belay.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The networks that tests make for themselves, of network namespaces of Linux: whether the machine
/// allows them.
final class Networks {
  /// A filter that lets everything pass.
  private static final String PROGRAM = "1,6 0 0 0,";

  private final String space = "belay-probe-" + ProcessHandle.current().pid();

  private Networks() {}

  /// Finds out whether tests can make networks, and says so if they cannot.
  ///
  /// @param needing the tests that cannot run without
  /// @return false if they cannot, and tests have to be left out
  static boolean provide(PrintWriter out, List<String> needing) {
    if (needing.isEmpty()) {
      return true;
    }
    Networks networks = new Networks();
    String obstacle;
    try {
      obstacle = networks.obstacle();
    } finally {
      run("ip", "netns", "del", networks.space);
    }
    if (obstacle.isEmpty()) {
      return true;
    }
    out.println("This machine lets nobody make a network here: " + obstacle);
    out.println("Left out, since they need Linux, root, and the package iproute2:");
    needing.forEach(name -> out.println("  " + name));
    out.flush();
    return false;
  }

  /// Tries what the tests do, in a namespace that is of no other use.
  ///
  /// @return why it does not work, or nothing
  private String obstacle() {
    String[][] steps = {
      {"ip", "netns", "add", space},
      {"ip", "-n", space, "link", "add", "bridge0", "type", "bridge"},
      {"ip", "-n", space, "link", "add", "veth0", "type", "veth", "peer", "name", "veth1"},
      {"ip", "netns", "exec", space, "tc", "qdisc", "show"}
    };
    for (String[] step : steps) {
      String said = run(step);
      if (!said.isEmpty()) {
        return "`" + String.join(" ", step) + "` said " + said;
      }
    }
    boolean shapes = shape("root", "netem", "delay", "1ms") || otherwise();
    return shapes ? "" : "the kernel has neither netem nor what else loses and slows packets";
  }

  /// What the tests do where there is no netem.
  private boolean otherwise() {
    List<String> filter = traffic("filter");
    filter.addAll(List.of("egress", "protocol", "all", "bpf", "da", "bytecode", PROGRAM));
    return shape("root", "tbf", "rate", "1mbit", "burst", "5kb", "latency", "1s")
        && shape("clsact")
        && run(filter.toArray(String[]::new)).isEmpty();
  }

  private boolean shape(String... how) {
    List<String> command = traffic("qdisc");
    command.addAll(List.of(how));
    return run(command.toArray(String[]::new)).isEmpty();
  }

  private List<String> traffic(String what) {
    return new ArrayList<>(
        List.of("ip", "netns", "exec", space, "tc", what, "add", "dev", "veth0"));
  }

  /// Runs a command.
  ///
  /// @return why it failed, or nothing
  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.onExit().join().exitValue();
      return status == 0 ? "" : said.isBlank() ? "status " + status : said.strip();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}

package dev.belay.puppet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A network of its own, in which packets get lost when a test says so: each place is a network
/// namespace of Linux with an interface and an address, and all hang on one bridge, on which the
/// test itself has an address, too.
///
/// It needs root and the programs `ip` and `tc` (Debian: iproute2). `./belay test` finds out
/// whether the machine allows it, and leaves the tests of tag "namespaces" out if it does not.
/// Addresses are those that are set aside for tests of networks (RFC 2544).
final class Network implements AutoCloseable {
  /*
   * Who sends to an address that has another station's number in the table of neighbours sends into the void: nobody feels
   * addressed, and neither side is told. So one direction is cut with `ip` alone, and without anybody's knowledge.
   */
  private static final String NOBODY = "02:00:5e:00:53:01";
  private static final String INTERFACE = "eth0";
  private static final AtomicInteger NETWORKS = new AtomicInteger();

  private final int number = NETWORKS.getAndIncrement();
  private final long pid = ProcessHandle.current().pid();
  private final String bridge;
  private final int places;

  /// What a command has said, and its status.
  private record Result(int status, String said) {}

  /// Makes one.
  ///
  /// @param places how many
  Network(int places) throws IOException {
    // Names of interfaces have 15 characters at most.
    this.bridge = "bly" + Long.toString(pid % 1_000_000, 36) + "n" + number;
    this.places = places;
    boolean made = false;
    try {
      run("ip", "link", "add", bridge, "type", "bridge");
      run("ip", "address", "add", ownAddress() + "/24", "dev", bridge);
      run("ip", "link", "set", bridge, "up");
      for (int i = 0; i < places; i++) {
        add(i);
      }
      made = true;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  private void add(int place) throws IOException {
    String space = space(place);
    String outside = bridge + "p" + place;
    run("ip", "netns", "add", space);
    run("ip", "link", "add", outside, "type", "veth", "peer", "name", INTERFACE, "netns", space);
    run("ip", "link", "set", outside, "master", bridge, "up");
    run("ip", "-n", space, "link", "set", "lo", "up");
    run("ip", "-n", space, "address", "add", address(place) + "/24", "dev", INTERFACE);
    run("ip", "-n", space, "link", "set", INTERFACE, "up");
  }

  private String space(int place) {
    return "belay-" + bridge + "-" + place;
  }

  private String prefix() {
    return "198.18." + (pid + 17L * number) % 250 + ".";
  }

  /// The address that the test itself has.
  String ownAddress() {
    return prefix() + "254";
  }

  /// The address of a place.
  String address(int place) {
    return prefix() + (place + 1);
  }

  /// How programs are started at a place. An EPMD that a node has within itself can be asked from
  /// the other ones.
  Peer.Place place(int place) {
    return new Peer.Place(
        List.of("ip", "netns", "exec", space(place)), Map.of("ERL_EPMD_ADDRESS", address(place)));
  }

  // what happens to packets

  /// Loses all that goes from one place to another.
  void cut(int from, int to) throws IOException {
    String[] entry = {address(to), "lladdr", NOBODY, "nud", "permanent", "dev", INTERFACE};
    List<String> command =
        new ArrayList<>(List.of("ip", "-n", space(from), "neighbour", "replace"));
    command.addAll(List.of(entry));
    run(command.toArray(String[]::new));
  }

  /// Takes a cut back.
  void mend(int from, int to) throws IOException {
    run("ip", "-n", space(from), "neighbour", "del", address(to), "dev", INTERFACE);
  }

  /// Loses some of what a place sends, each packet by chance.
  void lose(int place, int percent) throws IOException {
    if (!shape(place, "root", "netem", "loss", percent + "%")) {
      // A kernel without netem. A filter drops a part of all packets: it loads a random number, and
      // passes over the verdict "drop" if that is not below a limit.
      long limit = percent * (1L << 32) / 100;
      String program = "4,32 0 0 4294963256,53 1 0 " + limit + ",6 0 0 2,6 0 0 0,";
      run(traffic(place, "qdisc", "clsact"));
      run(traffic(place, "filter", "egress", "protocol", "all", "bpf", "da", "bytecode", program));
    }
  }

  /// Has what a place sends arrive late: some time later, or, where the kernel cannot do that, no
  /// more than so many bytes a second.
  void slow(int place) throws IOException {
    if (!shape(place, "root", "netem", "delay", "300ms")) {
      run(
          traffic(
              place, "qdisc", "root", "tbf", "rate", "512kbit", "burst", "5kb", "latency", "5s"));
    }
  }

  private boolean shape(int place, String... how) throws IOException {
    return execute(traffic(place, "qdisc", how)).status == 0;
  }

  private String[] traffic(int place, String what, String... how) {
    List<String> command =
        new ArrayList<>(
            List.of("ip", "netns", "exec", space(place), "tc", what, "add", "dev", INTERFACE));
    command.addAll(List.of(how));
    return command.toArray(String[]::new);
  }

  private static void run(String... command) throws IOException {
    Result result = execute(command);
    if (result.status != 0) {
      throw new IllegalStateException(
          String.join(" ", command)
              + ": "
              + result.said
              + " This test needs root, network namespaces and the package iproute2; ./belay test"
              + " leaves it out where they are missing, and says so.");
    }
  }

  private static Result execute(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    // It has closed its output, and so is done.
    return new Result(process.onExit().join().exitValue(), said.strip());
  }

  /// Ends it, and all interfaces with it.
  @Override
  public void close() throws IOException {
    for (int i = 0; i < places; i++) {
      execute("ip", "netns", "del", space(i));
    }
    execute("ip", "link", "del", bridge);
  }
}

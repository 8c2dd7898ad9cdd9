package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.trapExits;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.NodeResolver;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/// The other node of chapter 13: a program of its own, which the chapter starts in a JVM of its
/// own, and kills.
///
/// What its processes have to say they print, since they have nobody else to tell when the
/// connection is gone: see [Wall].
final class WallNode {
  static final Atom READY = Atom.of("ready");
  static final Atom MONITOR_ME = Atom.of("monitor_me");
  static final Atom HOW_ARE_YOU = Atom.of("how_are_you");

  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private WallNode() {}

  static void main() throws IOException {
    // @start region="node"
    DistributionOptions options =
        DistributionOptions.DEFAULT
            .tickTime(TwoNodes.TICK)
            .unregistered()
            .resolver(NodeResolver.listed(Map.of())) // it waits for others to connect
            .function("wall", "climb", 1, arguments -> climb((Pid) arguments.getFirst()))
            .function("wall", "carry", 0, _ -> carry());
    Node node = Node.start(NodeOptions.DEFAULT.name(Wall.NAME));
    Distribution distribution = Distribution.start(node, options); // the cookie is in BELAY_COOKIE
    // @end
    OUT.println("ready\t" + distribution.port());
    while (System.in.read() >= 0) {
      // Nobody says anything; it ends when whoever has started it does.
    }
    Runtime.getRuntime().halt(0);
  }

  // @start region="climb"
  private static Object climb(Pid main) {
    trapExits(true);
    monitor(main);
    send(main, READY);
    while (true) {
      switch (receive()) {
        case Down down -> say("hears the Down of main " + down.pid() + ": " + down.reason());
        case Exit exit -> say("hears the Exit of main " + exit.pid() + ": " + exit.reason());
        case Atom order when order.equals(MONITOR_ME) -> {
          monitor(main);
          send(main, READY);
        }
        default -> send(main, "alive, and linked with " + partners());
      }
    }
  }

  // @end

  private static String partners() {
    int links = info(self()).orElseThrow().links().size();
    return links == 0 ? "nobody" : links + " others";
  }

  private static Object carry() {
    throw exit(ExitReason.term(Atom.of("out_of_rope")));
  }

  private static void say(String what) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    OUT.println(micros + "\tclimber\t" + what);
  }
}

package dev.belay.cli.puppet;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.Body;
import dev.belay.Destination;
import dev.belay.Node;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.TimerRef;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.Tuple;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// The puppets of one node, and who makes them: other nodes, by spawning the function
/// `puppet:loop/0`, and the process `puppeteer`, which makes one for each `{start, From, Ref}` and
/// answers `{started, Ref, Pid}`.
///
/// From any thread. Make one, start the distribution with [#offer]'s options, then [#open].
public final class Stage {
  private static final Atom START = Atom.of("start");
  private static final Atom STARTED = Atom.of("started");
  private static final int START_SIZE = 3;

  private final CompletableFuture<Distribution> distribution = new CompletableFuture<>();

  /// The timers that puppets have started: what Erlang has in place of a [TimerRef] is a reference.
  private final Map<Ref, TimerRef> timers = new ConcurrentHashMap<>();

  /// Makes a stage.
  public Stage() {}

  /// Lets other nodes spawn puppets.
  ///
  /// @param options how the node takes part in its cluster
  /// @return changed options
  public DistributionOptions offer(DistributionOptions options) {
    return options.function(
        "puppet",
        "loop",
        0,
        _ -> {
          new Puppet(this).loop();
          return Atom.OK;
        });
  }

  /// Starts the puppeteer. Before this, puppets wait with what concerns other nodes.
  ///
  /// @param node the node
  /// @param membership its distribution
  public void open(Node node, Distribution membership) {
    distribution.complete(membership);
    node.spawn(SpawnOptions.DEFAULT.name("puppeteer"), this::make);
  }

  private void make() {
    while (true) {
      if (receive() instanceof Tuple asked
          && asked.size() == START_SIZE
          && asked.get(0).equals(START)) {
        Destination from = Puppet.destination(asked.get(1));
        if (from != null) {
          send(from, Tuple.of(STARTED, asked.get(2), spawn(body())));
        }
      }
    }
  }

  /// What a new puppet runs.
  Body body() {
    return () -> new Puppet(this).loop();
  }

  Distribution distribution() {
    return distribution.join();
  }

  Map<Ref, TimerRef> timers() {
    return timers;
  }
}

package dev.belay.examples.tunnel;

import static dev.belay.Belay.node;
import static dev.belay.Belay.own;

import dev.belay.SpawnOptions;
import dev.belay.otp.Backoff;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// The [Tunnel] as a service: it lasts, whatever happens to the two chats or to one of its own
/// processes, and delivers each message that the source has accepted at least once, in order.
///
/// The source has to give its events ids, and to send what came after a `Last-Event-ID`.
public final class TunnelService {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Backoff BACKOFF =
      Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final URI source;
  private final URI target;
  private final Path file;
  private final Backoff backoff;
  private final Duration patience;

  /// Describes a service; [#tree] is what runs.
  ///
  /// @param source whose event stream to read; see [Tunnel#url]
  /// @param target where to post the messages; see [Tunnel#url]
  /// @param file where to keep up to where they were delivered; if it does not exist, all that the
  ///   source still has is delivered
  public TunnelService(URI source, URI target, Path file) {
    this(source, target, file, BACKOFF, PATIENCE);
  }

  /// Describes a service.
  ///
  /// @param backoff how long to wait before one of its two ends is started again
  /// @param patience how long the target may take to answer
  TunnelService(URI source, URI target, Path file, Backoff backoff, Duration patience) {
    this.source = source;
    this.target = target;
    this.file = file;
    this.backoff = backoff;
    this.patience = patience;
  }

  /// Returns the supervision tree of the service.
  ///
  /// @return its top supervisor
  // @start region="tree"
  public Supervisor tree() {
    Supervisor ends =
        Supervisor.restForOne()
            .intensity(50, Duration.ofSeconds(10))
            .child(
                ChildSpec.server("poster", named("poster"), () -> new Poster(target, patience))
                    .backoff(backoff))
            .child(ChildSpec.process("source", labelled("source"), this::listen).backoff(backoff));
    return Supervisor.restForOne()
        .intensity(20, Duration.ofSeconds(10))
        .child(ChildSpec.server("ledger", named("ledger"), () -> new Ledger(file)))
        .child(ChildSpec.of("ends", () -> start(ends)).supervisor());
  }

  // @end

  private static SpawnOptions labelled(String label) {
    return SpawnOptions.DEFAULT.label(label);
  }

  private static StartOptions named(String name) {
    return StartOptions.DEFAULT.spawn(labelled(name)).name("tunnel." + name);
  }

  private static Child start(Supervisor ends) {
    return Child.of(ends.startLink(named("ends")).pid().orElseThrow());
  }

  // @start region="source"
  private void listen() throws Exception {
    ServerRef<Ledger.Message> ledger =
        ServerRef.named(node(), "tunnel.ledger", Ledger.Message.class);
    ServerRef<Poster.Message> poster =
        ServerRef.named(node(), "tunnel.poster", Poster.Message.class);
    Line line = own(Line.open()).get();
    EventStream events = own(line.listen(source, ledger.call(new Ledger.Latest()))).get();
    while (true) {
      EventStream.Event event = events.next(); // waits for the socket
      if (!event.data().isBlank()) {
        poster.callForever(new Poster.Post(event.data())); // it has a patience of its own
      }
      ledger.call(new Ledger.Delivered(event.lastId()));
    }
  }
  // @end
}

package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawnMonitor;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.examples.tunnel.ChatServer;
import dev.belay.examples.tunnel.SourceEnded;
import dev.belay.examples.tunnel.StreamingChat;
import dev.belay.examples.tunnel.Tunnel;
import dev.belay.examples.tunnel.WebhookChat;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Chapter 7: a tunnel between two chats, over real HTTP.
public final class TwoChats implements Chapter {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Optional<Ends> given;

  private record Ends(URI source, URI target) {}

  /// The tunnel's processes.
  private record Three(Pid source, Pid tunnel, Pid target) {
    List<Pid> all() {
      return List.of(source, tunnel, target);
    }

    String name(Pid pid) {
      return pid.equals(source) ? "source" : pid.equals(tunnel) ? "tunnel" : "target";
    }
  }

  /// A chapter that starts two chats of its own.
  TwoChats() {
    given = Optional.empty();
  }

  /// A chapter about two given chats; it lasts as long as the source's stream.
  ///
  /// @param source the URL of an event stream; see [Tunnel#url]
  /// @param target the URL of a webhook that takes JSON with a `text`; see [Tunnel#url]
  public TwoChats(URI source, URI target) {
    given = Optional.of(new Ends(source, target));
  }

  static void main() throws Exception {
    Tour.main(7);
  }

  @Override
  public String title() {
    return "A tunnel between two chats";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        Two teams use two chats. What is said in the one shall be read in the other, so three
        processes make a tunnel: source holds a connection open on which the first chat sends what
        is said, as an HTTP event stream; target posts it to the second chat's webhook; tunnel
        stands between them. None of them is of use without the others, so they are linked.
        """);
    if (given.isPresent()) {
      AtomicReference<Optional<String>> failure = new AtomicReference<>(Optional.empty());
      tell.run(() -> failure.set(given(tell, given.get())));
      if (failure.get().isPresent()) {
        throw new ChapterFailure("the tunnel has fallen: " + failure.get().get());
      }
      return;
    }
    tell.say(
        """
        The two chats run here too, each with a server of its own. They are no processes of Belay:
        all that the tunnel knows of them comes through real sockets.
        """);
    try (StreamingChat camp = new StreamingChat();
        WebhookChat summit = new WebhookChat()) {
      tell.run(() -> {
        connectionDrops(tell, camp, summit);
        tunnelIsShutDown(tell, camp, summit);
      });
    }
  }

  private static void connectionDrops(Narrator tell, StreamingChat camp, WebhookChat summit)
      throws Exception {
    tell.step("main opens a tunnel from the camp's chat to the summit's:");
    Three three = open(tell, camp, summit);
    tell.draw(three.source(), three.tunnel(), three.target());
    tell.step("Somebody at the camp says something:");
    camp.say("the rope is fixed");
    tell.awaitTaken(three.source(), 1);
    tell.show("posted at the summit: " + summit.messages().getFirst());
    tell.say(
        """
        source goes back to its socket only when target has posted what it had. So a slow chat slows
        the tunnel down, but nothing piles up in it. Two more messages, not told one by one:
        """);
    tell.aside(() -> {
      camp.say("two of us are coming up");
      camp.say("Anna says: \"put the kettle on\"");
      tell.awaitTaken(three.source(), 3);
    });
    summit.messages().stream().skip(1).forEach(json -> tell.show("posted at the summit: " + json));
    tell.step(
        """
        Now the camp's server drops the connection, as if it had been killed. source is waiting for
        its socket at that moment; tunnel and target wait for messages.
        """);
    tell.withTimes();
    camp.drop();
    fall(tell, three);
    tell.say(
        """
        Each of the three ended for the same reason. And before anybody heard of a death, the
        runtime had closed what that process owned. The summit's server has seen it from its side:
        """);
    tell.show("connections to the summit's server: " + left(summit, 1));
    tell.show(
        "alive: source "
            + isAlive(three.source())
            + ", tunnel "
            + isAlive(three.tunnel())
            + ", target "
            + isAlive(three.target()));
  }

  private static void tunnelIsShutDown(Narrator tell, StreamingChat camp, WebhookChat summit)
      throws Exception {
    tell.step(
        """
        It works from every place. Here is a new tunnel. A message has gone through it already, and
        its source waits for its socket again, with no time limit. This time main shuts down the process in the middle:
        """);
    Three three =
        tell.aside(() -> {
          Three opened = open(tell, camp, summit);
          camp.say("is anybody up there?");
          tell.awaitTaken(opened.source(), 1);
          return opened;
        });
    tell.draw(three.source(), three.tunnel(), three.target());
    tell.withTimes();
    exit(three.tunnel(), ExitReason.SHUTDOWN);
    fall(tell, three);
    tell.say(
        """
        source did not have to look at a flag now and then: the exit signal took it out of its
        wait. Both servers have seen the end of it:
        """);
    tell.show("connections to the camp's server: " + left(camp, 2));
    tell.show("connections to the summit's server: " + left(summit, 2));
    tell.say(
        """
        So there is never half a tunnel, with a socket open that nobody reads. To dig it again is
        the work of a supervisor.
        """);
  }

  /// A tunnel between chats that are given, until it falls.
  private static Optional<String> given(Narrator tell, Ends ends) throws Exception {
    tell.step("main opens a tunnel between the chats that you have named:");
    Monitored tunnel = start(ends.source(), ends.target());
    Object first = receive();
    if (first instanceof Tunnel.Opened opened) {
      Three three = watch(tell, tunnel.pid(), opened);
      tell.draw(three.source(), three.tunnel(), three.target());
      tell.say(
          """
          The tunnel stands until one of its ends fails; Ctrl-C ends it, too. Now it is up to the
          source to say something.
          """);
      first = fall(tell, three);
    }
    if (!(first instanceof Down down)) {
      throw new IllegalStateException("unexpected: " + first);
    }
    tell.awaitEnd(tunnel.pid());
    boolean over =
        down.reason() instanceof ExitReason.Crash(Throwable thrown)
            && thrown instanceof SourceEnded;
    return over ? Optional.empty() : Optional.of(cause(down.reason()));
  }

  private static String cause(ExitReason reason) {
    return reason instanceof ExitReason.Crash(Throwable thrown) && thrown.getMessage() != null
        ? thrown.getMessage()
        : reason.toString();
  }

  private static Monitored start(URI source, URI target) {
    Pid me = self();
    // @start region="open"
    Monitored tunnel =
        spawnMonitor(SpawnOptions.DEFAULT.label("tunnel"), new Tunnel(source, target, me));
    // @end
    return tunnel;
  }

  private static Three open(Narrator tell, StreamingChat camp, WebhookChat summit)
      throws Exception {
    Monitored tunnel = start(camp.url(), summit.url());
    return switch (receive()) {
      case Tunnel.Opened opened -> watch(tell, tunnel.pid(), opened);
      case Object other -> throw new IllegalStateException("the tunnel does not stand: " + other);
    };
  }

  /// Monitors the tunnel's other two processes as well, so that main hears of each death.
  private static Three watch(Narrator tell, Pid tunnel, Tunnel.Opened opened) throws Exception {
    return tell.aside(() -> {
      monitor(opened.source());
      monitor(opened.target());
      return new Three(opened.source(), tunnel, opened.target());
    });
  }

  /// Hears of the three deaths.
  ///
  /// @return the tunnel's
  private static Down fall(Narrator tell, Three three) throws Exception {
    // @start region="downs"
    Map<Pid, Down> downs = new HashMap<>();
    while (downs.size() < 3) {
      Down down = receive(Down.class);
      downs.put(down.pid(), down);
    }
    // @end
    for (Pid pid : three.all()) {
      tell.awaitEnd(pid);
    }
    tell.withoutTimes();
    tell.draw(three.source(), three.tunnel(), three.target());
    tell.say("What main has heard of each, and how the death came to the last of them:");
    Down last = Objects.requireNonNull(downs.get(three.source()));
    for (Pid pid : three.all()) {
      Down down = Objects.requireNonNull(downs.get(pid));
      tell.show(three.name(pid) + " " + pid + " ended: " + down.reason());
      last = down.trail().hops().size() > last.trail().hops().size() ? down : last;
    }
    last.trail().hops().forEach(hop -> tell.show(hop.toString()));
    return Objects.requireNonNull(downs.get(three.tunnel()));
  }

  private static int left(ChatServer chat, int accepted) throws InterruptedException {
    check(chat.awaitClosed(accepted, PATIENCE), "connections are closed");
    return chat.connections();
  }

  private static void check(boolean came, String what) {
    if (!came) {
      throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }
}

package dev.belay.examples.tour;

import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.trapExits;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.NodeResolver;
import dev.belay.distribution.RemoteSpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Chapter 13: links and monitors between two programs, and what is heard when the connection goes.
public final class TwoNodes implements Chapter {
  /// How long the other node may be silent.
  static final Duration TICK = Duration.ofSeconds(2);

  private static final String BASE = "base@127.0.0.1";
  private static final String WALL = Wall.NAME;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  TwoNodes() {}

  static void main() throws Exception {
    Tour.main(13);
  }

  @Override
  public String title() {
    return "Two nodes";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        Until now all processes were of one node, in one program. Here are two: main is on the node
        base, in this program. The other node is called wall, and is in a program of its own, which
        is started now. They are connected over TCP, and all their bytes go through a cable: a small
        proxy that can be cut, and that can freeze.
        """);
    String cookie = UUID.randomUUID().toString();
    try (Cable cable = new Cable();
        Wall wall = Wall.ofJava(tell, cookie)) {
      cable.leadTo(Integer.parseInt(wall.ready()));
      tell.run(
          NodeOptions.DEFAULT.name(BASE),
          () -> {
            trapExits(true);
            try (Distribution distribution = tell.aside(() -> join(cable, cookie))) {
              tell.show("the other program is process " + wall.number() + " of this machine");
              Pid climber = bound(tell, distribution);
              cut(tell, distribution, cable, wall, climber);
              frozen(tell, distribution, cable, wall, climber);
              killed(tell, cable, wall, climber);
              startedAgain(tell, distribution, cable, cookie, climber);
              tell.tellNoMore();
            }
          });
    }
  }

  private static Distribution join(Cable cable, String cookie) throws Exception {
    // @start region="join"
    DistributionOptions options =
        DistributionOptions.DEFAULT
            .cookie(cookie)
            .tickTime(TICK)
            .unregistered()
            .resolver(NodeResolver.listed(Map.of("wall@127.0.0.1", cable.nearEnd())));
    Distribution distribution = Distribution.start(node(), options);
    // @end
    return distribution;
  }

  private static Pid bound(Narrator tell, Distribution distribution) throws Exception {
    tell.step(
        """
        main starts a climber on wall: a function that wall lets others run. It is linked with main,
        and monitored, from its first instant; and it monitors main, says that it is ready, and
        waits. The connection is made on the way. Each node numbers its own processes.
        """);
    tell.labelNext("climber@wall");
    // @start region="spawn"
    RemoteSpawnOptions bound = RemoteSpawnOptions.DEFAULT.link().monitor();
    Pid climber = distribution.spawn(WALL, bound, "wall", "climb", List.of(self())).pid();
    receive(Atom.class); // it is ready
    // @end
    tell.draw(self(), climber);
    tell.step(
        """
        While the connection stands, nothing is different from before. A porter on wall ends, and
        main learns why, from the link and from the monitor:
        """);
    tell.labelNext("porter@wall");
    Pid porter = distribution.spawn(WALL, bound, "wall", "carry", List.of()).pid();
    Down down = receive(Down.class);
    Exit exit = receive(Exit.class);
    show(tell, down, exit);
    tell.draw(self(), porter);
    return climber;
  }

  /// Shows what main has heard.
  static void show(Narrator tell, Down down, Exit exit) {
    tell.show("the monitor says: " + down.reason());
    tell.show("the link says:    " + exit.reason());
  }

  private static void cut(
      Narrator tell, Distribution distribution, Cable cable, Wall wall, Pid climber)
      throws Exception {
    tell.step(
        """
        Now the cable is cut. No process has ended, and no signal was sent. Each node sees for itself
        that the connection is gone, and tells its own processes. The climber traps exits as main
        does; the lines of climber@wall are what it prints over there, by the same clock.
        """);
    tell.draw(self(), climber);
    tell.withTimesFromNow();
    // @start region="cut"
    cable.cut();
    Down down = receive(Down.class);
    Exit exit = receive(Exit.class);
    // @end
    wall.awaitWords(2);
    tell.withoutTimes();
    show(tell, down, exit);
    tell.draw(self(), climber);
    tell.step(
        """
        noconnection does not say that the other one is dead, but that it is out of reach. The
        climber is where it was. The next thing that is sent makes the next connection, and its pid
        is still the right one. What was tied over the old connection stays untied:
        """);
    tell.aside(() -> reach(distribution));
    // @start region="again"
    send(climber, Atom.of("how_are_you"));
    Binary answer = receive(Binary.class);
    // @end
    tell.show("the climber says: " + answer.text());
    tell.show("connections so far: " + cable.connections());
  }

  /// Connects, which a signal would do by itself. But what is sent while the processes over here or
  /// over there are still being told of the loss is lost as well, and a chapter must go on.
  private static void reach(Distribution distribution) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!distribution.connect(WALL)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("no new connection within " + PATIENCE);
      }
      sleep(Duration.ofMillis(5));
    }
  }

  /// Ties the two again, in both directions.
  private static void tie(Narrator tell, Pid climber) {
    // @start region="tie"
    link(climber);
    monitor(climber);
    send(climber, Atom.of("monitor_me"));
    receive(Atom.class); // it does
    // @end
    tell.draw(self(), climber);
  }

  private static void frozen(
      Narrator tell, Distribution distribution, Cable cable, Wall wall, Pid climber)
      throws Exception {
    tell.step("For the second accident they are tied again:");
    tie(tell, climber);
    tell.step(
        """
        Now the cable freezes: it takes bytes, and passes none on. So it is when a machine loses its
        power, or a firewall forgets a connection. TCP does not notice for a long time: for all that
        it knows the other side is slow. Therefore nodes tick. Who has nothing to say sends four zero
        bytes now and then, and who has heard nothing for the tick time takes the other one for lost.
        It is 60 s unless it is set; here it is %d s, give or take a quarter:
        """
            .formatted(TICK.toSeconds()));
    tell.withTimesFromNow();
    // @start region="freeze"
    cable.freeze();
    Down down = receive(Down.class);
    Exit exit = receive(Exit.class);
    // @end
    wall.awaitWords(2);
    tell.withoutTimes();
    show(tell, down, exit);
    tell.draw(self(), climber);
    cable.replace();
    tell.aside(() -> reach(distribution));
  }

  private static void killed(Narrator tell, Cable cable, Wall wall, Pid climber) throws Exception {
    tell.step("The frozen cable is replaced, and they are tied once more:");
    tie(tell, climber);
    tell.step(
        """
        Now the other program is killed, by SIGKILL, which no program can catch: it says nothing any
        more, to nobody. But the operating system closes its connections. So this is heard at once:
        """);
    tell.withTimesFromNow();
    // @start region="kill"
    int status = wall.kill();
    Down down = receive(Down.class);
    Exit exit = receive(Exit.class);
    // @end
    tell.withoutTimes();
    show(tell, down, exit);
    tell.show("the other program has ended with status " + status);
    tell.draw(self(), climber);
    tell.say(
        """
        From here it looks as it did when the cable was cut, although this time the climber is dead.
        Nobody on this side can tell. There were %d connections, each was lost in another way, and
        each link and each monitor has told once.
        """
            .formatted(cable.connections()));
  }

  private static void startedAgain(
      Narrator tell, Distribution distribution, Cable cable, String cookie, Pid climber)
      throws Exception {
    tell.step(
        """
        At last another program is started, with a node of the same name, and main monitors the
        climber once more. The climber's pid belongs to the life of the first node, and means nobody
        in the second:
        """);
    try (Wall next = Wall.ofJava(tell, cookie)) {
      cable.leadTo(Integer.parseInt(next.ready()));
      tell.aside(() -> reach(distribution));
      monitor(climber);
      Down down = receive(Down.class);
      tell.show("main hears: " + down.reason());
    }
    tell.say(
        """
        noproc means that the climber is dead, for certain. noconnection leaves that open, and comes
        in any case and in bounded time. So nobody waits for ever for a signal that does not come.
        """);
  }
}

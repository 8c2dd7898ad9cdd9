package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.ErlangChild;
import dev.belay.distribution.GenCall;
import dev.belay.distribution.NodeResolver;
import dev.belay.distribution.RemoteChild;
import dev.belay.distribution.RemoteSpawnOptions;
import dev.belay.distribution.Tuple;
import dev.belay.otp.Backoff;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Chapter 14: the other node is a real Erlang, and supervisors have children on both sides.
public final class RealErlang implements Chapter {
  private static final String BASE = "base@127.0.0.1";
  private static final String WALL = Wall.NAME;
  private static final int OLDEST = 25;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String path;

  RealErlang() {
    this(Objects.requireNonNullElse(System.getenv("PATH"), ""));
  }

  /// Makes the chapter.
  ///
  /// @param path the folders in which Erlang may be, as in the variable `PATH`
  RealErlang(String path) {
    this.path = path;
  }

  static void main() throws Exception {
    Tour.main(14);
  }

  @Override
  public String title() {
    return "A real Erlang node";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        What the two nodes of the last chapter said to each other is the protocol of distributed
        Erlang. So the other node may just as well be a real Erlang or Elixir node, and neither side
        has to know. Here wall is one: its code is in the files wall.erl and kettle.erl.
        """);
    Optional<Path> erl = erl();
    if (erl.isEmpty()) {
      tell.say(
          """
          This chapter is left out: no Erlang is installed here, that is, there is no erl on the
          PATH. It needs Erlang/OTP 25 or newer, which comes by apt-get install erlang-base, or by
          brew install erlang.
          """);
      return;
    }
    AtomicReference<@Nullable ChapterFailure> failure = new AtomicReference<>();
    tell.run(
        NodeOptions.DEFAULT.name(BASE),
        () -> {
          try {
            play(tell, erl.get());
          } catch (ChapterFailure e) {
            failure.set(e);
          }
        });
    ChapterFailure why = failure.get();
    if (why != null) {
      throw why;
    }
  }

  private Optional<Path> erl() {
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "erl"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// A way to start the Erlang node, as often as it is needed.
  private record Erlang(Path erl, String cookie, int epmdPort) {
    Wall start(Narrator tell) throws IOException {
      return Wall.ofErlang(tell, erl, cookie, epmdPort);
    }
  }

  private static void play(Narrator tell, Path erl) throws Exception {
    trapExits(true);
    String cookie = UUID.randomUUID().toString();
    Erlang erlang = new Erlang(erl, cookie, freePort());
    try (Distribution distribution = tell.aside(() -> join(erlang));
        Wall wall = erlang.start(tell)) {
      int release = Integer.parseInt(wall.ready());
      if (release < OLDEST) {
        tell.say(
            "This chapter is left out: it needs Erlang/OTP 25 or newer, and the one that is "
                + "installed here is %d.".formatted(release));
        return;
      }
      tell.show(
          "wall is Erlang/OTP " + release + ", process " + wall.number() + " of this machine");
      bothWays(tell, distribution, wall);
      Pid stove = theirsAboveOurs(tell);
      SupervisorRef tent = oursAboveTheirs(tell, distribution);
      killed(tell, distribution, wall, stove);
      startedAgain(tell, erlang, tent);
      tell.tellNoMore();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, Beacon.loopback())) {
      return free.getLocalPort();
    }
  }

  private static StartOptions labelled(String label) {
    return StartOptions.DEFAULT.spawn(SpawnOptions.DEFAULT.label(label));
  }

  private static Distribution join(Erlang erlang) throws IOException {
    String cookie = erlang.cookie();
    int epmdPort = erlang.epmdPort();
    // @start region="join"
    DistributionOptions options =
        DistributionOptions.DEFAULT
            .cookie(cookie)
            .epmdPort(epmdPort)
            .function(
                "stove",
                "start_link",
                1,
                RemoteChild.server(
                    labelled("stove"), arguments -> () -> new Stove((Pid) arguments.getFirst())));
    Distribution distribution = Distribution.start(node(), options);
    // @end
    return distribution;
  }

  // links and monitors

  private static Pid climber(Narrator tell, Distribution distribution) {
    tell.labelNext("climber@wall");
    RemoteSpawnOptions bound = RemoteSpawnOptions.DEFAULT.link().monitor();
    Pid climber = distribution.spawn(WALL, bound, "wall", "climb", List.of(self())).pid();
    receive(Atom.class); // it is ready
    return climber;
  }

  private static void bothWays(Narrator tell, Distribution distribution, Wall wall)
      throws Exception {
    tell.step(
        """
        main starts a climber on wall: wall:climb/1, linked and monitored. The climber traps exits,
        monitors main, and says that it is ready:
        """);
    Pid climber = climber(tell, distribution);
    tell.draw(self(), climber);
    tell.step(
        """
        Now main starts a rope, over here, and tells the climber to hold it. The Erlang process links
        itself with the Java process, and monitors it:
        """);
    // @start region="rope"
    Pid rope =
        spawn(
            SpawnOptions.DEFAULT.label("rope"),
            () -> {
              receive();
              throw new IOException("the rope tore");
            });
    send(climber, Tuple.of(Atom.of("hold"), rope));
    receive(Atom.class); // it does
    // @end
    tell.draw(rope, climber);
    tell.step(
        """
        The rope tears. What the climber hears it prints; over there the exception is a term, with
        its class and its message, and with its stack, which is not shown:
        """);
    send(rope, "pull");
    wall.awaitWords(2);
    tell.awaitEnd(rope);
    tell.draw(rope, climber);
    tell.step("The other way round: the climber fails, by an error of Erlang's.");
    // @start region="fall"
    send(climber, Atom.of("fall"));
    Down down = receive(Down.class);
    Exit exit = receive(Exit.class);
    // @end
    TwoNodes.show(tell, down, exit);
    tell.draw(self(), climber);
  }

  // supervisors

  private static Pid theirsAboveOurs(Narrator tell) throws Exception {
    tell.step(
        """
        Supervisors reach across, too. On wall there is camp now, a supervisor of Erlang's, whose
        child is stove, a server of base. camp needs no code for that: it calls, by rpc, the one
        function that base lets others call, and is linked with what that has started.
        """);
    Pid camp =
        tell.aside(() -> {
          send(new Name("wall", WALL), Tuple.of(Atom.of("camp"), self()));
          receive(Stove.Lit.class);
          return (Pid) receive(Tuple.class).get(1);
        });
    Pid first = tell.aside(() -> childOf(camp));
    tell.draw(tree("camp", camp, "stove", first));
    tell.say(
        "main kills the stove. The exit goes along the link to camp, which starts another one:");
    Pid second =
        tell.aside(() -> {
          exit(first, ExitReason.KILL);
          receive(Stove.Lit.class);
          return childOf(camp);
        });
    tell.show("stove " + first + " was killed, and camp has started stove " + second);
    tell.draw(tree("camp", camp, "stove", second));
    return second;
  }

  /// Asks a supervisor of Erlang's for its only child.
  private static Pid childOf(Pid supervisor) {
    // @start region="which-children"
    ServerRef<Object> asked = ServerRef.of(node(), supervisor, Object.class);
    List<?> children = (List<?>) asked.call(new GenCall(Atom.of("which_children")));
    // @end
    return (Pid) ((Tuple) children.getFirst()).get(1);
  }

  private static SupervisorRef oursAboveTheirs(Narrator tell, Distribution distribution)
      throws Exception {
    tell.step(
        """
        And the other way round: main starts tent, a supervisor of Belay's, whose child is kettle, a
        gen_server on wall. It is started as Erlang's own supervisors do it.
        """);
    tell.ofServers();
    tell.labelNext("kettle@wall");
    // @start region="ours-above-theirs"
    SupervisorRef tent =
        Supervisor.oneForOne()
            .intensity(500, Duration.ofMinutes(1))
            .child(
                ErlangChild.genServer("kettle", distribution::spawnLink, WALL, "kettle", self())
                    .backoff(Backoff.between(Duration.ofMillis(200), Duration.ofMillis(500))))
            .startLink(labelled("tent"));
    // @end
    Pid first = kettle();
    tell.draw(tree("tent", pidOf(tent), "kettle", first));
    tell.show("the kettle says that it has " + tell.aside(() -> degrees(first)) + " degrees");
    tell.step("main kills the kettle, over there. tent hears of it by the link:");
    tell.labelNext("kettle@wall");
    exit(first, ExitReason.KILL);
    Pid second = kettle();
    tell.draw(tree("tent", pidOf(tent), "kettle", second));
    return tent;
  }

  private static Pid pidOf(SupervisorRef supervisor) {
    return supervisor.pid().orElseThrow();
  }

  /// Waits for the next kettle to say that it is there.
  private static Pid kettle() {
    return (Pid) receive(Tuple.class).get(1);
  }

  private static Object degrees(Pid kettle) {
    // @start region="call"
    ServerRef<Object> server = ServerRef.of(node(), kettle, Object.class);
    Object degrees = server.call(new GenCall(Atom.of("degrees")));
    // @end
    return degrees;
  }

  private static List<String> tree(String name, Pid supervisor, String childName, Pid child) {
    return List.of(
        name + " " + supervisor + " on " + host(supervisor),
        "└─ " + childName + " " + child + " on " + host(child));
  }

  private static String host(Pid pid) {
    return pid.node().substring(0, pid.node().indexOf('@'));
  }

  // the end of the Erlang node

  private static void killed(Narrator tell, Distribution distribution, Wall wall, Pid stove)
      throws Exception {
    tell.step(
        """
        At last the Erlang node is killed by SIGKILL. Before that main starts one more climber, so
        that there is everything at once: main's own link and monitor; stove, which has its
        supervisor over there; and tent, which has its child over there.
        """);
    Pid climber = tell.aside(() -> climber(tell, distribution));
    tell.draw(self(), climber);
    tell.withTimesFromNow();
    wall.kill();
    Down down = receive(Down.class);
    Exit exit = receive(Exit.class);
    tell.awaitEnd(stove);
    tell.withoutTimes();
    TwoNodes.show(tell, down, exit);
  }

  private static void startedAgain(Narrator tell, Erlang erlang, SupervisorRef tent)
      throws Exception {
    tell.say(
        """
        stove has ended: a child does not outlive its supervisor. tent is there, and tries to start
        its child again, in vain at first, and with back-off. Then another Erlang node is started,
        with the same name and nothing of what the first one knew:
        """);
    tell.aside(() -> {
      awaitNameFree(erlang);
      try (Wall next = erlang.start(tell)) {
        next.ready();
        Pid third = kettle();
        tell.show(
            "tent has started kettle " + third + ", which has " + degrees(third) + " degrees");
        tell.draw(tree("tent", pidOf(tent), "kettle", third));
        tent.stop();
      }
    });
    tell.say(
        """
        The same holds with Elixir: its supervisors, servers and nodes are Erlang's. The course has
        what to write there.
        """);
  }

  private static void awaitNameFree(Erlang erlang) throws IOException {
    NodeResolver epmd = NodeResolver.epmd(erlang.epmdPort());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!epmd.resolve("wall", "127.0.0.1").isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("the name of the killed node is taken after " + PATIENCE);
      }
      sleep(Duration.ofMillis(5));
    }
  }
}

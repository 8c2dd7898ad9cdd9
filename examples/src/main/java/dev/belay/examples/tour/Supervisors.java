package dev.belay.examples.tour;

import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.trapExits;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Backoff;
import dev.belay.otp.CallException;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Restart;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// Chapter 9: processes that start others again.
public final class Supervisors implements Chapter {
  private static final int CRASHES = 3;

  Supervisors() {}

  static void main() throws Exception {
    Tour.main(9);
  }

  @Override
  public String title() {
    return "Supervisors";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        A supervisor is a process that starts others, its children, and starts them again when they
        end. A child is mostly a server: a process that keeps a state, and answers calls. Neither of
        them has code for what may go wrong; that is the point of it.
        """);
    tell.run(() -> {
      tell.ofServers();
      trapExits(true);
      SupervisorRef sup = portIsTaken(tell);
      badBytes(tell, sup);
      restartTypes(tell);
      givingUp(tell);
    });
  }

  private static StartOptions labelled(String label) {
    return StartOptions.DEFAULT.spawn(SpawnOptions.DEFAULT.label(label));
  }

  @SuppressWarnings("try") // the other socket is closed before its time: that is what is shown
  private static SupervisorRef portIsTaken(Narrator tell) throws Exception {
    Pid me = self();
    try (ServerSocket other = new ServerSocket(0, 1, Beacon.loopback())) {
      int port = other.getLocalPort();
      tell.step(
          """
          The first child is beacon, which listens on a TCP port. But the port is taken: another
          socket listens there, a real one. Such a failure goes away some time, and to try again at
          once would not help. So sup is told to wait before each restart: about 50 ms, then 100,
          then 200, up to a second.
          """);
      tell.withTimes();
      // @start region="port"
      SupervisorRef sup =
          Supervisor.oneForOne()
              .intensity(10, Duration.ofSeconds(5))
              .child(
                  ChildSpec.server("beacon", labelled("beacon"), () -> new Beacon(port, me))
                      .backoff(Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1))))
              .startLink(labelled("sup"));
      // @end
      tell.awaitEnds("beacon", CRASHES);
      tell.say("Now the other socket is closed, and sup goes on as before:");
      other.close();
      Beacon.Listening listening = receive(Beacon.Listening.class);
      tell.withoutTimes();
      tell.draw(me, sup.pid().orElseThrow(), listening.beacon());
      tell.say("Nobody has told beacon that the port is free. A client connects to it:");
      tell.show("the client reads: " + tell.aside(() -> connect(port)));
      tell.show(
          "beacon is "
              + listening.beacon()
              + "; those before it ended: "
              + tell.ends("beacon").stream().map(Pid::toString).toList());
      return sup;
    }
  }

  private static String connect(int port) throws IOException {
    try (Socket socket = new Socket(Beacon.loopback(), port)) {
      byte[] read = socket.getInputStream().readAllBytes();
      return new String(read, StandardCharsets.UTF_8).strip();
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void badBytes(Narrator tell, SupervisorRef sup) throws Exception {
    tell.step(
        """
        The second child is scale. It adds up weights, which it is sent as bytes. It has a name, so
        that it can be found whichever process it is. sup restarts it at once.
        """);
    // @start region="call"
    ChildSpec child = ChildSpec.server("scale", labelled("scale").name("scale"), Scale::new);
    tell.aside(() -> sup.startChild(child));
    ServerRef<Scale.Message> scale = ServerRef.named(node(), "scale", Scale.Message.class);
    tell.show("the sum is " + scale.call(new Scale.Add(hex("rope 3"))));
    tell.show("the sum is " + scale.call(new Scale.Add(hex("tent 5"))));
    // @end
    tell.step("Now it is sent two bytes that are no text at all:");
    // @start region="bad"
    try {
      tell.show("the sum is " + scale.call(new Scale.Add("fffe")));
    } catch (CallException e) {
      tell.show("no sum: " + ((ExitReason.Crash) e.reason()).throwable());
    }
    // @end
    Pid next = tell.withoutCalls(() -> sup.child("scale")).orElseThrow();
    tell.say(
        """
        The crash went three ways: to main, which had called and would have waited in vain; along the
        link to sup; and to the log. The new scale has the old one's name:
        """);
    tell.show("scale is now " + next);
    tell.show("the sum is " + scale.call(new Scale.Add(hex("tent 5"))));
    tell.say(
        """
        It begins anew: the 8 of before is gone, and so is whatever in the state has been wrong. What
        has to outlive a crash must be kept elsewhere; chapter 12 does so.
        """);
  }

  private static void restartTypes(Narrator tell) throws Exception {
    tell.step(
        """
        Which ends call for a restart? Each child says so itself. Here are six, two of each kind; of
        the two, one is told to finish, and one to fail. What main then hears from a monitor and from
        the supervisor:
        """);
    tell.aside(() -> {
      SupervisorRef sup = Supervisor.oneForOne().intensity(9, Duration.ofSeconds(5)).startLink();
      for (Restart restart : Restart.values()) {
        for (Worker.Order order : Worker.Order.values()) {
          String id = restart + " " + order;
          // @start region="types"
          Pid pid =
              sup.startChild(ChildSpec.server(id, Worker::new).restart(restart))
                  .pid()
                  .orElseThrow();
          monitor(pid);
          ServerRef.of(node(), pid, Worker.Order.class).cast(order);
          Down down = receive(Down.class);
          Optional<Pid> again = sup.child(id);
          // @end
          String name = restart.name().toLowerCase(Locale.ROOT);
          tell.show(
              name
                  + " ".repeat(10 - name.length())
                  + pid
                  + " ended: "
                  + (down.reason().isOrderly() ? down.reason() : "crash")
                  + again.map(now -> ", runs again as " + now).orElse(", is not restarted"));
        }
      }
      sup.stop();
      receive(Exit.class);
    });
    tell.say(
        """
        permanent is the default. transient is for work that is done some time, temporary for what
        makes no sense a second time.
        """);
  }

  private static void givingUp(Narrator tell) throws Exception {
    tell.step(
        """
        And what does not go away? Somebody sends scale the same bad bytes over and over. This
        supervisor, strict, allows 2 restarts within 5 s; the third crash is too many:
        """);
    // @start region="strict"
    SupervisorRef strict =
        Supervisor.oneForOne()
            .intensity(2, Duration.ofSeconds(5))
            .child(ChildSpec.server("scale", labelled("scale").name("scale 2"), Scale::new))
            .startLink(labelled("strict"));
    // @end
    Pid pid = strict.pid().orElseThrow();
    int before = tell.ends("scale").size();
    ServerRef<Scale.Message> scale = ServerRef.named(node(), "scale 2", Scale.Message.class);
    // @start region="poison"
    Optional<Exit> exit = Optional.empty();
    while (exit.isEmpty()) {
      try {
        scale.call(new Scale.Add("fffe"));
      } catch (CallException e) {
        exit = receive(Exit.class, Duration.ofMillis(20));
      }
    }
    // @end
    tell.awaitEnd(pid);
    int crashes = tell.ends("scale").size() - before;
    tell.show("strict " + exit.get().pid() + " ended: " + exit.get().reason());
    tell.show("scale has crashed " + crashes + " times, and was restarted " + (crashes - 1));
    tell.say(
        """
        A supervisor that cannot help ends, in order, and hands the question on to whoever stands
        above it. Here that is main, which traps exits. In a real program it is another supervisor,
        which can restart more: the next chapter.
        """);
  }
}

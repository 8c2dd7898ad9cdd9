package dev.belay.examples;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.run;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.terminate;

import dev.belay.Down;
import dev.belay.Monitored;
import dev.belay.Pid;

/// The first program: a process that greets, and one that hears of its end.
public final class Climber {
  private Climber() {}

  static void main() {
    // @start region="first"
    run(() -> {
      Pid me = self();
      Monitored climber =
          spawnMonitor(() -> {
            String greeting = receive(String.class); // selective: other messages stay, in order
            send(me, greeting + " from " + self());
            while (true) receive();
          });
      send(climber.pid(), "hello");
      IO.println(receive(String.class));
      terminate(climber.pid()); // whatever it does, it is told to end
      Down down = receive(Down.class);
      IO.println("uh-oh! " + down.pid() + " terminated: " + down.reason());
    });
    // @end
  }
}

package dev.belay.examples.tour;

import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.terminate;

import dev.belay.Down;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.SpawnOptions;

/// Chapter 3: to be told that another process has ended.
public final class Monitors implements Chapter {
  Monitors() {}

  static void main() throws Exception {
    Tour.main(3);
  }

  @Override
  public String title() {
    return "Monitors";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        A monitor is a question with one answer: tell me when that process has ended, and why. The
        answer is a message, called Down. It comes exactly once, however the process ends, and the
        process itself need not know.

        main starts a climber and monitors it from its first moment:
        """);
    tell.run(() -> {
      // @start region="climber"
      Pid me = self();
      Monitored climber =
          spawnMonitor(
              SpawnOptions.DEFAULT.label("climber"),
              () -> {
                String greeting = receive(String.class);
                send(me, greeting + " from " + self());
                while (true) receive();
              });
      // @end
      tell.draw(me, climber.pid());
      // @start region="greet"
      send(climber.pid(), "hello");
      String answer = receive(String.class);
      // @end
      tell.show(answer);
      tell.step("Now main ends the climber. It waits in receive, and would do so for ever.");
      // @start region="down"
      terminate(climber.pid());
      Down down = receive(Down.class);
      // @end
      tell.show("uh-oh! " + down.pid() + " terminated: " + down.reason());
      tell.draw(me, climber.pid());
      tell.step(
          """
          A process that crashes is heard of in the same way, and the reason is what it crashed
          with. The line that begins with log is the first one of the runtime's crash report.
          """);
      // @start region="crash"
      Monitored second =
          spawnMonitor(
              SpawnOptions.DEFAULT.label("second"),
              () -> {
                throw new IllegalStateException("the rope tore");
              });
      Down crashed = receive(Down.class);
      // @end
      tell.awaitEnd(second.pid());
      tell.show("reason: " + crashed.reason());
      tell.step("And who asks too late? The climber is dead already:");
      // @start region="late"
      monitor(climber.pid());
      Down late = receive(Down.class);
      tell.show("reason: " + late.reason());
      // @end
      tell.say(
          """
          noproc means: there was no such process when the question came. So there is an answer in
          any case, and nobody waits in vain.
          """);
    });
  }
}

package dev.belay.examples.tour;

import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.node;
import static dev.belay.Belay.processes;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.terminate;

import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Chapter 1: what a process is, and that there may be many.
public final class HelloProcess implements Chapter {
  private static final int MANY = 10_000;

  HelloProcess() {}

  static void main() throws Exception {
    Tour.main(1);
  }

  @Override
  public String title() {
    return "Hello, process";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        A process is a piece of code that runs on its own: it shares nothing with other processes,
        and can end without taking them along. You are in one already, called main. Every process
        has a pid, its name for life; main's stands behind its name below.

        main starts a second one. Lines that begin with a process tell what it really did, as
        reported by the runtime; lines with » were printed by the program.
        """);
    tell.run(() -> {
      // @start region="hello"
      Pid hello =
          spawn(SpawnOptions.DEFAULT.label("hello"), () -> tell.show("hello from " + self()));
      // @end
      tell.awaitEnd(hello);
      tell.draw(self(), hello);
      tell.step(
          """
          The process did all it had to do, so it ended. That is quite normal, and so is the name
          of the reason: normal. Its pid stays its own for ever; asking for it now gives:
          """);
      // @start region="alive"
      tell.show("isAlive(" + hello + ") = " + isAlive(hello));
      // @end
      tell.step(
          """
          Processes are cheap: each is a virtual thread, not one of the operating system's. main now
          starts 10,000 of them (which are not told one by one). Each waits for a message that
          will never come.
          """);
      tell.aside(() -> {
        // @start region="many"
        List<Pid> many = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
          many.add(spawn(() -> receive()));
        }
        int running = processes().size();
        // @end
        many.forEach(pid -> terminate(pid));
        many.forEach(pid -> isAlive(pid));
        tell.show(String.format(Locale.ROOT, "%,d processes are running", running));
      });
      tell.say("Then main told them all to end, and waited for them. What is left on its node:");
      tell.show(node().processes().size() + " process: " + node().processes());
      tell.say("When main ends, its node is shut down, and the program is over.");
    });
  }
}

package dev.belay.examples.tour;

import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.Pid;
import dev.belay.SpawnOptions;

/// Chapter 5: every step from an exception in one process to the mailbox of another.
public final class UnderTheHood implements Chapter {
  UnderTheHood() {}

  /// Something that has to be given back: a file, a connection, a rope.
  private static final class Rope implements AutoCloseable {
    @Override
    public void close() {}
  }

  static void main() throws Exception {
    Tour.main(5);
  }

  @Override
  public String title() {
    return "Under the hood: what happens when B dies?";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        B crashes. How does A hear of it? B cannot tell: its code has just failed. The runtime
        does, from records that were made when the link and the monitor were set.

        Here A is main, with another name. B owns a rope, which has to be given back, and is
        registered under the name b. A traps exits, links itself with B, and monitors it as well.
        """);
    tell.run(() -> {
      Pid a = self();
      tell.label(a, "A");
      // @start region="setup"
      trapExits(true);
      Pid b =
          spawn(
              SpawnOptions.DEFAULT.label("B"),
              () -> {
                own(new Rope());
                register("b");
                receive();
                throw new IllegalStateException("the rope tore");
              });
      link(b);
      monitor(b);
      // @end
      tell.draw(a, b);
      tell.step(
          """
          A now sends B what it waits for, and B fails. From here every step is told, with the time
          since the first one. Nothing of this is prepared: it is the trace of this very run.

          A does something else meanwhile, and does not look into its mailbox.
          """);
      tell.everyStep();
      send(b, "climb");
      tell.awaitEnd(b);
      tell.say(
          """
          B is gone, and A has not done anything yet: both signals took effect without it. Now A
          looks into its mailbox:
          """);
      // @start region="hear"
      Exit exit = receive(Exit.class); // the link's
      Down down = receive(Down.class); // the monitor's
      // @end
      tell.draw(a, b);
      tell.show("the link says:     " + exit.reason());
      tell.show("the monitor says:  " + down.reason());
      tell.show("how it came here:  " + down.trail());
      tell.step(
          """
          The order is a promise: what B owned is closed, and its name is free, before anybody
          hears of its death. So who starts B again on hearing of it can take over both.

          For people there is the crash report. The runtime wrote it to your log when B crashed:
          """);
      tell.fullReport();
    });
  }
}

package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Pid;
import dev.belay.SpawnOptions;

/// Chapter 4: processes that end together, and how to survive.
public final class Links implements Chapter {
  Links() {}

  static void main() throws Exception {
    Tour.main(4);
  }

  @Override
  public String title() {
    return "Links";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        A monitor tells; a link ties. Two linked processes stand and fall together: if one of them
        ends with any reason but normal, the other gets an exit signal with that reason, and ends
        too. Parts that are of no use without each other should be linked.
        """);
    tell.run(() -> {
      bothDirections(tell);
      transitive(tell);
      trapping(tell);
      normalAndAnyExit(tell);
    });
  }

  private static SpawnOptions labelled(String label) {
    return SpawnOptions.DEFAULT.label(label);
  }

  private static void bothDirections(Narrator tell) throws Exception {
    tell.step("A link has two ends and no direction. pid1 links itself with pid2; pid2 fails:");
    // @start region="directions"
    Pid pid2 =
        spawn(
            labelled("pid2"),
            () -> {
              receive();
              throw exit(ExitReason.term("broken"));
            });
    Pid pid1 =
        spawn(
            labelled("pid1"),
            () -> {
              link(pid2);
              receive();
            });
    // @end
    tell.awaitLink(pid1, pid2);
    tell.draw(pid1, pid2);
    send(pid2, "go");
    tell.awaitEnd(pid1);
    tell.draw(pid1, pid2);
    tell.step("The other way round it is the same: pid1 asked for the link, but pid1 fails:");
    Pid second = spawn(labelled("pid2"), () -> receive());
    Pid first =
        spawn(
            labelled("pid1"),
            () -> {
              link(second);
              receive();
              throw exit(ExitReason.term("broken"));
            });
    tell.awaitLink(first, second);
    tell.draw(first, second);
    send(first, "go");
    tell.awaitEnd(second);
    tell.draw(first, second);
  }

  private static void transitive(Narrator tell) throws Exception {
    tell.step("Links work on from process to process. Here are three in a chain; pid5 crashes:");
    // @start region="chain"
    Pid pid3 = spawn(labelled("pid3"), () -> receive());
    Pid pid4 =
        spawn(
            labelled("pid4"),
            () -> {
              link(pid3);
              receive();
            });
    tell.awaitLink(pid4, pid3);
    Pid pid5 =
        spawn(
            labelled("pid5"),
            () -> {
              link(pid4);
              receive();
              throw new IllegalStateException("the rope tore");
            });
    // @end
    tell.awaitLink(pid5, pid4);
    tell.draw(pid3, pid4, pid5);
    tell.aside(() -> monitor(pid3));
    send(pid5, "go");
    Down down = receive(Down.class);
    tell.awaitEnd(pid3);
    tell.draw(pid3, pid4, pid5);
    tell.say(
        """
        The same reason went through all three. main monitored pid3; besides the reason, its Down
        message has the trail, which says who died first and how the death came here:
        """);
    down.trail().hops().forEach(hop -> tell.show(hop.toString()));
  }

  private static void trapping(Narrator tell) throws Exception {
    tell.step(
        """
        Somebody has to survive, to clean up or to start again. A process that traps exits gets
        exit signals as messages. main does so now, and links itself with a worker:
        """);
    // @start region="trap"
    trapExits(true);
    Pid worker =
        spawn(
            labelled("worker").link(),
            () -> {
              receive();
              throw exit(ExitReason.term("out of rope"));
            });
    tell.draw(self(), worker);
    send(worker, "go");
    Exit exit = receive(Exit.class);
    // @end
    tell.awaitEnd(worker);
    tell.show("my worker " + exit.pid() + " ended: " + exit.reason() + "; I am still here");
    tell.draw(self(), worker);
    tell.say("Processes that do just this, and start their workers again, are called supervisors.");
    trapExits(false);
  }

  private static void normalAndAnyExit(Narrator tell) throws Exception {
    tell.step(
        """
        The reason normal is different: who has done its work takes nobody along. main does not
        trap exits any more, and is linked with a worker that simply returns:
        """);
    // @start region="normal"
    Pid done = spawn(labelled("done").link(), () -> {});
    // @end
    tell.awaitEnd(done);
    tell.say("main lives on. Nor does an exit signal with the reason normal end anybody else:");
    Pid calm = spawn(labelled("calm"), () -> receive());
    exit(calm, ExitReason.NORMAL);
    tell.step(
        """
        An end of a link can be stricter. With ANY_EXIT it goes down with the other process
        whatever the reason, normal included. strict holds its end so:
        """);
    // @start region="any"
    Pid strict =
        spawn(
            labelled("strict"),
            () -> {
              link(calm, LinkMode.ANY_EXIT);
              receive();
            });
    // @end
    tell.awaitLink(strict, calm);
    tell.draw(calm, strict);
    send(calm, "you may go");
    tell.awaitEnd(strict);
    tell.draw(calm, strict);
    tell.say(
        "strict went along, though calm had only finished. calm would not have done so for it.");
  }
}

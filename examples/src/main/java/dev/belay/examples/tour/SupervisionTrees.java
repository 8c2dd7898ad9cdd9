package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.trapExits;

import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/// Chapter 10: who is started again together with whom, and supervisors of supervisors.
public final class SupervisionTrees implements Chapter {
  SupervisionTrees() {}

  static void main() throws Exception {
    Tour.main(10);
  }

  @Override
  public String title() {
    return "Supervision trees";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        Children depend on each other: the kettle stands on the stove, and cups are filled from the
        kettle. When one ends and is started again, are the others any good still? The supervisor's
        strategy says so. Here are three supervisors with the same children, which are started in
        this order. In each of them main kills kettle.
        """);
    tell.run(() -> {
      tell.ofServers();
      trapExits(true);
      strategies(tell);
      nested(tell);
    });
  }

  private static StartOptions labelled(String label) {
    return StartOptions.DEFAULT.spawn(SpawnOptions.DEFAULT.label(label));
  }

  private static ChildSpec worker(String id) {
    return ChildSpec.server(id, labelled(id), Worker::new);
  }

  /// A child that is a supervisor with a label.
  private static ChildSpec supervisor(String id, Supervisor supervisor) {
    return ChildSpec.of(id, () -> Child.of(supervisor.startLink(labelled(id)).pid().orElseThrow()))
        .supervisor();
  }

  private static void strategies(Narrator tell) throws Exception {
    // @start region="strategies"
    Supervisor oneForOne = kitchen(Supervisor.oneForOne());
    Supervisor oneForAll = kitchen(Supervisor.oneForAll());
    Supervisor restForOne = kitchen(Supervisor.restForOne());
    // @end
    tell.step("one_for_one: nobody depends on anybody. Only kettle is started again.");
    kill(tell, "one_for_one", oneForOne);
    tell.step(
        """
        one_for_all: each depends on each. The others are told to shut down, the last first, and all
        are started, the first first.
        """);
    kill(tell, "one_for_all", oneForAll);
    tell.step(
        """
        rest_for_one: each may depend on those that were started before it. cups goes with kettle;
        stove has noticed nothing.
        """);
    kill(tell, "rest_for_one", restForOne);
  }

  // @start region="kitchen"
  private static Supervisor kitchen(Supervisor empty) {
    return empty.child(worker("stove")).child(worker("kettle")).child(worker("cups"));
  }

  // @end

  private static void kill(Narrator tell, String name, Supervisor kitchen) throws Exception {
    SupervisorRef sup = tell.aside(() -> kitchen.startLink(labelled("kitchen")));
    tell.drawTree(name, sup);
    Pid kettle = tell.withoutCalls(() -> sup.child("kettle")).orElseThrow();
    // @start region="kill"
    exit(kettle, ExitReason.KILL);
    // @end
    tell.awaitEnd(kettle);
    tell.drawTree(name, sup);
    tell.aside(() -> {
      sup.stop();
      receive(Exit.class);
    });
  }

  private static void nested(Narrator tell) throws Exception {
    tell.step(
        """
        A supervisor can be a child itself. So a program becomes a tree: workers are its leaves, and
        what belongs together hangs from one branch. This one is rest_for_one at its root; camp is a
        supervisor too, one_for_one, and allows a single restart within 5 s.
        """);
    // @start region="tree"
    Supervisor camp =
        Supervisor.oneForOne()
            .intensity(1, Duration.ofSeconds(5))
            .child(worker("kettle"))
            .child(worker("radio"));
    Supervisor expedition =
        Supervisor.restForOne()
            .child(worker("stores"))
            .child(supervisor("camp", camp))
            .child(worker("summit"));
    SupervisorRef top = expedition.startLink(labelled("expedition"));
    // @end
    tell.drawTree("expedition", top);
    tell.step("radio is killed. camp restarts it, and nobody else hears of it:");
    Node node = node();
    SupervisorRef branch =
        SupervisorRef.of(node, tell.withoutCalls(() -> top.child("camp")).orElseThrow());
    kill(tell, branch);
    tell.drawTree("expedition", top);
    tell.step(
        """
        It is killed again. That is too much for camp, which ends, with all that is below it. Now it
        is up to expedition. It restarts camp as it would any child, and what depends on it:
        """);
    Pid campPid = branch.pid().orElseThrow();
    kill(tell, branch);
    tell.awaitEnd(campPid);
    tell.drawTree("expedition", top);
    tell.say(
        """
        So a failure goes up the tree only as far as it must. At each branch more is started anew,
        and less of what may be broken is left. What fails even so ends the program, with its reason.

        At last main stops the tree. Each supervisor ends its children, the last one first, and waits
        for each: nobody loses what it stands on.
        """);
    Pid root = top.pid().orElseThrow();
    Map<Pid, String> names = tell.names();
    Pid latest = tell.deaths().getLast();
    // @start region="stop"
    top.stop();
    // @end
    receive(Exit.class);
    tell.awaitEnd(root);
    tell.show(
        "ended, in this order: "
            + tell.deathsSince(latest).stream().map(names::get).collect(Collectors.joining(", ")));
  }

  /// Kills the radio, wherever it is now.
  private static void kill(Narrator tell, SupervisorRef branch) throws Exception {
    Pid radio = tell.withoutCalls(() -> branch.child("radio")).orElseThrow();
    exit(radio, ExitReason.KILL);
    tell.awaitEnd(radio);
  }
}

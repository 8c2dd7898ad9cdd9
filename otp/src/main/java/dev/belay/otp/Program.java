package dev.belay.otp;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeLocal;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import dev.belay.Selector;
import dev.belay.ShutdownHook;
import dev.belay.Turns;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Applications as a program: the thread of `main`, which waits.
final class Program {
  /*
   * The calling thread has an inbox. Whoever wants the program to stop sends Stop to it: the hook of the JVM, or a process of the node.
   * The thread has the applications stopped, and closes the hook when the node is empty, which lets the JVM end. What does not stop in
   * time is killed by `Applications`; by this thread only if that process is deaf because it waits for one that is being started.
   *
   * All fields are the calling thread's own, but the NodeLocal, by which processes find the inbox.
   */
  private static final NodeLocal<AtomicReference<@Nullable Pid>> OF_NODE =
      NodeLocal.withInitial(node -> new AtomicReference<>());

  /// How long the end of the JVM is held up beyond what the applications may take: for what the
  /// node has to close.
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private static final int FAILURE = 1;

  /// The program is to stop.
  ///
  /// @param status what it returns
  private record Stop(int status) {}

  private final Node node;
  private final Application application;
  private final Applications applications;
  private boolean interrupted;

  Program(Node node, Application application, List<Application> inOrder) {
    this.node = node;
    this.application = application;
    this.applications = new Applications(node, application, inOrder);
  }

  static void stop(Node node, int status) {
    Pid inbox = OF_NODE.get(node).get();
    if (inbox == null) {
      throw new IllegalStateException(
          "stopProgram(" + status + "): no program runs on " + node + "; stop its ApplicationRef");
    }
    node.send(inbox, new Stop(status));
  }

  /// Runs the program until all has stopped, and the node is closed.
  ///
  /// @return the exit status
  int run() {
    Inbox inbox = node.inbox();
    OF_NODE.get(node).set(inbox.pid());
    Pid me = inbox.pid();
    try (ShutdownHook _ =
        ShutdownHook.add(
            node,
            application.shutdownTime().plus(applications.margin()).plus(MARGIN),
            () -> node.send(me, new Stop(0)))) {
      Monitored started =
          inbox.spawnMonitor(
              application.spawnOptions(),
              Turns.of(
                  () -> {
                    applications.begin(false);
                    return applications;
                  },
                  Application.class));
      int status = await(inbox, started);
      inbox.close();
      // Before the JVM may end.
      node.close();
      return status;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Waits for the end of the applications, and brings it about when it is told to.
  private int await(Inbox inbox, Monitored started) {
    int status = 0;
    boolean stopping = false;
    boolean gaveUp = false;
    boolean killed = false;
    long margin = applications.margin().toNanos();
    @Nullable Long left = null;
    while (true) {
      @Nullable Object heard;
      try {
        heard = hear(inbox, started, left);
      } catch (ProcessInterruptedException e) {
        interrupted = true;
        heard = new Stop(0);
      }
      switch (heard) {
        case Down down -> {
          boolean failed = killed || applications.failed() || !down.reason().isOrderly();
          return status == 0 && failed ? FAILURE : status;
        }
        case Stop stop -> {
          if (!stopping) {
            stopping = true;
            status = stop.status();
            applications.stopBy(node.nanoTime() + application.shutdownTime().toNanos());
            inbox.send(started.pid(), new SysCall.Terminate(ExitReason.SHUTDOWN));
          }
        }
        case null, default -> {
          if (gaveUp) {
            killed = true;
            Descendants.kill(node, application, started.pid());
          } else {
            gaveUp = true;
            applications.giveUpStarting();
          }
        }
      }
      left = !stopping ? null : applications.stopBy() + (gaveUp ? margin : 0) - node.nanoTime();
    }
  }

  /// Waits for what concerns this program.
  ///
  /// @param nanos how long at most, or null to wait for ever
  private static @Nullable Object hear(Inbox inbox, Monitored started, @Nullable Long nanos) {
    Selector<Object> wanted =
        m ->
            m instanceof Stop || (m instanceof Down down && down.ref().equals(started.ref()))
                ? m
                : null;
    return nanos == null
        ? inbox.receive(wanted)
        : inbox.receive(wanted, Duration.ofNanos(Math.max(0, nanos))).orElse(null);
  }
}

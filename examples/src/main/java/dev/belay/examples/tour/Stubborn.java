package dev.belay.examples.tour;

import static dev.belay.Belay.receive;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// Chapter 6: processes that do not end when they are told to.
///
/// It is told from a plain thread with an inbox, because a busy loop may take a processor from the
/// processes.
public final class Stubborn implements Chapter {
  Stubborn() {}

  static void main() throws Exception {
    Tour.main(6);
  }

  @Override
  public String title() {
    return "The ones that will not die";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        Java cannot stop a thread by force. A process that is told to end is interrupted, and every
        verb it calls throws; but what if it calls none, or takes no notice?

        It has a grace, here 300 ms, by default a second. When that is over, the process is declared
        dead: all that a death means happens without it. It can do nothing in the runtime any more.
        Its thread goes into quarantine, and there, to be honest, it may run on.
        """);
    try (Node node = Node.start();
        Inbox inbox = node.inbox()) {
      tell.label(inbox.pid(), "main");
      tell.follow(
          node,
          () -> {
            busyLoop(tell, node, inbox);
            swallowing(tell, node, inbox);
            hangingClose(tell, node, inbox);
          });
    }
  }

  private record Drawbridge(CompletableFuture<Void> letGo) implements AutoCloseable {
    @Override
    public void close() {
      letGo.join();
    }
  }

  private static SpawnOptions options(String label) {
    Duration time = Duration.ofMillis(300);
    return SpawnOptions.DEFAULT.label(label).grace(time).closeTime(time);
  }

  private static void busyLoop(Narrator tell, Node node, Inbox inbox) throws Exception {
    tell.step("First, one that only computes, and never looks up:");
    CountDownLatch running = new CountDownLatch(1);
    // @start region="busy"
    AtomicBoolean enough = new AtomicBoolean();
    Monitored busy =
        inbox.spawnMonitor(
            options("busy"),
            () -> {
              running.countDown();
              while (!enough.get()) {
                Thread.onSpinWait();
              }
            });
    // @end
    running.await();
    end(tell, inbox, busy.pid());
    quarantine(tell, node);
    tell.say("The chapter has a switch for this loop. Outside of a tour, mend the loop.");
    enough.set(true);
    awaitEmpty(tell, node);
  }

  private static void swallowing(Narrator tell, Node node, Inbox inbox) throws Exception {
    tell.step("Next, one that catches everything, and goes on as if nothing had happened:");
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean enough = new AtomicBoolean();
    // @start region="swallow"
    Monitored deaf =
        inbox.spawnMonitor(
            options("deaf"),
            () -> {
              running.countDown();
              while (!enough.get()) {
                try {
                  receive();
                } catch (Throwable ignored) {
                  Thread.onSpinWait(); // told to end, over and over
                }
              }
            });
    // @end
    running.await();
    end(tell, inbox, deaf.pid());
    quarantine(tell, node);
    tell.say("Never catch Throwable around a verb. catch (Exception …) is harmless.");
    enough.set(true);
    awaitEmpty(tell, node);
  }

  private static void hangingClose(Narrator tell, Node node, Inbox inbox) throws Exception {
    tell.step("Last, one that ends at once, but owns something whose close() never returns:");
    CompletableFuture<Void> letGo = new CompletableFuture<>();
    // @start region="close"
    Drawbridge bridge = new Drawbridge(letGo); // its close() waits for letGo
    Monitored owner = inbox.spawnMonitor(options("owner").own(bridge), () -> receive());
    // @end
    end(tell, inbox, owner.pid());
    tell.say("The close() had its own bound, 300 ms here. Nobody waits for it for ever either.");
    quarantine(tell, node);
    letGo.complete(null);
    awaitEmpty(tell, node);
  }

  private static void end(Narrator tell, Inbox inbox, Pid pid) throws Exception {
    tell.draw(inbox.pid(), pid);
    tell.withTimes();
    inbox.exit(pid, ExitReason.SHUTDOWN);
    Down down = inbox.receive(Down.class);
    tell.awaitEnd(pid);
    tell.withoutTimes();
    tell.draw(inbox.pid(), pid);
    tell.show("main knows: " + down.trail());
  }

  private static void quarantine(Narrator tell, Node node) {
    tell.say("In quarantine, still running:");
    node.quarantined()
        .forEach(
            entry -> tell.show("the thread of " + entry.pid() + ", stuck in " + entry.stuckIn()));
  }

  private static void awaitEmpty(Narrator tell, Node node) throws InterruptedException {
    while (!node.quarantined().isEmpty()) {
      Thread.sleep(1);
    }
    tell.say("Let go, the thread ends. In quarantine: " + node.quarantined().size() + " threads.");
  }
}

package dev.belay.examples.antipatterns;

import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.MailboxPolicy;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.otp.Backoff;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Anti-patterns of processes, messages, bonds and supervisors.
final class Processes {
  private static final System.Logger LOGGER = System.getLogger("antipatterns");

  private Processes() {}

  record Job(int number) {}

  /// What a job may throw.
  static final class BadJob extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /// What does the jobs.
  interface Tool {
    void use(Job job) throws BadJob;
  }

  // @start region="trap-bad"
  static void stubbornWorker(Tool tool) throws BadJob {
    trapExits(true);
    while (true) {
      switch (receive()) {
        case Job job -> tool.use(job);
        case Exit exit -> LOGGER.log(System.Logger.Level.INFO, "somebody ended: " + exit);
        default -> {}
      }
    }
  }

  // @end

  // @start region="trap-good"
  static void worker(Tool tool) throws BadJob {
    while (true) {
      tool.use(receive(Job.class)); // whoever it is linked with ends it
    }
  }

  // @end

  // @start region="mailbox-bad"
  static void flood(Pid worker) {
    for (int i = 0; i < 1_000_000; i++) {
      send(worker, new Job(i)); // never waits
    }
  }

  // @end

  // @start region="mailbox-good"
  static void feed(Tool tool) {
    SpawnOptions bounded = SpawnOptions.DEFAULT.mailbox(100, MailboxPolicy.SENDER_WAITS);
    Pid worker = spawn(bounded, () -> worker(tool));
    for (int i = 0; i < 1_000_000; i++) {
      send(worker, new Job(i)); // waits while 100 are there
    }
  }

  // @end

  // @start region="throwable-bad"
  static void deafWorker(Tool tool) {
    while (true) {
      try {
        tool.use(receive(Job.class));
      } catch (Throwable e) {
        LOGGER.log(System.Logger.Level.WARNING, "a job failed", e); // the order to end, too
      }
    }
  }

  // @end

  // @start region="throwable-good"
  static void strictWorker(Tool tool) {
    while (true) {
      Job job = receive(Job.class);
      try {
        tool.use(job);
      } catch (BadJob e) { // the one thing that is known what to do about
        LOGGER.log(System.Logger.Level.WARNING, "cannot do " + job, e);
      }
    }
  }

  // @end

  // @start region="mutable-bad"
  record Report(List<String> lines) {}

  static void report(Pid reader, List<String> lines) {
    send(reader, new Report(lines));
    lines.clear(); // and the reader's report is empty, or half of it
  }

  // @end

  // @start region="mutable-good"
  record SafeReport(List<String> lines) {
    SafeReport {
      lines = List.copyOf(lines);
    }
  }

  // @end

  record Ping() {}

  record Pong() {}

  // @start region="timeout-bad"
  static boolean isThere(Pid worker) {
    send(worker, new Ping());
    return receive(Pong.class, Duration.ofMillis(50)).isPresent(); // slow, or dead?
  }

  // @end

  // @start region="timeout-good"
  static void untilItIsGone(Pid worker) {
    Ref ref = monitor(worker);
    Down down = receive(ref, m -> m instanceof Down d && d.ref().equals(ref) ? d : null);
    LOGGER.log(System.Logger.Level.INFO, "gone: " + down.reason());
  }

  // @end

  // @start region="intensity-bad"
  static Supervisor patient(Callable<? extends Server<?>> parser) {
    return Supervisor.oneForOne()
        .intensity(1_000_000, Duration.ofSeconds(1)) // it never gives up
        .child(child(parser));
  }

  // @end

  // @start region="intensity-good"
  static Supervisor strict(Callable<? extends Server<?>> parser) {
    return Supervisor.oneForOne()
        .intensity(10, Duration.ofSeconds(30))
        .child(
            child(parser).backoff(Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10))));
  }

  // @end

  private static ChildSpec child(Callable<? extends Server<?>> parser) {
    return ChildSpec.server("parser", () -> (Server<?>) parser.call());
  }

  // @start region="link-bad"
  static void watchWithALink(Pid job) {
    trapExits(true);
    link(job); // if this process ends, so does the job
    Exit exit = receive(Exit.class); // of the job, or of anybody else it is linked with
    LOGGER.log(System.Logger.Level.INFO, "ended: " + exit.reason());
  }

  // @end

  // @start region="link-good"
  static void watch(Pid job) {
    Ref ref = monitor(job);
    Down down = receive(ref, m -> m instanceof Down d && d.ref().equals(ref) ? d : null);
    LOGGER.log(System.Logger.Level.INFO, "ended: " + down.reason());
  }

  // @end

  sealed interface Message {}

  record Count() implements Message, Call<Message, Integer> {}

  // @start region="alive-bad"
  static Optional<Integer> countIfAlive(Node node, Pid counter) {
    if (!isAlive(counter)) {
      return Optional.empty();
    }
    return Optional.of(ServerRef.of(node, counter, Message.class).call(new Count())); // and now?
  }

  // @end

  // @start region="alive-good"
  static Optional<Integer> count(ServerRef<Message> counter) {
    try {
      return Optional.of(counter.call(new Count()));
    } catch (CallException e) {
      return Optional.empty();
    }
  }

  // @end

  // @start region="pid-bad"
  static ServerRef<Message> found(Callable<? extends Server<Message>> counter) {
    return Server.start(counter); // this one process; the next one is another
  }

  // @end

  // @start region="pid-good"
  static Supervisor named(Callable<? extends Server<Message>> counter) {
    return Supervisor.oneForOne()
        .child(ChildSpec.server("counter", StartOptions.DEFAULT.name("counter"), counter));
  }

  static ServerRef<Message> find(Node node) {
    return ServerRef.named(node, "counter", Message.class); // whoever has the name then
  }
  // @end
}

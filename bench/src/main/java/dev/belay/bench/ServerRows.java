package dev.belay.bench;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.otp.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The workloads with servers, state machines, supervisors and tasks on Belay.
final class ServerRows {
  private ServerRows() {}

  /// What the driver of a row does.
  static Drill drill(Row row) {
    return switch (row) {
      case CALL -> new Calls();
      case CAST -> new Casts();
      case EVENT -> new Events();
      case EVENT_CALL -> new EventCalls();
      case RESTARTS -> new Restarts();
      case TREE -> new Tree(true);
      case TREE_STOP -> new Tree(false);
      case TASK -> new Tasks();
      default -> throw new IllegalArgumentException("no drill for " + row);
    };
  }

  static void check(boolean right, String what, @Nullable Object found) {
    if (!right) {
      throw new IllegalStateException(what + " is " + found);
    }
  }

  private static <T> T there(@Nullable T begun) {
    return Objects.requireNonNull(begun, "it has not begun");
  }

  private static final class Calls extends Drill {
    private @Nullable ServerRef<Counter.Message> server;

    @Override
    int begin(int size) {
      server = Server.start(Counter::new);
      return size;
    }

    @Override
    void step(int number) {
      int answer = there(server).call(new Counter.Echo(number));
      check(answer == number, "the answer to " + number, answer);
    }

    @Override
    void end() {
      there(server).stop();
    }
  }

  private static final class Casts extends Drill {
    private @Nullable ServerRef<Counter.Message> server;

    @Override
    int begin(int size) {
      server = Server.start(Counter::new);
      return size;
    }

    @Override
    void step(int number) {
      there(server).cast(new Counter.Add(number));
    }

    @Override
    void finish(int size) {
      long sum = there(server).callForever(new Counter.Sum());
      check(sum == size * (size - 1L) / 2, "the sum", sum);
    }

    @Override
    void end() {
      there(server).stop();
    }
  }

  private static final class Events extends Drill {
    private @Nullable ServerRef<Turnstile.Event> machine;

    @Override
    int begin(int size) {
      machine = Server.start(Turnstile::new);
      return size;
    }

    @Override
    void step(int number) {
      there(machine).cast(number % 2 == 0 ? new Turnstile.Coin() : new Turnstile.Push());
    }

    @Override
    void finish(int size) {
      int passed = there(machine).callForever(new Turnstile.Passed());
      check(passed == size / 2, "who passed", passed);
    }

    @Override
    void end() {
      there(machine).stop();
    }
  }

  private static final class EventCalls extends Drill {
    private @Nullable ServerRef<Turnstile.Event> machine;

    @Override
    int begin(int size) {
      machine = Server.start(Turnstile::new);
      return size;
    }

    @Override
    void step(int number) {
      Turnstile.State state = there(machine).call(new Turnstile.Turn());
      check(
          state == (number % 2 == 0 ? Turnstile.State.OPEN : Turnstile.State.LOCKED),
          "the state after " + number,
          state);
    }

    @Override
    void end() {
      there(machine).stop();
    }
  }

  /// Says that it is there.
  private static final class Announcing extends Server<Word> {
    private final Pid driver;

    Announcing(Pid driver) {
      this.driver = driver;
    }

    @Override
    protected void init() {
      send(driver, self());
    }

    @Override
    protected void handleMessage(Word message) {
      throw Word.unexpected(message);
    }
  }

  private static final class Restarts extends Drill {
    private final List<SupervisorRef> supervisors = new ArrayList<>();
    private final List<Pid> children = new ArrayList<>();

    @Override
    int begin(int size) {
      Silence.begin();
      Pid me = self();
      for (int i = 0; i < size; i += Work.RESTARTS) {
        supervisors.add(
            Supervisor.oneForOne()
                .intensity(Work.RESTARTS, Duration.ofSeconds(1))
                .child("child", () -> new Announcing(me))
                .startLink());
        children.add(receive(Pid.class));
      }
      return size;
    }

    @Override
    void step(int number) {
      int which = number / Work.RESTARTS;
      exit(children.get(which), ExitReason.KILL);
      children.set(which, receive(Pid.class));
    }

    @Override
    void end() {
      supervisors.forEach(SupervisorRef::stop);
    }
  }

  /// A supervisor of dynamic supervisors of servers.
  private static final class Tree extends Drill {
    private final boolean timesStart;
    private final ChildSpec leaf = ChildSpec.server("leaf", Counter::new);
    private @Nullable SupervisorRef root;
    private @Nullable DynamicSupervisorRef branch;
    private int each = 1;

    Tree(boolean timesStart) {
      this.timesStart = timesStart;
    }

    @Override
    int begin(int size) {
      root = Supervisor.oneForOne().startLink();
      each = size / Work.BRANCHES;
      if (timesStart) {
        return size;
      }
      for (int i = 0; i < size; i++) {
        step(i);
      }
      return 0;
    }

    @Override
    void step(int number) {
      if (number % each == 0) {
        Pid pid =
            there(root)
                .startChild(DynamicSupervisor.oneForOne().asChild("branch-" + number))
                .pid()
                .orElseThrow();
        branch = DynamicSupervisorRef.of(node(), pid);
      }
      there(branch).startChild(leaf);
    }

    @Override
    void finish(int size) {
      if (!timesStart) {
        there(root).stop();
      }
    }

    @Override
    void end() {
      if (timesStart) {
        int last = there(branch).count().active();
        check(last == each, "the number of children of the last supervisor", last);
        there(root).stop();
      }
    }
  }

  private static final class Tasks extends Drill {
    @Override
    void step(int number) {
      int result = Task.async(() -> number).await();
      check(result == number, "the result of " + number, result);
    }
  }
}

package dev.belay.death;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;

import dev.belay.ExitReason;
import dev.belay.NameException;
import dev.belay.NoProcessException;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.BiPredicate;

/// A way in which a body ends by itself.
///
/// @param name what happens
/// @param ending the last thing that the body does
/// @param reason tells the true reason from others
record OwnEnd(String name, Ending ending, BiPredicate<Stage, ExitReason> reason) {
  /// The last thing that a body does.
  interface Ending {
    void run(Stage stage) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }

  /// All of them.
  static List<OwnEnd> all() {
    List<OwnEnd> ends = new ArrayList<>();
    ends.add(with("return", ExitReason.NORMAL, stage -> {}));
    exits(ends);
    ends.addAll(throwables());
    ends.add(
        crashing(
            "an interrupted sleep",
            InterruptedException.class,
            stage -> {
              Thread.currentThread().interrupt();
              Thread.sleep(60_000);
            }));
    ends.add(
        crashing(
            "an interrupted wait, swallowed and thrown as something else",
            IllegalStateException.class,
            stage -> {
              Thread.currentThread().interrupt();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new IllegalStateException("could not wait");
              }
            }));
    ends.add(
        crashing(
            "an interrupted verb",
            ProcessInterruptedException.class,
            stage -> {
              Thread.currentThread().interrupt();
              sleep(Duration.ofMinutes(1));
            }));
    ends.add(
        crashing(
            "an interrupted receive",
            ProcessInterruptedException.class,
            stage -> {
              Thread.currentThread().interrupt();
              receive(Void.class);
            }));
    ends.add(
        with(
            "return with the interrupt status set",
            ExitReason.NORMAL,
            stage -> Thread.currentThread().interrupt()));
    ends.add(
        thrown(
            "an exception with the interrupt status set",
            stage -> {
              Thread.currentThread().interrupt();
              throw stage.throwing(new IOException("while interrupted"));
            }));
    verbs(ends);
    return ends;
  }

  private static void exits(List<OwnEnd> ends) {
    ExitReason.Term unprintable = new ExitReason.Term(new Unprintable());
    for (ExitReason reason :
        List.of(
            ExitReason.NORMAL,
            ExitReason.SHUTDOWN,
            ExitReason.shutdown("detail"),
            ExitReason.KILL,
            ExitReason.KILLED,
            ExitReason.NO_PROC,
            ExitReason.term("any value"))) {
      ends.add(
          with(
              "exit(" + reason + ")",
              reason,
              stage -> {
                throw exit(reason);
              }));
    }
    ends.add(
        with(
            "exit with a reason whose toString throws",
            unprintable,
            stage -> {
              throw exit(unprintable);
            }));
    ends.add(
        with(
            "an exit signal to itself",
            ExitReason.term("suicide"),
            stage -> exit(self(), ExitReason.term("suicide"))));
    ends.add(
        with(
            "a normal exit signal to itself",
            ExitReason.NORMAL,
            stage -> {
              exit(self(), ExitReason.NORMAL);
              throw new AssertionError("still here");
            }));
    ends.add(with("a kill to itself", ExitReason.KILLED, stage -> exit(self(), ExitReason.KILL)));
  }

  private static List<OwnEnd> throwables() {
    return List.of(
        thrown(
            "a checked exception",
            stage -> {
              throw stage.throwing(new IOException("checked"));
            }),
        thrown(
            "an unchecked exception",
            stage -> {
              throw stage.throwing(new IllegalArgumentException("unchecked"));
            }),
        thrown(
            "an assertion",
            stage -> {
              throw stage.throwing(new AssertionError("assertion"));
            }),
        thrown(
            "a throwable of no known kind",
            stage -> sneak(stage.throwing(new Strange("neither exception nor error")))),
        thrown(
            "a throwable whose own methods throw", stage -> sneak(stage.throwing(new Hostile()))),
        thrown(
            "an exception that was caused by itself in a ring",
            stage -> {
              Exception one = new Exception("one");
              Exception two = new Exception("two", one);
              one.initCause(two);
              throw stage.throwing(two);
            }),
        thrown(
            "a made-up OutOfMemoryError",
            stage -> {
              throw stage.throwing(new OutOfMemoryError("made up"));
            }),
        thrown(
            "a made-up StackOverflowError",
            stage -> {
              throw stage.throwing(new StackOverflowError("made up"));
            }),
        thrown(
            "a made-up InternalError",
            stage -> {
              throw stage.throwing(new InternalError("made up"));
            }),
        crashing("a real StackOverflowError", StackOverflowError.class, stage -> deeper(0)),
        crashing(
            "an array that no heap could hold",
            OutOfMemoryError.class,
            stage -> stage.ledger.note("" + new long[Integer.MAX_VALUE].length)),
        crashing(
            "a class that cannot be initialised",
            ExceptionInInitializerError.class,
            stage -> BadClasses.initialise()),
        crashing(
            "a class that could not be initialised before",
            NoClassDefFoundError.class,
            stage -> BadClasses.initialiseAgain()),
        crashing(
            "a class that is not there", NoClassDefFoundError.class, stage -> BadClasses.miss()),
        crashing(
            "a failed computation elsewhere",
            ExecutionException.class,
            stage -> CompletableFuture.failedFuture(new IOException("in the other thread")).get()),
        crashing(
            "a failed join",
            CompletionException.class,
            stage ->
                CompletableFuture.failedFuture(new IOException("in the other thread")).join()));
  }

  private static void verbs(List<OwnEnd> ends) {
    ends.add(
        crashing(
            "a link to the dead",
            NoProcessException.class,
            stage -> {
              Pid dead = spawn(() -> {});
              Await.until("it is dead", () -> !stage.node.isAlive(dead));
              link(dead);
            }));
    ends.add(
        crashing(
            "a name that is taken", NameException.class, stage -> register(Audience.NAME, self())));
    ends.add(
        crashing(
            "messages in the mailbox that cannot be printed",
            IllegalStateException.class,
            stage -> {
              for (int i = 0; i < 3; i++) {
                send(self(), new Unprintable());
                send(self(), new Hostile());
              }
              throw new IllegalStateException("with bad messages");
            }));
  }

  private static OwnEnd with(String name, ExitReason reason, Ending ending) {
    return new OwnEnd(name, ending, (stage, actual) -> actual.equals(reason));
  }

  /// The reason must hold the very throwable.
  private static OwnEnd thrown(String name, Ending ending) {
    return new OwnEnd(
        name,
        ending,
        (stage, actual) ->
            actual instanceof ExitReason.Crash crash && crash.throwable() == stage.thrown.get());
  }

  private static OwnEnd crashing(String name, Class<? extends Throwable> type, Ending ending) {
    return new OwnEnd(
        name,
        ending,
        (stage, actual) ->
            actual instanceof ExitReason.Crash crash && crash.throwable().getClass() == type);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static long deeper(long depth) {
    return deeper(depth + 1) + depth;
  }

  /// Throws anything, also what the compiler would want declared.
  @SuppressWarnings({"unchecked", "DoNotCallSuggester"})
  static <E extends Throwable> void sneak(Throwable throwable) throws E {
    throw (E) throwable;
  }

  /// What `ThreadDeath` was: neither an exception nor a usual error.
  static final class Strange extends Throwable {
    private static final long serialVersionUID = 1L;

    Strange(String message) {
      super(message);
    }
  }

  /// A throwable that makes trouble for everybody who looks at it.
  static final class Hostile extends Throwable {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new StackOverflowError("no text");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("no stack");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("no cause");
    }

    @Override
    public void printStackTrace(java.io.PrintWriter writer) {
      throw new OutOfMemoryError("no print");
    }
  }

  /// A value that cannot be rendered.
  static final class Unprintable {
    @Override
    public String toString() {
      throw new IllegalStateException("cannot be rendered");
    }
  }
}

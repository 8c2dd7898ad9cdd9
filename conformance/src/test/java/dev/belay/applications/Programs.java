package dev.belay.applications;

import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.sendAfter;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;

import dev.belay.Body;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import dev.belay.otp.Application;
import dev.belay.otp.AutoShutdown;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Restart;
import dev.belay.otp.Server;
import dev.belay.otp.Shutdown;
import dev.belay.otp.Supervisor;
import java.time.Duration;
import java.util.concurrent.Callable;

/// Small programs, each with what can happen to one: for a JVM of their own.
final class Programs {
  /// Nobody waits as long.
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private static final Application METRICS =
      Application.named("metrics")
          .supervisor(Supervisor.oneForOne().child("meter", () -> new Worker("meter")))
          .afterStop(() -> say("after metrics"));

  private Programs() {}

  /// Runs one.
  ///
  /// @param args its name
  public static void main(String[] args) {
    System.exit(program(args[0]).run());
  }

  private static Application program(String which) {
    return switch (which) {
      case "shop" -> shop().afterStop(() -> say("after shop"));
      case "ignores" ->
          named("shop", worker("till"), ignoring("deaf"))
              .dependsOn(METRICS)
              .shutdownTime(Duration.ofSeconds(2));
      case "fails" -> failing().dependsOn(METRICS);
      case "gives up" ->
          named("shop", worker("till"), child("bad", Crashing::new)).dependsOn(METRICS);
      case "is done" ->
          Application.named("shop")
              .dependsOn(METRICS)
              .supervisor(
                  Supervisor.oneForOne()
                      .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                      .child(child("job", Done::new).restart(Restart.TRANSIENT).significant()));
      case "stops itself" ->
          named("shop", worker("till"), child("stops", () -> new Once(() -> stopIt(5))))
              .dependsOn(METRICS);
      case "exits" ->
          named("shop", worker("till"), child("exits", () -> new Once(() -> System.exit(7))))
              .dependsOn(METRICS);
      case "exits while it starts" ->
          named("shop", worker("till"))
              .dependsOn(METRICS)
              .beforeStart(() -> System.exit(7))
              .shutdownTime(Duration.ofSeconds(2));
      case "starts slowly" ->
          Application.named("all")
              .dependsOn(METRICS, slow(Programs::awaitEndOfJvm), named("late", worker("late")));
      case "never starts" ->
          slow(() -> sleep(FOR_EVER)).dependsOn(METRICS).shutdownTime(Duration.ofSeconds(1));
      default -> throw new IllegalArgumentException(which);
    };
  }

  private static Application shop() {
    return named("shop", worker("inventory"), worker("till"))
        .dependsOn(METRICS)
        .beforeStop(() -> say("before shop"));
  }

  private static Application named(String name, ChildSpec... children) {
    Supervisor top = Supervisor.oneForOne();
    for (ChildSpec child : children) {
      top = top.child(child);
    }
    return Application.named(name)
        .supervisor(top.child(child("sayer", () -> new Once(() -> say("running " + name)))));
  }

  private static Application failing() {
    return named(
        "shop",
        worker("till"),
        child(
            "bad",
            () -> {
              throw new IllegalStateException("no shelf");
            }));
  }

  /// Takes a while to start.
  private static Application slow(Body body) {
    return named("slow", worker("slow"))
        .beforeStart(() -> {
          say("starting");
          body.run();
          say("started");
        });
  }

  private static ChildSpec worker(String name) {
    return child(name, () -> new Worker(name));
  }

  private static <M> ChildSpec child(String name, Callable<? extends Server<M>> server) {
    return ChildSpec.server(name, server);
  }

  /// Does not hear when it is told to shut down.
  private static ChildSpec ignoring(String name) {
    return ChildSpec.of(
            name,
            () ->
                Child.of(
                    spawn(
                        SpawnOptions.DEFAULT.label("deaf worker").link(),
                        () -> {
                          trapExits(true);
                          while (true) {
                            receive();
                          }
                        })))
        .shutdown(Shutdown.INFINITE);
  }

  private static void stopIt(int status) {
    Application.stopProgram(status);
  }

  /// Waits until who starts this application has been told to end.
  private static void awaitEndOfJvm() {
    Pid starter = info(self()).flatMap(ProcessInfo::parent).orElseThrow();
    while (info(starter).orElseThrow().messageQueueLength() == 0) {
      sleep(Duration.ofMillis(1));
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static class Quiet extends Server<Quiet.Message> {
    record Message() {}

    @Override
    protected void handleMessage(Message message) {}
  }

  private static final class Worker extends Quiet {
    private final String name;

    Worker(String name) {
      this.name = name;
    }

    @Override
    protected void init() {
      trapExits(true);
    }

    @Override
    protected void cleanUp(ExitReason reason) {
      say("stopped " + name + ": " + reason);
    }
  }

  /// Does something when it has begun.
  private static class Once extends Quiet {
    private final Runnable what;

    Once(Runnable what) {
      this.what = what;
    }

    @Override
    protected void init() {
      sendAfter(Duration.ZERO, self(), "now");
    }

    @Override
    protected void handleInfo(Object message) {
      what.run();
    }
  }

  private static final class Crashing extends Once {
    Crashing() {
      super(() -> {
        throw new IllegalStateException("out of ropes");
      });
    }
  }

  private static final class Done extends Quiet {
    @Override
    protected void init() {
      sendAfter(Duration.ZERO, self(), "now");
    }

    @Override
    protected void handleInfo(Object message) {
      say("done");
      stop();
    }
  }
}

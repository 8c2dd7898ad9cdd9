package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// An [Application] that was started on a node, with those that it depends on. The methods work in
/// processes and on other threads.
///
/// ```java
/// try (ApplicationRef shop = SHOP.start(node)) { // a test, or a program of another kind
///   SupervisorRef tree = shop.supervisor().orElseThrow();
///   …
/// } // stops it
/// ```
///
/// **When not to use it.** In a program of its own: [Application#run()] starts it, stops it when
/// the JVM is told to end, and returns an exit status.
@Sendable
public final class ApplicationRef implements AutoCloseable {
  private final Application application;
  private final Duration patience;
  private final ServerRef<Applications.Request> server;

  ApplicationRef(
      Application application, Duration patience, ServerRef<Applications.Request> server) {
    this.application = application;
    this.patience = patience;
    this.server = server;
  }

  /// Returns the process that has started the applications. It ends when all are stopped: monitor
  /// it to hear of that. Its reason is `shutdown` then, with an [ApplicationEnded] as its detail if
  /// one of them has ended that the others cannot do without.
  ///
  /// @return its pid
  public Pid pid() {
    return server.pid().orElseThrow();
  }

  /// Lists those that run.
  ///
  /// @return their names, in the order in which they were started
  /// @throws CallException if they have ended
  public List<String> running() {
    return server.call(new Applications.Running());
  }

  /// Returns the top supervisor of the application itself.
  ///
  /// @return where it is, if the application runs and has one
  /// @throws CallException if all have ended
  public Optional<SupervisorRef> supervisor() {
    return server
        .call(new Applications.TopSupervisor(application.name()))
        .map(pid -> SupervisorRef.of(server.node(), pid));
  }

  /// Stops the applications in reverse order, and waits until they have stopped. What has not when
  /// [Application#shutdownTime] is over is killed. Nothing happens if they have ended.
  public void stop() {
    Node node = server.node();
    Pid root = pid();
    try {
      server.stop(ExitReason.SHUTDOWN, patience);
    } catch (CallException e) {
      // Otherwise they have ended for another reason.
      if (e.isTimeout()) {
        Descendants.kill(node, application, root);
      }
    }
  }

  /// Stops the applications, as [#stop()] does.
  @Override
  public void close() {
    stop();
  }

  @Override
  public String toString() {
    return application + " " + server;
  }
}

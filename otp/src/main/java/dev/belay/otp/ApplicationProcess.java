package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Exit;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Pid;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The process of one application: Erlang's application master. It starts the top supervisor, and
/// runs the callbacks.
final class ApplicationProcess extends Server<ApplicationProcess.Request> {
  /*
   * The process's own, and read by `Applications` when this process has begun or is dead.
   */

  /// There is nothing that it is asked for.
  record Request() {}

  /// What runs in the process of an application.
  record Beginning(ApplicationProcess process) implements Starting.Child {
    @Override
    public Behaviour begin(boolean linked) throws Exception {
      process.begin(linked);
      return process;
    }

    @Override
    public Behaviour proceed(Behaviour begun) {
      return begun;
    }
  }

  private final Application application;
  private @Nullable Supervising supervising;
  private @Nullable Pid supervisor;

  /// How the top supervisor ended, if it did so by itself.
  private @Nullable Exit ended;

  /// Whether that was not intended.
  private boolean failed;

  ApplicationProcess(Application application) {
    this.application = application;
  }

  Application application() {
    return application;
  }

  @Nullable Pid supervisor() {
    return supervisor;
  }

  /// Tells, of one that has ended, whether that was not intended.
  boolean failed(ExitReason reason) {
    return failed || !reason.isOrderly();
  }

  @Override
  protected void init() throws Exception {
    Belay.trapExits(true);
    application.beforeStart().run();
    Callable<Supervisor> description = application.supervisorToBe();
    if (description != null) {
      Supervising made = description.call().make(Belay.node());
      supervising = made;
      try {
        supervisor = Supervisor.startLink(made);
      } catch (StartException e) {
        // With its reason, which is no crash of this process.
        throw new ExitException(e.reason());
      }
    }
  }

  @Override
  protected void handleMessage(Request request) {}

  @Override
  protected void handleInfo(Object message) {
    if (message instanceof Exit exit && exit.pid().equals(supervisor)) {
      ended = exit;
      Supervising dead = supervising;
      failed = !exit.reason().isOrderly() || (dead != null && dead.gaveUp);
      throw Belay.exit(exit);
    }
    if (message instanceof Exit exit && Closing.isBehind(exit, Belay.node())) {
      stop(ExitReason.SHUTDOWN);
    } else {
      SupervisorReport.unexpected(message);
    }
  }

  @Override
  protected void cleanUp(ExitReason reason) {
    if (ended == null) {
      callBack("beforeStop", application.beforeStop());
    }
    Pid pid = supervisor;
    if (pid != null) {
      Ending.end(pid, Shutdown.INFINITE);
      Ending.endOrphans(supervising);
    }
    callBack("afterStop", application.afterStop());
  }

  private void callBack(String which, Body callback) {
    try {
      callback.run();
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      ApplicationReport.callbackFailed(application, which, e);
    }
  }
}

package dev.belay.otp;

import dev.belay.DumpOptions;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What applications say in the log.
final class ApplicationReport {
  private static final Logger LOGGER = System.getLogger("dev.belay");

  /// How many of those that are left are shown.
  private static final int SHOWN = 20;

  private ApplicationReport() {}

  static void started(Application application) {
    LOGGER.log(Level.INFO, "application {0} has started", application.name());
  }

  static void notStarted(Application application, StartException failure) {
    LOGGER.log(
        Level.ERROR,
        "application " + application.name() + " did not start: " + why(failure.reason(), failure),
        thrown(failure.reason()));
  }

  static void stopped(Application application) {
    LOGGER.log(Level.INFO, "application {0} has stopped", application.name());
  }

  static void ended(Application application, ExitReason reason, boolean failed, boolean takesAll) {
    String what =
        "application "
            + application.name()
            + (failed ? " failed: " : " ended: ")
            + CallException.brief(reason)
            + " ("
            + application.type()
            + (takesAll ? ": all are stopped)" : ": the others go on)");
    LOGGER.log(failed ? Level.ERROR : Level.INFO, what, thrown(reason));
  }

  static void callbackFailed(Application application, String which, Throwable thrown) {
    LOGGER.log(
        Level.ERROR,
        "application " + application.name() + ": " + which + " failed, and it stops nevertheless",
        thrown);
  }

  /// Says who has not stopped, with what they are doing.
  static void late(Application application, Node node, Set<Pid> left) {
    LOGGER.log(
        Level.ERROR,
        () ->
            "application "
                + application.name()
                + " has not stopped in time: what is left of it is killed, "
                + left.size()
                + (left.size() == 1 ? " process\n" : " processes\n")
                + node.dump(
                    DumpOptions.DEFAULT.limit(SHOWN).only(info -> left.contains(info.pid()))));
  }

  private static String why(ExitReason reason, StartException failure) {
    return failure.alreadyStarted().isPresent()
        ? "one of this name runs on this node already, as " + failure.alreadyStarted().get()
        : CallException.brief(reason);
  }

  /// Returns what was thrown in the end, however many supervisors have passed it on.
  private static @Nullable Throwable thrown(ExitReason reason) {
    return switch (reason) {
      case ExitReason.Shutdown(FailedToStart failed) -> thrown(failed.reason());
      case ExitReason.Crash crash -> crash.throwable();
      default -> null;
    };
  }
}

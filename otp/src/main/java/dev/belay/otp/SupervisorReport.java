package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Pid;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// What supervisors say in the log (SV43).
final class SupervisorReport {
  private static final Logger LOGGER = System.getLogger("dev.belay");

  private SupervisorReport() {}

  static void started(ChildSpec spec, Pid pid) {
    LOGGER.log(Level.DEBUG, () -> who() + " started child " + spec + ", " + pid);
  }

  static void ended(ChildSpec spec, Exit exit) {
    LOGGER.log(
        Level.WARNING,
        () ->
            who()
                + ": child "
                + spec.id()
                + " "
                + exit.pid()
                + " ended: "
                + CallException.brief(exit.reason())
                + " ("
                + spec
                + ")");
  }

  static void startError(ChildSpec spec, ExitReason reason) {
    LOGGER.log(
        Level.WARNING,
        () -> who() + ": child " + spec.id() + " did not start: " + CallException.brief(reason));
  }

  static void shutdownError(ChildSpec spec, Pid pid, ExitReason reason) {
    LOGGER.log(
        Level.WARNING,
        () ->
            who()
                + ": child "
                + spec.id()
                + " "
                + pid
                + " was told to shut down and ended otherwise: "
                + CallException.brief(reason)
                + " ("
                + spec
                + ")");
  }

  static void tooManyRestarts(ChildSpec spec, int intensity, Duration period) {
    LOGGER.log(
        Level.ERROR,
        () ->
            who()
                + " shuts down: child "
                + spec.id()
                + " would be restart number "
                + (intensity + 1)
                + " within "
                + period);
  }

  static void threadStays(ChildSpec spec) {
    LOGGER.log(
        Level.ERROR,
        () ->
            who()
                + " shuts down: the thread of child "
                + spec.id()
                + " or of one that goes with it, which was declared dead, is still in quarantine");
  }

  static void unexpected(Object message) {
    LOGGER.log(
        Level.WARNING, () -> who() + " got a message that is not for it: " + Text.of(message));
  }

  private static String who() {
    return "supervisor " + Belay.self();
  }
}

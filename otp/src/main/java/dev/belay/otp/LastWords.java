package dev.belay.otp;

import dev.belay.CrashNotes;
import dev.belay.ExitException;
import dev.belay.Pid;

/// What a server leaves behind for the report of its crash, as the last thing that it does.
final class LastWords {
  private LastWords() {}

  /// Leaves them, unless it ends in order, of which there is no report.
  ///
  /// Nothing is rendered here, and nothing that goes wrong here changes how the server ends.
  ///
  /// @param message what it was handling
  /// @param thrown what it ends with
  static void leave(Server<?> server, Object message, Throwable thrown) {
    if (thrown instanceof ExitException exit && exit.reason().isOrderly()) {
      return;
    }
    try {
      CrashNotes.put("server", server.ownType().getName());
      CrashNotes.put("state", server, server::describeState);
      CrashNotes.put("handling", handled(server.handling(message)));
      Pid client = server.client();
      if (client != null) {
        CrashNotes.putProcess("client", client);
      }
    } catch (Throwable e) {
      // For want of memory or stack: then there are fewer words.
    }
  }

  private static Object handled(Object message) {
    return switch (message) {
      case From<?> from -> from.request;
      case SysCall.Terminate _ -> "its stop";
      case Affairs.Tick _ -> "its timeout";
      default -> message;
    };
  }
}

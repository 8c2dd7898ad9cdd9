package dev.belay;

/// Puts the process that runs on a thread into the logging context of that thread, such as SLF4J's
/// `MDC`, so that every line it logs says whose it is.
///
/// Given to a node by [NodeOptions#loggingContext]; the artifact `belay-slf4j` has one for `MDC`.
/// One object serves all processes of the node at once, and so must be safe for use by many
/// threads.
///
/// Both methods are called on the thread on which the process runs, with no lock held: for a
/// function on a thread of its own around the whole of it, for a process that runs in turns around
/// each turn. They must not block, and need not care for interrupts. If one throws, that is
/// reported, and the process goes on without.
public interface LoggingContext {
  /// The process is about to run on this thread.
  ///
  /// @param pid the process
  /// @param label its label, or an empty string
  void enter(Pid pid, String label);

  /// The process, which was entered on this thread before, runs on it no more. Whatever it has put
  /// into the logging context itself should go, too: the thread may run another process next.
  void leave();
}

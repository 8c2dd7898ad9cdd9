package dev.belay.explorer;

/// Unwinds the strands of an execution that has failed.
final class Abort extends Error {
  @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace to mislead anybody
  static final Abort INSTANCE = new Abort();

  private static final long serialVersionUID = 1L;

  private Abort() {
    super("the execution is over", null, false, false);
  }
}

package dev.belay.testkit;

/// Ends a test where it waits for what will not come. Why, the run's verdict says.
final class SeededEnd extends Error {
  private static final long serialVersionUID = 1L;

  SeededEnd(String why) {
    super("the test waited here when its run ended: " + why);
  }
}

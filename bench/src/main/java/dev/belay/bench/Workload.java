package dev.belay.bench;

/// One row's work in one system, ready to be done again and again.
interface Workload extends AutoCloseable {
  /// Does the work once, and checks that all of it was done.
  ///
  /// @return how many nanoseconds it took, or how many bytes it holds, in all
  /// @throws Exception if something is missing or wrong
  double run() throws Exception;

  @Override
  void close();
}

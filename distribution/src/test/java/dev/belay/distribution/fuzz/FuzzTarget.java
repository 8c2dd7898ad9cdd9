package dev.belay.distribution.fuzz;

/// A part of the node that reads what others send, and what it promises whatever that is.
///
/// The fuzzer calls it with one input after the other. What it keeps from one input to the next
/// must make no difference to the next. For one thread at a time.
public interface FuzzTarget extends AutoCloseable {
  /// Gives it an input.
  ///
  /// @param input any bytes; they are not changed
  /// @return whether all of the input made sense
  /// @throws AssertionError if a promise was broken
  boolean takes(byte[] input);

  /// Ends what it has begun.
  @Override
  default void close() {}
}

package dev.belay.otp;

import org.jspecify.annotations.Nullable;

/// What a [TaskStream] does with each element, in a process of its own.
///
/// @param <E> the type of the elements
/// @param <T> the type of the results
@FunctionalInterface
public interface TaskFunction<E extends @Nullable Object, T extends @Nullable Object> {
  /// Does it with one element.
  ///
  /// @param element the element
  /// @return the result
  /// @throws Exception anything; the process ends with it
  T apply(E element) throws Exception;
}

package dev.belay.distribution.internal.otp;

import dev.belay.distribution.Atom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs the function that starts a child: one of those that the program lets others run.
@FunctionalInterface
public interface ChildStarts {
  /// Runs it, in the process of the supervisor.
  ///
  /// @param module its module
  /// @param name its name
  /// @param arguments what to give it
  /// @return what it returns
  /// @throws Exception anything: the child is not started
  @Nullable Object start(Atom module, Atom name, List<Object> arguments) throws Exception;
}

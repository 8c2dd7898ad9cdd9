package dev.belay;

import org.jspecify.annotations.Nullable;

/// Decides, message by message, which one a selective `receive` takes.
///
/// It is called with each message from the oldest on (RV1). When it returns a value, that message
/// leaves the mailbox and `receive` returns the value; when it returns null, which reads well as
/// [Belay#skip()], or throws, the message stays where it is. It must not call verbs; they throw if
/// it does.
///
/// @param <T> what `receive` returns
@FunctionalInterface
public interface Selector<T> {
  /// Looks at one message.
  ///
  /// @param message the message, or a [SystemMessage]
  /// @return what `receive` should return, or null to leave the message where it is
  @Nullable T select(Object message);
}

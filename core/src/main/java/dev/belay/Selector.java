package dev.belay;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Decides, message by message, which one a selective `receive` takes.
///
/// It is called with each message from the oldest on (RV1). When it returns a value, that message
/// leaves the mailbox and `receive` returns the value; when it returns null, which reads well as
/// [Belay#skip()], or throws, the message stays where it is. It must not call verbs; they throw if
/// it does.
///
/// It is not a predicate: `false` is not null, and a predicate in its place, such as
/// `"go"::equals`, would take whatever comes first. So a `receive` whose selector returns a
/// `Boolean` leaves the message where it is and throws a [VerbException]; [#matching] makes a
/// selector of a predicate.
///
/// @param <T> what `receive` returns
@FunctionalInterface
public interface Selector<T> {
  /// Looks at one message.
  ///
  /// @param message the message, or a [SystemMessage]
  /// @return what `receive` should return, or null to leave the message where it is
  @Nullable T select(Object message);

  /// Returns a selector that takes the oldest message that passes a test, and returns the message.
  ///
  /// @param test is called with each message, as the selector would be
  /// @return the selector
  static Selector<Object> matching(Predicate<Object> test) {
    Objects.requireNonNull(test);
    return message -> test.test(message) ? message : null;
  }
}

package dev.belay.twins;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a scenario: a method that takes a [Trace] and has a twin in Erlang, a function with the
/// same name in Erlang's spelling. See [Scenario].
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Twin {
  /// The numbers of the rules that it shows, as in the catalogue of `dev.belay.rules`.
  String[] value();
}

package dev.belay.rules;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says which rules of the catalogue a test method checks, and which test case of Erlang/OTP it
/// reproduces with the same weight. `docs/conformance.md` is made from it.
///
/// ```
/// @Rule(value = {"L9", "L10"}, otp = "erl_link:otp_5772_link")
/// ```
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(Rule.All.class)
public @interface Rule {
  /// The rules' numbers.
  String[] value();

  /// The test cases of Erlang/OTP, as `suite:case` without `_SUITE`; none for what OTP promises or
  /// does without a test of its own.
  String[] otp() default {};

  /// Several annotations on one method.
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Documented
  @interface All {
    /// The annotations.
    Rule[] value();
  }
}

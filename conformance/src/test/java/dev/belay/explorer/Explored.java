package dev.belay.explorer;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How far a scenario is explored. Without it: [#DEFAULT] and [#FULL].
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Explored {
  /// The bound of the default tier.
  int DEFAULT = 2;

  /// The bound of the long tier.
  int FULL = 3;

  /// Returns the most preemptions in the default tier.
  ///
  /// @return the bound
  int preemptions() default DEFAULT;

  /// Returns the most preemptions in the long tier.
  ///
  /// @return the bound
  int full() default FULL;
}

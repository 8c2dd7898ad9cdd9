package dev.belay;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Promises that several processes may have a value at the same time, although Belay cannot see
/// why: development mode does not look into it.
///
/// On a type it is for the fields that this type and its superclasses declare, for instance a hash
/// that is computed late; a subclass has to answer for its own fields. On a field or a component of
/// a record it is for whatever that field holds, for instance a sorted map of which nobody else has
/// a reference, or a thread-safe service that processes share on purpose.
///
/// ```java
/// record Prices(@Sendable SortedMap<String, Integer> byName) {
///   Prices {
///     byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
///   }
/// }
/// ```
///
/// Nothing checks the promise. Annotations of others with the simple name `Immutable` that can be
/// seen at run time, such as those of JCIP and Error Prone, count as well.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Sendable {}

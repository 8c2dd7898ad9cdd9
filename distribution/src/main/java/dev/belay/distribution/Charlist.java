package dev.belay.distribution;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a `String` of a registered record: its term is a list of characters, as many of Erlang's own
/// interfaces want them, and not a binary. See [TermCodec].
///
/// ```java
/// record Listing(@Charlist String folder, List<@Charlist String> files) {}
/// ```
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface Charlist {}

/// The code of the page on anti-patterns: what not to do, and what to do instead.
@NullMarked
package dev.belay.examples.antipatterns;

import org.jspecify.annotations.NullMarked;

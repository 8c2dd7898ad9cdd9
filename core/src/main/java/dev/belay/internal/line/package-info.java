/// Between `core`, which knows processes, and what carries signals to other nodes, which knows
/// bytes. For the distribution and for tests.
@NullMarked
package dev.belay.internal.line;

import org.jspecify.annotations.NullMarked;

/// Turn-style processes: what a behaviour may rely on, and what one process cannot do to the
/// others.
@NullMarked
package dev.belay.turns;

import org.jspecify.annotations.NullMarked;

/// The parts of the core, measured one by one.
@NullMarked
package dev.belay;

import org.jspecify.annotations.NullMarked;

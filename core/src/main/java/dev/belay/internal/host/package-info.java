/// The one seam between Belay and the machine: threads, parking, interrupts and the clock.
///
/// Nothing else in Belay creates a thread, parks one or reads the time, so that tests can run a
/// whole node under a scheduler and a clock of their own.
@NullMarked
package dev.belay.internal.host;

import org.jspecify.annotations.NullMarked;

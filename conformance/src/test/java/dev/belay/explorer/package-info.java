/// A deterministic explorer of interleavings: it runs a scenario again and again, each time under
/// another order of the accesses to shared memory, until every order up to a bound has been seen.
@NullMarked
package dev.belay.explorer;

import org.jspecify.annotations.NullMarked;

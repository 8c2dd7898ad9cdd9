/// Small concurrent programs with known numbers of interleavings and known bugs, on which the
/// explorer is tested.
@NullMarked
package dev.belay.toys;

import org.jspecify.annotations.NullMarked;

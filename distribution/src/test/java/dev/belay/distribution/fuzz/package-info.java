/// What is read of others, given anything: the targets of the fuzzer, and the inputs that are kept.
@NullMarked
package dev.belay.distribution.fuzz;

import org.jspecify.annotations.NullMarked;

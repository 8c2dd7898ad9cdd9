/// The external term format: bytes to values and back.
@NullMarked
package dev.belay.distribution.internal.terms;

import org.jspecify.annotations.NullMarked;

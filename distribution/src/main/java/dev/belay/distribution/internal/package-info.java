/// What several parts of the distribution need.
@NullMarked
package dev.belay.distribution.internal;

import org.jspecify.annotations.NullMarked;

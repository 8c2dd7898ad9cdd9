/// Tests of what two connected nodes send each other.
@NullMarked
package dev.belay.distribution.internal.wire;

import org.jspecify.annotations.NullMarked;

/// What two connected nodes send each other: frames, fragments, control messages.
@NullMarked
package dev.belay.distribution.internal.wire;

import org.jspecify.annotations.NullMarked;

/// Tests of the heap of deadlines.
@NullMarked
package dev.belay.internal.timer;

import org.jspecify.annotations.NullMarked;

/// Timers of one node: a heap of deadlines and the thread that watches it.
@NullMarked
package dev.belay.internal.timer;

import org.jspecify.annotations.NullMarked;

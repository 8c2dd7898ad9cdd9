/// Small runnable programs, one class each.
@NullMarked
package dev.belay.examples;

import org.jspecify.annotations.NullMarked;

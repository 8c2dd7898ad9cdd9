/// The tour: chapters that show on real runs what each signal does. Each is a program of its own.
@NullMarked
package dev.belay.examples.tour;

import org.jspecify.annotations.NullMarked;

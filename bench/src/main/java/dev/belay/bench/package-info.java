/// Workloads in several systems, and what runs them in turn and compares them.
@NullMarked
package dev.belay.bench;

import org.jspecify.annotations.NullMarked;

/// Tests of applications: on a node, and as programs in a JVM of their own.
@NullMarked
package dev.belay.applications;

import org.jspecify.annotations.NullMarked;

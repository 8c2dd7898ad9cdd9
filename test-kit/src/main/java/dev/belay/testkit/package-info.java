/// A JUnit extension that checks the invariants of a node after every test.
@NullMarked
package dev.belay.testkit;

import org.jspecify.annotations.NullMarked;

/// A JUnit extension that gives a test a node of its own and checks the node's invariants after
/// every test.
///
/// Begin with [BelayTest]; say with [Expected] what a test leaves or provokes on purpose; take a
/// [Probe] for messages to and from processes; and let [Interleaved] try a test in many orders.
@NullMarked
package dev.belay.testkit;

import org.jspecify.annotations.NullMarked;

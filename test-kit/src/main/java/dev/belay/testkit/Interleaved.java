package dev.belay.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Runs a test many times, each time with its processes interleaved in another order, in a time of
/// its own.
///
/// It stands in the place of `@Test`:
///
/// ```java
/// @BelayTest
/// class CounterTest {
///   record Get(Pid from) {}
///   record Put(int value) {}
///
///   static void count(Pid cell) {
///     send(cell, new Get(self()));
///     int value = receive(Integer.class);
///     send(cell, new Put(value + 1));
///   }
///
///   @Interleaved
///   void nothingIsLost(Node node, Probe probe, Expected expected) {
///     Pid cell = node.spawn(() -> {
///       int value = 0;
///       while (true) {
///         switch (receive()) {
///           case Get(Pid from) -> send(from, value);
///           case Put(int next) -> value = next;
///           default -> {}
///         }
///       }
///     });
///     expected.running(cell);
///     Pid one = probe.spawn(() -> count(cell));
///     Pid two = probe.spawn(() -> count(cell));
///     probe.expectDown(one);
///     probe.expectDown(two);
///     probe.send(cell, new Get(probe.pid()));
///     assertThat(probe.expect(Integer.class)).isEqualTo(2); // fails: an update is lost
///   }
/// }
/// ```
///
/// Each run is a test with a fresh [dev.belay.Node], whose invariants are checked at its end as
/// [BelayTest] says, also if the class has no such annotation. The first run that fails is the
/// last, and its failure says its **seed**: with `@Interleaved(seed = …)`, or the system property
/// `belay.seed`, that run alone is done again, with the same order of events.
///
/// | attribute | default | |
/// | --- | --- | --- |
/// | [#runs] | 100 | how many runs, with the seeds 1, 2, 3 and so on |
/// | [#seed] | none | the one seed to run with |
///
/// | system property | |
/// | --- | --- |
/// | `belay.seed` | the one seed to run with, in all interleaved tests; or `random`, for seeds that nobody has tried yet |
/// | `belay.runs` | how many runs, instead of [#runs] |
///
/// **The order.** One thread at a time has the turn, be it of a process, of the node, or the test's
/// own. When it sends a signal, spawns, waits or ends, the seed decides who goes on. So two
/// processes interleave between their verbs, not within the code between two verbs. Turn-style
/// processes, and with them servers and supervisors, are given their turns by threads of the node
/// that are interleaved like others.
///
/// **The time** stands still while anybody can run, and then jumps to what comes first: a `receive`
/// with a timeout, a `sleep`, a timer, a grace. A timeout of an hour takes no time, and
/// [Probe#expectNothing] with a minute either. So a timeout never comes before what others can do
/// at once: it is as if code took no time at all. [dev.belay.Node#nanoTime] tells this time.
///
/// **What cannot be controlled.** A process, or the test, may wait only in verbs, and in the
/// methods of [dev.belay.Inbox], [dev.belay.Node] and [Probe]. If it waits for a lock, a future, a
/// socket or in `Thread.sleep` for longer than a second, nobody else can run, and nothing can be
/// said: the test is *aborted*, neither passed nor failed, with the stack of that thread. The same
/// is done if a thread of the program's own uses the node. By then the test may have failed, for it
/// waits in vain for such a thread: no time passes meanwhile.
///
/// Nodes are under control that the test gets as a [dev.belay.Node] or from [Nodes], and those that
/// its own thread starts by itself, as with [dev.belay.Belay#run]; of the latter, sending to a
/// process that is awake is no choice.
///
/// **What fails a run** besides the test's own assertions and the invariants: that the test waits
/// and nobody can run any more nor waits for a time, a *deadlock*, with a dump of the node; that a
/// process does not come to a verb for 10 seconds; and that a run takes more than 500,000 steps.
///
/// **What is the same for a seed** is the order of everything above, and all that depends on it.
/// What the tested code makes of the real time, `Math.random`, identity hash codes (and so the
/// order of a `HashMap` whose keys have no `hashCode` of their own), `Set.of` and `Map.of` may
/// differ.
///
/// **When not to use it.** For code whose processes wait for files, sockets, databases: there
/// [BelayTest] with `@Test` is right. For code without a race, one `@Test` says the same sooner. To
/// see races within the code between two verbs, as between two threads that share a field, take a
/// tool for that; processes share nothing.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@TestTemplate
@ExtendWith({BelayExtension.class, InterleavedExtension.class})
@ResourceLock("dev.belay.log")
public @interface Interleaved {
  /// Returns how many runs there are.
  ///
  /// @return at least 1
  int runs() default 100;

  /// Returns the one seed to run with.
  ///
  /// @return the seed that a failure has told, or 0 for none
  long seed() default 0;
}

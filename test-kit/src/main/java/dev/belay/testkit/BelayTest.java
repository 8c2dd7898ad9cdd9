package dev.belay.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Marks a test class, or one test method, whose tests get a node of their own, and whose node is
/// checked after every test.
///
/// ```
/// @BelayTest
/// class ConnectionTest {
///   @Test
///   void aBrokenConnectionCrashesItsOwner(Node node, Expected expected) {
///     expected.crash(IOException.class);
///     …
///   }
/// }
/// ```
///
/// Test methods, `@BeforeEach` and `@AfterEach` methods may have these parameters, each the same
/// object throughout one test:
///
/// - [dev.belay.Node]: a node with default options, closed after the test
/// - [Nodes]: starts further nodes, or one with other options, which are closed and checked too
/// - [Expected]: where the test says what it leaves or provokes on purpose
/// - [Probe]: a mailbox on the node, with assertions about what comes
///
/// After the test and its `@AfterEach` methods, the test fails unless
///
/// - no process is left over, but those of [Expected#running]
/// - links are symmetric, and every monitor has its two ends
/// - no owned resource is open, and none had to be given up
/// - nothing was logged to the logger `dev.belay` from level WARNING up, but what was [Expected]
/// - no thread is in quarantine, but those of [Expected#quarantine]
///
/// Each of these gets a short time to come true, because a process may be ending while the test
/// does. The log is that of `java.util.logging`, which `System.Logger` writes to by default; it is
/// one for the whole JVM, so these tests do not run in parallel with each other. Where another
/// logging library stands behind `System.Logger`, reports cannot be checked, and a report entry of
/// the test says so.
///
/// With [Interleaved] in the place of `@Test` a test runs many times, its processes in another
/// order each time.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(BelayExtension.class)
@ResourceLock("dev.belay.log")
public @interface BelayTest {}

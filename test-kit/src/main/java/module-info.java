/// For tests: checks after every test that a node is left as it should be, probes that processes
/// can send to, and tests that are interleaved by a seed.
module dev.belay.testkit {
  requires transitive dev.belay.core;
  requires transitive org.junit.jupiter.api;
  requires java.logging;
  requires org.opentest4j;
  requires static org.jspecify;

  exports dev.belay.testkit;
}

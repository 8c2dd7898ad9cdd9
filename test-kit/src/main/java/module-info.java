/// Checks after every test that a node is left as a test should leave it.
module dev.belay.testkit {
  requires transitive dev.belay.core;
  requires transitive org.junit.jupiter.api;
  requires java.logging;
  requires static org.jspecify;

  exports dev.belay.testkit;
}

/// Processes, signals, links, monitors, names, timers and scheduling.
@SuppressWarnings("module") // the test kit is compiled later
module dev.belay.core {
  requires static org.jspecify;
  requires static com.google.errorprone.annotations;
  requires static jdk.management;
  requires jdk.jfr;
  // Only for nodes that are shown in JMX.
  requires static java.management;

  exports dev.belay;
  // For nodes whose threads and time are a test's.
  exports dev.belay.internal.host to
      dev.belay.testkit;
}

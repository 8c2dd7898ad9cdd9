/// Processes, signals, links, monitors, names, timers and scheduling.
module dev.belay.core {
  requires static org.jspecify;
  requires static com.google.errorprone.annotations;
  requires static jdk.management;
  requires jdk.jfr;
  // Only for nodes that are shown in JMX.
  requires static java.management;

  exports dev.belay;
}

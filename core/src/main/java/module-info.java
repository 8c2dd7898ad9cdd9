/// Processes, signals, links, monitors, names, timers and scheduling.
module dev.belay.core {
  requires static org.jspecify;
  requires static com.google.errorprone.annotations;
  requires static jdk.management;
  requires jdk.jfr;

  exports dev.belay;
}

/// Pid and label of a process in SLF4J's MDC.
module dev.belay.slf4j {
  requires static org.jspecify;
  requires transitive dev.belay.core;
  requires org.slf4j;

  exports dev.belay.slf4j;
}

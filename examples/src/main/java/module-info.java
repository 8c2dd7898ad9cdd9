/// Small runnable programs, one class each.
module dev.belay.examples {
  requires dev.belay.core;
  requires java.logging;
  requires static org.jspecify;

  exports dev.belay.examples.tour;
}

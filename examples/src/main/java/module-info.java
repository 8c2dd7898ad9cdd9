/// Small runnable programs, one class each.
module dev.belay.examples {
  requires dev.belay.core;
  requires static org.jspecify;
}

/// Small runnable programs, one class each.
module dev.belay.examples {
  requires dev.belay.core;
  requires java.logging;
  requires java.net.http;
  requires static org.jspecify;

  exports dev.belay.examples.tour;
  exports dev.belay.examples.tunnel;
}

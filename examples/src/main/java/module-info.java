/// Small runnable programs, one class each.
module dev.belay.examples {
  requires dev.belay.core;
  requires dev.belay.distribution;
  requires dev.belay.otp;
  requires java.logging;
  requires java.net.http;
  requires static org.jspecify;

  exports dev.belay.examples.tour;
  exports dev.belay.examples.tunnel;

  // So that development mode can look into messages.
  opens dev.belay.examples to
      dev.belay.core;
}

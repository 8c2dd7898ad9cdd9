/// The bench: the same workloads on Belay, on Erlang, on Pekko and with Jinterface. It runs on the
/// class path, started by `./belay bench`.
module dev.belay.bench {
  requires dev.belay.core;
  requires dev.belay.distribution;
  requires dev.belay.otp;
  requires io.avaje.json;
  requires java.logging;
  requires java.management;
  requires jdk.jfr;
  requires jdk.management;
  requires jinterface;
  requires pekko.actor;
  requires pekko.actor.typed;
  requires scala.library;
  requires typesafe.config;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
}

/// A Belay node as an equal in clusters of Belay, Erlang and Elixir nodes.
module dev.belay.distribution {
  requires static org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive dev.belay.core;
  requires transitive dev.belay.otp;
  // For service records of the domain name system, which nothing else in the JDK reads.
  requires java.naming;

  exports dev.belay.distribution;
}

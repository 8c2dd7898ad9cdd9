/// A Belay node as an equal in clusters of Belay, Erlang and Elixir nodes.
module dev.belay.distribution {
  requires static org.jspecify;
  requires transitive dev.belay.core;

  exports dev.belay.distribution;
}

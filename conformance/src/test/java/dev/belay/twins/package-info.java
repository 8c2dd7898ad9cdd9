/// Twin scenarios: small programs that exist in Java and in Erlang, run on Belay and on the
/// installed Erlang, and leave equal traces.
@NullMarked
package dev.belay.twins;

import org.jspecify.annotations.NullMarked;

/// The conformance node and `./belay node`, as programs: driven from outside, from a real Erlang.
@NullMarked
package dev.belay.puppet;

import org.jspecify.annotations.NullMarked;

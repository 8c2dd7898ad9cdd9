/// The conformance node and `./belay node`, as programs: driven from outside, by a real Erlang and
/// by another node of Belay's; and clusters of such programs, to which all happens that can.
@NullMarked
package dev.belay.puppet;

import org.jspecify.annotations.NullMarked;

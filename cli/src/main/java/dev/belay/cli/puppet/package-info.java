/// The conformance node: processes that do on request what they are told, so that a program on a
/// real Erlang node can drive any scenario here, and compare.
@NullMarked
package dev.belay.cli.puppet;

import org.jspecify.annotations.NullMarked;

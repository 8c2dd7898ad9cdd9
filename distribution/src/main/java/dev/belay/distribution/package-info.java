/// Nodes that form clusters with Erlang's: what a program says and sees.
@NullMarked
package dev.belay.distribution;

import org.jspecify.annotations.NullMarked;

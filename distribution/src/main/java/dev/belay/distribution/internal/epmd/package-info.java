/// Erlang's port mapper: its client, and one of our own.
@NullMarked
package dev.belay.distribution.internal.epmd;

import org.jspecify.annotations.NullMarked;

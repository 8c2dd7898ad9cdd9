/// Tests of connections and their handshakes.
@NullMarked
package dev.belay.distribution.internal.connection;

import org.jspecify.annotations.NullMarked;

/// Connections: sockets on the one side, a node's lines on the other.
@NullMarked
package dev.belay.distribution.internal.connection;

import org.jspecify.annotations.NullMarked;

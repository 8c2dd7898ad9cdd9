/// How two nodes greet each other.
@NullMarked
package dev.belay.distribution.internal.handshake;

import org.jspecify.annotations.NullMarked;

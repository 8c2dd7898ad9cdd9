/// Where nodes can be reached, asked of the name service.
@NullMarked
package dev.belay.distribution.internal.discovery;

import org.jspecify.annotations.NullMarked;

/// A storm of random signals over many processes, and what must be true after it.
@NullMarked
package dev.belay.storm;

import org.jspecify.annotations.NullMarked;

/// Deaths of every kind, and what the living hear of them.
@NullMarked
package dev.belay.death;

import org.jspecify.annotations.NullMarked;

/// Processes that share nothing and die alone or together, with links, monitors and exit signals.
@NullMarked
package dev.belay;

import org.jspecify.annotations.NullMarked;

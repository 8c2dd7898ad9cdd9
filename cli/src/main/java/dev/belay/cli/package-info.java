/// The command `./belay` and its subcommands.
@NullMarked
package dev.belay.cli;

import org.jspecify.annotations.NullMarked;

/// The rules of the house, checked on the compiled classes of every module.
@NullMarked
package dev.belay.architecture;

import org.jspecify.annotations.NullMarked;

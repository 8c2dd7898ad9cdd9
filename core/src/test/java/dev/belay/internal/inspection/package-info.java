@NullMarked
package dev.belay.internal.inspection;

import org.jspecify.annotations.NullMarked;

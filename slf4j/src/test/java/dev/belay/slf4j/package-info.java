@NullMarked
package dev.belay.slf4j;

import org.jspecify.annotations.NullMarked;

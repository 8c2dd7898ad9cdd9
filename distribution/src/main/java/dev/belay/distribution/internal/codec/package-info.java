/// Which terms the values of registered types are: converters, made once, one for each type.
@NullMarked
package dev.belay.distribution.internal.codec;

import org.jspecify.annotations.NullMarked;

/// What tests of the distribution share.
@NullMarked
package dev.belay.distribution.testing;

import org.jspecify.annotations.NullMarked;

/// Servers and supervisors under the test kit's interleavings, and what its documentation shows.
@NullMarked
package dev.belay.interleaved;

import org.jspecify.annotations.NullMarked;

/// Tests of what is not public: the reporter, the tracer and the flight-recorder events.
@NullMarked
package dev.belay;

import org.jspecify.annotations.NullMarked;

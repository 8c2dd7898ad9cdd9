/// Pid and label of a process in SLF4J's MDC.
@NullMarked
package dev.belay.slf4j;

import org.jspecify.annotations.NullMarked;

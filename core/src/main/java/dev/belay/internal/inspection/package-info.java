/// What may be sent in development mode: looks whether a value can change, all the way down.
///
/// It knows nothing of processes, and runs no code of the values that it looks at.
@NullMarked
package dev.belay.internal.inspection;

import org.jspecify.annotations.NullMarked;

/// The documents, held against the sources and files that they speak of.
@NullMarked
package dev.belay.documentation;

import org.jspecify.annotations.NullMarked;

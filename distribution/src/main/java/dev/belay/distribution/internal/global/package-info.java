/// What a visible node owes the others: its part in `global`, the names and locks of a cluster.
@org.jspecify.annotations.NullMarked
package dev.belay.distribution.internal.global;

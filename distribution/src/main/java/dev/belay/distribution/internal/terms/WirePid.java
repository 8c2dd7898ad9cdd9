package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;

/// A process identifier as it is on the wire.
///
/// @param node the node on which the process lives
/// @param id the low bits of its number
/// @param serial the high bits of its number
/// @param creation which of the nodes of this name it is
public record WirePid(Atom node, int id, int serial, int creation) {}

package dev.belay;

/// Which node, and which incarnation of it, a pid belongs to. Two nodes of one name are different
/// nodes.
///
/// @param name the node's name
/// @param creation tells incarnations of the name apart
record NodeId(String name, long creation) {}

package dev.belay.internal.inspection;

/// A part of a value that can change, or into which nobody can look.
///
/// @param path how to come to it from the value, for example `Order.lines[2].prices`
/// @param type the name of its class
/// @param problem what is wrong with it, as the predicate of a sentence whose subject it is
/// @param remedy what to do instead, in whole sentences
/// @param certain whether it is known to be changeable; otherwise it only is not known to be
///   immutable
public record Flaw(String path, String type, String problem, String remedy, boolean certain) {}

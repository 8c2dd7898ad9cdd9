package dev.belay.otp;

/// How many children a supervisor has (SV32).
///
/// @param specs how many it knows, running or not
/// @param active how many run
/// @param supervisors how many are supervisors, running or not
/// @param workers how many are not, running or not
public record ChildCounts(int specs, int active, int supervisors, int workers) {}

package dev.belay.otp;

import dev.belay.Pid;
import java.util.Optional;

/// A child as [SupervisorRef#children] shows it (SV31).
///
/// @param id what it is told apart by
/// @param pid its process, if it runs
/// @param restarting whether it is about to be started again
/// @param supervisor whether it is a supervisor itself
public record ChildInfo(String id, Optional<Pid> pid, boolean restarting, boolean supervisor) {}

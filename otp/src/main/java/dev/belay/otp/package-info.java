/// Servers, supervisors and what else Erlang/OTP builds from processes.
///
/// Begin with [Server].
@NullMarked
package dev.belay.otp;

import org.jspecify.annotations.NullMarked;

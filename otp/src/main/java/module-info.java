/// Servers, supervisors and what else Erlang/OTP builds from processes.
module dev.belay.otp {
  requires static org.jspecify;
  requires transitive dev.belay.core;

  exports dev.belay.otp;
}

/// What servers, supervisors and groups of this node say to those of Erlang's, and hear from them.
@NullMarked
package dev.belay.distribution.internal.otp;

import org.jspecify.annotations.NullMarked;

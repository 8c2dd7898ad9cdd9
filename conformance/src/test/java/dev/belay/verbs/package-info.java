/// What the verbs do where no rule of Erlang/OTP says it: where they work, what they refuse, plain
/// threads, ownership, `run`.
@NullMarked
package dev.belay.verbs;

import org.jspecify.annotations.NullMarked;

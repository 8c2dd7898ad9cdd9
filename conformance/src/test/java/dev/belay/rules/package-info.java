/// Tests of the rules of Erlang/OTP that Belay keeps, each with the numbers of its rules.
@NullMarked
package dev.belay.rules;

import org.jspecify.annotations.NullMarked;

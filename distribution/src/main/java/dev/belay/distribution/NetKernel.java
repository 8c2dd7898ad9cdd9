package dev.belay.distribution;

import static dev.belay.Belay.send;

import dev.belay.Behaviour;
import dev.belay.Pid;
import dev.belay.distribution.internal.otp.Tags;

/// The process `net_kernel`, of which other nodes ask whether this one is there.
final class NetKernel implements Behaviour {
  private static final Atom CALL = Atom.of("$gen_call");
  private static final Atom IS_AUTH = Atom.of("is_auth");

  @Override
  public Behaviour handle(Object message) {
    // {'$gen_call', {From, Tag}, {is_auth, Node}}
    if (message instanceof Tuple call
        && call.size() == 3
        && call.get(0).equals(CALL)
        && call.get(1) instanceof Tuple from
        && from.size() == 2
        && from.get(0) instanceof Pid caller
        && call.get(2) instanceof Tuple request
        && request.size() == 2
        && request.get(0).equals(IS_AUTH)) {
      Object tag = from.get(1);
      send(Tags.replyTo(caller, tag), Tuple.of(tag, Atom.of("yes")));
    }
    return Behaviour.same();
  }
}

package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import org.jspecify.annotations.Nullable;

/// What pids and references of a node are on the wire, and back.
final class NodeIdentities implements Identities {
  private static final long UNSIGNED = 0xFFFF_FFFFL;

  private final Carrier.Access access;

  NodeIdentities(Carrier.Access access) {
    this.access = access;
  }

  @Override
  public Pid pid(Atom home, int id, int serial, int creation) {
    long number = (id & UNSIGNED) | ((long) serial << Integer.SIZE);
    return access.pid(home.name(), creation & UNSIGNED, number);
  }

  Pid pid(WirePid pid) {
    return pid(pid.node(), pid.id(), pid.serial(), pid.creation());
  }

  @Override
  public Ref reference(Atom home, int creation, int[] words) {
    return access.reference(home.name(), creation & UNSIGNED, words);
  }

  Ref reference(WireRef ref) {
    return reference(ref.node(), ref.creation(), ref.words());
  }

  @Override
  public @Nullable WirePid wirePid(Object value) {
    return value instanceof Pid pid ? wire(pid) : null;
  }

  WirePid wire(Pid pid) {
    long number = pid.number();
    return new WirePid(
        Atom.of(pid.node()),
        (int) number,
        (int) (number >>> Integer.SIZE),
        (int) access.creation(pid));
  }

  @Override
  public @Nullable WireRef wireRef(Object value) {
    return value instanceof Ref ref ? wire(ref) : null;
  }

  WireRef wire(Ref ref) {
    Pid owner = ref.owner();
    return new WireRef(Atom.of(owner.node()), (int) access.creation(owner), access.words(ref));
  }
}

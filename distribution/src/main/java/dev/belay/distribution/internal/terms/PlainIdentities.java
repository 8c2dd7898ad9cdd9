package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import org.jspecify.annotations.Nullable;

/// Identities without objects of their own.
final class PlainIdentities implements Identities {
  @Override
  public Object pid(Atom node, int id, int serial, int creation) {
    return new WirePid(node, id, serial, creation);
  }

  @Override
  public Object reference(Atom node, int creation, int[] words) {
    return new WireRef(node, creation, words);
  }

  @Override
  public @Nullable WirePid wirePid(Object value) {
    return value instanceof WirePid pid ? pid : null;
  }

  @Override
  public @Nullable WireRef wireRef(Object value) {
    return value instanceof WireRef ref ? ref : null;
  }
}

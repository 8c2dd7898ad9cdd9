package dev.belay.distribution.internal.terms;

import dev.belay.distribution.Atom;
import org.jspecify.annotations.Nullable;

/// Between process identifiers and references on the wire and the objects that stand for them.
///
/// Readers and writers call it on their own threads, for each identifier that they meet. What it
/// returns has to be a value with `equals` and `hashCode`, since it may be the key of a map.
public interface Identities {
  /// Identities that stand for themselves: [WirePid] and [WireRef] are the values.
  Identities PLAIN = new PlainIdentities();

  /// Returns the object for a process that was read.
  ///
  /// @param node the node on which the process lives
  /// @param id the low bits of its number
  /// @param serial the high bits of its number
  /// @param creation which of the nodes of this name it is
  /// @return what stands for the process
  Object pid(Atom node, int id, int serial, int creation);

  /// Returns the object for a reference that was read.
  ///
  /// @param node the node that made it
  /// @param creation which of the nodes of this name that is
  /// @param words its number, 1 to 5 words; the array is the callee's from now on
  /// @return what stands for the reference
  Object reference(Atom node, int creation, int[] words);

  /// Returns what is written for a process.
  ///
  /// @param value any object
  /// @return the process that it stands for; null if it stands for none
  @Nullable WirePid wirePid(Object value);

  /// Returns what is written for a reference.
  ///
  /// @param value any object
  /// @return the reference that it stands for; null if it stands for none
  @Nullable WireRef wireRef(Object value);
}

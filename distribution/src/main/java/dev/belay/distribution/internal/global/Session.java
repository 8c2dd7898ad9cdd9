package dev.belay.distribution.internal.global;

import dev.belay.distribution.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a name server knows of a node that it has met, until both have each other's names. The name
/// server's own.
final class Session {
  /*
   * The parts come in any order that the two name servers, their lockers and a resolver bring about:
   *
   *   met       the other one has introduced itself: version, theirTag
   *   lock      both sides are locked
   *   offered   the names of the other side; with `lock` they can be resolved
   *   outcome   what has come of that
   *   theirs    what has come of it over there; with `outcome` the session is over
   */
  /// What the other side says at the end.
  ///
  /// @param operations what is to be done here
  /// @param known whom it knows
  /// @param outside which names are those of processes outside
  record Theirs(List<Object> operations, List<Object> known, List<Object> outside) {}

  final String node;
  final Object tag;
  boolean met;
  int version;
  Object theirTag = Words.UNUSED;
  @Nullable Tuple lock;
  @Nullable List<Object> offered;
  Resolving.@Nullable Outcome outcome;
  @Nullable Theirs theirs;

  Session(String node, Object tag) {
    this.node = node;
    this.tag = tag;
  }
}

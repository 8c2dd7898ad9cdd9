package dev.belay.distribution.internal.otp;

import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.connection.Values;
import dev.belay.otp.GenProtocol;
import dev.belay.otp.GenRequest;
import dev.belay.otp.PgProtocol;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the processes of `pg` send each other.
///
/// A group that is a text is a binary on the way, and a text again when it comes; so is one that an
/// Erlang node calls by a binary.
public final class PgMessages implements PgProtocol {
  private static final Atom DISCOVER = Atom.of("discover");
  private static final Atom SYNC = Atom.of("sync");
  private static final Atom JOIN = Atom.of("join");
  private static final Atom LEAVE = Atom.of("leave");
  private static final Atom GEN_CAST = Atom.of("$gen_cast");

  private final Translation translation;
  private final Supplier<? extends Collection<String>> nodes;

  /// Makes the protocol of a node.
  ///
  /// @param translation what the program's values are as terms
  /// @param nodes the nodes to which there is a connection
  public PgMessages(Translation translation, Supplier<? extends Collection<String>> nodes) {
    this.translation = translation;
    this.nodes = nodes;
  }

  @Override
  public Collection<String> nodes() {
    return nodes.get();
  }

  // what goes

  @Override
  public @Nullable Object name(Object group) {
    try {
      Object term = Values.term(translation.out(group));
      return isTerm(term) ? term : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isTerm(Object value) {
    return switch (value) {
      case Atom _, Binary _, Bitstring _, Long _, BigInteger _, Double _, Pid _, Ref _ -> true;
      case Tuple tuple -> tuple.elements().stream().allMatch(PgMessages::isTerm);
      case List<?> list -> list.stream().allMatch(PgMessages::isTerm);
      case Map<?, ?> map ->
          map.keySet().stream().allMatch(PgMessages::isTerm)
              && map.values().stream().allMatch(PgMessages::isTerm);
      default -> false;
    };
  }

  @Override
  public Object discover(Pid scope) {
    return Tuple.of(DISCOVER, scope);
  }

  @Override
  public Object sync(Pid scope, Map<Object, List<Pid>> groups) {
    List<Object> all = new ArrayList<>(groups.size());
    groups.forEach((name, pids) -> all.add(Tuple.of(name, pids)));
    return Tuple.of(GEN_CAST, Tuple.of(SYNC, scope, List.copyOf(all)));
  }

  @Override
  public Object join(Pid scope, Object name, List<Pid> pids) {
    return Tuple.of(JOIN, scope, name, pids);
  }

  @Override
  public Object leave(Pid scope, List<Pid> pids, List<Object> names) {
    return Tuple.of(LEAVE, scope, pids, List.copyOf(names));
  }

  // what comes

  /// Reads what has come to a scope.
  ///
  /// @return null if it makes no sense
  GenProtocol.@Nullable Told told(Object message) {
    if (!(message instanceof Tuple tuple)
        || tuple.size() < 2
        || !(tuple.get(0) instanceof Atom verb)
        || !(tuple.get(1) instanceof Pid peer)) {
      return null;
    }
    Object request =
        switch (verb.name()) {
          // Later ones may say which protocol they speak.
          case "discover" -> tuple.size() <= 3 ? GenRequest.discover(peer) : null;
          case "sync" -> tuple.size() == 3 ? sync(peer, tuple.get(2)) : null;
          case "join" -> tuple.size() == 4 ? join(peer, tuple.get(2), tuple.get(3)) : null;
          case "leave" -> tuple.size() == 4 ? leave(peer, tuple.get(2), tuple.get(3)) : null;
          default -> null;
        };
    return request == null ? null : new GenProtocol.Told(request);
  }

  private static @Nullable Object sync(Pid peer, Object groups) {
    if (!(groups instanceof List<?> list)) {
      return null;
    }
    Map<Object, List<Pid>> all = new LinkedHashMap<>();
    for (Object one : list) {
      List<Pid> pids = one instanceof Tuple pair && pair.size() == 2 ? pids(pair.get(1)) : null;
      if (pids == null) {
        return null;
      }
      all.merge(group(((Tuple) one).get(0)), pids, PgMessages::both);
    }
    return GenRequest.sync(peer, all);
  }

  private static List<Pid> both(List<Pid> some, List<Pid> others) {
    List<Pid> all = new ArrayList<>(some);
    all.addAll(others);
    return List.copyOf(all);
  }

  private static @Nullable Object join(Pid peer, Object group, Object joined) {
    List<Pid> pids = pids(joined);
    return pids == null ? null : GenRequest.joined(peer, group(group), pids);
  }

  private static @Nullable Object leave(Pid peer, Object left, Object groups) {
    List<Pid> pids = pids(left);
    return pids == null || !(groups instanceof List<?> list)
        ? null
        : GenRequest.left(peer, pids, list.stream().map(PgMessages::group).toList());
  }

  private static @Nullable List<Pid> pids(Object term) {
    if (term instanceof Pid pid) {
      return List.of(pid);
    }
    if (!(term instanceof List<?> list)) {
      return null;
    }
    List<Pid> pids = new ArrayList<>(list.size());
    for (Object one : list) {
      if (!(one instanceof Pid pid)) {
        return null;
      }
      pids.add(pid);
    }
    return List.copyOf(pids);
  }

  /// Returns the group that a term is called here.
  private static Object group(Object term) {
    if (term instanceof Binary binary) {
      String text = binary.text();
      return binary.equals(Binary.of(text.getBytes(StandardCharsets.UTF_8))) ? text : binary;
    }
    return term;
  }
}

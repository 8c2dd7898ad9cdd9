package dev.belay.distribution;

import java.util.List;

/// A function that other nodes may spawn, and call by `rpc` and `erpc`: see
/// [DistributionOptions#function]. The node itself may spawn it, too, by its own name: see
/// [Distribution#spawn(String, String, String, List)].
///
/// It runs in a process of its own for each call. Arguments are terms: [Atom], [Tuple], [Binary],
/// `Long`, `List` and so on.
@FunctionalInterface
public interface RemoteFunction {
  /// Does what was asked for.
  ///
  /// @param arguments as many as it was registered with
  /// @return the result: any value that can be sent; `null` is the atom `undefined`
  /// @throws Exception anything: the caller hears of it
  @org.jspecify.annotations.Nullable
  Object apply(List<Object> arguments) throws Exception;
}

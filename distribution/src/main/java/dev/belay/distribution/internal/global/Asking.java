package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Name;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls as those of Erlang's `gen_server`, from a process, which waits for the answers.
final class Asking {
  private record Answer(@Nullable Object value) {}

  private Asking() {}

  /// Asks the name servers of some nodes, all at once.
  ///
  /// @return the answers of those that have answered, by node
  static Map<String, Object> all(Collection<String> nodes, Object request) {
    Map<String, Ref> calls = new LinkedHashMap<>();
    for (String node : nodes) {
      calls.put(node, begin(Words.serverOf(node), request));
    }
    Map<String, Object> answers = new LinkedHashMap<>();
    calls.forEach((node, call) -> {
      Object answer = await(call);
      if (answer != null) {
        answers.put(node, answer);
      }
    });
    return answers;
  }

  /// Asks one process.
  ///
  /// @return its answer, or null if there will be none
  static @Nullable Object one(Name whom, Object request) {
    return await(begin(whom, request));
  }

  /// Asks the name servers of some nodes, as [#all] does, and gives those that have said yes.
  static List<String> whoSayYes(Map<String, Object> answers) {
    List<String> nodes = new ArrayList<>();
    answers.forEach((node, answer) -> {
      if (answer.equals(Atom.TRUE)) {
        nodes.add(node);
      }
    });
    return nodes;
  }

  private static Ref begin(Name whom, Object request) {
    Ref call = Belay.monitor(whom);
    Belay.send(whom, Tuple.of(Words.CALL, Tuple.of(Belay.self(), call), request));
    return call;
  }

  private static @Nullable Object await(Ref call) {
    Answer answer =
        Belay.receive(
            call,
            message ->
                switch (message) {
                  case Down down when down.ref().equals(call) -> new Answer(null);
                  case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(call) ->
                      new Answer(tuple.get(1));
                  default -> null;
                });
    Belay.demonitor(call, Demonitor.FLUSH);
    return answer.value;
  }
}

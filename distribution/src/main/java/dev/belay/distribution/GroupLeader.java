package dev.belay.distribution;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Pid;
import dev.belay.Ref;
import java.util.Optional;

/// Prints where the group leader of the calling process does: for a process that was spawned from a
/// shell of Erlang's, in that shell.
///
/// ```java
/// GroupLeader.println("the rope holds"); // in the shell that has spawned this process
/// ```
///
/// A process has the group leader that was given to it when it was spawned from another node, or
/// that of its spawner: see [Belay#groupLeader()]. Only within a process; the methods wait until
/// the group leader has done what it was asked for.
public final class GroupLeader {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Atom UNICODE = Atom.of("unicode");

  private GroupLeader() {}

  /// Prints a text.
  ///
  /// @param text the text
  /// @return whether it was printed; not if there is no group leader, or it has ended
  public static boolean print(String text) {
    return request(Tuple.of(PUT_CHARS, UNICODE, Binary.utf8(text)))
        .filter(Atom.OK::equals)
        .isPresent();
  }

  /// Prints a text, and ends the line.
  ///
  /// @param text the text
  /// @return whether it was printed; not if there is no group leader, or it has ended
  public static boolean println(String text) {
    return print(text + "\n");
  }

  /// Asks the group leader for anything that Erlang's I/O protocol has.
  ///
  /// @param request the request, such as `{get_line, unicode, <<"name? ">>}`
  /// @return the reply; nothing if there is no group leader, or it has ended
  public static Optional<Object> request(Object request) {
    return Belay.groupLeader().flatMap(leader -> request(leader, request));
  }

  private static Optional<Object> request(Pid leader, Object request) {
    if (leader.equals(Belay.self())) {
      // Erlang's would wait for itself.
      return Optional.empty();
    }
    Ref ref = Belay.monitor(leader);
    try {
      Belay.send(leader, Tuple.of(IO_REQUEST, Belay.self(), ref, request));
      Object answer =
          Belay.receive(
              ref,
              m ->
                  isReply(m, ref) || (m instanceof Down down && down.ref().equals(ref)) ? m : null);
      return answer instanceof Tuple reply ? Optional.of(reply.get(2)) : Optional.empty();
    } finally {
      Belay.demonitor(ref, Demonitor.FLUSH);
    }
  }

  private static boolean isReply(Object message, Ref ref) {
    return message instanceof Tuple tuple
        && tuple.size() == 3
        && tuple.get(0).equals(IO_REPLY)
        && tuple.get(1).equals(ref);
  }
}

package dev.belay.distribution;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.distribution.internal.otp.IoFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// A process that prints for others: a group leader for processes of Erlang's, and what `io:format`
/// of any node can be given as its device.
///
/// ```java
/// Pid out = IoServer.spawn(node, SpawnOptions.DEFAULT.name("out"), System.out::print);
/// ```
///
/// It knows the requests of Erlang's I/O protocol that write, with the usual sequences of
/// `io:format`. There is nothing to read from it: whoever tries gets `eof`. Requests that it does
/// not know are answered by `{error, request}`.
public final class IoServer implements Behaviour {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Atom LATIN1 = Atom.of("latin1");
  private static final Atom IO_LIB = Atom.of("io_lib");
  private static final Atom FORMAT = Atom.of("format");
  private static final Atom EOF = Atom.of("eof");
  private static final Tuple NOT_KNOWN = Tuple.of(Atom.ERROR, Atom.of("request"));
  private static final Tuple NOT_THERE = Tuple.of(Atom.ERROR, Atom.of("enotsup"));

  private final Consumer<? super String> out;

  private IoServer(Consumer<? super String> out) {
    this.out = out;
  }

  /// Spawns one.
  ///
  /// @param node where
  /// @param options how: with a name, for example
  /// @param out prints a text; called in the process. If it throws, the process ends
  /// @return its pid
  public static Pid spawn(Node node, SpawnOptions options, Consumer<? super String> out) {
    Objects.requireNonNull(out, "out");
    return node.spawn(options, Turns.of(() -> new IoServer(out), IoServer.class));
  }

  @Override
  public Behaviour handle(Object message) {
    if (message instanceof Tuple request
        && request.size() == 4
        && request.get(0).equals(IO_REQUEST)
        && request.get(1) instanceof Pid from) {
      Belay.send(from, Tuple.of(IO_REPLY, request.get(2), answer(request.get(3))));
    }
    return Behaviour.same();
  }

  private Object answer(Object request) {
    if (!(request instanceof Tuple tuple) || tuple.size() < 2) {
      return request.equals(Atom.of("getopts")) ? NOT_THERE : NOT_KNOWN;
    }
    return switch (tuple.get(0) instanceof Atom verb ? verb.name() : "") {
      case "put_chars" -> put(tuple.elements());
      case "requests" -> all(tuple.get(1));
      case "get_line", "get_chars", "get_until", "get_password" -> EOF;
      case "get_geometry", "setopts" -> NOT_THERE;
      default -> NOT_KNOWN;
    };
  }

  /// The answer to several requests is that to the first that fails, or the last.
  private Object all(Object requests) {
    Object answer = Atom.OK;
    if (requests instanceof List<?> list) {
      for (Object one : list) {
        answer = answer(one);
        if (answer instanceof Tuple) {
          return answer;
        }
      }
    }
    return answer;
  }

  /// `{put_chars, Encoding, Characters}`, `{put_chars, Encoding, Module, Function, Arguments}`, or
  /// either without an encoding, which is Latin-1 then.
  private Object put(List<Object> request) {
    boolean old = request.size() == 2 || request.size() == 4;
    boolean latin1 = old || request.get(1).equals(LATIN1);
    List<Object> what = request.subList(old ? 1 : 2, request.size());
    try {
      String text =
          what.size() == 1
              ? characters(what.getFirst(), latin1)
              : what.get(0).equals(IO_LIB) && what.get(1).equals(FORMAT)
                  ? IoFormat.format((List<?>) what.get(2))
                  : null;
      if (text == null) {
        return NOT_THERE;
      }
      out.accept(text);
      return Atom.OK;
    } catch (IllegalArgumentException | ClassCastException e) {
      return Tuple.of(Atom.ERROR, Tuple.of(PUT_CHARS, Atom.of("badarg")));
    }
  }

  private static String characters(Object term, boolean latin1) {
    return latin1 && term instanceof Binary binary
        ? new String(binary.toBytes(), StandardCharsets.ISO_8859_1)
        : IoFormat.characters(term);
  }
}

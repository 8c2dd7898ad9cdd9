package dev.belay.puppet;

import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/// A hidden node of Belay's, within the test, that tells the puppets of other nodes what to do, and
/// hears what came of it.
///
/// Belongs to the thread that has made it.
final class Driver implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration ANSWER_TIME = Duration.ofSeconds(1);
  private static final long POLL_NANOS = 5_000_000;

  private final Node node;
  private final Distribution distribution;
  private final Inbox inbox;
  private long requests;

  /// A condition that may ask others.
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  /// Starts it.
  ///
  /// @param name its name
  /// @param epmd the port of the EPMD of all nodes
  /// @param change changes how it takes part in the cluster
  Driver(String name, String epmd, UnaryOperator<DistributionOptions> change) throws IOException {
    this.node = Node.start(NodeOptions.DEFAULT.name(name).daemon(true));
    boolean started = false;
    try {
      this.distribution =
          Distribution.start(
              node,
              change.apply(
                  DistributionOptions.DEFAULT.cookie("secret").epmdPort(Integer.parseInt(epmd))));
      this.inbox = node.inbox();
      started = true;
    } finally {
      if (!started) {
        node.close();
      }
    }
  }

  /// Waits until a condition holds.
  static void until(String what, Condition condition) throws IOException {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end >= 0) {
        throw new AssertionError("waited in vain until " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  // terms

  /// A term: texts are atoms, and numbers what they are in Erlang.
  static Object term(Object value) {
    return switch (value) {
      case String name -> Atom.of(name);
      case Integer number -> (long) number;
      case List<?> list -> list.stream().map(Driver::term).toList();
      default -> value;
    };
  }

  /// A tuple of such terms.
  static Tuple t(Object... elements) {
    Object[] terms = new Object[elements.length];
    for (int i = 0; i < terms.length; i++) {
      terms[i] = term(elements[i]);
    }
    return Tuple.of(terms);
  }

  /// An outcome.
  static Tuple ok(Object value) {
    return t("ok", value);
  }

  /// The outcome of waiting for a message.
  static Tuple message(Object message) {
    return ok(t("message", message));
  }

  // puppets

  /// Makes a puppet on a node, and so finds out that there is a connection with it.
  Pid puppet(String on) {
    long end = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() - end < 0) {
      Object tag = ++requests;
      inbox.send(new Name("puppeteer", on), t("start", inbox.pid(), tag));
      Optional<Object> made = inbox.receive(tagged("started", tag), ANSWER_TIME);
      if (made.isPresent()) {
        return (Pid) made.get();
      }
    }
    throw new AssertionError(on + " does not answer");
  }

  /// Has a puppet do something, and waits for the outcome.
  Object ask(Pid puppet, Object... operation) {
    return answer(tell(puppet, operation));
  }

  /// Has a puppet do what must not fail, and waits for the value.
  Object value(Pid puppet, Object... operation) {
    Tuple outcome = (Tuple) ask(puppet, operation);
    if (!outcome.get(0).equals(Atom.OK)) {
      throw new AssertionError(List.of(operation) + " of " + puppet + " gave " + outcome);
    }
    return outcome.get(1);
  }

  /// Has a puppet do something.
  ///
  /// @return by what the outcome is known
  Object tell(Pid puppet, Object... operation) {
    Object tag = ++requests;
    Object what = operation.length == 1 ? term(operation[0]) : t(operation);
    inbox.send(puppet, t("do", inbox.pid(), tag, what));
    return tag;
  }

  /// Waits for an outcome.
  Object answer(Object tag) {
    return inbox
        .receive(tagged("done", tag), LONG)
        .orElseThrow(() -> new AssertionError("no answer to request " + tag));
  }

  private static Selector<Object> tagged(String kind, Object tag) {
    return message ->
        message instanceof Tuple tuple
                && tuple.size() == 3
                && tuple.get(0).equals(Atom.of(kind))
                && tuple.get(1).equals(tag)
            ? tuple.get(2)
            : null;
  }

  /// What is known of a puppet, as `info` of it by itself.
  Object info(Pid puppet, String item) {
    return ((Tuple) value(puppet, "info", puppet, item)).get(1);
  }

  /// What a puppet has received since it was last asked.
  List<?> received(Pid puppet) {
    return (List<?>) value(puppet, "received");
  }

  /// Asks a server of Erlang's, or one that behaves like it.
  Object call(Name server, Object request) {
    Ref tag = inbox.makeRef();
    inbox.send(server, t("$gen_call", t(inbox.pid(), tag), request));
    return inbox
        .receive(
            message ->
                message instanceof Tuple tuple && tuple.size() == 2 && tuple.get(0).equals(tag)
                    ? tuple.get(1)
                    : null,
            LONG)
        .orElseThrow(() -> new AssertionError("no answer of " + server));
  }

  Inbox inbox() {
    return inbox;
  }

  @Override
  public void close() {
    inbox.close();
    distribution.close();
    node.close();
  }
}

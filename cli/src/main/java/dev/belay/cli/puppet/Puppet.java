package dev.belay.cli.puppet;

import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;

import dev.belay.Destination;
import dev.belay.ExitException;
import dev.belay.Name;
import dev.belay.Selector;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a puppet runs: it performs the requests that come, one at a time, in order.
///
/// A request is `{do, From, Ref, Op}`, whoever sends it. All else that it is sent stays in its
/// mailbox until an operation takes it out, so that whoever looks into the mailbox, or flushes it,
/// finds what Erlang's would hold.
///
/// Everything here runs in the puppet's process.
final class Puppet {
  private static final Atom DO = Atom.of("do");
  private static final Atom DONE = Atom.of("done");
  private static final Atom RAISED = Atom.of("raised");
  private static final int REQUEST_SIZE = 4;

  /// Takes requests only.
  private static final Selector<Tuple> REQUEST =
      message -> isRequest(message) ? (Tuple) message : skip();

  private final Operations operations;

  Puppet(Stage stage) {
    this.operations = new Operations();
    Bonds.enter(operations);
    Mail.enter(operations, stage);
    Looks.enter(operations);
    Ends.enter(operations);
    Spawns.enter(operations, stage);
    Cluster.enter(operations, stage);
    operations.with("batch", 1, arguments -> batch(Terms.list(arguments.get(0))));
  }

  /// Tells whether a message is a request, and so not for the operations that take messages.
  static boolean isRequest(Object message) {
    return message instanceof Tuple tuple
        && tuple.size() == REQUEST_SIZE
        && tuple.get(0).equals(DO);
  }

  /// Performs requests until it is told to return.
  void loop() {
    try {
      while (true) {
        Tuple request = receive(REQUEST);
        Tuple outcome = outcome(request.get(3));
        Destination from = destination(request.get(1));
        if (from != null) {
          send(from, Tuple.of(DONE, request.get(2), outcome));
        }
      }
    } catch (Returned e) {
      // Then the process ends as one that has nothing more to do.
    }
  }

  private Tuple outcome(Object asked) {
    try {
      return Tuple.of(Atom.OK, operations.perform(asked));
    } catch (Raised e) {
      return Tuple.of(RAISED, e.kind(), e.reason());
    } catch (Returned | ExitException e) {
      throw e;
    } catch (RuntimeException e) {
      return Tuple.of(RAISED, Atom.ERROR, Terms.exception(e));
    }
  }

  private Object batch(List<?> all) {
    List<Object> outcomes = new ArrayList<>(all.size());
    for (Object asked : all) {
      outcomes.add(outcome(asked));
    }
    return List.copyOf(outcomes);
  }

  /// Where a reply goes, or null if that is no place where anything could go.
  static @Nullable Destination destination(Object from) {
    return from instanceof Destination known ? known : nameOf(from);
  }

  private static @Nullable Name nameOf(Object from) {
    return from instanceof Atom name
        ? new Name(name.name(), node().name())
        : Terms.nameOnNode(from);
  }
}

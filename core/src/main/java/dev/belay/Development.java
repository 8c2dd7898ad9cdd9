package dev.belay;

import dev.belay.internal.inspection.Flaw;
import dev.belay.internal.inspection.Inspection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a node in development mode does more than others.
///
/// Everything runs on the thread of who sends, before the first step of the verb, and calls no code
/// of the message's.
final class Development {
  private Development() {}

  /// What a message may look like.
  private record Sample(List<Object> parts, @Sendable Object marked) {}

  /// Runs the class initialisers that looking at messages needs; see [Stack#prepare].
  static void prepare() {
    StringBuilder changeable = new StringBuilder();
    Runnable lambda = changeable::reverse;
    List<Object> parts =
        List.of(Set.of(Optional.of("")), Map.of("", 1), Map.entry("", Optional.empty()), lambda);
    Inspection fine = Inspection.of(new Sample(parts, changeable));
    Flaw flaw = Inspection.of(new Sample(List.of(parts, changeable), "")).flaw();
    if (fine.flaw() != null || flaw == null) {
      throw new AssertionError("took one thing for another: " + fine.flaw() + ", " + flaw);
    }
    refused("", flaw, "");
  }

  /// Throws if a message can be changed after it is sent.
  static void check(Node node, Destination to, Object message) {
    Flaw flaw = look(node, message);
    if (flaw != null) {
      throw refused(whom(node, to), flaw, message.getClass().getTypeName());
    }
  }

  /// Throws if a message to a name of the node can be changed after it is sent.
  static void check(Node node, String to, Object message) {
    Flaw flaw = look(node, message);
    if (flaw != null) {
      Cell holder = node.names.lookup(to);
      throw refused(
          named(to, holder == null ? null : holder.pid), flaw, message.getClass().getTypeName());
    }
  }

  private static @Nullable Flaw look(Node node, Object message) {
    Stack.probe();
    Inspection seen = Inspection.of(message);
    Flaw flaw = seen.flaw();
    if (flaw == null) {
      warn(node, seen, message);
    }
    return flaw;
  }

  private static void warn(Node node, Inspection seen, Object message) {
    for (Flaw flaw : seen.captured()) {
      node.reporter.warn(
          "a message holds a lambda that captured what can be changed: "
              + flaw.path()
              + " ("
              + flaw.type()
              + ") "
              + flaw.problem()
              + ". Sender and receiver share it. Let the lambda capture immutable values only, or send a record instead."
              + " This is said once for each lambda.");
    }
    if (seen.isFirstOneTooLarge()) {
      node.reporter.warn(
          "a message of "
              + message.getClass().getTypeName()
              + " has more than "
              + PlainText.count(Inspection.MOST_PARTS)
              + " parts; development mode did not look at the rest. This is said once for each class.");
    }
  }

  private static MutableMessageException refused(String whom, Flaw flaw, String type) {
    return new MutableMessageException(
        "a message of "
            + type
            + " was not sent to "
            + whom
            + ", because it is not deeply immutable, as it has to be in development mode: "
            + flaw.path()
            + " ("
            + flaw.type()
            + ") "
            + flaw.problem()
            + ". Sender and receiver would share it. "
            + flaw.remedy(),
        flaw.path(),
        flaw.type());
  }

  /// Says where a message goes.
  private static String whom(Node node, Destination to) {
    if (to instanceof Ref alias) {
      return alias.owner() + ", by its alias " + alias;
    }
    if (to instanceof Name name) {
      Cell holder = Posting.resolve(node, name);
      return named(name.name(), holder == null ? null : holder.pid);
    }
    return to.toString();
  }

  private static String named(String name, @Nullable Pid holder) {
    return "\"" + name + "\"" + (holder == null ? ", which nobody holds" : ", which is " + holder);
  }
}

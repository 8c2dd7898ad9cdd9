package dev.belay;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a process has said about itself, to be told in the report of its crash if it crashes: a few
/// facts, each with a name.
///
/// ```java
/// spawn(() -> {
///   while (true) {
///     Order order = receive(Order.class);
///     CrashNotes.put("order", order);
///     fulfil(order);
///   }
/// });
/// ```
///
/// ```
/// process <0.12.0> crashed: java.lang.IllegalStateException: no such item
///   at            shop.Orders.fulfil(Orders.java:31)
///   …
///   order         Order[number=12, item=rope]
/// ```
///
/// Notes are references until a report is written: nothing is rendered before that, and then on a
/// thread of the reporter's, where text that does not come or fails harms nobody. So what they say
/// may be changed until then only by the process itself. A process has [#MOST] notes; more are
/// dropped. They live as long as it does, and cost nothing if there are none.
///
/// The methods work on a process's own thread, also while it is exiting, and throw a
/// [VerbException] elsewhere. Servers leave their notes by themselves: what they were, what they
/// knew, what they were handling and for whom.
///
/// **When not to use it.** For what belongs to the failure itself: say that in the exception, where
/// also those see it who are linked with the process.
public final class CrashNotes {
  /*
   * A ProcessLocal, so that a process without notes has no field for them. The dismantler reads the map after the body has left, on
   * the same thread or after the cell's lock; one that is declared dead still has its thread, and its notes are left alone.
   */
  /// How many notes a process has at most.
  public static final int MOST = 8;

  private static final ProcessLocal<Map<String, Note>> OF_PROCESS =
      ProcessLocal.withInitial(() -> LinkedHashMap.newLinkedHashMap(MOST));

  /// One fact.
  ///
  /// @param about what it says, or whose text it is
  /// @param text makes the text; without it that is the `toString` of `about`
  /// @param stack where another process was, if the fact is one
  record Note(
      String name, Object about, @Nullable Supplier<String> text, List<StackTraceElement> stack) {
    UserText userText() {
      return text == null ? UserText.line(about) : UserText.line(about, text);
    }
  }

  private CrashNotes() {}

  /// Notes something in place of what was noted under the name before.
  ///
  /// @param name what it is, in a word or two
  /// @param value what is to be said: its `toString`, as one line of bounded length
  public static void put(String name, Object value) {
    put("CrashNotes.put", new Note(checked(name), value, null, List.of()));
  }

  /// Notes something whose text is made when a report is written, in place of what was noted under
  /// the name before.
  ///
  /// @param name what it is, in a word or two
  /// @param about what the text is about: if making it fails, the report names its class
  /// @param text makes the text, on another thread, when the process is no more
  public static void put(String name, Object about, Supplier<String> text) {
    Objects.requireNonNull(text, "text");
    put("CrashNotes.put", new Note(checked(name), about, text, List.of()));
  }

  /// Notes another process, in place of what was noted under the name before: its pid, label and
  /// registered name, and where it is at this moment, if it is one of this node and has not ended.
  ///
  /// Its stack is walked for that, unless nobody wants to see reports: for the moment before an
  /// end, not for each message.
  ///
  /// @param name what it is to this one, in a word or two
  /// @param pid the process
  public static void putProcess(String name, Pid pid) {
    checked(name);
    Cell self = Cell.current("CrashNotes.putProcess");
    Cell cell = pid.cell;
    String words = StackText.who(pid);
    List<StackTraceElement> stack = List.of();
    if (cell != null && cell.state >= Cell.DEAD) {
      words += ", which has ended";
    } else if (cell != null && cell.node == self.node && Reporter.isHeard()) {
      String registered = Ties.of(cell).name();
      words += registered == null ? "" : ", registered as " + registered;
      stack = List.of(Sight.stack(cell));
    }
    put("CrashNotes.putProcess", new Note(name, words, null, stack));
  }

  /// Takes a note away.
  ///
  /// @param name what it was put under
  public static void remove(String name) {
    Cell.current("CrashNotes.remove");
    OF_PROCESS.get().remove(name);
  }

  private static String checked(String name) {
    if (name.isBlank() || name.length() > 40) {
      throw new IllegalArgumentException(
          "a note \"" + PlainText.line(name) + "\": its name has to be a word or two");
    }
    return name;
  }

  private static void put(String verb, Note note) {
    Objects.requireNonNull(note.about, "value");
    Cell.current(verb);
    Map<String, Note> notes = OF_PROCESS.get();
    if (notes.size() < MOST || notes.containsKey(note.name)) {
      notes.put(note.name, note);
    }
  }

  /// Returns the notes of a process whose body has left.
  static List<Note> of(Cell cell) {
    IdentityHashMap<ProcessLocal<?>, Object> locals = cell.locals;
    if (locals == null) {
      return List.of();
    }
    @SuppressWarnings("unchecked") // only this class puts values under it
    Map<String, Note> notes = (Map<String, Note>) locals.get(OF_PROCESS);
    return notes == null ? List.of() : List.copyOf(notes.values());
  }
}

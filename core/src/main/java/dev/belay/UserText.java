package dev.belay;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An object of a user's in a report, and what it looks like.
///
/// Made and read on the reporter's thread, rendered on the renderer's, for `toString` and
/// `getMessage` may do anything: throw, hang, or answer with a gigabyte.
final class UserText {
  /*
   * text and busyWith are volatile: the reporter looks at them while the renderer writes. A renderer that was given up
   * may write a text later; by then the report has been logged, or shows it after all.
   */
  private static final int LONGEST = 100_000;

  private final Object object;
  private final boolean stack;

  /// Makes the text in place of the object's `toString`.
  private final @Nullable Supplier<String> source;

  private volatile @Nullable String text;
  private volatile @Nullable Object busyWith;

  /// Whether something went wrong, so that nobody else should try it.
  private volatile boolean harmful;

  private UserText(Object object, boolean stack, @Nullable Supplier<String> source) {
    this.object = object;
    this.stack = stack;
    this.source = source;
  }

  /// One line, of bounded length.
  static UserText line(Object object) {
    UserText line = new UserText(object, false, null);
    if (PlainText.isPlain(object)) {
      line.text = PlainText.line(object.toString());
    }
    return line;
  }

  /// One line, of bounded length, that says something else of an object than its `toString`.
  static UserText line(Object object, Supplier<String> source) {
    return new UserText(object, false, source);
  }

  /// Renders one line at once, on the caller's thread.
  static String now(Object object) {
    UserText line = line(object);
    line.render(Set.of());
    return line.get();
  }

  /// A throwable with its stack, causes and suppressed ones, over several lines.
  static UserText stack(Throwable throwable) {
    return new UserText(throwable, true, null);
  }

  boolean isDone() {
    return text != null;
  }

  /// Tells whether all that was asked of a throwable was answered, so that a logger may ask it
  /// again.
  boolean isHarmless() {
    return stack && isDone() && !harmful;
  }

  @Nullable Throwable throwableIfHarmless() {
    return isHarmless() ? (Throwable) object : null;
  }

  /// A logger should not print this.
  void warn() {
    harmful = true;
  }

  /// Renders the object; on the renderer's thread. Never throws.
  ///
  /// @param hung names of classes whose methods did not return before, and are not called
  void render(Set<String> hung) {
    if (text != null) {
      return;
    }
    try {
      text = stack ? StackText.of((Throwable) object, this, hung) : call(object, hung);
    } catch (Throwable e) {
      harmful = true;
      text = failed(object, e);
    }
  }

  /// Calls `toString`, and makes one bounded line of what it says or of how it fails.
  String call(Object what, Set<String> hung) {
    String type = what.getClass().getName();
    if (hung.contains(type)) {
      harmful = true;
      return "<" + method() + " of " + type + " did not return before and was not called>";
    }
    busyWith = what;
    try {
      Supplier<String> maker = source;
      String said = maker == null ? what.toString() : maker.get();
      if (said != null && said.length() > LONGEST) {
        harmful = true;
      }
      return PlainText.line(said);
    } catch (Throwable e) {
      harmful = true;
      return failed(what, e);
    } finally {
      busyWith = null;
    }
  }

  /// Calls something else of a throwable's that its class may have overridden.
  <T extends @Nullable Object> T call(
      Throwable what, Getter<T> getter, T otherwise, Set<String> hung) {
    if (hung.contains(what.getClass().getName())) {
      harmful = true;
      return otherwise;
    }
    busyWith = what;
    try {
      return getter.get(what);
    } catch (Throwable e) {
      harmful = true;
      return otherwise;
    } finally {
      busyWith = null;
    }
  }

  /// What a throwable is asked for.
  interface Getter<T extends @Nullable Object> {
    T get(Throwable throwable);
  }

  /// What is called, for the texts that tell of its failure.
  private String method() {
    return source == null ? "toString" : "the description";
  }

  private String failed(Object what, Throwable thrown) {
    return "<"
        + method()
        + " of "
        + what.getClass().getName()
        + " threw "
        + thrown.getClass().getName()
        + ">";
  }

  /// Returns the class whose method is being called now, if any is.
  @Nullable String busyIn() {
    Object now = busyWith;
    return now == null ? null : now.getClass().getName();
  }

  /// Returns the text, or what is known without any user code if there is none.
  String get() {
    String known = text;
    if (known != null) {
      return known;
    }
    String stuck = busyIn();
    String why =
        stuck != null
            ? "<" + method() + " of " + stuck + " did not return>"
            : "<" + object.getClass().getName() + ", not rendered>";
    return stack ? StackText.withoutMessages((Throwable) object, why) : why;
  }
}

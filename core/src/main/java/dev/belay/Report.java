package dev.belay;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Something to tell people. Made on any thread, quickly, from references alone; the methods are
/// called on the reporter's thread.
abstract class Report {
  private static final int TOP_FRAMES = 3;

  final Level level;

  Report(Level level) {
    this.level = level;
  }

  /// Where such a report comes from, by which repeated ones are known and counted.
  ///
  /// @param kind what happened, in a few words
  /// @param frames the innermost frames
  /// @param who the kind of process: its label, or its body's class
  record Place(String kind, List<StackTraceElement> frames, String who) {
    static Place of(String kind, StackTraceElement[] frames, Cell cell) {
      String label = cell.label();
      return new Place(
          kind,
          StackText.top(frames, TOP_FRAMES),
          label.isEmpty() ? cell.initial.getName() : label);
    }

    /// Returns the place as one line.
    @Override
    public String toString() {
      StackTraceElement frame = StackText.userFrame(frames.toArray(StackTraceElement[]::new));
      StackTraceElement at = frame != null || frames.isEmpty() ? frame : frames.getFirst();
      return kind + (at == null ? "" : " at " + StackText.at(at));
    }
  }

  /// Returns the place, or null if the report is never folded.
  @Nullable Place place() {
    return null;
  }

  /// Returns the process that the report is about, for the summary of folded ones.
  @Nullable Pid about() {
    return null;
  }

  /// Returns the users' objects that have to be rendered before [#text].
  List<UserText> userTexts() {
    return List.of();
  }

  /// Returns what is logged.
  abstract String text();

  /// Returns the throwable to log with the text. The logger prints its stack, and others may want
  /// the object; but only if rendering it did no harm.
  @Nullable Throwable thrown() {
    return null;
  }

  /// One line about a process, without folding.
  static Report line(Level level, @Nullable Object object, Function<String, String> text) {
    UserText user = object == null ? null : UserText.line(object);
    return new Report(level) {
      @Override
      List<UserText> userTexts() {
        return user == null ? List.of() : List.of(user);
      }

      @Override
      String text() {
        return text.apply(user == null ? "" : user.get());
      }
    };
  }

  /// A warning because of something that was thrown outside any body.
  ///
  /// @param kind what failed, for the summary
  /// @param headline makes the first line from what was thrown
  /// @param next what to do
  static Report thrown(
      String kind,
      @Nullable Cell cell,
      Throwable thrown,
      UnaryOperator<String> headline,
      String next) {
    UserText line = UserText.line(thrown);
    UserText stack = UserText.stack(thrown);
    return new Report(Level.WARNING) {
      @Override
      Place place() {
        StackTraceElement[] frames = StackText.plainFrames(thrown);
        String what = kind + ": " + thrown.getClass().getName();
        return cell == null
            ? new Place(what, StackText.top(frames, TOP_FRAMES), "")
            : Place.of(what, frames, cell);
      }

      @Override
      @Nullable Pid about() {
        return cell == null ? null : cell.pid;
      }

      @Override
      List<UserText> userTexts() {
        return List.of(line, stack);
      }

      @Override
      String text() {
        Page page = new Page(headline.apply(line.get())).advice("next", next);
        return (stack.isHarmless() ? page : page.block("stack", stack.get())).toString();
      }

      @Override
      @Nullable Throwable thrown() {
        return stack.throwableIfHarmless();
      }
    };
  }

  /// A warning because of a thread that does not come back.
  ///
  /// @param kind what hangs, for the summary
  static Report stuck(
      String kind, Cell cell, StackTraceElement[] frames, String headline, String next) {
    return new Report(Level.WARNING) {
      @Override
      Place place() {
        return Place.of(kind, frames, cell);
      }

      @Override
      Pid about() {
        return cell.pid;
      }

      @Override
      String text() {
        return new Page(headline)
            .fact("stuck at", StackText.at(StackText.userFrame(frames)))
            .advice("next", next)
            .block("stack", StackText.of(frames))
            .toString();
      }
    };
  }
}

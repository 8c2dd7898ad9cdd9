package dev.belay.explorer;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run, for a person to read.
///
/// @param name the scenario
/// @param schedule the schedule, by which it can be run again
/// @param failure what was wrong, or null
/// @param fault where an error was thrown, or null
/// @param steps what happened
public record Report(
    String name,
    String schedule,
    @Nullable Failure failure,
    @Nullable String fault,
    List<Step> steps) {

  @Override
  public String toString() {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println("scenario " + name + ": " + (failure == null ? "right" : failure.what()));
    if (fault != null) {
      out.println("error thrown in " + fault);
    }
    String before = "";
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      out.printf(
          "%5d  %-28s %s%n", i, step.strand().equals(before) ? "" : step.strand(), step.what());
      before = step.strand();
    }
    if (failure != null) {
      out.println("FAILED: " + failure.what());
      Throwable cause = failure.cause();
      if (cause != null) {
        cause.printStackTrace(out);
      }
    }
    out.println("run it again with -Dbelay.explore.replay=" + name + ":" + schedule);
    return text.toString();
  }
}

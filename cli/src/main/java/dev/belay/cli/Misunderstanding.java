package dev.belay.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What a person is told whose command line was not understood: what is wrong, what may have been
/// meant, and where the rest is explained.
final class Misunderstanding implements IParameterExceptionHandler {
  /// Names that differ in more letters than this were not meant.
  private static final int MOST_EDITS = 2;

  @Override
  public int handleParseException(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    String path = "./" + command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    String message = Objects.requireNonNullElse(exception.getMessage(), "not understood");
    List<String> meant = new ArrayList<>();
    if (exception instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String typed = unmatched.getUnmatched().getFirst();
      message = (typed.startsWith("-") ? "there is no option " : kind(command)) + typed;
      meant.addAll(names(command));
      meant.removeIf(name -> edits(typed.toLowerCase(Locale.ROOT), name) > MOST_EDITS);
    }
    err.println(command.getColorScheme().errorText("belay: " + message));
    meant.forEach(name -> err.println("Did you mean: " + path + " " + name));
    if (!command.getSubcommands().isEmpty()) {
      err.println("Commands: " + String.join(", ", command.getSubcommands().keySet()));
    }
    err.println("More: " + path + " --help");
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String kind(CommandLine command) {
    return command.getSubcommands().isEmpty() ? "there is no argument " : "there is no command ";
  }

  private static List<String> names(CommandLine command) {
    List<String> names = new ArrayList<>(command.getSubcommands().keySet());
    names.addAll(command.getCommandSpec().optionsMap().keySet());
    names.removeIf(name -> name.length() <= MOST_EDITS);
    return names;
  }

  /// How many letters have to be inserted, removed, changed or swapped with their neighbour.
  static int edits(String a, String b) {
    int[][] distance = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
          continue;
        }
        int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
        least = Math.min(least, distance[i - 1][j - 1] + changed);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, distance[i - 2][j - 2] + 1);
        }
        distance[i][j] = least;
      }
    }
    return distance[a.length()][b.length()];
  }
}

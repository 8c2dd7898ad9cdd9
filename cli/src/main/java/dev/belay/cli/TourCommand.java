package dev.belay.cli;

import dev.belay.examples.tour.Chapter;
import dev.belay.examples.tour.Narrator;
import dev.belay.examples.tour.Tour;
import java.io.Console;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `belay tour`: chapters that show, on real runs, what each signal does.
@Command(
    name = "tour",
    description = "Shows processes live and die, chapter by chapter.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all went well",
      "1:a chapter did not go as it should",
      "2:the command was not understood"
    })
final class TourCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "CHAPTER",
      arity = "0..*",
      description = "Which chapters, by number, in the order given; all of them by default.")
  private List<String> chosen = new ArrayList<>();

  @Option(names = "--list", description = "Only list the chapters.")
  private boolean list;

  @Option(names = "--step", description = "Wait for Enter between the steps of a chapter.")
  private boolean step;

  @Spec private CommandSpec spec;

  TourCommand() {}

  @Override
  public Integer call() {
    List<Integer> numbers = numbers();
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      numbers.forEach(number -> out.println("  " + number + "  " + title(number)));
      out.flush();
      return 0;
    }
    boolean colours = spec.commandLine().getColorScheme().ansi() == Ansi.ON;
    Narrator narrator = new Narrator(out, colours, pause());
    for (int number : numbers) {
      try {
        Tour.play(number, narrator);
      } catch (Exception e) {
        throw failure(number, e);
      }
    }
    return 0;
  }

  private List<Integer> numbers() {
    List<Integer> all = IntStream.rangeClosed(1, Tour.chapters().size()).boxed().toList();
    List<Integer> numbers = new ArrayList<>();
    for (String text : chosen) {
      int number = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
      if (!all.contains(number)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no chapter " + text + "; chapters are 1 to " + all.size() + ", see --list");
      }
      numbers.add(number);
    }
    return numbers.isEmpty() ? all : numbers;
  }

  private static String title(int number) {
    Chapter chapter = Tour.chapters().get(number - 1);
    return chapter.title();
  }

  @SuppressWarnings("SystemConsoleNull") // it does on 25, where there is no terminal
  private Runnable pause() {
    if (!step) {
      return () -> {};
    }
    @Nullable Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new ParameterException(
          spec.commandLine(),
          "--step waits for a key, but there is no terminal here; leave it out");
    }
    return () -> {
      console.printf("%n   [Enter] ");
      console.readLine();
    };
  }

  private static CommandFailure failure(int number, Exception e) {
    CommandFailure failure =
        new CommandFailure("chapter " + number + " did not go as it should: " + e);
    failure.initCause(e);
    return failure;
  }
}

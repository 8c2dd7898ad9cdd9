package dev.belay.cli;

import dev.belay.examples.tour.Chapter;
import dev.belay.examples.tour.ChapterFailure;
import dev.belay.examples.tour.Million;
import dev.belay.examples.tour.Narrator;
import dev.belay.examples.tour.Tour;
import dev.belay.examples.tour.TwoChats;
import dev.belay.examples.tunnel.Tunnel;
import java.io.Console;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `belay tour`: chapters that show, on real runs, what each signal does.
@Command(
    name = "tour",
    description = {
      "Shows processes live and die, chapter by chapter.",
      "Chapter 14 needs Erlang/OTP 25 or newer on the PATH, and is left out where there is none."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all went well",
      "1:a chapter did not go as it should",
      "2:the command was not understood"
    })
final class TourCommand implements Callable<Integer> {
  private static final int TUNNEL = 7;
  private static final int MILLION = 8;

  @Parameters(
      paramLabel = "CHAPTER",
      arity = "0..*",
      description = "Which chapters, by number, in the order given; all of them by default.")
  private List<String> chosen = new ArrayList<>();

  @Option(names = "--list", description = "Only list the chapters.")
  private boolean list;

  @Option(names = "--step", description = "Wait for Enter between the steps of a chapter.")
  private boolean step;

  @Option(
      names = "--source",
      paramLabel = "URL",
      converter = ChatUrl.class,
      description =
          "Chapter 7: read this event stream, instead of one that the chapter serves itself.")
  private @Nullable URI source;

  @Option(
      names = "--target",
      paramLabel = "URL",
      converter = ChatUrl.class,
      description =
          "Chapter 7: post what the source says to this webhook, as JSON with the field text.")
  private @Nullable URI target;

  @Option(
      names = "--processes",
      paramLabel = "NUMBER",
      description = "Chapter 8: start so many, if there is room; 1,000,000 by default.")
  private @Nullable Integer processes;

  @Spec private CommandSpec spec;

  TourCommand() {}

  /// A URL that the tunnel of chapter 7 can use.
  static final class ChatUrl implements ITypeConverter<URI> {
    ChatUrl() {}

    @Override
    public URI convert(String value) {
      try {
        return Tunnel.url(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public Integer call() {
    List<Integer> numbers = numbers();
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      numbers.forEach(
          number -> out.format(Locale.ROOT, "  %2d  %s%n", number, chapter(number).title()));
      out.flush();
      return 0;
    }
    boolean colours = spec.commandLine().getColorScheme().ansi() == Ansi.ON;
    Narrator narrator = new Narrator(out, colours, pause());
    Map<Integer, Chapter> varied = varied(numbers);
    for (int number : numbers) {
      try {
        Tour.play(number, varied.getOrDefault(number, chapter(number)), narrator);
      } catch (ChapterFailure e) {
        throw new CommandFailure(Objects.requireNonNullElse(e.getMessage(), "no reason given"));
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
    boolean tunnelOnly = source != null && processes == null;
    return !numbers.isEmpty() ? numbers : tunnelOnly ? List.of(TUNNEL) : all;
  }

  /// Returns the chapters that the options ask for in another form.
  private Map<Integer, Chapter> varied(List<Integer> numbers) {
    Map<Integer, Chapter> chapters = new HashMap<>();
    if (source != null && target != null) {
      requireAmong(numbers, TUNNEL, "--source and --target are");
      chapters.put(TUNNEL, new TwoChats(source, target));
    } else if (source != null || target != null) {
      throw misunderstood("--source and --target need each other: a tunnel has two ends");
    }
    if (processes != null) {
      requireAmong(numbers, MILLION, "--processes is");
      if (processes < 1 || processes > Million.MOST) {
        throw misunderstood("--processes " + processes + ": must be from 1 to " + Million.MOST);
      }
      chapters.put(MILLION, new Million(processes));
    }
    return chapters;
  }

  private void requireAmong(List<Integer> numbers, int chapter, String options) {
    if (!numbers.contains(chapter)) {
      throw misunderstood(
          options + " for chapter " + chapter + ", which is not among those that you have chosen");
    }
  }

  private ParameterException misunderstood(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static Chapter chapter(int number) {
    return Tour.chapters().get(number - 1);
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
          "--step waits for Enter, but there is no terminal here; leave it out");
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

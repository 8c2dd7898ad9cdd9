package dev.belay.explorer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Tells which mutants the scenarios notice.
///
/// Every scenario is run once without a mutant, under its usual schedule, some by chance, and with
/// an error at each position; which lines each run covers is kept. A mutant is then judged by runs
/// that cover its line.
final class Judge {
  /// An execution that takes more than this is one that the mutant has made endless.
  private static final Limits LIMITS = new Limits(10_000, 2_000, 100_000, 10_000_000_000L);

  private final List<Catalogue.Entry> plays;
  private final Set<Catalogue.Entry> withErrors;
  private final int seeds;
  private final int mostByChance;
  private final int mostWithErrors;
  private final List<Run> runs = new ArrayList<>();

  /// How many mutants each play has noticed.
  private final int[] noticed;

  /// Prepares the runs.
  ///
  /// @param plays the scenarios
  /// @param withErrors those of them into which errors are thrown, too
  /// @param seeds schedules by chance for each of them
  /// @param mostByChance the most of these runs for one mutant
  /// @param mostWithErrors the most runs with an error for one mutant, of those in which it strikes
  ///   the same class, and again of all
  Judge(
      List<Catalogue.Entry> plays,
      Collection<Catalogue.Entry> withErrors,
      int seeds,
      int mostByChance,
      int mostWithErrors) {
    this.plays = plays;
    this.withErrors = Set.copyOf(withErrors);
    this.seeds = seeds;
    this.mostByChance = mostByChance;
    this.mostWithErrors = mostWithErrors;
    this.noticed = new int[plays.size()];
  }

  private enum How {
    USUAL,
    BY_CHANCE,
    WITH_ERROR
  }

  /// A run of a scenario.
  ///
  /// @param play which
  /// @param how under which kind of schedule
  /// @param number the seed of the schedule, or the position of the error
  /// @param lines what it covers without a mutant
  /// @param struck the class in which the error is thrown, if there is one
  private record Run(int play, How how, int number, BitSet lines, String struck) {
    Chooser chooser() {
      return how == How.BY_CHANCE ? new RandomChooser(number) : new Replay(Schedule.parse(""));
    }

    Faults faults() {
      return how == How.WITH_ERROR ? Strike.ERROR.at(number) : Faults.none();
    }
  }

  /// Who noticed a mutant.
  ///
  /// @param covered whether any run executes its line
  /// @param by the run and what failed, or null
  record Verdict(boolean covered, @Nullable String by) {}

  // without a mutant

  /// Runs everything once, and all must be right.
  void learn() {
    ExploringLoader loader = ExploringLoader.get(false).withLines();
    for (int play = 0; play < plays.size(); play++) {
      Explorer explorer = plays.get(play).explorer(loader);
      // The first run initialises classes.
      explorer.warmUp(new Replay(Schedule.parse("")));
      learn(explorer, play, How.USUAL, 0);
      for (int seed = 1; seed <= seeds; seed++) {
        learn(explorer, play, How.BY_CHANCE, seed);
      }
    }
    ExploringLoader faulty = ExploringLoader.get(true).withLines();
    for (int play = 0; play < plays.size(); play++) {
      if (withErrors.contains(plays.get(play))) {
        learnErrors(plays.get(play).explorer(faulty), play);
      }
    }
  }

  private void learnErrors(Explorer explorer, int play) {
    Faults counted = warmUp(explorer);
    for (int position = 0; position < counted.positions(); position++) {
      learn(explorer, play, How.WITH_ERROR, position);
    }
  }

  /// Runs a scenario with all positions counted, twice: classes are initialised in the first run.
  private static Faults warmUp(Explorer explorer) {
    explorer.warmUp(new Replay(Schedule.parse("")));
    Faults counted = Faults.counted();
    explorer.run(
        new Execution(new Replay(Schedule.parse("")), counted, explorer.guards, false, LIMITS));
    return counted;
  }

  private void learn(Explorer explorer, int play, How how, int number) {
    Run run = new Run(play, how, number, new BitSet(), "");
    Faults faults = run.faults();
    Execution execution = new Execution(run.chooser(), faults, explorer.guards, false, LIMITS);
    Failure failure = explorer.run(execution);
    if (failure != null) {
      throw new IllegalStateException(name(run) + " fails without a mutant: " + failure.what());
    }
    Site place = faults.site();
    runs.add(new Run(play, how, number, execution.lines, place == null ? "" : place.type()));
  }

  int runs() {
    return runs.size();
  }

  private String name(Run run) {
    String play = plays.get(run.play()).name();
    return switch (run.how()) {
      case USUAL -> play;
      case BY_CHANCE -> play + " by chance " + run.number();
      case WITH_ERROR -> play + " with an error at " + run.number();
    };
  }

  // with one

  /// Judges a mutant.
  ///
  /// @param type the name of its class
  /// @param line the number of its line
  /// @param bytes its class
  Verdict judge(String type, int line, byte[] bytes) {
    List<Run> covering = runs.stream().filter(run -> run.lines().get(line)).toList();
    String by = judge(type, bytes, pick(covering, How.USUAL, plays.size()));
    if (by == null) {
      by = judge(type, bytes, pick(covering, How.BY_CHANCE, mostByChance));
    }
    if (by == null) {
      String simple = type.substring(type.lastIndexOf('.') + 1);
      List<Run> close = covering.stream().filter(run -> run.struck().equals(simple)).toList();
      Set<Run> some = new LinkedHashSet<>(pick(close, How.WITH_ERROR, mostWithErrors));
      some.addAll(pick(covering, How.WITH_ERROR, mostWithErrors));
      by = judge(type, bytes, List.copyOf(some));
    }
    return new Verdict(!covering.isEmpty(), by);
  }

  /// Some runs of a kind, evenly over all of them; those of plays that notice much come first.
  private List<Run> pick(List<Run> covering, How how, int most) {
    List<Run> all = covering.stream().filter(run -> run.how() == how).toList();
    int number = Math.min(most, all.size());
    return IntStream.range(0, number)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / number)))
        .sorted(Comparator.comparingInt(run -> -noticed[run.play()]))
        .toList();
  }

  private @Nullable String judge(String type, byte[] bytes, List<Run> some) {
    if (some.isEmpty()) {
      return null;
    }
    boolean faulty = some.getFirst().how() == How.WITH_ERROR;
    ExploringLoader loader = ExploringLoader.get(faulty).withMutant(type, bytes);
    Map<Integer, Explorer> explorers = new HashMap<>();
    Set<Integer> warm = new HashSet<>();
    for (Run run : some) {
      Explorer explorer =
          explorers.computeIfAbsent(run.play(), play -> plays.get(play).explorer(loader));
      if (faulty && warm.add(run.play())) {
        warmUp(explorer);
      }
      Failure failure =
          explorer.run(new Execution(run.chooser(), run.faults(), explorer.guards, false, LIMITS));
      if (failure != null) {
        noticed[run.play()]++;
        return name(run) + ": " + failure.what().lines().findFirst().orElse("");
      }
    }
    return null;
  }
}

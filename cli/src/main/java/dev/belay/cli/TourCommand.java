package dev.belay.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `belay tour`: chapters that show, on real runs, what each signal does.
@Command(
    name = "tour",
    description = "Shows processes live and die, chapter by chapter.",
    mixinStandardHelpOptions = true)
final class TourCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  TourCommand() {}

  @Override
  public Integer call() {
    spec.commandLine().getOut().println("The tour has no chapters yet.");
    return 0;
  }
}

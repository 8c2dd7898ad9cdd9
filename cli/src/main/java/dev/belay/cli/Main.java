package dev.belay.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command `./belay`: it only dispatches; each subcommand is a class of its own.
@Command(
    name = "belay",
    description = "Processes that cannot die unheard: links, monitors, exit signals.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {TourCommand.class})
public final class Main {
  Main() {}

  /// Runs the command line and ends the JVM with its exit status.
  ///
  /// @param args the command line
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}

package dev.belay.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `./belay`: it only dispatches; each subcommand is a class of its own.
@Command(
    name = "belay",
    description = "Processes that cannot die unheard: links, monitors, exit signals.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:all went well", "1:something failed", "2:the command was not understood"},
    subcommands = {
      TourCommand.class,
      TestCommand.class,
      FuzzCommand.class,
      BenchCommand.class,
      NodeCommand.class,
      PuppetCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  Main() {}

  /// Runs the command line and ends the JVM with its exit status.
  ///
  /// @param args the command line
  public static void main(String[] args) {
    System.exit(commandLine(Boolean.getBoolean("belay.terminal")).execute(args));
  }

  /// The whole command, ready to execute.
  ///
  /// @param terminal whether a person watches the output, so that it may have colours
  static CommandLine commandLine(boolean terminal) {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setColorScheme(Help.defaultColorScheme(terminal ? Ansi.ON : Ansi.OFF));
    commandLine.setUsageHelpAutoWidth(terminal);
    commandLine.setExecutionExceptionHandler(failures());
    commandLine.setParameterExceptionHandler(new Misunderstanding());
    return commandLine;
  }

  /// Without a subcommand there is nothing to do.
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  private static IExecutionExceptionHandler failures() {
    return (exception, commandLine, _) -> {
      if (!(exception instanceof CommandFailure)) {
        throw exception;
      }
      PrintWriter err = commandLine.getErr();
      err.println(commandLine.getColorScheme().errorText("belay: " + exception.getMessage()));
      err.flush();
      return 1;
    };
  }
}

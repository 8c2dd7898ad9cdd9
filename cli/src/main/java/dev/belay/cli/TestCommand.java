package dev.belay.cli;

import dev.belay.cli.TestReports.Failure;
import dev.belay.cli.TestReports.Module;
import dev.belay.cli.TestReports.Totals;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `belay test`: sets up what the tests need, runs the build with all its checks, and counts.
@Command(
    name = "test",
    description = "Runs all tests and checks, after setting up what they need.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:everything passed",
      "1:a test or a check failed, was skipped, or (with CI=true) was left out",
      "2:the command was not understood"
    })
final class TestCommand implements Callable<Integer> {
  /// The tag of tests that need an installed Erlang.
  private static final String ERLANG = "erlang";

  /// The tag of tests that make networks of their own.
  private static final String NAMESPACES = "namespaces";

  /// The tag of tests that take long.
  private static final String FULL = "full";

  private static final int MOST_FAILURES_SHOWN = 20;

  @Option(
      names = "--full",
      description = "Also the long explorations and storms, memory-order and mutation tests.")
  private boolean full;

  @Option(
      names = "--no-install",
      description = "Install nothing; suites that miss something are left out, and named.")
  private boolean noInstall;

  @Option(
      names = "--suite",
      arity = "1..*",
      paramLabel = "NAME",
      description = "Only these suites: a module, or a package of the conformance tests.")
  private List<String> suites = new ArrayList<>();

  @Option(
      names = "--only",
      paramLabel = "CLASS[#METHOD]",
      description = "Only this test, whatever its tier.")
  private String only = "";

  @Spec private CommandSpec spec;

  TestCommand() {}

  @Override
  public Integer call() {
    Path root = root();
    PrintWriter out = spec.commandLine().getOut();
    TestSuites all = TestSuites.find(root);
    checkNames(all);
    List<String> leftOut = new ArrayList<>();
    if (!Erlang.provide(out, needing(all, ERLANG), !noInstall)) {
      leftOut.add(ERLANG);
    }
    if (!Networks.provide(out, needing(all, NAMESPACES))) {
      leftOut.add(NAMESPACES);
    }

    MavenRun run = new MavenRun(root, arguments(all, leftOut), live(), out);
    TestReports.deleteOld(root);
    boolean built = run.execute();
    TestReports reports = TestReports.read(root);

    Totals totals = reports.totals();
    printFailures(out, reports);
    if (!built) {
      out.println();
      run.errors().forEach(out::println);
    }
    printSummary(out, reports, run.time());
    List<String> problems = problems(totals, built, !leftOut.isEmpty(), reports, all);
    for (String test : run.lost()) {
      problems.add(test + " began and never ended: it ended its JVM, or hung.");
    }
    for (String problem : problems) {
      out.println(emphasis(problem));
    }
    out.println("The whole log: " + root.relativize(run.log()));
    out.println(totals.passed() + " passed, " + totals.failed() + " failed");
    out.flush();
    return problems.isEmpty() ? 0 : 1;
  }

  private List<String> problems(
      Totals totals, boolean built, boolean leftOut, TestReports reports, TestSuites all) {
    List<String> problems = new ArrayList<>();
    if (totals.failed() > 0) {
      problems.add(count(totals.failed(), "test") + " failed.");
    }
    if (!built) {
      problems.add("The build failed: a check, the compiler, or a test that did not end.");
    }
    if (totals.skipped() > 0) {
      problems.add(count(totals.skipped(), "test") + " skipped; that counts as a failure.");
    }
    if (totals.tests() == 0) {
      problems.add("No test ran.");
    }
    if (only.isEmpty() && suites.isEmpty() && built) {
      Set<String> silent = new TreeSet<>(all.modulesThatRunByDefault());
      reports.modules().forEach(module -> silent.remove(module.name()));
      for (String module : silent) {
        problems.add("The tests of " + module + " did not report.");
      }
    }
    String ci = System.getenv("CI");
    if (leftOut && ci != null && !ci.isEmpty() && !ci.equals("false")) {
      problems.add("With CI=" + ci + " no suite may be left out.");
    }
    return problems;
  }

  /// The test classes that are to run and carry a tag, since they need something.
  private List<String> needing(TestSuites all, String tag) {
    if (tag.equals(NAMESPACES) && !full && only.isEmpty()) {
      // They all take long.
      return List.of();
    }
    Set<String> chosen = suites.isEmpty() ? Set.of(only.split("#", 2)[0]) : all.classesOf(suites);
    boolean everything = only.isEmpty() && suites.isEmpty();
    return all.taggedWith(tag).stream()
        .filter(name ->
            everything
                || chosen.contains(name)
                || chosen.contains(name.substring(name.lastIndexOf('.') + 1)))
        .toList();
  }

  private void checkNames(TestSuites all) {
    if (!only.isEmpty() && !suites.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--only and --suite exclude each other");
    }
    for (String name : suites) {
      if (!all.names().contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no suite '" + name + "'; the suites are: " + String.join(", ", all.names()));
      }
    }
  }

  private List<String> arguments(TestSuites all, List<String> leftOut) {
    List<String> arguments = new ArrayList<>(List.of("verify"));
    // Every module's tests run, so that the count is whole; what failed is read from the reports.
    arguments.add("-Dmaven.test.failure.ignore=true");
    if (full) {
      arguments.add("-Pfull");
    }
    List<String> excluded = new ArrayList<>();
    if (!full && only.isEmpty()) {
      excluded.add(FULL);
    }
    excluded.addAll(leftOut);
    arguments.add("-DexcludedGroups=" + String.join(",", excluded));
    Set<String> selected = only.isEmpty() ? all.classesOf(suites) : Set.of(only);
    if (!selected.isEmpty()) {
      arguments.add("-Dtest=" + String.join(",", selected));
      arguments.add("-Dsurefire.failIfNoSpecifiedTests=false");
    }
    if (!suites.isEmpty()) {
      arguments.add("-pl");
      arguments.add(String.join(",", all.modulesOf(suites)));
      arguments.add("-am");
    }
    return arguments;
  }

  private void printFailures(PrintWriter out, TestReports reports) {
    List<Failure> failures = reports.failures();
    if (failures.isEmpty()) {
      return;
    }
    out.println();
    out.println(emphasis("Failed:"));
    for (Failure failure : failures.subList(0, Math.min(MOST_FAILURES_SHOWN, failures.size()))) {
      out.println("  " + failure.test() + " (" + failure.module() + ")");
      failure.message().lines().limit(6).forEach(line -> out.println("      " + line));
    }
    if (failures.size() > MOST_FAILURES_SHOWN) {
      out.println("  and " + (failures.size() - MOST_FAILURES_SHOWN) + " more");
    }
    out.println();
    out.println("To run one alone: ./belay test --only '" + failures.getFirst().filter() + "'");
  }

  private static void printSummary(PrintWriter out, TestReports reports, Duration time) {
    Collection<Module> modules = reports.modules();
    int width = modules.stream().mapToInt(m -> m.name().length()).max().orElse(0);
    out.println();
    for (Module module : modules) {
      Totals totals = module.totals();
      out.printf(
          "  %-" + Math.max(1, width) + "s %7d tests %12s%s%n",
          module.name(),
          totals.tests(),
          MavenRun.spoken(totals.time()),
          totals.failed() > 0 ? "   " + totals.failed() + " failed" : "");
    }
    out.println("  in " + MavenRun.spoken(time) + ", with the checks of the build");
  }

  /// A number with its noun.
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private Path root() {
    String root = System.getProperty("belay.root", "");
    if (root.isEmpty() || !Files.isRegularFile(Path.of(root, "pom.xml"))) {
      throw new CommandFailure(
          "the tests run in a clone of the repository; start them there with ./belay test");
    }
    return Path.of(root);
  }

  private boolean live() {
    return spec.commandLine().getColorScheme().ansi() == Ansi.ON;
  }

  private String emphasis(String text) {
    return spec.commandLine().getColorScheme().ansi().string("@|bold,red " + text + "|@");
  }
}

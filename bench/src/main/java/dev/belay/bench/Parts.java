package dev.belay.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The benchmarks of the parts, which JMH runs.
final class Parts {
  private static final List<String> QUICK =
      List.of("-f", "1", "-wi", "3", "-w", "300ms", "-i", "3", "-r", "300ms");

  private Parts() {}

  /// Runs the benchmarks whose names match, with their output on this JVM's own.
  ///
  /// @param regex which, as JMH takes it; all if empty
  /// @return JMH's exit status
  static int run(String regex, Plan plan) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jmh.Main"));
    if (!regex.isEmpty()) {
      command.add(regex);
    }
    if (plan.quick()) {
      command.addAll(QUICK);
    }
    command.add("-jvmArgs");
    command.add(String.join(" ", plan.flags(Contender.BELAY_RECEIVE)));
    plan.json().ifPresent(file -> command.addAll(List.of("-rf", "json", "-rff", file.toString())));
    try {
      Process jmh = new ProcessBuilder(command).inheritIO().start();
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(jmh::destroy));
      return jmh.waitFor();
    } catch (IOException e) {
      throw new BenchException("JMH cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}

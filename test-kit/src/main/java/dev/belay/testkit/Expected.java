package dev.belay.testkit;

import dev.belay.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.LogRecord;

/// What one test leaves or provokes on purpose, and is therefore not held against it.
///
/// Whether it is said before or after it happens makes no difference, as long as it is said before
/// the test ends. What is expected but does not happen fails the test; what is only allowed may
/// happen or not. May be used from any thread.
public final class Expected {
  /// How the node begins a line about reports that it only counted.
  private static final String SUMMARY = "… ";

  private final List<Report> reports = new ArrayList<>();
  private final Set<Pid> running = ConcurrentHashMap.newKeySet();
  private final Set<Pid> maybeRunning = ConcurrentHashMap.newKeySet();
  private final Set<Pid> quarantined = ConcurrentHashMap.newKeySet();
  private volatile boolean anyRunning;

  Expected() {}

  /// Expects that processes crash with a throwable of a type: at least one is reported, and all
  /// such reports are right.
  ///
  /// @param type the throwable's class, or one of its superclasses
  public void crash(Class<? extends Throwable> type) {
    add(new Crashed(type, true));
  }

  /// Allows processes to crash with a throwable of a type.
  ///
  /// @param type the throwable's class, or one of its superclasses
  public void maybeCrash(Class<? extends Throwable> type) {
    add(new Crashed(type, false));
  }

  /// Expects that something is reported: at least once, and all such reports are right.
  ///
  /// @param part what the report's text contains
  public void report(String part) {
    add(new Reported(part, true));
  }

  /// Allows something to be reported.
  ///
  /// @param part what the report's text contains
  public void maybeReport(String part) {
    add(new Reported(part, false));
  }

  /// Lets processes run on when the test has ended. They are shut down with their node, after links
  /// and monitors have been checked. What supervisors report of that is not held against the test.
  ///
  /// @param pids the processes, all of which must still run then; none for any number of any
  ///   processes
  public void running(Pid... pids) {
    if (pids.length == 0) {
      anyRunning = true;
    }
    running.addAll(List.of(pids));
  }

  /// Allows processes to run on when the test has ended.
  ///
  /// @param pids the processes
  public void maybeRunning(Pid... pids) {
    maybeRunning.addAll(List.of(pids));
  }

  /// Expects that a thread of a process is in quarantine when the test ends, or was meanwhile, and
  /// that this was reported. The test still has to let the thread go.
  ///
  /// @param pid the process that was declared dead, or whose resource did not close
  public void quarantine(Pid pid) {
    quarantined.add(pid);
    add(new Reported(pid.toString(), true));
  }

  boolean mayRun(Pid pid) {
    return anyRunning || running.contains(pid) || maybeRunning.contains(pid);
  }

  Set<Pid> mustRun() {
    return Set.copyOf(running);
  }

  boolean mayBeQuarantined(Pid pid) {
    return quarantined.contains(pid);
  }

  /// Finds the reports that nothing said here covers. Those that were folded are like others, which
  /// stand for them.
  synchronized List<LogRecord> unexpected(List<LogRecord> records) {
    return records.stream()
        .filter(record -> !ReportLog.text(record).startsWith(SUMMARY))
        .filter(record -> reports.stream().noneMatch(report -> report.covers(record)))
        .toList();
  }

  /// Finds what was expected and is not among the reports.
  synchronized List<String> missing(List<LogRecord> records) {
    return reports.stream()
        .filter(report -> report.required() && records.stream().noneMatch(report::covers))
        .map(Report::toString)
        .toList();
  }

  private synchronized void add(Report report) {
    reports.add(report);
  }

  /// A kind of report.
  private sealed interface Report {
    boolean covers(LogRecord record);

    boolean required();
  }

  private record Crashed(Class<? extends Throwable> type, boolean required) implements Report {
    @Override
    public boolean covers(LogRecord record) {
      return type.isInstance(record.getThrown());
    }

    @Override
    public String toString() {
      return "a crash with " + type.getName();
    }
  }

  private record Reported(String part, boolean required) implements Report {
    @Override
    public boolean covers(LogRecord record) {
      return ReportLog.text(record).contains(part);
    }

    @Override
    public String toString() {
      return "a report with \"" + part + "\"";
    }
  }
}

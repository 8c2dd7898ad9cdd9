package dev.belay.slf4j;

import dev.belay.LoggingContext;
import dev.belay.Pid;
import java.util.Objects;
import org.slf4j.MDC;

/// Puts pid and label of the process into SLF4J's `MDC` while it runs, for the patterns of a
/// logging backend, such as Logback's `%X{pid} %X{label}`.
///
/// Given to a node by [dev.belay.NodeOptions#loggingContext(LoggingContext)]. Immutable; one may
/// serve several nodes.
///
/// When a process leaves a thread the whole `MDC` of the thread is cleared, with whatever the
/// process has put there itself: the thread may run another process next.
public final class MdcContext implements LoggingContext {
  /// With the keys `pid` and `label`.
  public static final MdcContext DEFAULT = new MdcContext("pid", "label");

  private final String pidKey;
  private final String labelKey;

  private MdcContext(String pidKey, String labelKey) {
    this.pidKey = Objects.requireNonNull(pidKey, "pidKey");
    this.labelKey = Objects.requireNonNull(labelKey, "labelKey");
  }

  /// Makes one with other keys.
  ///
  /// @param pidKey the key of the pid
  /// @param labelKey the key of the label
  /// @return the context
  public static MdcContext withKeys(String pidKey, String labelKey) {
    return new MdcContext(pidKey, labelKey);
  }

  /// Puts the pid, as it is printed, under its key, and the label, unless it is empty.
  ///
  /// @param pid the process
  /// @param label its label, or an empty string
  @Override
  public void enter(Pid pid, String label) {
    MDC.put(pidKey, pid.toString());
    if (!label.isEmpty()) {
      MDC.put(labelKey, label);
    }
  }

  @Override
  public void leave() {
    MDC.clear();
  }
}

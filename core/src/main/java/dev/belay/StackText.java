package dev.belay;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Stack traces as reports show them: bounded, without the runtime's own frames below the body.
final class StackText {
  /*
   * Everything of a throwable but getSuppressed() can be overridden by its class. `of` runs on the renderer's thread
   * and may call it; the rest runs on the reporter's and asks only throwables that are known to answer as Throwable does.
   */
  private static final int MOST_THROWABLES = 16;
  private static final int FIRST_FRAMES = 40;
  private static final int LAST_FRAMES = 8;
  private static final StackTraceElement[] NO_FRAMES = {};

  private static final String RUNTIME = "dev.belay.";

  /// The package of servers and supervisors, which is not of this module.
  private static final String SERVERS = "dev.belay.otp.";

  private static final ClassValue<Boolean> FRAMES_ARE_PLAIN = inherited("getStackTrace");
  private static final ClassValue<Boolean> PRINTING_IS_PLAIN =
      inherited("printStackTrace", PrintWriter.class);

  /// Tells whether classes of throwables have inherited a method from `Throwable` itself.
  private static ClassValue<Boolean> inherited(String method, Class<?>... parameters) {
    return new ClassValue<>() {
      @Override
      protected Boolean computeValue(Class<?> type) {
        try {
          return type.getMethod(method, parameters).getDeclaringClass() == Throwable.class;
        } catch (ReflectiveOperationException | LinkageError e) {
          return false;
        }
      }
    };
  }

  private final UserText owner;
  private final Set<String> hung;
  private final StringBuilder text = new StringBuilder(512);
  private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private StackText(UserText owner, Set<String> hung) {
    this.owner = owner;
    this.hung = hung;
  }

  /// Renders a throwable with its causes and suppressed ones; on the renderer's thread.
  static String of(Throwable throwable, UserText owner, Set<String> hung) {
    StackText all = new StackText(owner, hung);
    all.add("", "", throwable, NO_FRAMES);
    return all.text.toString();
  }

  private void add(
      String indent, String heading, Throwable throwable, StackTraceElement[] enclosing) {
    if (!text.isEmpty()) {
      text.append('\n');
    }
    text.append(indent).append(heading);
    if (!seen.add(throwable)) {
      text.append("[the same again: ").append(throwable.getClass().getName()).append(']');
      return;
    }
    if (seen.size() > MOST_THROWABLES) {
      text.append("[and more throwables]");
      return;
    }
    text.append(owner.call(throwable, hung));
    if (!PRINTING_IS_PLAIN.get(throwable.getClass())) {
      owner.warn();
    }
    StackTraceElement[] frames =
        withoutRuntime(owner.call(throwable, Throwable::getStackTrace, NO_FRAMES, hung));
    frames(text, indent, frames, inCommon(frames, enclosing));
    for (Throwable suppressed : throwable.getSuppressed()) {
      add(indent + "  ", "Suppressed: ", suppressed, frames);
    }
    Throwable cause = owner.<@Nullable Throwable>call(throwable, Throwable::getCause, null, hung);
    if (cause != null) {
      add(indent, "Caused by: ", cause, frames);
    }
  }

  private static int inCommon(StackTraceElement[] frames, StackTraceElement[] enclosing) {
    int common = 0;
    while (common < frames.length
        && common < enclosing.length
        && frames[frames.length - 1 - common].equals(enclosing[enclosing.length - 1 - common])) {
      common++;
    }
    return common;
  }

  private static void frames(
      StringBuilder text, String indent, StackTraceElement[] frames, int inCommon) {
    int shown = frames.length - inCommon;
    for (int i = 0; i < shown; i++) {
      if (i == FIRST_FRAMES && shown > FIRST_FRAMES + LAST_FRAMES) {
        i = shown - LAST_FRAMES;
        text.append('\n').append(indent).append("  … ");
        text.append(i - FIRST_FRAMES).append(" frames left out");
      }
      text.append('\n').append(indent).append("  at ").append(frames[i]);
    }
    if (inCommon > 0) {
      text.append('\n').append(indent).append("  … ").append(inCommon).append(" more");
    }
  }

  /// Renders frames alone, or a word for none.
  static String of(StackTraceElement[] frames) {
    StackTraceElement[] shown = withoutRuntime(frames);
    if (shown.length == 0) {
      return "(its stack could not be taken)";
    }
    StringBuilder text = new StringBuilder(512);
    frames(text, "", shown, 0);
    return text.substring(1);
  }

  /// Renders the innermost frames of a thread that is still running, or a word for none. Of one
  /// that waits in a verb the verb is the innermost, or the call of a server that waits in it.
  static String innermost(StackTraceElement[] frames, int depth) {
    StackTraceElement[] all = withoutRuntime(frames);
    if (all.length == 0) {
      return "(none: it has not begun yet, or has just ended)";
    }
    return from(all, Math.max(0, calledBehind(all, parkedVerb(all))), depth);
  }

  /// Renders the frames of a thread from the one on that its user called last, wherever the runtime
  /// has got meanwhile.
  static String called(StackTraceElement[] frames, int depth) {
    StackTraceElement[] all = withoutRuntime(frames);
    int first = Math.max(0, Arrays.asList(all).indexOf(userFrame(all)));
    if (first > 0 && !isOfTheJdk(all[first - 1].getClassName())) {
      first--;
    }
    return from(all, first, depth);
  }

  private static String from(StackTraceElement[] all, int first, int depth) {
    StringBuilder text = new StringBuilder(512);
    int end = Math.min(all.length, first + depth);
    for (int i = first; i < end; i++) {
      text.append("  at ").append(at(all[i])).append('\n');
    }
    if (end < all.length) {
      text.append("  … ").append(all.length - end).append(" more");
    }
    return text.toString();
  }

  /// Finds the verb in which a thread waits.
  ///
  /// @return its frame's place, or -1 if it does not wait in a verb
  private static int parkedVerb(StackTraceElement[] frames) {
    for (int i = 0; i < frames.length; i++) {
      String type = frames[i].getClassName();
      if (isVerb(type)) {
        return i;
      }
      if (!isOfTheJdk(type) && !isParking(type)) {
        return -1;
      }
    }
    return -1;
  }

  /// Finds what a user called that waits in a verb: something of servers, or the verb itself.
  private static int calledBehind(StackTraceElement[] frames, int verb) {
    int called = verb;
    while (called >= 0 && called + 1 < frames.length) {
      if (!isOfServers(frames[called + 1].getClassName())) {
        return called;
      }
      called++;
    }
    return verb;
  }

  private static boolean isParking(String type) {
    return type.equals(Receiving.class.getName())
        || type.equals(AliveWaiter.class.getName())
        || type.equals(Snapshots.class.getName())
        || type.startsWith("dev.belay.internal.host.")
        || type.startsWith("dev.belay.testkit.Seeded");
  }

  /// Renders what of a throwable is known without asking it anything.
  static String withoutMessages(Throwable throwable, String why) {
    StringBuilder text = new StringBuilder(512);
    text.append(throwable.getClass().getName()).append(": ").append(why);
    frames(text, "", withoutRuntime(plainFrames(throwable)), 0);
    return text.toString();
  }

  /// Returns a throwable's frames, or none if its class would be asked for them.
  static StackTraceElement[] plainFrames(Throwable throwable) {
    return FRAMES_ARE_PLAIN.get(throwable.getClass()) ? throwable.getStackTrace() : NO_FRAMES;
  }

  /// Returns the first frames, by which places are told apart.
  static List<StackTraceElement> top(StackTraceElement[] frames, int count) {
    return List.of(Arrays.copyOf(frames, Math.min(count, frames.length)));
  }

  /// Leaves out the frames from the one that called the body.
  private static StackTraceElement[] withoutRuntime(StackTraceElement[] frames) {
    int end = bodyFrame(frames);
    return end < 0 ? frames : Arrays.copyOf(frames, end + 1);
  }

  /// Finds the frame of the body, or of what handles a message.
  ///
  /// @return its place, or -1 if it is not there
  private static int bodyFrame(StackTraceElement[] frames) {
    for (int i = frames.length - 1; i > 0; i--) {
      StackTraceElement frame = frames[i];
      if (frame.getClassName().equals(Cell.class.getName())
          && frame.getMethodName().equals("run")) {
        return usersBehind(frames, i - 1);
      }
      if (frame.getClassName().equals(Runner.class.getName())
          && frame.getMethodName().equals("handle")) {
        return usersBehind(frames, behind(frames, i - 1));
      }
    }
    return -1;
  }

  /// Of a turn-style process, finds the frame that the runner called, maybe by way of others of the
  /// runtime's.
  private static int behind(StackTraceElement[] frames, int i) {
    while (i > 0
        && (frames[i].getClassName().equals(Runner.class.getName())
            || frames[i].getClassName().equals(Turns.class.getName()))) {
      i--;
    }
    return i;
  }

  /// Of a server, finds the frame of its user's that the server called.
  ///
  /// @return its place, or the one of the body if there is none
  private static int usersBehind(StackTraceElement[] frames, int body) {
    if (!isOfServers(frames[body].getClassName())) {
      return body;
    }
    for (int i = body - 1; i >= 0; i--) {
      String type = frames[i].getClassName();
      if (!isOfServers(type) && !isOfTheJdk(type)) {
        return isIn(RUNTIME, type) ? body : i;
      }
    }
    return body;
  }

  /// Finds the frame to look at first: the innermost one that is neither the JDK's nor the
  /// runtime's.
  ///
  /// @return the frame, or null if there is none
  static @Nullable StackTraceElement userFrame(StackTraceElement[] frames) {
    StackTraceElement found = null;
    StackTraceElement ofServer = null;
    for (StackTraceElement frame : withoutRuntime(frames)) {
      String type = frame.getClassName();
      if (isVerb(type)) {
        found = null;
      } else if (isOfServers(type)) {
        ofServer = ofServer == null ? frame : ofServer;
      } else if (found == null && !isOfTheJdk(type)) {
        found = frame;
        if (!type.startsWith("dev.belay.")) {
          return found;
        }
      }
    }
    return found == null ? ofServer : found;
  }

  /// Tells whether a class is one of the servers and supervisors that are built on the runtime, and
  /// call what users write.
  private static boolean isOfServers(String type) {
    return isIn(SERVERS, type);
  }

  private static boolean isIn(String place, String type) {
    return type.startsWith(place) && type.indexOf('.', place.length()) < 0;
  }

  private static boolean isVerb(String type) {
    return type.equals(Belay.class.getName())
        || type.equals(Inbox.class.getName())
        || type.equals(Node.class.getName());
  }

  private static boolean isOfTheJdk(String type) {
    return type.startsWith("java.")
        || type.startsWith("javax.")
        || type.startsWith("jdk.")
        || type.startsWith("sun.");
  }

  /// Names the first function of a process, so that a person finds it.
  ///
  /// @param body the class of the body, often a lambda's
  /// @param frames the stack of what happened in it, which may show the function itself
  static String initialFunction(Class<?> body, StackTraceElement[] frames) {
    int at = bodyFrame(frames);
    if (at >= 0) {
      StackTraceElement frame = frames[at];
      return function(frame.getClassName(), frame.getMethodName()) + " (" + place(frame) + ")";
    }
    return initialFunction(body);
  }

  /// Names the first function of a process as far as its class tells.
  static String initialFunction(Class<?> body) {
    String name = body.getName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : "a lambda in " + name.substring(0, lambda);
  }

  /// Renders one frame for a line of its own, without the module, or a word for none.
  static String at(@Nullable StackTraceElement frame) {
    return frame == null
        ? ""
        : frame.getClassName() + "." + frame.getMethodName() + "(" + place(frame) + ")";
  }

  private static String place(StackTraceElement frame) {
    String file = frame.getFileName() == null ? "unknown source" : frame.getFileName();
    return frame.getLineNumber() > 0 ? file + ":" + frame.getLineNumber() : file;
  }

  private static String function(String type, String method) {
    if (!method.startsWith("lambda$")) {
      return type + "." + method;
    }
    int end = method.lastIndexOf('$');
    String in = end > "lambda$".length() ? method.substring("lambda$".length(), end) : method;
    return "a lambda in "
        + type
        + switch (in) {
          case "new" -> "'s constructor";
          case "static" -> "'s initialiser";
          default -> "." + in;
        };
  }

  /// Joins pids, with their labels where they have one.
  static String pids(List<? extends Subject> subjects, boolean more) {
    List<String> words = new ArrayList<>();
    for (Subject subject : subjects) {
      words.add(subject instanceof Pid pid ? who(pid) : subject.toString());
    }
    if (more) {
      words.add("…");
    }
    return String.join(", ", words);
  }

  /// Names a process by pid and label.
  static String who(Pid pid) {
    Cell cell = pid.cell;
    String label = cell == null ? "" : cell.label();
    return label.isEmpty() ? pid.toString() : pid + " (" + PlainText.line(label) + ")";
  }
}

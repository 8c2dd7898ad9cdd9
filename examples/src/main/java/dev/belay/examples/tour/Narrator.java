package dev.belay.examples.tour;

import static dev.belay.Belay.node;
import static dev.belay.Belay.self;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Trace;
import dev.belay.TraceEvent;
import dev.belay.TraceEvent.Kind;
import dev.belay.otp.SupervisorRef;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells a chapter as it happens: the chapter's own sentences, and between them every signal of its
/// node, taken from the node's trace.
///
/// The narrator writes what it is told to on the calling thread, and the signals on the trace's
/// thread; before each sentence it waits until all signals so far have been told, so that the order
/// on the page is the order in which things happened.
public final class Narrator {
  /// The text is no wider than this.
  static final int WIDTH = 92;

  private static final int WIDEST = 100;

  private static final int EVENTS = 100_000;
  private static final String MAIN = "main";
  private static final String RUNTIME = "the runtime";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration TICK = Duration.ofMillis(300);

  private final Page page;
  private final Runnable pause;
  private final Players players = new Players();
  private final Map<String, Map<String, String>> trees = new HashMap<>();
  private final Words words = new Words(this::who);
  private @Nullable Node node;
  private @Nullable Trace trace;
  private @Nullable LogBook log;
  private String latestReport = "";
  private boolean silent;
  private boolean callsToo = true;
  private boolean everyStep;
  private boolean ofServers;
  private long clock = -1;

  /// Makes a narrator.
  ///
  /// @param out where to write
  /// @param colours whether a terminal shows it
  /// @param pause what to do between the steps of a chapter: nothing, or wait for Enter
  public Narrator(PrintWriter out, boolean colours, Runnable pause) {
    this.page = new Page(out, colours);
    this.pause = pause;
  }

  // what a chapter is made of

  /// Runs the main process of a chapter, as [Belay#run] does, and tells its node's signals.
  void run(Body main) {
    run(NodeOptions.DEFAULT, main);
  }

  /// Runs the main process of a chapter on a node with options, and tells that node's signals.
  void run(NodeOptions options, Body main) {
    Belay.run(
        options,
        () ->
            follow(
                node(),
                () -> {
                  label(self(), MAIN);
                  main.run();
                }));
  }

  /// Tells the signals of a node while an action runs.
  void follow(Node which, Body action) throws Exception {
    node = which; // the trace's thread reads it
    try (LogBook book = LogBook.open();
        Trace opened = which.trace(_ -> true, this::hear, EVENTS)) {
      log = book;
      trace = opened;
      action.run();
      catchUp();
    } finally {
      trace = null;
      log = null;
    }
  }

  /// Gives a process that the trace does not show being spawned a name.
  void label(Pid pid, String label) {
    players.label(pid, label);
  }

  /// Gives the next process that is started on another node a name, which nobody says there.
  void labelNext(String label) {
    players.labelNext(label);
  }

  /// Says something to the reader.
  void say(String text) {
    catchUp();
    page.paragraph(text, WIDTH);
  }

  /// Begins a new step of the chapter, after a pause.
  void step(String text) {
    catchUp();
    pause.run();
    page.paragraph(text, WIDTH);
  }

  /// Shows what the program itself prints.
  void show(String text) {
    catchUp();
    page.line("   " + page.paint(Page.CYAN, "» " + text));
  }

  /// Tells what a process of another node says of itself; at once, on the calling thread.
  ///
  /// @param who the process
  /// @param what what it says, in which pids of this node may stand as Erlang writes them
  /// @param when when it has said so, by the clock of this machine
  synchronized void tellOf(String who, String what, Instant when) {
    Node of = node;
    if (silent || of == null) {
      return;
    }
    String time = "";
    if (clock >= 0) {
      long ago = Duration.between(when, Instant.now()).toNanos();
      time = Words.time(Math.max(0, of.nanoTime() - ago - clock), everyStep) + "  ";
    }
    line(time, who, players.named(what, of.name()), "");
  }

  /// Draws who is linked with whom and who monitors whom, as the node knows it now.
  void draw(Pid... pids) {
    catchUp();
    Node of = current();
    rows(Drawing.of(of, List.of(pids), this::labelOf));
  }

  /// Draws what has been put together elsewhere.
  void draw(List<String> rows) {
    catchUp();
    rows(rows);
  }

  private void rows(List<String> rows) {
    page.gap();
    rows.forEach(row -> page.line("      " + page.paint(Page.BOLD, row)));
    page.gap();
  }

  /// Draws a supervisor and all that is below it, as they are when it has handled what came before.
  /// What has changed since the last drawing of a tree with this name is marked.
  void drawTree(String name, SupervisorRef root) throws Exception {
    Map<String, String> now = new HashMap<>();
    List<String> rows =
        withoutCalls(
            () -> Drawing.tree(current(), name, root, trees.getOrDefault(name, Map.of()), now));
    trees.put(name, now);
    rows(rows);
  }

  /// Does something without telling its signals.
  void aside(Body action) throws Exception {
    aside(() -> {
      action.run();
      return true;
    });
  }

  /// Does something without telling its signals.
  <T> T aside(Callable<T> action) throws Exception {
    catchUp();
    boolean before = setSilent(true);
    try {
      T result = action.call();
      catchUp();
      return result;
    } finally {
      setSilent(before);
    }
  }

  /// Tells no signals from now on, for what a chapter still has to put away.
  void tellNoMore() {
    catchUp();
    setSilent(true);
  }

  /// Does something without telling main's calls and their replies; all else is told, also calls
  /// that others make at the same time.
  <T> T withoutCalls(Callable<T> action) throws Exception {
    catchUp();
    setCallsToo(false);
    try {
      T result = action.call();
      catchUp();
      return result;
    } finally {
      setCallsToo(true);
    }
  }

  /// Tells every step from now on, with the time since the first of them.
  synchronized void everyStep() {
    everyStep = true;
    clock = 0;
  }

  /// Tells of servers and supervisors from now on: calls and replies are told as such, and not the
  /// signals of which they are made.
  synchronized void ofServers() {
    ofServers = true;
  }

  /// Tells signals with the time since the first of them, until [#withoutTimes].
  void withTimes() {
    catchUp();
    setClock(0);
  }

  /// Tells signals with the time since now, until [#withoutTimes].
  void withTimesFromNow() {
    catchUp();
    setClock(current().nanoTime());
  }

  /// Tells signals without times again.
  void withoutTimes() {
    catchUp();
    setClock(-1);
  }

  private synchronized void setClock(long now) {
    clock = now;
  }

  /// Does something that may take long. A terminal shows meanwhile how far it is.
  ///
  /// @param state how far it is, in a few words; asked for on another thread
  <T> T progress(Supplier<String> state, Callable<T> action) throws Exception {
    if (!page.isOnTerminal()) {
      return action.call();
    }
    CountDownLatch done = new CountDownLatch(1);
    Thread ticker = Thread.ofPlatform().daemon().start(() -> tick(state, done));
    try {
      return action.call();
    } finally {
      done.countDown();
      ticker.join();
    }
  }

  private void tick(Supplier<String> state, CountDownLatch done) {
    try {
      while (!done.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        page.transientLine("   " + page.paint(Page.DIM, "… " + state.get()));
      }
    } catch (InterruptedException e) {
      // then there is nothing to show any more
    }
    page.transientLine("");
  }

  /// Waits until a process has ended and everybody has been told.
  void awaitEnd(Pid pid) throws InterruptedException {
    players.awaitEnd(pid);
  }

  /// Waits until so many processes with a label have ended, and everybody has been told.
  void awaitEnds(String label, int number) throws InterruptedException {
    players.awaitEnds(label, number);
  }

  /// Returns the processes with a label that have ended so far, in the order of their ends.
  List<Pid> ends(String label) {
    return players.ends(label);
  }

  /// Returns the processes that have died, in the order of their deaths: that of one that others
  /// wait for is before all that they do then.
  List<Pid> deaths() {
    return players.deaths();
  }

  /// Returns what the processes are called.
  Map<Pid, String> names() {
    return players.names();
  }

  /// Returns the processes that have died since some other one has, in the order of their deaths.
  List<Pid> deathsSince(Pid other) {
    List<Pid> all = players.deaths();
    return all.subList(all.indexOf(other) + 1, all.size());
  }

  /// Waits until a process has taken so many messages out of its mailbox.
  void awaitTaken(Pid pid, int messages) throws InterruptedException {
    players.awaitTaken(pid, messages);
  }

  /// Waits until a process has linked itself with another.
  void awaitLink(Pid pid, Pid other) throws InterruptedException {
    Node of = current();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (of.info(pid).filter(info -> info.links().contains(other)).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(pid + " has not linked itself within " + PATIENCE);
      }
      Thread.sleep(1);
    }
  }

  /// Shows the latest report that the runtime has logged, in full.
  void fullReport() {
    catchUp();
    latestReport.lines().forEach(text -> page.line("   " + page.paint(Page.DIM, "│ " + text)));
    page.gap();
  }

  // the frame around chapters

  void title(String text) {
    page.line(page.paint(Page.BOLD, text));
    page.line("─".repeat(text.length()));
    page.line("");
  }

  void end() {
    synchronized (this) {
      everyStep = false;
      ofServers = false;
      silent = false;
      clock = -1;
    }
    players.clear();
    trees.clear();
    page.gap();
  }

  // the signals

  /// Waits until everything that has happened so far is on the page, reports included.
  private void catchUp() {
    Trace following = trace;
    if (following == null) {
      return;
    }
    if (!following.flush(PATIENCE)) {
      throw new IllegalStateException("the trace did not catch up within " + PATIENCE);
    }
    for (String report : reports()) {
      latestReport = report;
      if (!isSilent()) {
        String headline = report.lines().findFirst().orElse("");
        page.line("   " + page.paint(Page.DIM, Words.fit("log │ " + headline, WIDTH - 3)));
      }
    }
  }

  private List<String> reports() {
    Node reporting = node;
    LogBook book = log;
    if (reporting == null || book == null) {
      return List.of();
    }
    reporting.flushReports(PATIENCE);
    return book.take();
  }

  /// One event of the node; on the trace's thread.
  private synchronized void hear(TraceEvent event) {
    players.hear(event, current().name());
    if (silent
        || (!callsToo && Words.isOfCall(event) && (isMain(event.from()) || isMain(event.to())))) {
      return;
    }
    String told =
        everyStep
            ? words.everyStep(event)
            : ofServers ? words.ofServers(event) : words.inShort(event);
    if (told.isEmpty()) {
      return;
    }
    String time = "";
    if (clock >= 0) {
      clock = clock == 0 ? event.nanos() : clock;
      time = Words.time(event.nanos() - clock, everyStep) + "  ";
    }
    String loss = words.ofLoss(event);
    if (!loss.isEmpty()) {
      line(time, RUNTIME, loss, "");
    }
    Pid doer = Words.actor(event);
    String actor = doer == null ? RUNTIME : who(doer);
    line(time, actor, told, event.kind() == Kind.EXITING ? Page.RED : "");
  }

  private void line(String time, String actor, String told, String colour) {
    String text = String.format("   %s%-16s %s", time, actor, told);
    page.line(page.paint(colour, Words.fit(text, WIDEST)));
  }

  private boolean isMain(@Nullable Pid pid) {
    return pid != null && MAIN.equals(players.label(pid));
  }

  private String who(Pid pid) {
    String label = labelOf(pid);
    return label.isEmpty() ? pid.toString() : label + " " + pid;
  }

  private String labelOf(Pid pid) {
    String known = players.label(pid);
    if (known != null) {
      return known;
    }
    Node of = node;
    return of == null || !pid.node().equals(of.name())
        ? ""
        : of.info(pid).map(ProcessInfo::label).orElse("");
  }

  private Node current() {
    Node of = node;
    if (of == null) {
      throw new IllegalStateException("no node is being told about");
    }
    return of;
  }

  /// Returns what it was before.
  private synchronized boolean setSilent(boolean now) {
    boolean before = silent;
    silent = now;
    return before;
  }

  private synchronized void setCallsToo(boolean now) {
    callsToo = now;
  }

  private synchronized boolean isSilent() {
    return silent;
  }
}

package dev.belay.testkit;

import dev.belay.Body;
import dev.belay.Destination;
import dev.belay.Down;
import dev.belay.DumpOptions;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The test as somebody whom processes can send to: a mailbox with a pid, and assertions about what
/// comes.
///
/// A test of [BelayTest] gets one as a parameter:
///
/// ```java
/// @BelayTest
/// class GreeterTest {
///   record Greet(String whom, Pid from) {}
///   record Greeting(String text) {}
///
///   @Test
///   void greetsUntilItIsToldToStop(Node node, Probe probe) {
///     Pid greeter = probe.spawn(() -> {
///       while (receive() instanceof Greet(String whom, Pid from)) {
///         send(from, new Greeting("Hello, " + whom));
///       }
///     });
///     probe.send(greeter, new Greet("Joe", probe.pid()));
///     assertThat(probe.expect(Greeting.class).text()).isEqualTo("Hello, Joe");
///
///     probe.send(greeter, new Greet("Mike", probe.pid()));
///     probe.expect(Greeting.class, greeting -> greeting.text().endsWith("Mike"));
///     probe.expectNoMore();
///
///     probe.send(greeter, "stop");
///     probe.expectDown(greeter, ExitReason.NORMAL);
///   }
/// }
/// ```
///
/// **Waiting.** `expect…` methods take the first message that matches and leave others where they
/// are, as `receive` does; they wait for it up to [#WITHIN], or as long as they are told. They
/// return at once when it is there, so that a long time costs only tests that fail.
/// [#expectNothing] and [#refuse] have to wait for all their time, but not in an [Interleaved]
/// test.
///
/// **Failing.** An [AssertionError] says what was expected, what is in the mailbox instead, and
/// what those are doing that the test has to do with: the processes that this probe has spawned or
/// monitors, and those it has last sent to.
///
/// **Threads.** A probe belongs to the thread that made it, which is the test's; on another its
/// methods throw [dev.belay.VerbException], except [#pid()]. It is closed with its node. For a
/// second one there is [#of].
///
/// **When not to use it.** To call a server, call it: a call waits for its answer by itself. What
/// is monitored for one statement only can be watched with [Node#run].
public final class Probe implements AutoCloseable {
  /// How long an expectation waits that is not told: 3 seconds.
  public static final Duration WITHIN = Duration.ofSeconds(3);

  private static final int MOST_PEERS = 8;
  private static final int MOST_SHOWN = 20;
  private static final int MOST_WIDTH = 400;
  private static final int STACK_DEPTH = 12;
  private static final int MESSAGES = 5;

  private final Node node;
  private final Inbox inbox;

  /// With whom the test has to do, the latest last.
  private final Set<Pid> peers = new LinkedHashSet<>();

  private final Map<Pid, Ref> monitors = new LinkedHashMap<>();

  private Probe(Node node) {
    this.node = node;
    this.inbox = node.inbox();
  }

  /// Makes a probe of a node, for the calling thread.
  ///
  /// @param node the node
  /// @return a probe with a pid of its own
  public static Probe of(Node node) {
    return new Probe(Objects.requireNonNull(node, "node"));
  }

  /// Returns the probe's mailbox, which has all the other verbs: links, names, timers.
  ///
  /// @return the mailbox
  public Inbox inbox() {
    return inbox;
  }

  /// Returns the probe's pid.
  ///
  /// @return the pid
  public Pid pid() {
    return inbox.pid();
  }

  /// Ends the probe; its links and monitors are told. Its node does so, too, when it is closed.
  @Override
  public void close() {
    inbox.close();
  }

  // acting

  /// Sends a message.
  ///
  /// @param to a pid, a name or an alias
  /// @param message any immutable value
  public void send(Destination to, Object message) {
    peerOf(to).ifPresent(this::meet);
    inbox.send(to, message);
  }

  /// Sends a message to whoever holds a registered name of the node.
  ///
  /// @param name the name
  /// @param message any immutable value
  /// @throws dev.belay.NoProcessException if nobody holds it
  public void send(String name, Object message) {
    node.whereis(name).ifPresent(this::meet);
    inbox.send(name, message);
  }

  /// Monitors a process, for [#expectDown].
  ///
  /// @param pid the process
  /// @return the monitor
  public Ref monitor(Pid pid) {
    meet(pid);
    Ref ref = inbox.monitor(pid);
    monitors.putIfAbsent(pid, ref);
    return ref;
  }

  /// Spawns a process and monitors it from its first instant, for [#expectDown].
  ///
  /// @param body what it does
  /// @return its pid
  public Pid spawn(Body body) {
    return spawn(SpawnOptions.DEFAULT, body);
  }

  /// Spawns a process with options and monitors it from its first instant, for [#expectDown].
  ///
  /// @param options how
  /// @param body what it does
  /// @return its pid
  public Pid spawn(SpawnOptions options, Body body) {
    Monitored born = inbox.spawnMonitor(options, body);
    meet(born.pid());
    monitors.put(born.pid(), born.ref());
    return born.pid();
  }

  // what comes

  /// Expects a message of a type within [#WITHIN], and takes it.
  ///
  /// @param type the class of the message
  /// @param <T> the type
  /// @return the message
  /// @throws AssertionError if none comes in time
  public <T> T expect(Class<T> type) {
    return expect(type, WITHIN);
  }

  /// Expects a message of a type, and takes it.
  ///
  /// @param type the class of the message
  /// @param within how long to wait at most; [Duration#ZERO] for one that is there
  /// @param <T> the type
  /// @return the message
  /// @throws AssertionError if none comes in time
  public <T> T expect(Class<T> type, Duration within) {
    return inbox.receive(type, within).orElseThrow(() -> missed(article(type), within, List.of()));
  }

  /// Expects a message of a type that a condition holds for within [#WITHIN], and takes it.
  ///
  /// @param type the class of the message
  /// @param condition what must be true of it
  /// @param <T> the type
  /// @return the message
  /// @throws AssertionError if none comes in time
  public <T> T expect(Class<T> type, Predicate<? super T> condition) {
    return expect(type, condition, WITHIN);
  }

  /// Expects a message of a type that a condition holds for, and takes it.
  ///
  /// @param type the class of the message
  /// @param condition what must be true of it
  /// @param within how long to wait at most; [Duration#ZERO] for one that is there
  /// @param <T> the type
  /// @return the message
  /// @throws AssertionError if none comes in time
  public <T> T expect(Class<T> type, Predicate<? super T> condition, Duration within) {
    return receive(
            message ->
                type.isInstance(message) && condition.test(type.cast(message))
                    ? type.cast(message)
                    : null,
            within)
        .orElseThrow(
            () -> missed(article(type) + " that its condition holds for", within, List.of()));
  }

  /// Expects a message that a selector wants within [#WITHIN], and takes it.
  ///
  /// @param selector returns something for the message that it wants, and null or
  ///   [dev.belay.Belay#skip()] for others
  /// @param <T> what it returns
  /// @return what the selector returned
  /// @throws AssertionError if none comes in time
  public <T> T expect(Selector<T> selector) {
    return expect(selector, WITHIN);
  }

  /// Expects a message that a selector wants, and takes it.
  ///
  /// @param selector returns something for the message that it wants, and null or
  ///   [dev.belay.Belay#skip()] for others
  /// @param within how long to wait at most; [Duration#ZERO] for one that is there
  /// @param <T> what it returns
  /// @return what the selector returned
  /// @throws AssertionError if none comes in time
  public <T> T expect(Selector<T> selector, Duration within) {
    return receive(selector, within)
        .orElseThrow(() -> missed("a message that the selector wants", within, List.of()));
  }

  /// Expects a message that equals another within [#WITHIN], and takes it.
  ///
  /// @param message the message
  /// @param <T> its type
  /// @return the message that came
  /// @throws AssertionError if it does not come in time
  public <T> T expectMessage(T message) {
    return expectMessage(message, WITHIN);
  }

  /// Expects a message that equals another, and takes it.
  ///
  /// @param message the message
  /// @param within how long to wait at most; [Duration#ZERO] for one that is there
  /// @param <T> its type
  /// @return the message that came
  /// @throws AssertionError if it does not come in time
  public <T> T expectMessage(T message, Duration within) {
    Objects.requireNonNull(message, "message");
    @SuppressWarnings("unchecked") // equal, and taken for the same
    Optional<T> came =
        (Optional<T>) this.<Object>receive(other -> message.equals(other) ? other : null, within);
    return came.orElseThrow(() -> missed("the message " + text(message), within, List.of()));
  }

  // what does not come

  /// Expects that no message at all is there or comes for a time.
  ///
  /// @param time how long to wait
  /// @throws AssertionError if there is one, which is taken
  public void expectNothing(Duration time) {
    refuse(Object.class, time);
  }

  /// Expects that no message of a type is there or comes for a time.
  ///
  /// @param type the class of the message
  /// @param time how long to wait
  /// @throws AssertionError if there is one, which is taken
  public void refuse(Class<?> type, Duration time) {
    Optional<?> came = inbox.receive(type, time);
    if (came.isPresent()) {
      String what = type == Object.class ? "no message" : "no " + type.getSimpleName();
      throw new AssertionError(
          "expected "
              + what
              + within(time)
              + ", but "
              + text(came.get())
              + " came"
              + situation(List.of()));
    }
  }

  /// Expects that there is no message that no expectation has taken. Does not wait.
  ///
  /// @throws AssertionError if there is one
  public void expectNoMore() {
    if (!messages().isEmpty()) {
      throw new AssertionError("expected no more messages" + situation(List.of()));
    }
  }

  /// Lists the messages that no expectation has taken, which stay where they are.
  ///
  /// @return the messages, the oldest first
  public List<Object> messages() {
    List<Object> all = new ArrayList<>();
    inbox.<Object>receive(
        message -> {
          all.add(message);
          return null;
        },
        Duration.ZERO);
    return all;
  }

  /// Throws all messages away that are there.
  ///
  /// @return how many there were
  public int discard() {
    int count = 0;
    while (inbox.receive(Duration.ZERO).isPresent()) {
      count++;
    }
    return count;
  }

  // ends

  /// Expects that a process ends within [#WITHIN], or has ended.
  ///
  /// The reason is known of processes that this probe has spawned or monitored while they lived; of
  /// others that have ended already it is [ExitReason#NO_PROC].
  ///
  /// @param pid the process
  /// @return how it ended
  /// @throws AssertionError if it does not end in time
  public Down expectDown(Pid pid) {
    return expectDown(pid, WITHIN);
  }

  /// Expects that a process ends, or has ended.
  ///
  /// @param pid the process
  /// @param within how long to wait at most
  /// @return how it ended
  /// @throws AssertionError if it does not end in time
  public Down expectDown(Pid pid, Duration within) {
    Ref known = monitors.remove(pid);
    Ref ref = known != null ? known : inbox.monitor(pid);
    return expectDown(ref, "the end of " + pid, within, List.of(pid));
  }

  /// Expects that a process ends with a reason within [#WITHIN], or has ended with it.
  ///
  /// @param pid the process
  /// @param reason the reason
  /// @return how it ended
  /// @throws AssertionError if it does not end in time, or with another reason
  public Down expectDown(Pid pid, ExitReason reason) {
    Down down = expectDown(pid);
    if (!down.reason().equals(reason)) {
      throw unlike("that " + pid + " ends with " + text(reason), down);
    }
    return down;
  }

  /// Expects the [Down] of a monitor of this probe's within [#WITHIN].
  ///
  /// @param monitor the monitor
  /// @return the message
  /// @throws AssertionError if it does not come in time
  public Down expectDown(Ref monitor) {
    return expectDown(monitor, WITHIN);
  }

  /// Expects the [Down] of a monitor of this probe's.
  ///
  /// @param monitor the monitor
  /// @param within how long to wait at most
  /// @return the message
  /// @throws AssertionError if it does not come in time
  public Down expectDown(Ref monitor, Duration within) {
    monitors.values().remove(monitor);
    return expectDown(monitor, "the Down of " + monitor, within, List.of());
  }

  private Down expectDown(Ref monitor, String what, Duration within, List<Pid> about) {
    return this.<Down>receive(
            message -> message instanceof Down down && down.ref().equals(monitor) ? down : null,
            within)
        .orElseThrow(() -> missed(what, within, about));
  }

  /// Expects that a process crashes within [#WITHIN], or has crashed, with a throwable of a type.
  ///
  /// That a process crashes is reported: the test says that it is [Expected], too.
  ///
  /// @param pid the process
  /// @param type the throwable's class, or one of its superclasses
  /// @param <T> the type
  /// @return the throwable
  /// @throws AssertionError if it does not end in time, or otherwise
  public <T extends Throwable> T expectCrash(Pid pid, Class<T> type) {
    Down down = expectDown(pid);
    if (down.reason() instanceof ExitReason.Crash(Throwable thrown) && type.isInstance(thrown)) {
      return type.cast(thrown);
    }
    throw unlike("that " + pid + " crashes with " + article(type), down);
  }

  // failing

  private <T> Optional<T> receive(Selector<T> selector, Duration within) {
    return inbox.receive(selector, within);
  }

  private Optional<Pid> peerOf(Destination to) {
    return switch (to) {
      case Pid pid -> Optional.of(pid);
      case Ref alias -> Optional.of(alias.owner());
      case Name name ->
          name.node().equals(node.name()) ? node.whereis(name.name()) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private void meet(Pid peer) {
    if (!peer.node().equals(node.name())) {
      return;
    }
    // The latest last.
    peers.remove(peer);
    peers.add(peer);
    if (peers.size() > MOST_PEERS) {
      peers.remove(peers.iterator().next());
    }
  }

  private AssertionError missed(String what, Duration within, List<Pid> about) {
    return new AssertionError(
        "expected " + what + within(within) + ", but it did not come" + situation(about));
  }

  private AssertionError unlike(String what, Down down) {
    AssertionError error =
        new AssertionError("expected " + what + ", but it ended with " + text(down.reason()));
    if (down.reason() instanceof ExitReason.Crash(Throwable thrown)) {
      error.initCause(thrown);
    }
    return error;
  }

  /// Says what is in the mailbox, and what others do.
  private String situation(List<Pid> about) {
    StringBuilder text = new StringBuilder(". ");
    List<Object> messages = messages();
    if (messages.isEmpty()) {
      text.append("The mailbox of ").append(pid()).append(" is empty.");
    } else {
      text.append("In the mailbox of ").append(pid());
      text.append(
          messages.size() == 1 ? " is 1 message:" : " are " + messages.size() + " messages:");
    }
    int number = 0;
    for (Object message : messages) {
      if (number == MOST_SHOWN) {
        text.append("\n  … and ").append(messages.size() - number).append(" more");
        break;
      }
      text.append("\n  ").append(++number).append("  ").append(text(message));
    }
    Set<Pid> others = new LinkedHashSet<>(about);
    others.addAll(peers);
    others.remove(pid());
    List<Pid> gone = others.stream().filter(peer -> !lives(peer)).toList();
    gone.forEach(peer -> text.append("\nprocess ").append(peer).append(" is not alive"));
    others.removeAll(gone);
    if (!others.isEmpty()) {
      text.append(pages(others));
    }
    return text.toString();
  }

  private boolean lives(Pid peer) {
    return node.processes().contains(peer);
  }

  /// What a dump of the node says of some processes, without its summary.
  private String pages(Set<Pid> whom) {
    String dump =
        node.dump(
            DumpOptions.DEFAULT
                .only(info -> whom.contains(info.pid()))
                .stackDepth(STACK_DEPTH)
                .messages(MESSAGES));
    int first = dump.indexOf("\n\nprocess ");
    return first < 0 ? "" : dump.substring(first + 1).stripTrailing();
  }

  private static String within(Duration time) {
    return time.isZero() ? "" : " within " + seconds(time);
  }

  private static String seconds(Duration time) {
    return time.compareTo(Duration.ofSeconds(1)) < 0
        ? time.toMillis() + " ms"
        : time.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private static String article(Class<?> type) {
    String name = type.getSimpleName();
    return ("AEIOUaeiou".indexOf(name.isEmpty() ? 'x' : name.charAt(0)) < 0 ? "a " : "an ") + name;
  }

  private static String text(Object message) {
    String text;
    try {
      text = message.toString();
    } catch (RuntimeException e) {
      text = message.getClass().getName() + ", whose toString fails with " + e;
    }
    return text.length() <= MOST_WIDTH ? text : text.substring(0, MOST_WIDTH) + "…";
  }
}

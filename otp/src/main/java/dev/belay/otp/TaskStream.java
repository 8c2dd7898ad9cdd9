package dev.belay.otp;

import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The description of a stream that runs a function over elements, each in a process of its own,
/// some of them at once: Elixir's `Task.async_stream`. Immutable: each method returns a changed
/// one. Made by [Task#stream] and [TaskSupervisorRef#stream].
///
/// ```java
/// try (Stream<Page> pages =
///     Task.stream(addresses, this::fetch).maxConcurrency(8).results()) {
///   pages.filter(Page::isNew).forEach(this::store);
/// }
/// ```
///
/// With [#results()] an element that fails fails the caller. Where some may fail, [#outcomes()]
/// says what came of each:
///
/// ```java
/// try (Stream<Outcome<Page>> pages =
///     Task.stream(addresses, this::fetch).timeout(Duration.ofSeconds(1)).outcomes()) {
///   pages.forEach(outcome -> {
///     switch (outcome) {
///       case Outcome.Done<Page>(Page page) -> store(page);
///       case Outcome.Ended<Page>(ExitReason reason) -> note(reason);
///     }
///   });
/// }
/// ```
///
/// | what | default |
/// | --- | --- |
/// | [#maxConcurrency] | as many as there are processors |
/// | [#unordered()] | results come in the order of their elements |
/// | [#timeout] | 5 s for each element |
/// | [#linked()], [#noLink()] | linked with [#results()], not linked with [#outcomes()] |
/// | [#shutdown] | 5 s |
///
/// **What is pulled.** Nothing until the stream is read. Then, for each result that is read, the
/// source is pulled until as many elements as may be are on their way, which is from being pulled
/// to the result being read; so it is never drained ahead and may be without end, and a caller that
/// reads slowly slows the work down. The source is pulled within the calling process: one that
/// waits for its next element keeps back results that are there. In order, a slow element holds up
/// those after it; [#unordered()] has no such effect.
///
/// **What an element may do to the stream.**
///
/// | the task of an element | [#results()] | [#outcomes()] |
/// | --- | --- | --- |
/// | returns | the result | [Outcome.Done] |
/// | crashes, linked | takes the caller along | takes the caller along |
/// | crashes, not linked | [TaskException] in the caller | [Outcome.Ended] with the reason |
/// | ends otherwise, as by `exit` | [TaskException] in the caller | [Outcome.Ended] with the reason |
/// | takes too long | [TaskException] in the caller | is killed; [Outcome.Ended] with [CallReason#TIMEOUT] |
///
/// A caller that traps exits survives the crash of a linked task, and is told as if they were not
/// linked.
///
/// **When it ends.** When it has been read to its end, when it is closed, or when reading it throws
/// anything, whether that comes from an element, the source or what is done with the results: then
/// its tasks have ended, and nothing of them is in the caller's mailbox or will come. A stream that
/// is neither closed nor read to its end keeps its tasks until the caller ends. When the caller
/// ends, for whatever reason, they end with it; those that trap exits, too.
///
/// **Threads.** A stream belongs to the process that called [#results()] or [#outcomes()], which
/// alone may read and close it. So a parallel stream makes no sense, nor has it any effect.
///
/// **When not to use it.** For a function that only computes and is not to be isolated, a parallel
/// stream of Java's costs less. For elements that have to outlive the caller, use
/// [TaskSupervisorRef#startChild].
///
/// @param <T> the type of the results
public final class TaskStream<T extends @Nullable Object> {
  private final Supplier<Iterator<Callable<T>>> source;
  private final @Nullable Runnable closesSource;
  final @Nullable TaskSupervisorRef supervisor;
  final int maxConcurrency;
  final boolean ordered;
  final @Nullable Duration timeout;
  final Duration shutdown;
  private final @Nullable Boolean linked;

  private static final class Draft {
    int maxConcurrency = Runtime.getRuntime().availableProcessors();
    boolean ordered = true;
    @Nullable Duration timeout = Task.DEFAULT_TIMEOUT;
    Duration shutdown = Task.DEFAULT_SHUTDOWN;
    @Nullable Boolean linked;
  }

  private TaskStream(
      Supplier<Iterator<Callable<T>>> source,
      @Nullable Runnable closesSource,
      @Nullable TaskSupervisorRef supervisor,
      Draft draft) {
    this.source = source;
    this.closesSource = closesSource;
    this.supervisor = supervisor;
    this.maxConcurrency = draft.maxConcurrency;
    this.ordered = draft.ordered;
    this.timeout = draft.timeout;
    this.shutdown = draft.shutdown;
    this.linked = draft.linked;
  }

  static <E extends @Nullable Object, T extends @Nullable Object> TaskStream<T> of(
      @Nullable TaskSupervisorRef supervisor,
      Iterable<E> source,
      TaskFunction<? super E, ? extends T> work) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(work, "work");
    return new TaskStream<>(
        () -> new Works<E, T>(source.iterator(), work), null, supervisor, new Draft());
  }

  static <E extends @Nullable Object, T extends @Nullable Object> TaskStream<T> of(
      @Nullable TaskSupervisorRef supervisor,
      Stream<E> source,
      TaskFunction<? super E, ? extends T> work) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(work, "work");
    return new TaskStream<>(
        () -> new Works<E, T>(source.iterator(), work), source::close, supervisor, new Draft());
  }

  private TaskStream<T> with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.maxConcurrency = maxConcurrency;
    draft.ordered = ordered;
    draft.timeout = timeout;
    draft.shutdown = shutdown;
    draft.linked = linked;
    change.accept(draft);
    return new TaskStream<>(source, closesSource, supervisor, draft);
  }

  /// Sets how many elements may be on their way at once.
  ///
  /// @param most at least 1
  /// @return the changed description
  public TaskStream<T> maxConcurrency(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("maxConcurrency(" + most + "): must be at least 1");
    }
    return with(draft -> draft.maxConcurrency = most);
  }

  /// Gives each result as soon as it is there, in whatever order that is.
  ///
  /// @return the changed description
  public TaskStream<T> unordered() {
    return with(draft -> draft.ordered = false);
  }

  /// Sets how long each element may take, from when its task is started. It is looked at when the
  /// stream is read: a result that is there by then counts, however long it took.
  ///
  /// @param time not negative
  /// @return the changed description
  public TaskStream<T> timeout(Duration time) {
    check("timeout", time);
    return with(draft -> draft.timeout = time);
  }

  /// Lets each element take as long as it takes.
  ///
  /// @return the changed description
  public TaskStream<T> noTimeout() {
    return with(draft -> draft.timeout = null);
  }

  /// Links the tasks with the caller: one that crashes takes it along.
  ///
  /// @return the changed description
  public TaskStream<T> linked() {
    return with(draft -> draft.linked = true);
  }

  /// Does not link the tasks with the caller: one that crashes is an outcome without a result. They
  /// end with the caller nevertheless.
  ///
  /// @return the changed description
  public TaskStream<T> noLink() {
    return with(draft -> draft.linked = false);
  }

  /// Sets how long the tasks that still run when the stream is closed may take to shut down before
  /// they are killed.
  ///
  /// @param time not negative
  /// @return the changed description
  public TaskStream<T> shutdown(Duration time) {
    check("shutdown", time);
    return with(draft -> draft.shutdown = time);
  }

  private static void check(String what, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(what + "(" + time + "): the time cannot be negative");
    }
  }

  /// Makes a stream of the results, which belongs to the calling process. Reading it throws a
  /// [TaskException] when an element has none.
  ///
  /// @return the stream; close it, unless it is read to its end
  public Stream<T> results() {
    return stream(true, linked == null || linked)
        .map(outcome -> ((Outcome.Done<T>) outcome).value());
  }

  /// Makes a stream of what came of each element, which belongs to the calling process. A task that
  /// takes too long is killed.
  ///
  /// @return the stream; close it, unless it is read to its end
  public Stream<Outcome<T>> outcomes() {
    return stream(false, linked != null && linked);
  }

  private Stream<Outcome<T>> stream(boolean failing, boolean links) {
    TaskStreaming<T> streaming = new TaskStreaming<>(this, failing, links);
    Stream<Outcome<T>> stream = StreamSupport.stream(streaming, false).onClose(streaming::close);
    return closesSource == null ? stream : stream.onClose(closesSource);
  }

  /// Begins with the source.
  Iterator<Callable<T>> begin() {
    return source.get();
  }

  /// The work that is to be done, element by element.
  private record Works<E extends @Nullable Object, T extends @Nullable Object>(
      Iterator<E> elements, TaskFunction<? super E, ? extends T> work)
      implements Iterator<Callable<T>> {
    @Override
    public boolean hasNext() {
      return elements.hasNext();
    }

    @Override
    public Callable<T> next() {
      E element = elements.next();
      return () -> work.apply(element);
    }
  }
}

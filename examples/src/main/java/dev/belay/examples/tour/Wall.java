package dev.belay.examples.tour;

import dev.belay.Pid;
import dev.belay.distribution.Distribution;
import dev.belay.otp.Server;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The other node of a chapter: a program of its own, Java's or Erlang's, which this one starts and
/// kills, and what its processes say.
///
/// It prints lines with tabs between their parts. The first is `ready` and what there is to know
/// about it; then there are a time, a process and what that says, which is told to the reader of
/// the chapter as it comes. Whatever else it prints is kept for the case that it does not start.
///
/// Nothing of it is left behind: it ends when its standard input does, which is when this program
/// is gone, and where this program is told to end, it is killed before and its folder is removed.
final class Wall implements AutoCloseable {
  static final String NAME = "wall@127.0.0.1";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEPT = 20;

  private final Narrator tell;
  private final Process process;
  private final @Nullable Path folder;
  private final Thread hook = Thread.ofPlatform().name("the wall goes").unstarted(this::end);
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Deque<String> noise = new ArrayDeque<>();
  private int told;
  private int awaited;

  private Wall(Narrator tell, ProcessBuilder program, @Nullable Path folder) throws IOException {
    this.tell = tell;
    this.folder = folder;
    this.process = program.redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(hook);
    Thread.ofPlatform().daemon().name("the wall speaks").start(this::listen);
  }

  /// Starts [WallNode] in a JVM of its own.
  static Wall ofJava(Narrator tell, String cookie) throws IOException {
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath(),
            WallNode.class.getName());
    program.environment().put("BELAY_COOKIE", cookie);
    return new Wall(tell, program, null);
  }

  /// Where the classes are that it needs, wherever this program has them from.
  static String classPath() {
    return Stream.of(Pid.class, Server.class, Distribution.class, WallNode.class)
        .map(Wall::place)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Starts an Erlang node with the modules `wall` and `kettle`.
  ///
  /// @param erl the program `erl`
  /// @param epmdPort where the port mapper is that knows this node
  static Wall ofErlang(Narrator tell, Path erl, String cookie, int epmdPort) throws IOException {
    Path folder = Files.createTempDirectory("belay-tour");
    boolean started = false;
    try {
      copy("wall.erl", folder);
      copy("kettle.erl", folder);
      Path secret = folder.resolve(".erlang.cookie");
      Files.createFile(
          secret,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(secret, cookie);
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
      ProcessBuilder program =
          new ProcessBuilder(
              erl.toString(),
              "+Bd",
              "-noshell",
              "-start_epmd",
              "false",
              "-name",
              NAME,
              "-kernel",
              "inet_dist_use_interface",
              "{127,0,0,1}",
              "-eval",
              "compile:file(wall, [report]), compile:file(kettle, [report]), wall:run().");
      program.directory(folder.toFile());
      program.environment().keySet().removeIf(name -> name.matches("ERL_.*FLAGS.*"));
      program.environment().remove("ERL_EPMD_ADDRESS");
      program.environment().remove("XDG_CONFIG_HOME");
      program.environment().put("ERL_EPMD_PORT", Integer.toString(epmdPort));
      program.environment().put("ERL_CRASH_DUMP_SECONDS", "0");
      program.environment().put("HOME", folder.toString());
      Wall wall = new Wall(tell, program, folder);
      started = true;
      return wall;
    } finally {
      if (!started) {
        remove(folder);
      }
    }
  }

  private static void copy(String resource, Path folder) throws IOException {
    try (InputStream in = Wall.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("there is no " + resource + " beside " + Wall.class);
      }
      Files.copy(in, folder.resolve(resource));
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // what it says

  /// Waits until it is there, and returns what there is to know about it: the port of one of
  /// Java's, the release of one of Erlang's.
  ///
  /// @throws ChapterFailure if it does not start
  String ready() throws ChapterFailure, InterruptedException {
    try {
      return ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ChapterFailure("the other node does not start; it has said: " + noise());
    }
  }

  private synchronized String noise() {
    return noise.isEmpty() ? "nothing" : String.join(System.lineSeparator(), noise);
  }

  /// Waits until so many more lines have been told, since the last time.
  void awaitWords(int lines) throws InterruptedException {
    awaited += lines;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (this) {
      while (told < awaited) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new IllegalStateException(
              "the other node has not said " + awaited + " lines within " + PATIENCE);
        }
        wait(left / 1_000_000 + 1);
      }
    }
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        hear(line);
      }
    } catch (IOException e) {
      // It is gone.
    }
    ready.completeExceptionally(new IllegalStateException("it has ended"));
  }

  private void hear(String line) {
    List<String> parts = List.of(line.split("\t", 3));
    if (parts.size() == 2 && parts.getFirst().equals("ready")) {
      ready.complete(parts.getLast());
    } else if (parts.size() == 3 && parts.getFirst().matches("\\d+")) {
      Instant when = Instant.EPOCH.plus(Long.parseLong(parts.getFirst()), ChronoUnit.MICROS);
      tell.tellOf(parts.get(1) + "@wall", parts.getLast(), when);
      synchronized (this) {
        told++;
        notifyAll();
      }
    } else {
      keep(line);
    }
  }

  private synchronized void keep(String line) {
    if (noise.size() == KEPT) {
      noise.removeFirst();
    }
    noise.addLast(line);
  }

  // its end

  /// Returns the number that the operating system has given it.
  long number() {
    return process.pid();
  }

  /// Kills it by SIGKILL, as `kill -9` does: no code of it runs any more.
  ///
  /// @return its exit status
  int kill() throws InterruptedException {
    return process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This program is ending, and the hook does the same.
    }
  }

  private void end() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (folder != null) {
      remove(folder);
    }
  }
}

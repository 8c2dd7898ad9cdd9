package dev.belay.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// An operating-system process that is there while another one measures: the other node, or EPMD.
/// It has this JVM's end of a pipe as its input, and ends with it if it reads that.
final class Companion implements AutoCloseable {
  /// With this word a node says that it can be connected to.
  static final String READY = "ready";

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int CONNECT_MILLIS = 1_000;
  private static final long LOOK_NANOS = 5_000_000;

  private final String name;
  private final Process process;
  private final Path errors;
  private final Thread withTheBench;

  private Companion(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    // Who ends the bench means what it started, too.
    this.withTheBench = Thread.ofPlatform().unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(withTheBench);
  }

  /// Starts a process.
  ///
  /// @throws BenchException if it cannot be started
  static Companion start(List<String> command, Map<String, String> environment) {
    String name = command.getFirst();
    try {
      Path errors = Files.createTempFile("belay-bench", ".err");
      boolean started = false;
      try {
        Process process = Fork.builder(command, environment, errors).start();
        started = true;
        return new Companion(name, process, errors);
      } finally {
        if (!started) {
          Files.delete(errors);
        }
      }
    } catch (IOException e) {
      throw new BenchException(name + " cannot be run: " + e.getMessage(), e);
    }
  }

  /// Waits until it says that it is ready.
  ///
  /// @throws BenchException if it ends before, or needs too long
  void awaitReady() {
    Thread watch = Thread.startVirtualThread(() -> Fork.endAfter(LIMIT, process));
    try {
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      String line = lines.readLine();
      while (line != null && !line.startsWith(READY)) {
        line = lines.readLine();
      }
      if (line == null) {
        throw new BenchException(name + " was to run beside, and has ended: " + complaints());
      }
    } catch (IOException e) {
      throw new BenchException(name + " was to run beside: " + e.getMessage(), e);
    } finally {
      watch.interrupt();
    }
  }

  /// Waits until it listens on a port of the loopback interface.
  ///
  /// @throws BenchException if it ends before, or needs too long
  void awaitListening(int port) {
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (!listens(port)) {
      if (!process.isAlive() || System.nanoTime() - limit > 0) {
        throw new BenchException(
            name + " was to listen on port " + port + ", and does not: " + complaints());
      }
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// The first lines of what it has complained of; empty if there are none.
  String complaints() {
    try {
      return Fork.firstOf(Files.readString(errors));
    } catch (IOException e) {
      return "";
    }
  }

  /// Ends it.
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Fork.removeHook(withTheBench);
    try {
      Files.deleteIfExists(errors);
    } catch (IOException e) {
      // A temporary file is left; somebody cleans it up some time.
    }
  }
}

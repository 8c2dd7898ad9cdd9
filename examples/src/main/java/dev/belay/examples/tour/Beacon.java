package dev.belay.examples.tour;

import static dev.belay.Belay.own;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Call;
import dev.belay.otp.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A server on a TCP port of the loopback interface, which greets whoever connects.
final class Beacon extends Server<Beacon.Message> {
  private final int port;
  private final Pid watcher;
  private int greeted;

  /// What it is sent.
  sealed interface Message {}

  /// Somebody was greeted.
  record Greeted() implements Message {}

  /// How many were greeted?
  record HowMany() implements Message, Call<Message, Integer> {}

  /// To whom it may concern: it listens.
  record Listening(Pid beacon) {}

  /// Makes the server.
  ///
  /// @param watcher who is told when it listens
  Beacon(int port, Pid watcher) {
    this.port = port;
    this.watcher = watcher;
  }

  // @start region="beacon"
  @Override
  protected void init() {
    continueWith("listen"); // whoever starts it need not wait for the port
  }

  @Override
  protected void handleContinue(Object what) throws IOException {
    ServerSocket listener = own(new ServerSocket(port, 50, loopback())).get();
    Pid beacon = self();
    spawn(SpawnOptions.DEFAULT.label("porter").link(), () -> greet(listener, beacon));
    send(watcher, new Listening(beacon));
  }

  // @end

  @Override
  protected void handleMessage(Message message) {
    switch (message) {
      case Greeted() -> greeted++;
      case HowMany question -> reply(question, greeted);
    }
  }

  private static void greet(ServerSocket listener, Pid beacon) throws IOException {
    while (true) {
      try (Socket visitor = listener.accept()) {
        String text = "hello from " + beacon + "\n";
        visitor.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        send(beacon, new Greeted());
      }
    }
  }

  static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

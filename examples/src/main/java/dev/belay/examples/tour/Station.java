package dev.belay.examples.tour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/// Who answers the radio: no process, but a server on a socket, which greets and answers only when
/// it is told to.
final class Station implements AutoCloseable {
  private static final String HANG_UP = "";

  private final ServerSocket listener;
  private final CountDownLatch visited = new CountDownLatch(1);
  private final CountDownLatch greeting = new CountDownLatch(1);
  private final LinkedBlockingQueue<String> questions = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

  /// Listens on a port; whoever connects is not greeted yet.
  Station(int port) throws IOException {
    listener = new ServerSocket(port, 50, Beacon.loopback());
    Thread.ofVirtual().start(this::accept);
  }

  /// Waits until somebody has connected.
  void visitor() throws InterruptedException {
    visited.await();
  }

  /// Greets those who come from now on, and those who have.
  void greet() {
    greeting.countDown();
  }

  /// Waits for a question.
  String question() throws InterruptedException {
    return questions.take();
  }

  /// Answers a question.
  void answer(String text) {
    answers.add(text);
  }

  /// Hangs up instead of answering.
  void hangUp() {
    answers.add(HANG_UP);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        visited.countDown();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      greeting.await();
      String answer = "welcome";
      while (!answer.equals(HANG_UP)) {
        socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
        String question = in.readLine();
        if (question == null) {
          return;
        }
        questions.add(question);
        answer = answers.take();
      }
    } catch (IOException | InterruptedException e) {
      // the connection is over
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Call;
import dev.belay.otp.From;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A connection to a station, which is asked questions over TCP: a line each way. It connects by
/// itself, and again when the connection is lost.
final class Radio extends StateMachine<Radio.State, Radio.Event> {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final int port;
  private final Pid watcher;

  /// Who waits for the station's answers, in the order of the questions.
  private final Deque<From<String>> open = new ArrayDeque<>();

  /// The process that has the socket.
  private @Nullable Pid line;

  // @start region="states"
  sealed interface State {}

  record Disconnected() implements State {}

  record Connecting() implements State {}

  record Connected() implements State {}

  // @end

  // @start region="events"
  sealed interface Event {}

  record Ask(String question) implements Event, Call<Event, String> {}

  record HowIsIt() implements Event, Call<Event, String> {}

  record Greeted() implements Event {} // by the station

  record Heard(String answer) implements Event {}

  record Dial() implements Event {} // a timeout

  record TooLate() implements Event {} // a timeout

  // @end

  /// To the line: something to be asked.
  private record Question(String text) {}

  /// To the watcher: what happens.
  record Entered(State state) {}

  Radio(int port, Pid watcher) {
    this.port = port;
    this.watcher = watcher;
  }

  @Override
  protected Step<State, Event> begin() {
    return next(new Connecting());
  }

  // @start region="enter"
  @Override
  protected Step<State, Event> enter(State old, State state) {
    send(watcher, new Entered(state));
    return switch (state) {
      case Disconnected() -> keep().stateTimeout(PAUSE, new Dial());
      case Connecting() -> {
        line = dial();
        yield keep().stateTimeout(PATIENCE, new TooLate());
      }
      case Connected() -> keep();
    };
  }

  // @end

  // @start region="handle"
  @Override
  protected Step<State, Event> handle(State state, Event event) {
    return switch (event) {
      case HowIsIt question ->
          keep().reply(question, state + ", waiting for the station: " + open.size());
      case Ask ask when state instanceof Connected -> {
        open.add(from(ask)); // to be answered later
        send(line(), new Question(ask.question()));
        yield keep();
      }
      case Ask _ -> keep().postpone();
      case Heard(String answer) -> keep().reply(open.remove(), answer);
      case Greeted() -> next(new Connected());
      case Dial() -> next(new Connecting());
      case TooLate() -> {
        exit(line(), ExitReason.SHUTDOWN);
        yield next(new Disconnected());
      }
    };
  }

  // @end

  // @start region="down"
  @Override
  protected Step<State, Event> handleInfo(State state, Object message) {
    if (!(message instanceof Down down) || !down.pid().equals(line)) {
      return keep(); // an earlier line
    }
    Step<State, Event> lost = next(new Disconnected());
    while (!open.isEmpty()) {
      lost.reply(open.remove(), "no answer: " + down.reason());
    }
    return lost;
  }

  // @end

  private Pid line() {
    if (line == null) {
      throw new IllegalStateException("no line was opened");
    }
    return line;
  }

  /// Starts a process that connects, and asks what it is told to.
  private Pid dial() {
    Pid radio = self();
    return spawnMonitor(
            SpawnOptions.DEFAULT.label("line"),
            () -> {
              try {
                talk(radio);
              } catch (IOException e) {
                throw exit(ExitReason.term(String.valueOf(e.getMessage())));
              }
            })
        .pid();
  }

  private void talk(Pid radio) throws IOException {
    Socket socket = own(new Socket(Beacon.loopback(), port)).get();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    read(in);
    send(radio, new Greeted());
    while (true) {
      String text = receive(Question.class).text() + "\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      send(radio, new Heard(read(in)));
    }
  }

  private static String read(BufferedReader in) throws IOException {
    String read = in.readLine();
    if (read == null) {
      throw new IOException("the station has hung up");
    }
    return read;
  }
}

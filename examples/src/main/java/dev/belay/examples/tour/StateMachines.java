package dev.belay.examples.tour;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.examples.tour.Radio.Entered;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;

/// Chapter 11: a server whose answers depend on the state that it is in.
public final class StateMachines implements Chapter {
  StateMachines() {}

  static void main() throws Exception {
    Tour.main(11);
  }

  @Override
  public String title() {
    return "A state machine";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        radio is a connection to a station, which is asked questions over TCP. What it can do with a
        question depends on its state: disconnected, connecting or connected. So it is a state
        machine, which says for each event which state is next. A process of its own, line, has the
        socket; radio itself never waits for the network.
        """);
    tell.run(() -> {
      tell.ofServers();
      int port = freePort();
      ServerRef<Radio.Event> radio = nobodyListens(tell, port);
      try (Station station = new Station(port)) {
        stationIsMute(tell, station);
        answeredLate(tell, radio, station);
        stationHangsUp(tell, radio, station);
        radio.stop();
      }
    });
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, Beacon.loopback())) {
      return socket.getLocalPort();
    }
  }

  private static ServerRef<Radio.Event> nobodyListens(Narrator tell, int port) throws Exception {
    tell.step(
        """
        radio begins to connect, but nobody listens on the port. client asks nevertheless, and waits:
        its call is postponed, until there is another state in which it can be handled. main is told
        whenever radio enters a state.
        """);
    Pid me = self();
    // @start region="start"
    ServerRef<Radio.Event> radio =
        Server.start(
            StartOptions.DEFAULT.spawn(SpawnOptions.DEFAULT.label("radio")),
            () -> new Radio(port, me));
    // @end
    tell.withTimes();
    ask(radio, "how high is it?");
    tell.awaitEnds("line", 2);
    return radio;
  }

  private static void ask(ServerRef<Radio.Event> radio, String question) {
    Pid me = self();
    spawn(
        SpawnOptions.DEFAULT.label("client"),
        () -> send(me, radio.callForever(new Radio.Ask(question))));
  }

  /// Waits until the radio is in a state, whatever it was in before.
  private static void awaitState(Radio.State state) {
    while (!receive(Entered.class).state().equals(state)) {
      // not yet
    }
  }

  private static void stationIsMute(Narrator tell, Station station) throws Exception {
    station.visitor();
    tell.step(
        """
        After each failure radio was in the state Disconnected for 100 ms: a state timeout, which
        ends with the state. Now a station listens on the port. It accepts, but says nothing, and
        that is where many programs hang. For Connecting there is a state timeout, too, of a second:
        """);
    tell.awaitEnds("line", tell.ends("line").size() + 1);
    tell.withoutTimes();
  }

  private static void answeredLate(Narrator tell, ServerRef<Radio.Event> radio, Station station)
      throws Exception {
    tell.step("Now the station greets whoever connects. Then the postponed call has its turn:");
    station.greet();
    String question = station.question();
    tell.show("the station reads: " + question);
    tell.step(
        """
        The station takes its time. radio has not replied to client, and is not blocked either: it
        has kept the call, and handles others. main asks how it is:
        """);
    // @start region="how"
    tell.show(radio.call(new Radio.HowIsIt()));
    // @end
    tell.step("At last the station answers, and with it radio:");
    station.answer("4,810 m");
    tell.show("client got: " + receive(String.class));
  }

  private static void stationHangsUp(Narrator tell, ServerRef<Radio.Event> radio, Station station)
      throws Exception {
    tell.step("Another question, and the station hangs up instead of answering:");
    ask(radio, "is there snow?");
    tell.show("the station reads: " + station.question());
    while (receive(Entered.class, Duration.ZERO).isPresent()) {
      // what was before
    }
    station.hangUp();
    tell.show("client got: " + receive(String.class));
    awaitState(new Radio.Connected());
    tell.say(
        """
        radio did not crash, for a lost connection is no bug: it is an event like others, with a next
        state. And it is connected again. All of this is in the machine's one table, of what it does
        in which state; nowhere is a flag that somebody may forget.
        """);
  }
}

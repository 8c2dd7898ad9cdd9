package dev.belay.distribution.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The time that handshakes may take, and how many there may be.
class HallTest {
  private static final Duration TIME = Duration.ofSeconds(10);

  private final Hall hall = new Hall();
  private final Socket socket = new Socket();

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  @Test
  void whoTakesTooLongIsClosed() {
    Socket other = new Socket();
    Hall.Guest arrival = hall.arrive(socket, TIME);
    Hall.Guest departure = hall.depart(other, TIME.multipliedBy(2));
    hall.look(in(Duration.ofSeconds(9)));
    assertThat(socket.isClosed()).isFalse();
    hall.look(in(Duration.ofSeconds(11)));
    assertThat(socket.isClosed()).isTrue();
    assertThat(arrival.dismissal()).contains("10 s");
    assertThat(other.isClosed()).isFalse();
    hall.look(in(Duration.ofSeconds(21)));
    assertThat(other.isClosed()).isTrue();
    assertThat(departure.dismissal()).contains("20 s");
    hall.leave(arrival, true);
    hall.leave(departure, true);
    assertThat(hall.size()).isZero();
  }

  @Test
  void whoHasLeftHasAllTheTime() {
    Hall.Guest guest = hall.arrive(socket, TIME);
    hall.leave(guest, false);
    hall.look(in(TIME.multipliedBy(2)));
    hall.close();
    assertThat(socket.isClosed()).isFalse();
    assertThat(guest.dismissal()).isEmpty();
  }

  /// From then on its socket is a connection's.
  @Test
  void whoIsThroughIsNotClosedAnyMore() {
    Hall.Guest guest = hall.arrive(socket, TIME);
    assertThat(hall.isThrough(guest)).isTrue();
    hall.look(in(TIME.multipliedBy(2)));
    for (int i = 0; i < Hall.LIMIT + 2; i++) {
      hall.arrive(new Socket(), TIME);
    }
    hall.close();
    assertThat(socket.isClosed()).isFalse();
    assertThat(guest.dismissal()).isEmpty();
  }

  @Test
  void whoWasClosedIsNotThrough() {
    Hall.Guest guest = hall.arrive(socket, TIME);
    hall.look(in(TIME.multipliedBy(2)));
    assertThat(socket.isClosed()).isTrue();
    assertThat(hall.isThrough(guest)).isFalse();
  }

  @Test
  void whoHasFailedIsClosed() {
    hall.leave(hall.arrive(socket, TIME), true);
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void thereAreNotTooMany() {
    Socket ours = new Socket();
    Hall.Guest departure = hall.depart(ours, TIME);
    List<Hall.Guest> guests = new ArrayList<>();
    for (int i = 0; i < Hall.LIMIT + 2; i++) {
      guests.add(hall.arrive(new Socket(), TIME));
    }
    assertThat(hall.size()).isEqualTo(Hall.LIMIT + 1);
    assertThat(guests.subList(0, 2)).allMatch(guest -> guest.dismissal().contains("others"));
    assertThat(guests.subList(2, guests.size())).allMatch(guest -> guest.dismissal().isEmpty());
    assertThat(departure.dismissal()).isEmpty();
    assertThat(ours.isClosed()).isFalse();
  }

  @Test
  void itsEndEndsAll() {
    hall.arrive(socket, TIME);
    hall.close();
    assertThat(socket.isClosed()).isTrue();
    Socket late = new Socket();
    assertThat(hall.depart(late, TIME).dismissal()).isNotEmpty();
    assertThat(late.isClosed()).isTrue();
    Socket later = new Socket();
    hall.arrive(later, TIME);
    assertThat(later.isClosed()).isTrue();
  }
}

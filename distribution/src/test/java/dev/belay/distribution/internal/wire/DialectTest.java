package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which operation is sent to whom, and what a request to spawn asks for.
class DialectTest {
  private static final WirePid FROM = Samples.local(1);
  private static final WirePid TO = Samples.remote(2);
  private static final WireRef REF = Samples.ref(3);
  private static final Atom NAME = Atom.of("name");
  private static final Object MESSAGE = Atom.of("hello");

  private static final Dialect OLD = new Dialect(Samples.PASS_THROUGH_FLAGS);
  private static final Dialect NOW = new Dialect(Samples.PLAIN_FLAGS);
  private static final Dialect NEW = new Dialect(Samples.ALTACT_FLAGS);

  private static void assertSent(@Nullable Signal signal, Object payload, Object... control) {
    assertThat(signal).isNotNull().extracting(Signal::payload).isEqualTo(payload);
    assertThat(signal).extracting(s -> s.control().toTerm()).isEqualTo(Tuple.of(control));
  }

  private static void assertSaid(Signal signal, Object... control) {
    assertThat(signal.payload()).isNull();
    assertThat(signal.control().toTerm()).isEqualTo(Tuple.of(control));
  }

  @Test
  void framesAreAsWasAgreedOn() {
    assertThat(OLD.hasHeader()).isFalse();
    assertThat(OLD.hasFragments()).isFalse();
    assertThat(NOW.hasHeader()).isTrue();
    assertThat(NOW.hasFragments()).isTrue();
    assertThat(NOW.hasAtomCache()).isFalse();
    Dialect cache = new Dialect(Samples.PASS_THROUGH_FLAGS | 0x2000);
    assertThat(cache.hasHeader()).isTrue();
    assertThat(cache.hasFragments()).isFalse();
    assertThat(cache.hasAtomCache()).isTrue();
  }

  @Test
  void monitorsNeedBothFlags() {
    assertThat(NOW.hasMonitors()).isTrue();
    assertThat(new Dialect(0x8).hasMonitors()).isFalse();
    assertThat(new Dialect(0x20).hasMonitors()).isFalse();
    assertThat(NOW.hasSpawn()).isTrue();
    assertThat(OLD.hasSpawn()).isFalse();
  }

  @Test
  void messages() {
    assertSent(OLD.send(FROM, TO, MESSAGE), MESSAGE, 2L, Atom.EMPTY, TO);
    assertSent(NOW.send(FROM, TO, MESSAGE), MESSAGE, 22L, FROM, TO);
    assertSent(NEW.send(FROM, TO, MESSAGE), MESSAGE, 22L, FROM, TO);
    assertSent(OLD.send(FROM, NAME, MESSAGE), MESSAGE, 6L, FROM, Atom.EMPTY, NAME);
    assertSent(NEW.send(FROM, NAME, MESSAGE), MESSAGE, 6L, FROM, Atom.EMPTY, NAME);
  }

  @Test
  void messagesToAliases() {
    assertThat(OLD.send(FROM, REF, MESSAGE, false)).isNull();
    assertSent(NOW.send(FROM, REF, MESSAGE, false), MESSAGE, 33L, FROM, REF);
    assertSent(NOW.send(FROM, REF, MESSAGE, true), MESSAGE, 33L, FROM, REF);
    assertSent(NEW.send(FROM, REF, MESSAGE, false), MESSAGE, 37L, 4L, FROM, REF);
    assertSent(NEW.send(FROM, REF, MESSAGE, true), MESSAGE, 37L, 5L, FROM, REF);
  }

  @Test
  void exits() {
    assertSaid(OLD.exitOfLink(FROM, TO, MESSAGE), 3L, FROM, TO, MESSAGE);
    assertSent(NOW.exitOfLink(FROM, TO, MESSAGE), MESSAGE, 24L, FROM, TO);
    assertSent(NEW.exitOfLink(FROM, TO, MESSAGE), MESSAGE, 24L, FROM, TO);
    for (boolean priority : new boolean[] {false, true}) {
      assertSaid(OLD.exit(FROM, TO, MESSAGE, priority), 8L, FROM, TO, MESSAGE);
      assertSent(NOW.exit(FROM, TO, MESSAGE, priority), MESSAGE, 26L, FROM, TO);
      assertThat(OLD.exit(FROM, REF, MESSAGE, priority)).isNull();
      assertThat(NOW.exit(FROM, REF, MESSAGE, priority)).isNull();
    }
    assertSent(NEW.exit(FROM, TO, MESSAGE, false), MESSAGE, 26L, FROM, TO);
    assertSent(NEW.exit(FROM, TO, MESSAGE, true), MESSAGE, 37L, 17L, FROM, TO);
    assertSent(NEW.exit(FROM, REF, MESSAGE, false), MESSAGE, 37L, 20L, FROM, REF);
    assertSent(NEW.exit(FROM, REF, MESSAGE, true), MESSAGE, 37L, 21L, FROM, REF);
  }

  @Test
  void whatWatchersAreTold() {
    for (Object watched : List.of(FROM, NAME)) {
      assertSaid(OLD.down(watched, TO, REF, MESSAGE), 21L, watched, TO, REF, MESSAGE);
      assertSent(NOW.down(watched, TO, REF, MESSAGE), MESSAGE, 28L, watched, TO, REF);
    }
  }

  @Test
  void aSignalHasAPayloadIfItsOperationHas() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Signal.of(new ControlMessage.SendSender(FROM, TO, null)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Signal(new ControlMessage.Link(FROM, TO), MESSAGE));
  }

  @Test
  void optionsThatCount() {
    for (SpawnOptions options :
        List.of(
            new SpawnOptions(false, false),
            new SpawnOptions(true, false),
            new SpawnOptions(false, true),
            new SpawnOptions(true, true))) {
      assertThat(SpawnOptions.read(options.toTerm())).contains(options);
    }
  }

  @Test
  void optionsThatErlangSends() {
    List<?> seen =
        List.of(
            Atom.of("monitor"),
            option("priority", Atom.of("high")),
            Atom.of("link"),
            option("min_heap_size", 500L),
            option("min_bin_vheap_size", 500L),
            option("max_heap_size", Map.of(Atom.of("size"), 0L)),
            option("max_heap_size", 0L),
            option("fullsweep_after", 65535L),
            option("message_queue_data", Atom.of("off_heap")),
            option("scheduler", 1L),
            option("async_dist", Atom.TRUE));
    assertThat(SpawnOptions.read(seen)).contains(new SpawnOptions(true, true));
  }

  @Test
  void optionsThatAreNone() {
    for (Object bad :
        List.of(
            Atom.of("bogus"),
            1L,
            option("bogus", 1L),
            option("priority", Atom.of("urgent")),
            option("priority", 1L),
            option("min_heap_size", -1L),
            option("min_heap_size", Map.of()),
            option("async_dist", 1L),
            Tuple.of(Atom.of("min_heap_size")),
            Tuple.of(1L, 2L),
            Tuple.of(Atom.of("min_heap_size"), 1L, 2L))) {
      assertThat(SpawnOptions.read(List.of(Atom.of("link"), bad)))
          .as(bad.toString())
          .isEqualTo(Optional.empty());
    }
  }

  private static Tuple option(String name, Object value) {
    return Tuple.of(Atom.of(name), value);
  }
}

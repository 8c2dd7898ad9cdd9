package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomTest {
  @Test
  void atomsAreComparedByName() {
    String longName = "x".repeat(200);
    assertThat(Atom.of(longName)).isEqualTo(Atom.of(longName)).isNotSameAs(Atom.of(longName));
    assertThat(Atom.of(longName)).hasSameHashCodeAs(Atom.of(longName));
    assertThat(Atom.of("a")).isNotEqualTo(Atom.of("b")).isNotEqualTo("a");
  }

  @Test
  void manyEqualAtomsAreTheSame() {
    assertThat(Atom.of("a_name_of_this_test")).isSameAs(Atom.of("a_name_of_this_test"));
  }

  @Test
  void constantsAreNamedAsTheyAre() {
    assertThat(
            Stream.of(
                Atom.EMPTY,
                Atom.TRUE,
                Atom.FALSE,
                Atom.OK,
                Atom.ERROR,
                Atom.UNDEFINED,
                Atom.NIL,
                Atom.NORMAL,
                Atom.SHUTDOWN,
                Atom.KILL,
                Atom.KILLED,
                Atom.NOPROC,
                Atom.NOCONNECTION))
        .extracting(Atom::name)
        .containsExactly(
            "",
            "true",
            "false",
            "ok",
            "error",
            "undefined",
            "nil",
            "normal",
            "shutdown",
            "kill",
            "killed",
            "noproc",
            "noconnection");
  }

  @Test
  void atomsHaveAtMost255Characters() {
    assertThat(Atom.of("😀".repeat(255)).utf8Length()).isEqualTo(4 * 255);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Atom.of("😀".repeat(256)))
        .withMessageContaining("not 256");
    assertThatIllegalArgumentException().isThrownBy(() -> Atom.of("a".repeat(256)));
    assertThatIllegalArgumentException().isThrownBy(() -> Atom.of("a".repeat(1_000_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00", "\uD83D\uD83D\uDE00"})
  void atomsAreText(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Atom.of(name))
        .withMessageContaining("surrogate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "å", "日本", "a😀b", "\0"})
  void copiesItsNameInUtf8(String name) {
    Atom atom = Atom.of(name);
    byte[] target = new byte[atom.utf8Length() + 1];
    atom.copyTo(target, 1);
    assertThat(new String(target, 1, atom.utf8Length(), StandardCharsets.UTF_8)).isEqualTo(name);
    assertThatThrownBy(() -> atom.copyTo(new byte[atom.utf8Length()], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /// As Erlang orders them, where Java's strings put the last two the other way round.
  @Test
  void atomsAreInOrder() {
    assertThat(Stream.of("\uFFFD", "😀", "ab", "", "å", "a").map(Atom::of).sorted())
        .extracting(Atom::name)
        .containsExactly("", "a", "ab", "å", "\uFFFD", "😀");
  }

  /// A peer may make up any number of names.
  @Test
  void atomsAreNotKeptForEver() {
    List<WeakReference<Atom>> atoms = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      atoms.add(new WeakReference<>(Atom.of("made_up_" + i)));
    }
    for (int i = 0; i < 50 && alive(atoms) > 5_000; i++) {
      System.gc();
    }
    assertThat(alive(atoms)).isLessThan(5_000);
  }

  private static long alive(List<WeakReference<Atom>> atoms) {
    return atoms.stream().filter(atom -> atom.get() != null).count();
  }
}

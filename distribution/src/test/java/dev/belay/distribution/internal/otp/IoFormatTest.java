package dev.belay.distribution.internal.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Texts as Erlang makes them.
class IoFormatTest {
  private static String format(String format, Object... arguments) {
    return IoFormat.format(List.of(Binary.utf8(format), List.of(arguments)));
  }

  @Test
  void sequencesAreReplaced() {
    assertThat(format("~p ~w~n", Tuple.of(Atom.of("a"), 1L), Atom.OK)).isEqualTo("{a,1} ok\n");
    assertThat(format("~s ~ts ~s~~", Binary.utf8("å"), List.of(0xe5L, 98L), Atom.of("x y")))
        .isEqualTo("å åb x y~");
    assertThat(format("~c~c", 65L, 0x1F600L)).isEqualTo("A😀");
    assertThat(format("~b ~.16b ~.16B", -12L, 255L, 255L)).isEqualTo("-12 ff FF");
    assertThat(format("~i~.2f", Atom.OK, 3.14159)).isEqualTo("3.14");
    assertThat(format("~W", Atom.OK, 3L)).isEqualTo("ok");
  }

  @Test
  void widthsAndPrecisionsAreKept() {
    assertThat(format("[~5s][~-5s][~5.1s][~5..*s]", text("a"), text("b"), text("cd"), text("e")))
        .isEqualTo("[    a][b    ][    c][****e]");
    assertThat(format("~*s|~3n", 3L, text("x"))).isEqualTo("  x|\n\n\n");
  }

  private static Object text(String text) {
    return Binary.utf8(text);
  }

  @Test
  void textsMayBeDeep() {
    Object deep = 97L;
    for (int i = 0; i < 100_000; i++) {
      deep = List.of(deep);
    }
    assertThat(IoFormat.characters(deep)).isEqualTo("a");
    assertThat(
            IoFormat.characters(
                List.of(
                    97L,
                    List.of(Binary.utf8("b"), List.of()),
                    new ImproperList(List.of(99L), Binary.utf8("d")))))
        .isEqualTo("abcd");
  }

  @Test
  void whatDoesNotFitIsAnError() {
    List<List<Object>> wrong = new ArrayList<>();
    wrong.add(List.of(Binary.utf8("~p"), List.of()));
    wrong.add(List.of(Binary.utf8(""), List.of(1L)));
    wrong.add(List.of(Binary.utf8("~"), List.of()));
    wrong.add(List.of(Binary.utf8("~z"), List.of()));
    wrong.add(List.of(Binary.utf8("~s"), List.of(Tuple.of())));
    wrong.add(List.of(Binary.utf8("~9999999999s~9999999999s"), List.of(List.of(), List.of())));
    wrong.add(List.of(Binary.utf8("x")));
    for (List<Object> arguments : wrong) {
      assertThatIllegalArgumentException().isThrownBy(() -> IoFormat.format(arguments));
    }
  }
}

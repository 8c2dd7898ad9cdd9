package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How values look. That it is what Erlang prints is asked of Erlang itself elsewhere.
class TermTextTest {
  @Test
  void atomsHaveQuotesIfTheyNeedThem() {
    assertThat(List.of("ok", "a_B@1", "åb", "nonode@nohost").stream().map(Atom::of))
        .allMatch(atom -> atom.toString().equals(atom.name()));
    assertThat(List.of("", "Ok", "1a", "a-b", "日本", "end", "a b").stream().map(Atom::of))
        .allMatch(atom -> atom.toString().equals("'" + atom.name() + "'"));
    assertThat(Atom.of("it's\n\\\u0001\u007F")).hasToString("'it\\'s\\n\\\\\\001\\d'");
  }

  @Test
  void containersShowTheirParts() {
    assertThat(Tuple.of(Atom.OK, List.of(1L, 2L), Map.of(Atom.OK, 1.5), Tuple.of()))
        .hasToString("{ok,[1,2],#{ok => 1.5},{}}");
    assertThat(new ImproperList(List.of(1L, Tuple.of(2L)), Tuple.of(3L)))
        .hasToString("[1,{2}|{3}]");
    assertThat(Tuple.of(List.of(97L, 98L, 10L), List.of(97L, 0L)))
        .hasToString("{\"ab\\n\",[97,0]}");
    assertThat(
            new NativeRecord(
                Atom.of("m"),
                Atom.of("Point"),
                true,
                List.of(Atom.of("x"), Atom.of("y")),
                List.of(1L, Binary.utf8("a"))))
        .hasToString("#m:'Point'{x = 1,y = <<\"a\">>}");
  }

  @Test
  void binariesAreTextsIfTheyCanBe() {
    assertThat(Binary.utf8("ab\"c")).hasToString("<<\"ab\\\"c\">>");
    assertThat(Binary.utf8("日本")).hasToString("<<\"日本\"/utf8>>");
    assertThat(Binary.of(new byte[] {0, -1})).hasToString("<<0,255>>");
    assertThat(Binary.EMPTY).hasToString("<<>>");
    assertThat(new Bitstring(Binary.of(new byte[] {97, (byte) 0xA0}), 3)).hasToString("<<97,5:3>>");
    assertThat(new Bitstring(Binary.of(new byte[] {(byte) 0xA0}), 3)).hasToString("<<5:3>>");
  }

  @Test
  void namesOfThingsElsewhere() {
    Atom node = Atom.of("n@h");
    assertThat(new Port(node, 6, 1)).hasToString("#Port<0.6>");
    assertThat(new Port(node, -1, 1)).hasToString("#Port<0.18446744073709551615>");
    assertThat(new ExternalFun(Atom.of("lists"), Atom.of("map"), 2)).hasToString("fun lists:map/2");
    Binary uniq = Binary.of(new byte[16]);
    assertThat(new Fun(Atom.of("m"), 1, 3, uniq, 4, 5, node, List.of())).hasToString("#Fun<m.4.5>");
    assertThat(new Fun(Atom.of("a\nb"), 1, 3, uniq, 4, 5, node, List.of()))
        .hasToString("#Fun<'a\\nb'.4.5>");
  }

  @Test
  void depthIsNoMatterOfTheStack() {
    Object deep = Atom.OK;
    for (int i = 0; i < 300_000; i++) {
      deep = i % 2 == 0 ? Tuple.of(deep) : new ArrayList<>(List.of(deep, 1L));
    }
    assertThat(Tuple.of(deep).toString()).hasSize(300_000 * 2 + 150_000 * 2 + 4);
  }
}

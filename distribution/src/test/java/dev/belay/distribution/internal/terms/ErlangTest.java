package dev.belay.distribution.internal.terms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Bitstring;
import dev.belay.distribution.ExternalFun;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a real node writes is read as the right value, and what is written is read by it as exactly
/// the same term. What it prints is what values show.
@Tag("erlang")
class ErlangTest {
  /// An expression of Erlang, and its value here.
  ///
  /// @param value null if nobody but the node knows it, as with its pids
  private record Case(String expression, @Nullable Object value) {
    /// Tells whether bytes and text are the same, too: maps have no order.
    boolean isAlike() {
      return value != null && !(value instanceof Map<?, ?> map && map.size() > 1);
    }

    @Override
    public String toString() {
      return expression.length() > 80 ? expression.substring(0, 80) + "..." : expression;
    }
  }

  private final List<Case> cases = new ArrayList<>();

  private void same(String expression, Object value) {
    cases.add(new Case(expression, value));
  }

  private void opaque(String expression) {
    cases.add(new Case(expression, null));
  }

  private void numbers() {
    for (int bit : new int[] {0, 7, 8, 15, 16, 31, 32, 55, 56, 62, 63, 64, 2040, 5000}) {
      for (int delta = -1; delta <= 1; delta++) {
        BigInteger number = BigInteger.TWO.pow(bit).add(BigInteger.valueOf(delta));
        same("(1 bsl " + bit + ") + " + delta, canonical(number));
        same("-((1 bsl " + bit + ") + " + delta + ")", canonical(number.negate()));
      }
    }
    for (double number :
        new double[] {
          1.0,
          0.1,
          -2.5,
          100.0,
          1000.0,
          123456.0,
          123456.789,
          1e10,
          1e15,
          1e22,
          1.5e300,
          1e-5,
          1.0e-4,
          1e-3,
          0.00123,
          12e-7,
          9007199254740991.0,
          9007199254740992.0,
          9007199254740994.0,
          1e308,
          1.0 / 3,
          2e-323,
          1.7976931348623157e308,
          2.2250738585072014e-308,
          Double.MIN_VALUE,
          2 * Double.MIN_VALUE,
          1.5e-323,
          95.0,
          0.95,
          99999.0,
          10000.0,
          12000.0
        }) {
      same(new BigDecimal(number).toPlainString() + (number % 1 == 0 ? ".0" : ""), number);
    }
    same("-0.0", -0.0);
  }

  private static Object canonical(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private void atoms() {
    for (String name :
        List.of(
            "",
            "a",
            "å",
            "日本",
            "true",
            "A b",
            "it's",
            "ÿ",
            "a@b",
            "_a",
            "and",
            "\\",
            "é\n\t\u0001",
            "÷",
            "ß÷",
            "×",
            "aÀ",
            "\u007F\u0085\u00A0")) {
      String quoted = name.replace("\\", "\\\\").replace("'", "\\'");
      same("'" + quoted.replace("\n", "\\n") + "'", Atom.of(name));
    }
    same("list_to_atom(lists:duplicate(255, 16#1F600))", Atom.of("😀".repeat(255)));
    same("list_to_atom(lists:duplicate(255, $a))", Atom.of("a".repeat(255)));
    same("list_to_atom(lists:duplicate(255, 255))", Atom.of("ÿ".repeat(255)));
  }

  private void containers() {
    same("[]", List.of());
    same("\"abc\"", List.of(97L, 98L, 99L));
    same("\"a\\\"\\\\\\n\\e\\t" + "å\"", List.of(97L, 34L, 92L, 10L, 27L, 9L, 229L));
    same("[0, 1]", List.of(0L, 1L));
    same("[255, 256, 0]", List.of(255L, 256L, 0L));
    same("[1 | 2]", new ImproperList(List.of(1L), 2L));
    same(
        "[a, [b | c] | {}]",
        new ImproperList(
            List.of(Atom.of("a"), new ImproperList(List.of(Atom.of("b")), Atom.of("c"))),
            Tuple.of()));
    same("lists:seq(1, 70000)", LongStream.rangeClosed(1, 70_000).boxed().toList());
    same("lists:duplicate(65535, 1)", Collections.nCopies(65_535, 1L));
    same("lists:duplicate(65536, 1)", Collections.nCopies(65_536, 1L));
    same("{}", Tuple.of());
    same("{ok, {1, [{}]}, []}", Tuple.of(Atom.OK, Tuple.of(1L, List.of(Tuple.of())), List.of()));
    for (int size : new int[] {255, 256}) {
      same(
          "erlang:make_tuple(" + size + ", x)", new Tuple(Collections.nCopies(size, Atom.of("x"))));
    }
    same("#{}", Map.of());
    same("#{a => 1}", Map.of(Atom.of("a"), 1L));
    same(
        "#{#{1 => [2]} => #{3.0 => {}}}", Map.of(Map.of(1L, List.of(2L)), Map.of(3.0, Tuple.of())));
    Map<Object, Object> nested = new HashMap<>();
    for (long i = 1; i <= 100; i++) {
      nested.put(i, Map.of(i, Tuple.of(i, Binary.EMPTY)));
    }
    same("maps:from_list([{I, #{I => {I, <<>>}}} || I <- lists:seq(1, 100)])", nested);
    same(
        "lists:foldl(fun (I, T) -> {I, T} end, [], lists:seq(1, 2000))",
        LongStream.rangeClosed(1, 2_000)
            .boxed()
            .reduce((Object) List.of(), (inner, i) -> Tuple.of(i, inner), (a, b) -> a));
  }

  private void binaries() {
    same("<<>>", Binary.EMPTY);
    same("<<1, 2, 255>>", Binary.of(new byte[] {1, 2, -1}));
    same("<<\"abc\\n\">>", Binary.utf8("abc\n"));
    same("<<\"å日本\"/utf8>>", Binary.utf8("å日本"));
    same("<<229, $a>>", Binary.of(new byte[] {(byte) 229, 'a'}));
    same("<<0:8388608>>", Binary.of(new byte[1 << 20]));
    same("<<5:3>>", new Bitstring(Binary.of(new byte[] {(byte) 0xA0}), 3));
    same("<<\"ab\", 1:1>>", new Bitstring(Binary.of(new byte[] {'a', 'b', (byte) 0x80}), 1));
    same("<<1:1, 0:8388608, 127:7, 1:7>>", bits());
  }

  private static Bitstring bits() {
    byte[] bytes = new byte[(1 << 20) + 2];
    bytes[0] = (byte) 0x80;
    bytes[1 << 20] = 0x7F;
    bytes[(1 << 20) + 1] = 0x02;
    return new Bitstring(Binary.of(bytes), 7);
  }

  private void functionsAndIdentities() {
    same("fun lists:map/2", new ExternalFun(Atom.of("lists"), Atom.of("map"), 2));
    same("fun 'A':'b c'/255", new ExternalFun(Atom.of("A"), Atom.of("b c"), 255));
    opaque("self()");
    opaque("make_ref()");
    opaque("alias()");
    opaque("monitor(process, self(), [{alias, explicit_unalias}])");
    opaque("hd(erlang:ports())");
    opaque("fun (X) -> X + 1 end");
    opaque("(fun (A, B) -> fun (C) -> {A, B, C, self()} end end)(self(), make_ref())");
    opaque("[{whereis(init), erlang:ports()}, #{make_ref() => self()} | fun erlang:node/0]");
    opaque("sys:get_state(logger)");
    opaque("(fun () -> {F, _} = {fun lists:sort/1, 1}, [F, fun () -> F end] end)()");
    opaque("global:module_info()");
  }

  @Test
  void erlangAgrees(@TempDir Path folder) throws IOException {
    numbers();
    atoms();
    containers();
    binaries();
    functionsAndIdentities();
    assertThat(cases).hasSizeGreaterThan(100);
    SoftAssertions softly = new SoftAssertions();
    try (Erlang erlang = new Erlang(folder, cases.stream().map(Case::expression).toList())) {
      List<Erlang.Shown> theirs = erlang.terms();
      assertThat(theirs).hasSameSizeAs(cases);
      TermReader reader = new TermReader(Identities.PLAIN, TermLimits.DEFAULT);
      TermWriter writer = new TermWriter(Identities.PLAIN);
      List<byte[]> ours = new ArrayList<>();
      for (int i = 0; i < cases.size(); i++) {
        Case each = cases.get(i);
        Erlang.Shown shown = theirs.get(i);
        Object first = reader.readStandalone(ByteBuffer.wrap(shown.encodings().getFirst()));
        for (byte[] bytes : shown.encodings()) {
          Object read = reader.readStandalone(ByteBuffer.wrap(bytes));
          softly.assertThat(read.equals(first)).as("%s in other ways", each).isTrue();
        }
        Object value = each.value() == null ? first : each.value();
        softly.assertThat(first.equals(value)).as("%s is read", each).isTrue();
        writer.reset();
        writer.writeByte(131);
        writer.write(value);
        ours.add(writer.toBytes());
        if (each.isAlike()) {
          boolean alike = Arrays.equals(writer.toBytes(), shown.encodings().getFirst());
          softly.assertThat(alike).as("%s is written as Erlang writes it", each).isTrue();
          softly
              .assertThat(Tuple.of(value))
              .as("%s in text", each)
              .hasToString("{" + shown.text() + "}");
        }
      }
      List<String> answers = erlang.areTheSame(ours);
      for (int i = 0; i < cases.size(); i++) {
        softly
            .assertThat(answers.get(i))
            .as("%s is read by Erlang", cases.get(i))
            .isEqualTo("true");
      }
    }
    softly.assertAll();
  }
}

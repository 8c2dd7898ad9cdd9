package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.distribution.Shop.Box;
import dev.belay.distribution.Shop.Item;
import dev.belay.distribution.Shop.Tree;
import dev.belay.distribution.testing.LogCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Terms that somebody made to do harm, and values that would.
class TermCodecHostileTest {
  private static final TermCodec CODEC = Shop.CODEC;
  private static final int DEEP = 90_000;

  private static Atom atom(String name) {
    return Atom.of(name);
  }

  private static Object nested(int levels, Object core, UnaryOperator<Object> around) {
    Object term = core;
    for (int i = 0; i < levels; i++) {
      term = around.apply(term);
    }
    return term;
  }

  /// Runs something with the stack that threads have by default, which is that of virtual threads.
  private static void onAVirtualThread(Runnable body) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread.ofVirtual().uncaughtExceptionHandler((_, e) -> thrown.set(e)).start(body).join();
    assertThat(thrown.get()).isNull();
  }

  @Test
  void deepTermsNeedNoStack() throws InterruptedException {
    Item item = new Item("x", (byte) 1);
    onAVirtualThread(() -> {
      Object out = CODEC.toTerm(nested(DEEP / 2, item, each -> List.of(Tuple.of(each))));
      Object in = CODEC.fromTerm(out);
      Object innermost = in;
      for (int i = 0; i < DEEP / 2; i++) {
        innermost = ((Tuple) ((List<?>) innermost).getFirst()).get(0);
      }
      assertThat(innermost).isEqualTo(item);
    });
  }

  @Test
  void deepTreesAreRefused() throws InterruptedException {
    onAVirtualThread(() -> {
      Object term = nested(DEEP, List.of(), each -> List.of(Tuple.of(atom("tree"), 1L, each)));
      Object tree = ((List<?>) term).getFirst();
      assertThat(CODEC.fromTerm(tree)).as("without a type").isSameAs(tree);
      assertThatThrownBy(() -> CODEC.fromTerm(tree, Tree.class))
          .isInstanceOf(TermCodecException.class)
          .hasMessageStartingWith("Tree.children[0].children[0]")
          .hasMessageContaining("steps)…")
          .hasMessageEndingWith(
              ": there are more values of registered types inside each other than the codec"
                  + " allows (TermCodec.Builder.maxDepth)")
          .satisfies(e -> assertThat(e).message().hasSizeLessThan(500));
    });
  }

  @Test
  void asManyLevelsAsAreAllowed() throws InterruptedException {
    onAVirtualThread(() -> {
      Tree tree = (Tree) tree(500);
      assertThat(CODEC.fromTerm(CODEC.toTerm(tree), Tree.class)).isEqualTo(tree);
      assertThatThrownBy(() -> CODEC.toTerm(tree(501)))
          .hasMessageContaining("TermCodec.Builder.maxDepth");
    });
    TermCodec shallow = TermCodec.builder().register(Tree.class).maxDepth(2).build();
    assertThat(shallow.toTerm(tree(2))).isInstanceOf(Tuple.class);
    assertThatThrownBy(() -> shallow.toTerm(tree(3)))
        .hasMessageStartingWith("Tree.children[0].children[0]: there are more");
  }

  private static Object tree(int levels) {
    return nested(levels - 1, new Tree(0, List.of()), each -> new Tree(1, List.of((Tree) each)));
  }

  /// Types and terms that take turns: what is too deep stays a term, and nothing overflows.
  @Test
  void deepBoxesEndInTerms() throws InterruptedException {
    onAVirtualThread(() -> {
      Object term = nested(DEEP, Atom.OK, each -> Tuple.of(atom("box"), List.of(each)));
      Object in = CODEC.fromTerm(term);
      int boxes = 0;
      while (in instanceof Box(Object content)) {
        in = ((List<?>) content).getFirst();
        boxes++;
      }
      assertThat(boxes).isEqualTo(500);
      assertThat(in).isInstanceOf(Tuple.class);
    });
  }

  @Test
  void reasonsInReasonsAreBounded() throws InterruptedException {
    onAVirtualThread(() -> {
      Object term = nested(DEEP, Atom.OK, each -> Tuple.of(atom("failed"), each));
      assertThat(CODEC.fromTerm(term)).isInstanceOf(Shop.Failed.class);
    });
  }

  @Test
  void aListThatContainsItself() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    assertThatThrownBy(() -> CODEC.toTerm(list))
        .hasMessageContaining("it nests deeper than 100000 levels; perhaps it contains itself")
        .satisfies(e -> assertThat(e).message().hasSizeLessThan(500));
  }

  record Hashed(int number) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Hashed;
    }

    @Override
    public int hashCode() {
      throw new IllegalStateException("no hash");
    }
  }

  record Rounded(int number) {
    Rounded {
      number = number / 10;
    }
  }

  record Numbered(Set<Hashed> all) {}

  @Test
  void keysThatAreNoneStayTerms() {
    TermCodec codec =
        TermCodec.builder()
            .register(Hashed.class)
            .register(Rounded.class)
            .register(Numbered.class)
            .build();
    Map<Object, Object> hashed = Map.of(Tuple.of(atom("hashed"), 1L), 1L);
    assertThat(codec.fromTerm(hashed)).isSameAs(hashed);
    Map<Object, Object> rounded =
        Map.of(Tuple.of(atom("rounded"), 11L), 1L, Tuple.of(atom("rounded"), 12L), 2L);
    assertThat(codec.fromTerm(rounded)).isSameAs(rounded);
    Tuple numbered = Tuple.of(atom("numbered"), List.of(Tuple.of(atom("hashed"), 1L)));
    assertThat(codec.fromTerm(numbered)).isSameAs(numbered);
  }

  @Test
  void whatStaysATermIsLoggedForWhoLooks() {
    Tuple wrong = Tuple.of(atom("item"), Atom.OK, 1L);
    try (LogCapture log = new LogCapture(Level.FINE)) {
      assertThat(CODEC.fromTerm(List.of(wrong))).isEqualTo(List.of(wrong));
      assertThat(log.with("Item"))
          .containsExactly(
              "a term with the tag of dev.belay.distribution.Shop$Item is none, and stays a term:"
                  + " Item.name: ok is not a text, a binary in UTF-8");
    }
  }

  /// Registered tags with anything behind them: nothing is thrown, and what was understood can be
  /// said again.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void anythingBehindATag(long seed) {
    Random random = new Random(seed);
    String[] tags = {
      "item", "order", "numbers", "tree", "box", "failed", "even", "payment", "texts"
    };
    for (int i = 0; i < 3_000; i++) {
      Object term = junk(random, tags, 4);
      Object value = CODEC.fromTerm(term);
      assertThat(CODEC.fromTerm(CODEC.toTerm(value)))
          .as("seed %d, %s", seed, term)
          .isEqualTo(value);
    }
  }

  private static Object junk(Random random, String[] tags, int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 5)) {
      case 0 -> (long) random.nextInt(-200, 200);
      case 1 -> random.nextDouble();
      case 2 -> Atom.of(tags[random.nextInt(tags.length)]);
      case 3 -> Binary.utf8("x");
      case 4 -> Atom.UNDEFINED;
      case 5 -> junks(random, tags, depth);
      case 6 -> Map.of(junk(random, tags, depth - 1), junk(random, tags, depth - 1));
      default -> {
        List<Object> elements = new ArrayList<>(junks(random, tags, depth));
        elements.addFirst(Atom.of(tags[random.nextInt(tags.length)]));
        yield new Tuple(elements);
      }
    };
  }

  private static List<Object> junks(Random random, String[] tags, int depth) {
    List<Object> all = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      all.add(junk(random, tags, depth - 1));
    }
    return List.copyOf(all);
  }
}

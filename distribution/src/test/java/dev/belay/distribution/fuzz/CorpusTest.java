package dev.belay.distribution.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// All inputs that are kept, without the fuzzer: what has once been found stays mended.
@Timeout(120)
class CorpusTest {
  /// How many inputs are tried near to those that are kept, where each takes no time.
  private static final int MANY = 20_000;

  @ParameterizedTest
  @EnumSource(Part.class)
  void noInputBreaksAPromise(Part part) {
    Map<String, byte[]> inputs = Corpus.of(part);
    assertThat(inputs.keySet()).anyMatch(Corpus::isSeed);
    try (FuzzTarget target = part.open()) {
      inputs.forEach((name, input) -> {
        boolean isRight = takes(target, name, input);
        assertThat(isRight || !Corpus.isSeed(name)).as("%s makes sense", name).isTrue();
      });
    }
  }

  private static boolean takes(FuzzTarget target, String name, byte[] input) {
    try {
      return target.takes(input);
    } catch (Throwable e) {
      throw new AssertionError(name + ": " + HexFormat.of().formatHex(input), e);
    }
  }

  /// Cut off anywhere, and with one byte changed.
  @ParameterizedTest
  @EnumSource(Part.class)
  void norDoesAnyThatIsNear(Part part) {
    Map<String, byte[]> inputs = Corpus.of(part);
    int all = inputs.values().stream().mapToInt(input -> 3 * input.length).sum();
    int step = Math.max(1, all / budget(part));
    int tried = 0;
    int at = 0;
    try (FuzzTarget target = part.open()) {
      for (Map.Entry<String, byte[]> entry : inputs.entrySet()) {
        byte[] input = entry.getValue();
        for (int i = 0; i < 3 * input.length; i++) {
          if (at++ % step == 0) {
            takes(target, "near to " + entry.getKey(), near(input, i));
            tried++;
          }
        }
      }
    }
    assertThat(tried).isPositive();
  }

  private static int budget(Part part) {
    return switch (part) {
      case EPMD_SERVER -> MANY / 100;
      case CONTROL -> MANY / 10;
      default -> MANY;
    };
  }

  private static byte[] near(byte[] input, int which) {
    int place = which / 3;
    if (which % 3 == 0) {
      return Arrays.copyOf(input, place);
    }
    byte[] changed = input.clone();
    changed[place] ^= which % 3 == 1 ? (byte) (1 << (place % Byte.SIZE)) : (byte) 0xFF;
    return changed;
  }
}

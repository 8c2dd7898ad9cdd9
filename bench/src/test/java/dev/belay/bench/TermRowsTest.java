package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.ericsson.otp.erlang.OtpErlangObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What Belay and Jinterface are compared with is the same for both, and what they make of it is
/// right.
class TermRowsTest {
  private final BelayFormat belay = new BelayFormat();
  private final JinterfaceFormat jinterface = new JinterfaceFormat();

  @ParameterizedTest
  @EnumSource(Sample.class)
  void eachReadsWhatTheOtherHasWritten(Sample sample) throws Exception {
    Object term = belay.term(sample);
    OtpErlangObject other = jinterface.term(sample);
    assertThat(belay.decode(jinterface.encode(other))).isEqualTo(term);
    assertThat(jinterface.decode(belay.encode(term))).isEqualTo(other);
    assertThat(belay.decode(belay.encode(term))).isEqualTo(term);
    assertThat(jinterface.decode(jinterface.encode(other))).isEqualTo(other);
  }

  @ParameterizedTest
  @EnumSource(Sample.class)
  void samplesDiffer(Sample sample) throws Exception {
    for (Sample another : Sample.values()) {
      assertThat(jinterface.decode(TermRows.bytes(sample)).equals(jinterface.term(another)))
          .isEqualTo(sample == another);
    }
  }

  /// All three ways of writing integers are in the list, and both signs.
  @Test
  void theNumbersAreOfAllSizes() {
    List<Long> numbers = IntStream.rangeClosed(1, Sample.LENGTH).mapToObj(Sample::number).toList();
    assertThat(numbers)
        .contains(0xFCL, 100_003L, -2L, 3L << 40)
        .anyMatch(number -> number < -500)
        .anyMatch(number -> number > Integer.MAX_VALUE);
  }

  @Test
  void aRowWithoutTermsIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> TermRows.workload(Contender.BELAY, Row.RING, 1));
  }
}

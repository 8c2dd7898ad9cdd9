package dev.belay.distribution.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/// The table of flags, held against the numbers that nodes of Erlang were seen to send and demand.
class FlagsTest {
  private static final long MANDATORY_25 = 0x1070F94L;

  @Test
  void whatIsDemandedIsWhatErlangDemands() {
    assertThat(Flags.MANDATORY).isEqualTo(0x403070F94L);
  }

  @Test
  void whatIsOfferedIsWhatTheDesignSays() {
    assertThat(Flags.offered(false, false)).isEqualTo(0xD07DF5FBCL);
    assertThat(Flags.offered(true, false)).isEqualTo(0xD07DF5FBDL);
    assertThat(Flags.offered(false, true)).isEqualTo(0x2D07DF5FBCL);
    assertThat(Flags.offered(true, true)).isEqualTo(0x2D07DF5FBDL);
    assertThat(Flags.nameless(Flags.offered(true, false))).isEqualTo(0xF07DF5FBCL);
  }

  /// The flags of Erlang/OTP 25 to 29, each what it was called in the source of Erlang.
  @Test
  void theTableCoversWhatErlangOffers() {
    long all = 0;
    for (Flag flag : Flag.values()) {
      assertThat(Long.bitCount(flag.mask())).isEqualTo(1);
      assertThat(flag.isIn(all)).as("bit of %s", flag).isFalse();
      all |= flag.mask();
    }
    assertThat(0x6D07DF7FBDL & ~all).isZero();
    assertThat(Flag.PUBLISHED.mask()).isEqualTo(1);
    assertThat(Flag.UNLINK_ID.mask()).isEqualTo(0x2000000);
    assertThat(Flag.MANDATORY_25_DIGEST.mask()).isEqualTo(0x4000000);
    assertThat(Flag.NAME_ME.mask()).isEqualTo(1L << 33);
    assertThat(Flag.V4_NC.mask()).isEqualTo(1L << 34);
    assertThat(Flag.ALTACT_SIG.mask()).isEqualTo(1L << 37);
  }

  @Test
  void theDigestStandsForAllThatItIsADigestOf() {
    long digest = Flag.MANDATORY_25_DIGEST.mask();
    assertThat(Flags.expand(digest)).isEqualTo(digest | MANDATORY_25);
    assertThat(Flags.expand(1L << 36)).as("what the documentation calls it").isEqualTo(1L << 36);
    assertThat(Flags.missing(digest | Flag.V4_NC.mask() | Flag.UNLINK_ID.mask())).isEmpty();
    assertThat(Flags.missing(digest)).isEqualTo(EnumSet.of(Flag.UNLINK_ID, Flag.V4_NC));
    assertThat(Flags.common(0xD07DF5FBCL, digest | Flag.ALIAS.mask()))
        .as("expanded first, and then compared")
        .isEqualTo(digest | MANDATORY_25 | Flag.ALIAS.mask());
  }

  @Test
  void eachMandatoryFlagIsMissed() {
    assertThat(Flags.missing(Flags.MANDATORY)).isEmpty();
    for (Flag flag : Flag.values()) {
      boolean mandatory = flag.isIn(Flags.MANDATORY);
      assertThat(Flags.missing(Flags.MANDATORY & ~flag.mask()))
          .isEqualTo(mandatory ? EnumSet.of(flag) : EnumSet.noneOf(Flag.class));
    }
    assertThat(Flags.missingOfLower(0x3070F94L)).isEmpty();
    assertThat(Flags.missingOfLower(MANDATORY_25)).isEqualTo(EnumSet.of(Flag.UNLINK_ID));
  }

  @Test
  void unknownFlagsDoNotMatter() {
    long unknown = 1L << 50 | 1L << 63;
    assertThat(Flags.missing(Flags.MANDATORY | unknown)).isEmpty();
    assertThat(Flags.common(0xD07DF5FBCL, Flags.MANDATORY | unknown)).isEqualTo(Flags.MANDATORY);
  }
}

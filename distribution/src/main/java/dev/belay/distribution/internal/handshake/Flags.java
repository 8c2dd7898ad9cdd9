package dev.belay.distribution.internal.handshake;

import dev.belay.distribution.internal.handshake.Flag.Need;
import dev.belay.distribution.internal.handshake.Flag.Offer;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/// Sets of [Flag], as the 64 bits that nodes send each other.
public final class Flags {
  /// What a peer must have: all that Erlang/OTP 26 and newer demand, too.
  public static final long MANDATORY = mask(flag -> flag.need != Need.NEVER);

  private static final long MANDATORY_25 = mask(flag -> flag.need == Need.OTP_25);
  private static final long HIDDEN = mask(flag -> flag.offer == Offer.ALWAYS);
  private static final long PRIORITY = mask(flag -> flag.offer == Offer.PRIORITY);

  private Flags() {}

  private static long mask(Predicate<Flag> wanted) {
    long mask = 0;
    for (Flag flag : Flag.values()) {
      if (wanted.test(flag)) {
        mask |= flag.mask();
      }
    }
    return mask;
  }

  /// Returns what a node of Belay offers.
  ///
  /// @param visible whether it is visible rather than hidden
  /// @param priority whether it takes signals with options, as of Erlang/OTP 28
  /// @return the flags
  public static long offered(boolean visible, boolean priority) {
    return HIDDEN | (visible ? Flag.PUBLISHED.mask() : 0) | (priority ? PRIORITY : 0);
  }

  /// Returns what a node offers to one that has asked it for a name, or asks for one itself: such a
  /// connection is hidden.
  ///
  /// @param offered what it offers otherwise
  /// @return the flags
  public static long nameless(long offered) {
    return (offered & ~Flag.PUBLISHED.mask()) | Flag.NAME_ME.mask();
  }

  /// Writes out what the digest flag stands for. This has to come before anything else that is done
  /// with a peer's flags.
  ///
  /// @param flags what a node has sent
  /// @return the flags
  public static long expand(long flags) {
    return Flag.MANDATORY_25_DIGEST.isIn(flags) ? flags | MANDATORY_25 : flags;
  }

  /// Returns what both of two nodes have.
  ///
  /// @param ours what one has sent
  /// @param theirs what the other has sent
  /// @return the flags
  public static long common(long ours, long theirs) {
    return expand(ours) & expand(theirs);
  }

  /// Finds the mandatory flags that a node lacks.
  ///
  /// @param flags what it has sent
  /// @return the flags
  public static Set<Flag> missing(long flags) {
    return missing(flags, MANDATORY);
  }

  /// Finds the mandatory flags that a node lacks, as far as the lower 32 bits of its flags tell.
  ///
  /// @param flags what it has sent
  /// @return the flags
  static Set<Flag> missingOfLower(long flags) {
    return missing(flags, MANDATORY & 0xFFFF_FFFFL);
  }

  private static Set<Flag> missing(long flags, long wanted) {
    long left = wanted & ~expand(flags);
    Set<Flag> missing = EnumSet.noneOf(Flag.class);
    for (Flag flag : Flag.values()) {
      if (flag.isIn(left)) {
        missing.add(flag);
      }
    }
    return missing;
  }
}

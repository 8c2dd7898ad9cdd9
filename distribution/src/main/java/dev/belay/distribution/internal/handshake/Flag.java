package dev.belay.distribution.internal.handshake;

/// What a node can say of itself in the handshake, each in one bit.
///
/// This table is all that the code knows of the flags: which a peer must have, and which Belay
/// offers, follows from it.
public enum Flag {
  /// The node is visible: in `nodes()`, and a member of the mesh of `global`.
  PUBLISHED(0, Need.NEVER, Offer.VISIBLE),
  /// Obsolete.
  ATOM_CACHE(1, Need.NEVER, Offer.NEVER),
  /// References of several words.
  EXTENDED_REFERENCES(2, Need.OTP_25, Offer.ALWAYS),
  /// Monitors. Erlang sends them only to who has this and the next but one.
  DIST_MONITOR(3, Need.NEVER, Offer.ALWAYS),
  /// Terms for functions.
  FUN_TAGS(4, Need.OTP_25, Offer.ALWAYS),
  /// Monitors of registered names.
  DIST_MONITOR_NAME(5, Need.NEVER, Offer.ALWAYS),
  /// Obsolete.
  HIDDEN_ATOM_CACHE(6, Need.NEVER, Offer.NEVER),
  /// Newer terms for functions.
  NEW_FUN_TAGS(7, Need.OTP_25, Offer.ALWAYS),
  /// Pids and ports with more bits.
  EXTENDED_PIDS_PORTS(8, Need.OTP_25, Offer.ALWAYS),
  /// Terms for exported functions.
  EXPORT_PTR_TAG(9, Need.OTP_25, Offer.ALWAYS),
  /// Bit strings.
  BIT_BINARIES(10, Need.OTP_25, Offer.ALWAYS),
  /// Floats in eight bytes.
  NEW_FLOATS(11, Need.OTP_25, Offer.ALWAYS),
  /// The I/O protocol with Unicode.
  UNICODE_IO(12, Need.NEVER, Offer.ALWAYS),
  /// A header before each message, and a cache of atoms.
  DIST_HDR_ATOM_CACHE(13, Need.NEVER, Offer.NEVER),
  /// Short terms for short atoms.
  SMALL_ATOM_TAGS(14, Need.NEVER, Offer.ALWAYS),
  /// Atoms in UTF-8.
  UTF8_ATOMS(16, Need.OTP_25, Offer.ALWAYS),
  /// Maps.
  MAP_TAG(17, Need.OTP_25, Offer.ALWAYS),
  /// Creations of 32 bits.
  BIG_CREATION(18, Need.OTP_25, Offer.ALWAYS),
  /// Messages that tell their sender.
  SEND_SENDER(19, Need.NEVER, Offer.ALWAYS),
  /// Any term as a label in sequential tracing.
  BIG_SEQTRACE_LABELS(20, Need.NEVER, Offer.ALWAYS),
  /// Exit reasons outside the control message.
  EXIT_PAYLOAD(22, Need.NEVER, Offer.ALWAYS),
  /// Messages in fragments.
  FRAGMENTS(23, Need.NEVER, Offer.ALWAYS),
  /// This handshake.
  HANDSHAKE_23(24, Need.OTP_25, Offer.ALWAYS),
  /// Unlinking that is acknowledged.
  UNLINK_ID(25, Need.OTP_26, Offer.ALWAYS),
  /// Stands for all flags that are mandatory since Erlang/OTP 25.
  MANDATORY_25_DIGEST(26, Need.NEVER, Offer.ALWAYS),
  /// Asynchronous spawning.
  SPAWN(32, Need.NEVER, Offer.ALWAYS),
  /// A request rather than a capability: "give me a name".
  NAME_ME(33, Need.NEVER, Offer.NAMELESS),
  /// Pids, ports and references with yet more bits.
  V4_NC(34, Need.OTP_26, Offer.ALWAYS),
  /// Messages to aliases.
  ALIAS(35, Need.NEVER, Offer.ALWAYS),
  /// Messages and exit signals with options, such as a priority.
  ALTACT_SIG(37, Need.NEVER, Offer.PRIORITY),
  /// Terms for records. Erlang/OTP 29 sends them whether a peer has this or not.
  NATIVE_RECORDS(38, Need.NEVER, Offer.NEVER);

  /// Since when Erlang refuses nodes without a flag.
  enum Need {
    NEVER,
    OTP_25,
    OTP_26
  }

  /// When Belay offers a flag.
  enum Offer {
    NEVER,
    ALWAYS,
    VISIBLE,
    NAMELESS,
    PRIORITY
  }

  final Need need;
  final Offer offer;
  private final long mask;

  Flag(int bit, Need need, Offer offer) {
    this.mask = 1L << bit;
    this.need = need;
    this.offer = offer;
  }

  /// Returns the bit of the flag.
  ///
  /// @return a number with this one bit
  public long mask() {
    return mask;
  }

  /// Tells whether the flag is among some.
  ///
  /// @param flags the flags
  /// @return whether it is
  public boolean isIn(long flags) {
    return (flags & mask) != 0;
  }
}

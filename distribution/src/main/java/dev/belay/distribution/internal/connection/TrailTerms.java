package dev.belay.distribution.internal.connection;

import dev.belay.Pid;
import dev.belay.Trail;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.wire.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Trails as terms and back.
///
/// ```text
/// Trail: {Omitted, [Hop]}                       one to eight hops, the first death first
/// Hop:   {Pid, Label, How, From, Declared}      Label a binary in UTF-8, How an atom
/// ```
///
/// Labels are cut to what fits into a line; the rest of a trail is bounded as it is. What another
/// node says is held to the same bounds.
final class TrailTerms {
  /// The longest label, in characters.
  static final int LONGEST_LABEL = 200;

  /// No character takes more in UTF-8.
  private static final int LONGEST_CHARACTER = 4;

  /// No chain of deaths is longer.
  private static final long MOST_OMITTED = 1L << 48;

  private static final Atom TRUE = Atom.of("true");
  private static final Atom FALSE = Atom.of("false");

  private static final Map<Atom, Trail.How> HOWS =
      Arrays.stream(Trail.How.values())
          .collect(Collectors.toUnmodifiableMap(TrailTerms::atom, Function.identity()));

  private TrailTerms() {}

  private static Atom atom(Trail.How how) {
    return Atom.of(
        switch (how) {
          case OWN_END -> "own_end";
          case LINK -> "link";
          case EXIT_SIGNAL -> "exit_signal";
          case TERMINATE -> "terminate";
          case NODE_LOSS -> "node_loss";
          case OVERFLOW -> "overflow";
        });
  }

  // writing

  /// Returns the term that a trail is.
  ///
  /// @param trail a trail with a hop
  /// @return the term
  static Tuple term(Trail trail) {
    List<Object> hops = new ArrayList<>(trail.hops().size());
    for (Trail.Hop hop : trail.hops()) {
      hops.add(
          Tuple.of(
              hop.pid(),
              Binary.utf8(cut(hop.label())),
              atom(hop.how()),
              hop.from(),
              hop.declared() ? TRUE : FALSE));
    }
    return Tuple.of(Math.min(trail.omitted(), MOST_OMITTED), List.copyOf(hops));
  }

  private static String cut(String label) {
    return label.codePointCount(0, label.length()) <= LONGEST_LABEL
        ? label
        : label.substring(0, label.offsetByCodePoints(0, LONGEST_LABEL));
  }

  // reading

  /// Returns the trail that a term is.
  ///
  /// @param term any term
  /// @return the trail
  /// @throws ProtocolException if it is none
  static Trail trail(Object term) {
    if (!(term instanceof Tuple pair
        && pair.size() == 2
        && pair.get(0) instanceof Long omitted
        && omitted >= 0
        && omitted <= MOST_OMITTED
        && pair.get(1) instanceof List<?> said
        && !said.isEmpty()
        && said.size() <= Trail.MAX_HOPS)) {
      throw new ProtocolException("a trail that is none");
    }
    List<Trail.Hop> hops = new ArrayList<>(said.size());
    for (Object hop : said) {
      hops.add(hop(hop));
    }
    return new Trail(hops, omitted);
  }

  private static Trail.Hop hop(Object term) {
    if (!(term instanceof Tuple hop
        && hop.size() == 5
        && hop.get(0) instanceof Pid pid
        && hop.get(1) instanceof Binary label
        && label.size() <= LONGEST_LABEL * LONGEST_CHARACTER
        && hop.get(2) instanceof Atom how
        && hop.get(3) instanceof Pid from
        && (hop.get(4).equals(TRUE) || hop.get(4).equals(FALSE)))) {
      throw new ProtocolException("a trail with a hop that is none");
    }
    return new Trail.Hop(pid, readable(label.text()), how(how), from, hop.get(4).equals(TRUE));
  }

  private static Trail.How how(Atom atom) {
    Trail.How how = HOWS.get(atom);
    if (how == null) {
      throw new ProtocolException("a trail with a hop of an unknown kind");
    }
    return how;
  }

  /// A label goes into logs.
  private static String readable(String label) {
    StringBuilder text = new StringBuilder(label.length());
    for (int i = 0; i < label.length(); i++) {
      char c = label.charAt(i);
      text.append(Character.isISOControl(c) ? '\uFFFD' : c);
    }
    return text.toString();
  }
}

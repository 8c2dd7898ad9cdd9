package dev.belay.explorer;

/// One step of an execution, for a person to read.
///
/// @param strand who made it
/// @param what what it was
record Step(String strand, String what) {
  static Step of(Strand strand, long now) {
    Strand other = strand.other;
    String whom = other == null ? "" : " " + other;
    Site site = Site.of(strand.site);
    String what =
        switch (strand.kind) {
          case BEGIN -> "begins";
          case END -> "ends";
          case LOCK -> site.place() + " takes " + site.field();
          case UNLOCK -> site.place() + " releases " + site.field();
          case ENTER, LEAVE, READ, WRITE, UPDATE, COUNT -> site.toString();
          case PARK ->
              site.place()
                  + " parks"
                  + (strand.deadline == Long.MAX_VALUE
                      ? ""
                      : " for " + (strand.deadline - now) + " ns");
          case UNPARK, INTERRUPT, START, HANDSHAKE, JOIN ->
              site.place() + " " + strand.kind.name().toLowerCase(java.util.Locale.ROOT) + whom;
          case INTERRUPTED -> site.place() + " clears its interrupt status";
          case RELAX -> site.place() + " waits for a change";
          case QUIET -> "waits until nobody can run";
          case OVER -> "waits until all is over";
        };
    return new Step(strand.name, what);
  }
}

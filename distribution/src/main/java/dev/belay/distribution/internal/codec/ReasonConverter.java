package dev.belay.distribution.internal.codec;

import dev.belay.ExitReason;

/// Exit reasons, of which the value inside may be of a registered type.
final class ReasonConverter extends Converter {
  private final Natives natives;
  private final Dynamic dynamic;

  ReasonConverter(Natives natives, Dynamic dynamic) {
    this.natives = natives;
    this.dynamic = dynamic;
  }

  @Override
  Object toTerm(Object value, int room) {
    if (value instanceof ExitReason) {
      return dynamic.toTerm(value, room);
    }
    throw not("an ExitReason", value);
  }

  @Override
  Object fromTerm(Object term, int room) {
    return switch (natives.reason(term)) {
      case ExitReason.Term(Object value) -> ExitReason.term(dynamic.fromTerm(value, room));
      case ExitReason.Shutdown(Object detail) when detail != null ->
          ExitReason.shutdown(dynamic.fromTerm(detail, room));
      case ExitReason reason -> reason;
    };
  }
}

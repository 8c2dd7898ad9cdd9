package dev.belay.distribution.internal.otp;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.otp.GenProtocol;
import dev.belay.otp.GenRequest;
import org.jspecify.annotations.Nullable;

/// What `gen_event` sends to its managers.
final class EventMessages {
  private static final Atom NOTIFY = Atom.of("notify");
  private static final Atom SYNC_NOTIFY = Atom.of("sync_notify");

  private final Translation translation;

  EventMessages(Translation translation) {
    this.translation = translation;
  }

  /// Reads what nobody waits for.
  ///
  /// @param type the class of the events
  GenProtocol.@Nullable Told told(Class<?> type, Tuple message) {
    return message.size() == 2 && message.get(0).equals(NOTIFY)
        ? new GenProtocol.Told(GenRequest.event(translation.in(message.get(1), type)))
        : null;
  }

  /// Reads what somebody waits for.
  ///
  /// @param type the class of the events
  GenMessages.@Nullable Understood asked(Class<?> type, Object request) {
    return request instanceof Tuple pair && pair.size() == 2 && pair.get(0).equals(SYNC_NOTIFY)
        ? new GenMessages.Understood(
            GenRequest.eventInSync(translation.in(pair.get(1), type)), _ -> Atom.OK)
        : null;
  }
}

package dev.belay.otp;

import dev.belay.DroppedMessage;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Refusable;
import dev.belay.Sendable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What every process of this module answers, whatever its protocol: Erlang's system messages
/// (GE3).
///
/// @param <R> the type of the reply
sealed interface SysCall<R> extends Call<Object, R> {
  /// Leave all other messages where they are.
  record Suspend() implements SysCall<Boolean> {}

  /// Go on.
  record Resume() implements SysCall<Boolean> {}

  /// Answer, and end.
  record End(ExitReason reason) implements SysCall<Boolean> {}

  /// What is answered whether it is suspended or not.
  ///
  /// @param <R> the type of the reply
  sealed interface Look<R> extends SysCall<R> {}

  /// Show the state, or change it.
  @Sendable
  record Inspect(Function<Object, @Nullable Object> look) implements Look<Object> {}

  /// Say how you are.
  record Status() implements Look<ServerStatus> {}

  /// Keep the last events, or none.
  record Keep(int events) implements Look<Boolean> {}

  /// Show the events that were kept.
  record Log() implements Look<List<ServerEvent>> {}

  /// Count, or stop counting.
  record Count(boolean on) implements Look<Boolean> {}

  /// Say what was counted.
  record Statistics() implements Look<Optional<ServerStatistics>> {}

  /// Send events to a process, or to nobody.
  record Tell(@Nullable Pid tracer) implements Look<Boolean> {}

  /// Something that others know, from another node.
  record Unknown() implements Look<Object> {}

  /// End; a message, and no call: who asks for it waits for the end. It comes through a full
  /// mailbox, as the calls here do.
  ///
  /// @param reason what to end with
  record Terminate(ExitReason reason) implements Refusable {
    @Override
    public void refused(DroppedMessage.Why why) {}

    @Override
    public boolean takesRoom() {
      return false;
    }
  }
}

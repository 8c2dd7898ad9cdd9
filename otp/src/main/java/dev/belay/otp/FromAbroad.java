package dev.belay.otp;

import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import org.jspecify.annotations.Nullable;

/// Who waits for the reply to a call on another node, and is answered in the words of that.
///
/// @param <R> the type of the reply
final class FromAbroad<R extends @Nullable Object> extends From<R> {
  @Sendable private final GenProtocol.Answering answering;

  private FromAbroad(
      Node node, Pid callee, Pid caller, Call<?, R> request, GenProtocol.Answering answering) {
    super(node, caller, callee, null, request);
    this.answering = answering;
  }

  /// Makes of what another node's process asks for a call of the process that has received it.
  static From<?> of(Node node, Pid callee, GenProtocol.Asked asked) {
    return new FromAbroad<>(node, callee, asked.caller(), asked.request(), asked.answering());
  }

  @Override
  void sendReply(@Nullable Object value) {
    if (value instanceof Answered<?> answered) {
      SupervisorException refused = answered.refused();
      answering.reply(refused != null ? refused : answered.value());
    } else {
      answering.reply(value);
    }
  }

  @Override
  void sendRefusal(CallReason reason, String why) {
    answering.refuse(reason, why);
  }
}

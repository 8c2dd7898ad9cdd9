package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.DroppedMessage;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Refusable;
import dev.belay.Sendable;
import dev.belay.Subject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who waits for the reply to a call: Erlang's `From`.
///
/// ```java
/// @Override
/// protected void handleMessage(Message message) {
///   switch (message) {
///     case Ask ask -> waiting.add(from(ask)); // goes on to the next message
///     case Heard(String answer) -> waiting.remove().reply(answer);
///   }
/// }
/// ```
///
/// A server that does not answer a call while it handles it takes its `From` by [Server#from], and
/// may keep it or send it to another process. Whoever has it answers by [#reply], from any process
/// or thread, once; further replies vanish, and so does one that comes after the caller has given
/// up (GS15).
///
/// @param <R> the type of the reply
public sealed class From<R extends @Nullable Object> implements Refusable permits FromAbroad {
  /*
   * It is the message of the call itself, as long as it is open and in the mailbox of the callee. `stage` is written by the server that handles the call, and read by others who look for a
   * deadlock; `reply` and `hasReply` are the server's own.
   *
   * A call that has come from another node is no From on its way; its receiver makes one of it, a FromAbroad, which has no `alias`.
   */

  /// The server has not answered.
  static final int OPEN = 0;

  /// Somebody else may answer.
  static final int HANDED_ON = 1;

  /// The server has answered.
  static final int ANSWERED = 2;

  @Sendable final Node node;
  final Pid caller;
  final Subject callee;
  final @Nullable Ref alias;
  final Call<?, R> request;
  @Sendable volatile int stage;
  @Sendable private boolean hasReply;
  @Sendable private @Nullable Object reply;

  From(Node node, Pid caller, Subject callee, @Nullable Ref alias, Call<?, R> request) {
    this.node = node;
    this.caller = caller;
    this.callee = callee;
    this.alias = alias;
    this.request = request;
  }

  /// Returns the call that is being handled, for an answer to it.
  ///
  /// @param serving the call, or null
  /// @param verb what is said in the exception if it is another one
  static <R extends @Nullable Object> From<R> current(
      @Nullable From<?> serving, Call<?, R> request, String verb) {
    if (serving == null || serving.request != request) {
      throw new IllegalStateException(
          verb
              + "("
              + request
              + "…): this is not the call that is being handled"
              + (serving == null ? "; none is" : ", which is " + serving.request)
              + ". To answer a call after its handler has returned, take its From there.");
    }
    @SuppressWarnings("unchecked") // the From was made for this very request
    From<R> result = (From<R>) serving;
    return result;
  }

  /// Returns who called. To answer, use [#reply]: the caller waits for that, and not for a message.
  ///
  /// @return the pid of the process that called, or of the inbox of a plain thread
  public Pid caller() {
    return caller;
  }

  /// Answers the call, at once. From any process or thread.
  ///
  /// @param value the reply
  public void reply(R value) {
    stage = ANSWERED;
    sendReply(value);
  }

  /// Tells the caller that its request is not one for this server.
  void refuse(String why) {
    stage = ANSWERED;
    sendRefusal(CallReason.BAD_REQUEST, why);
  }

  /// Called by the runtime if the server's mailbox is full and does not take the call. If it is
  /// another mailbox, whoever has sent this there may still answer.
  @Override
  public void refused(DroppedMessage.Why why) {
    if (stage == OPEN) {
      stage = ANSWERED;
      node.send(alias(), Answer.Refused.forWantOfRoom(alias()));
    }
  }

  @Override
  public boolean takesRoom() {
    return !(request instanceof SysCall);
  }

  void sendReply(@Nullable Object value) {
    send(new Answer.Replied(alias(), value));
  }

  void sendRefusal(CallReason reason, String why) {
    send(new Answer.Refused(alias(), reason, why));
  }

  private void send(Answer answer) {
    if (Belay.inProcess()) {
      Belay.send(alias(), answer);
    } else {
      node.send(alias(), answer);
    }
  }

  private Ref alias() {
    return Objects.requireNonNull(alias);
  }

  /// Tells whether this is a call that a process has just got, and not a From that was sent to it.
  boolean isCallOf(Pid process) {
    return stage == OPEN && process.equals(callee);
  }

  /// Keeps the reply until the handler of the call has returned.
  void keep(@Nullable Object value) {
    hasReply = true;
    reply = value;
  }

  boolean hasReply() {
    return hasReply;
  }

  @Nullable Object kept() {
    return reply;
  }

  void replyKept() {
    reply(Calls.<R>reply(reply));
  }

  @Override
  public String toString() {
    return "call " + Text.of(request) + " of " + caller;
  }
}

package dev.belay.distribution.internal.handshake;

import static dev.belay.distribution.internal.handshake.Dialogue.A;
import static dev.belay.distribution.internal.handshake.Dialogue.B;
import static dev.belay.distribution.internal.handshake.Dialogue.COOKIE;
import static dev.belay.distribution.internal.handshake.Dialogue.FLAGS;
import static dev.belay.distribution.internal.handshake.HandshakeMessagesTest.hex;
import static dev.belay.distribution.internal.handshake.HandshakeTest.ack;
import static dev.belay.distribution.internal.handshake.HandshakeTest.challenge;
import static dev.belay.distribution.internal.handshake.HandshakeTest.name;
import static dev.belay.distribution.internal.handshake.HandshakeTest.reply;
import static dev.belay.distribution.internal.handshake.HandshakeTest.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.internal.handshake.HandshakeException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each state of each side with each message that is wrong there, and with random ones: the answer
/// is a reason, and never an exception.
class WrongMessagesTest {
  private static final byte[] OK = hex("0003 736f6b");
  private static final byte[] ALIVE = hex("0006 73616c697665");
  private static final byte[] TRUE = hex("0005 7374727565");
  private static final byte[] COMPLEMENT = hex("0009 63 0000000d 00012fd1");
  private static final byte[] OLD_NAME = hex("0013 6e 0005 07df7fbc 6831406c6f63616c686f7374");
  private static final int TAG = 2;

  /// All messages there are, each good somewhere, and some that are good nowhere.
  private static Map<String, byte[]> messages() {
    Map<String, byte[]> messages = new LinkedHashMap<>();
    messages.put("name", name(A.toString(), FLAGS));
    messages.put("old name", OLD_NAME);
    messages.put("host", name("localhost", Flags.nameless(FLAGS)));
    messages.put("ok", OK);
    messages.put("nok", hex("0004 736e6f6b"));
    messages.put("alive", ALIVE);
    messages.put("true", TRUE);
    messages.put("false", hex("0006 7366616c7365"));
    messages.put("named", status(new HandshakeMessages.Named("x@localhost", 7)));
    messages.put("challenge", challenge(B.toString(), FLAGS));
    messages.put("complement", COMPLEMENT);
    messages.put("reply", reply(COOKIE, 1));
    messages.put("wrong reply", reply(COOKIE, 2));
    messages.put("ack", ack(COOKIE));
    messages.put("wrong ack", ack(Cookie.of("other")));
    messages.put("nothing", hex("0000"));
    messages.put("unknown", hex("0004 7a010203"));
    messages.put("unknown status", hex("0004 73010203"));
    messages.put("too long", hex("1001 4e"));
    messages.put("longest", hex("ffff 4e"));
    return messages;
  }

  /// Each state: how to get there, and the messages that are good in it.
  private record State(Supplier<Handshake> reached, Set<String> good) {}

  private static Map<String, State> states() {
    Map<String, State> states = new LinkedHashMap<>();
    states.put(
        "connecting, status",
        new State(() -> connecting(Identity.of(A, 4, FLAGS)), Set.of("ok", "nok", "alive")));
    states.put(
        "connecting without a name, status",
        new State(() -> connecting(Identity.nameless("localhost", FLAGS)), Set.of("named")));
    states.put(
        "connecting, challenge",
        new State(() -> connecting(Identity.of(A, 4, FLAGS), OK), Set.of("challenge")));
    states.put(
        "connecting, challenge after alive",
        new State(() -> connecting(Identity.of(A, 4, FLAGS), ALIVE), Set.of("challenge")));
    states.put(
        "connecting, ack",
        new State(
            () -> connecting(Identity.of(A, 4, FLAGS), OK, challenge(B.toString(), FLAGS)),
            Set.of("ack")));
    states.put(
        "accepting, name",
        new State(() -> accepting(Verdict.OK), Set.of("name", "old name", "host")));
    states.put(
        "accepting, alive",
        new State(
            () -> accepting(Verdict.ALIVE, name(A.toString(), FLAGS)), Set.of("true", "false")));
    states.put(
        "accepting, reply",
        new State(() -> accepting(Verdict.OK, name(A.toString(), FLAGS)), Set.of("reply")));
    states.put(
        "accepting, reply after alive",
        new State(
            () -> accepting(Verdict.ALIVE, name(A.toString(), FLAGS), TRUE), Set.of("reply")));
    states.put(
        "accepting, complement",
        new State(() -> accepting(Verdict.OK, OLD_NAME), Set.of("complement")));
    states.put(
        "accepting, reply of an old node",
        new State(() -> accepting(Verdict.OK, OLD_NAME, COMPLEMENT), Set.of("reply")));
    return states;
  }

  private static Handshake connecting(Identity self, byte[]... messages) {
    Connecting connecting = new Connecting(Framing.TCP, self, B, COOKIE, () -> 1);
    connecting.begin();
    for (byte[] message : messages) {
      if (connecting.receive(ByteBuffer.wrap(message)).next() instanceof Step.StillWanted) {
        connecting.answer(true);
      }
    }
    return connecting;
  }

  private static Handshake accepting(Verdict verdict, byte[]... messages) {
    Accepting accepting =
        new Accepting(Framing.TCP, Identity.of(B, 4, FLAGS), _ -> COOKIE, () -> 1);
    accepting.begin();
    for (byte[] message : messages) {
      if (accepting.receive(ByteBuffer.wrap(message)).next() instanceof Step.Arbitrate) {
        accepting.answer(verdict);
      }
    }
    return accepting;
  }

  @TestFactory
  List<DynamicTest> eachWrongMessageIsAFailureWithAReason() {
    List<DynamicTest> tests = new ArrayList<>();
    states()
        .forEach((where, state) ->
            messages()
                .forEach((what, message) ->
                    tests.add(
                        DynamicTest.dynamicTest(
                            where + ": " + what, () -> check(state, what, message)))));
    return tests;
  }

  private static void check(State state, String what, byte[] message) {
    Handshake handshake = state.reached().get();
    Step step = handshake.receive(ByteBuffer.wrap(message));
    if (state.good().contains(what) && !what.equals("nok") && !what.equals("false")) {
      assertThat(step.next()).isNotInstanceOf(Step.Failed.class);
      return;
    }
    HandshakeException failure = HandshakeTest.failure(step);
    assertThat(failure.getMessage())
        .isNotBlank()
        .doesNotContain("\n")
        .containsAnyOf("localhost", "somebody");
    assertThat(handshake.isOver()).isTrue();
    if (what.equals("unknown") || what.equals("nothing") || what.startsWith("too long")) {
      assertThat(failure.reason()).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  void eachStateMayBeTheLast() {
    states()
        .forEach((where, state) -> {
          HandshakeException closed = HandshakeTest.failure(state.reached().get().closed());
          assertThat(closed.getMessage()).as(where).contains("closed the connection");
          HandshakeException silent = HandshakeTest.failure(state.reached().get().timedOut());
          assertThat(silent.reason()).as(where).isEqualTo(Reason.TIMED_OUT);
        });
  }

  /// The good message of a state, cut off anywhere: nothing is taken, and more is waited for.
  @Test
  void whatIsNotAllThereIsWaitedFor() {
    states()
        .forEach((where, state) ->
            state
                .good()
                .forEach(what -> {
                  byte[] message = messages().getOrDefault(what, OK);
                  for (int length = 0; length < message.length; length++) {
                    ByteBuffer part = ByteBuffer.wrap(message, 0, length);
                    Step step = state.reached().get().receive(part);
                    assertThat(step.next()).as(where).isInstanceOf(Step.Receive.class);
                    assertThat(step.bytes()).isEmpty();
                    assertThat(part.position()).isZero();
                  }
                }));
  }

  @Test
  void anyBytesLeadToAReason() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<State> states = List.copyOf(states().values());
    List<byte[]> messages = List.copyOf(messages().values());
    for (int round = 0; round < 200_000; round++) {
      State state = states.get(random.nextInt(states.size()));
      byte[] bytes = mutated(messages, random);
      try {
        drive(state.reached().get(), ByteBuffer.wrap(bytes), random);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(bytes), e);
      }
    }
  }

  /// One to three messages with some bytes changed, and often with a length that fits.
  private static byte[] mutated(List<byte[]> messages, Random random) {
    ByteBuffer all = ByteBuffer.allocate(10_000);
    for (int count = random.nextInt(1, 4); count > 0; count--) {
      byte[] message = messages.get(random.nextInt(messages.size())).clone();
      message = Arrays.copyOf(message, Math.max(0, message.length + random.nextInt(-3, 4)));
      for (int change = random.nextInt(4); change > 0 && message.length > 0; change--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt();
      }
      if (message.length >= TAG && random.nextInt(4) > 0) {
        message[0] = (byte) ((message.length - TAG) >> 8);
        message[1] = (byte) (message.length - TAG);
      }
      all.put(message);
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  /// Does what is to be done, to the end of the bytes, and then of the connection.
  private static void drive(Handshake handshake, ByteBuffer in, Random random) {
    Step step = handshake.receive(in);
    while (!handshake.isOver()) {
      step =
          switch (step.next()) {
            case Step.Receive _ -> {
              int before = in.position();
              Step next = handshake.receive(in);
              boolean stuck = in.position() == before && next.next() instanceof Step.Receive;
              yield stuck ? handshake.closed() : next;
            }
            case Step.Arbitrate question ->
                ((Accepting) handshake)
                    .answer(
                        question.nameless()
                            ? new Verdict.Named(new NodeName("x", "h"), 7)
                            : random.nextBoolean() ? Verdict.OK : Verdict.ALIVE);
            case Step.StillWanted _ -> ((Connecting) handshake).answer(random.nextBoolean());
            case Step.MakeWay _ -> ((Accepting) handshake).clear();
            case Step.Done _, Step.Failed _ -> throw new AssertionError("it is over");
          };
    }
    if (step.next() instanceof Step.Failed(HandshakeException failure)) {
      if (String.valueOf(failure.getMessage()).indexOf('\n') >= 0) {
        throw new AssertionError(failure.getMessage());
      }
    }
  }
}

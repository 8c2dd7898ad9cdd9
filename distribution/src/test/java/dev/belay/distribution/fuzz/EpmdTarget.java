package dev.belay.distribution.fuzz;

import dev.belay.distribution.internal.epmd.EpmdMessages;
import dev.belay.distribution.internal.epmd.EpmdMessages.Alive;
import dev.belay.distribution.internal.epmd.EpmdMessages.AliveAnswer;
import dev.belay.distribution.internal.epmd.EpmdMessages.BadAlive;
import dev.belay.distribution.internal.epmd.EpmdMessages.NameAndPort;
import dev.belay.distribution.internal.epmd.EpmdMessages.Request;
import dev.belay.distribution.internal.epmd.PortInfo;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What an EPMD and those who ask it read of each other. An input is a byte that says what it is,
/// and the message, a request without its length.
///
/// Nothing but a [ProtocolException] comes out. What was understood is the same when it is written
/// and read again, and so is what is answered to it.
final class EpmdTarget implements FuzzTarget {
  static final int REQUEST = 0;
  static final int ALIVE_ANSWER = 1;
  static final int PORT_ANSWER = 2;
  static final int NAMES_ANSWER = 3;

  private static final int KINDS = 4;
  private static final long CREATION = 0xFFFF_FFFFL;
  private static final long MEMORY = 8 << 20;
  private static final Pattern ONE_LINE = Pattern.compile(".*");

  @Override
  public boolean takes(byte[] input) {
    if (input.length == 0) {
      return false;
    }
    boolean[] taken = new boolean[1];
    Promises.allocateLess(MEMORY, () -> taken[0] = understands(input));
    return taken[0];
  }

  private static boolean understands(byte[] input) {
    ByteBuffer message = ByteBuffer.wrap(Arrays.copyOfRange(input, 1, input.length));
    try {
      switch ((input[0] & 0xFF) % KINDS) {
        case REQUEST -> {
          return checkRequest(EpmdMessages.parse(message));
        }
        case ALIVE_ANSWER -> {
          AliveAnswer answer = EpmdMessages.parseAliveAnswer(message);
          Promises.keep(answer.creation() >>> Integer.SIZE == 0, "a creation that is none");
        }
        case PORT_ANSWER -> {
          Optional<PortInfo> node = EpmdMessages.parsePortAnswer(message);
          if (node.isPresent()) {
            checkFound(node.get());
          }
        }
        default ->
            EpmdMessages.parseNames(message)
                .forEach(node -> {
                  Promises.keep(node.port() >= 0 && node.port() <= 0xFFFF, "a port that is none");
                  Promises.keep(!node.name().isEmpty(), "a node without a name");
                });
      }
      return true;
    } catch (ProtocolException e) {
      Promises.speakPlainly(e);
      return false;
    }
  }

  private static boolean checkRequest(Request request) throws ProtocolException {
    if (request instanceof BadAlive(int highVersion)) {
      ByteBuffer refusal = ByteBuffer.wrap(EpmdMessages.refused(highVersion));
      Promises.keep(!EpmdMessages.parseAliveAnswer(refusal).registered(), "a refusal that is none");
      return true;
    }
    ByteBuffer written = ByteBuffer.wrap(EpmdMessages.encode(request));
    int length = Short.toUnsignedInt(written.getShort());
    Promises.keep(length == written.remaining(), "a request with a wrong length");
    Promises.keep(EpmdMessages.parse(written).equals(request), "it is another request");
    if (request instanceof Alive(PortInfo node)) {
      ByteBuffer yes = ByteBuffer.wrap(EpmdMessages.registered(node.highVersion(), CREATION));
      Promises.keep(EpmdMessages.parseAliveAnswer(yes).registered(), "a consent that is none");
      Promises.keep(!yes.hasRemaining(), "a consent that is too long");
      checkFound(node);
      checkListed(node);
    }
    return true;
  }

  private static void checkFound(PortInfo node) throws ProtocolException {
    ByteBuffer answer = ByteBuffer.wrap(EpmdMessages.found(node));
    Promises.keep(
        EpmdMessages.parsePortAnswer(answer).equals(Optional.of(node)), "it is found as another");
  }

  /// A name may have anything in it; one with the end of a line is not read again.
  private static void checkListed(PortInfo node) throws ProtocolException {
    if (ONE_LINE.matcher(node.name()).matches()) {
      ByteBuffer answer = ByteBuffer.wrap(EpmdMessages.names(4369, List.of(node)));
      Promises.keep(
          EpmdMessages.parseNames(answer)
              .equals(List.of(new NameAndPort(node.name(), node.port()))),
          "it is listed as another");
    }
  }
}

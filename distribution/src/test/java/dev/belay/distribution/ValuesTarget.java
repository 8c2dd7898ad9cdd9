package dev.belay.distribution;

import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.fuzz.FuzzTarget;
import dev.belay.distribution.fuzz.Promises;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.terms.WireRef;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a codec with registered types makes of terms. An input is a term as it is in messages.
///
/// A term is always something: what has the tag of a registered type and not its contents stays a
/// term. Nothing is thrown. What was understood can be said again, and is understood as the same.
/// Every term has a text on one line.
public final class ValuesTarget implements FuzzTarget {
  /// Deeper than values of registered types may be in each other.
  private static final TermLimits LIMITS = new TermLimits(600, 1 << 16, 200, 1 << 10);

  private static final TermCodec CODEC = Shop.CODEC;

  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final Inbox inbox = node.inbox();
  private final Identities one = new One(inbox.pid(), inbox.makeRef());
  private final TermReader reader = new TermReader(one, LIMITS);
  private final TermWriter writer = new TermWriter(one);

  /// Begins with a node of its own, for pids and references.
  public ValuesTarget() {}

  /// All pids are one, and all references.
  private record One(Pid pid, Ref ref) implements Identities {
    private static final Atom NODE = Atom.of("n@h");

    @Override
    public Object pid(Atom home, int id, int serial, int creation) {
      return pid;
    }

    @Override
    public Object reference(Atom home, int creation, int[] words) {
      return ref;
    }

    @Override
    public @Nullable WirePid wirePid(Object value) {
      return value.equals(pid) ? new WirePid(NODE, 1, 0, 4) : null;
    }

    @Override
    public @Nullable WireRef wireRef(Object value) {
      return value.equals(ref) ? new WireRef(NODE, 4, new int[] {1}) : null;
    }
  }

  @Override
  public void close() {
    inbox.close();
    node.close();
  }

  @Override
  public boolean takes(byte[] input) {
    ByteBuffer buffer = ByteBuffer.wrap(input);
    Object term;
    try {
      term = reader.read(buffer, null);
    } catch (TermException _) {
      return false;
    }
    Promises.keep(TermText.of(term).indexOf('\n') < 0, "a text of more than one line");
    Object value = CODEC.fromTerm(term);
    Object said = CODEC.toTerm(value);
    writer.reset();
    writer.write(said);
    Promises.keep(CODEC.fromTerm(said).equals(value), "it is another value when it is said again");
    return !buffer.hasRemaining();
  }
}

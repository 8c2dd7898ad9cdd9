package dev.belay;

import dev.belay.internal.line.Carrier;
import dev.belay.internal.line.LineAccess;
import dev.belay.internal.line.Outbox;
import org.jspecify.annotations.Nullable;

/// What carriers may do.
final class Access extends LineAccess {
  /*
   * A reference of this node is four words on the wire: its number, and that of the process that made it. So it can be
   * told from all others of the node without having been remembered; only what it does must be.
   */
  private static final int OWN_WORDS = 4;

  private Access() {}

  static void provide() {
    provide(new Access());
  }

  @Override
  public void carry(Node node, Carrier carrier) {
    node.lines.carry(carrier);
  }

  @Override
  public @Nullable Outbox line(Node node, String peer) {
    return node.lines.to(peer);
  }

  @Override
  public @Nullable Outbox accept(Node node, String peer) {
    return node.lines.accept(peer);
  }

  @Override
  public long creation(Node node) {
    return node.id.creation();
  }

  @Override
  public long creation(Pid pid) {
    return pid.home.creation();
  }

  @Override
  public Pid pid(Node node, String home, long creation, long number) {
    if (creation == node.id.creation() && home.equals(node.name())) {
      Cell cell = node.cell(number);
      return cell == null ? new Pid(node.id, number, null) : cell.pid;
    }
    return new Pid(new NodeId(home, creation), number, null);
  }

  @Override
  public Ref reference(Node node, String home, long creation, int[] words) {
    if (words.length == OWN_WORDS
        && creation == node.id.creation()
        && home.equals(node.name())) {
      Ref plain = new Ref(pid(node, home, creation, number(words, 2)), number(words, 0));
      Ref known = node.aliases.find(plain);
      return known == null ? plain : known;
    }
    return new FarRef(new NodeId(home, creation), words.clone());
  }

  private static long number(int[] words, int at) {
    return Integer.toUnsignedLong(words[at]) | ((long) words[at + 1] << Integer.SIZE);
  }

  @Override
  public int[] words(Node node, Ref ref) {
    if (ref instanceof FarRef far) {
      return far.words.clone();
    }
    node.aliases.add(ref);
    long owner = ref.owner.number;
    return new int[] {
      (int) ref.number,
      (int) (ref.number >>> Integer.SIZE),
      (int) owner,
      (int) (owner >>> Integer.SIZE)
    };
  }
}

package dev.belay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What carriers may do.
final class Access implements Carrier.Access {
  /*
   * A reference of this node is four words on the wire: its number, and that of the process that made it. So it can be
   * told from all others of the node without having been remembered; only what it does must be.
   */
  private static final int OWN_WORDS = 4;

  private final Node node;

  Access(Node node) {
    this.node = node;
  }

  @Override
  public Carrier.@Nullable Outbox line(String peer) {
    return node.lines.to(peer);
  }

  @Override
  public Carrier.@Nullable Outbox accept(String peer) {
    return node.lines.accept(peer);
  }

  @Override
  public long creation() {
    return node.id.creation();
  }

  @Override
  public long creation(Pid pid) {
    return pid.home.creation();
  }

  @Override
  public Pid pid(String home, long creation, long number) {
    if (creation == node.id.creation() && home.equals(node.name())) {
      Cell cell = node.cell(number);
      return cell == null ? new Pid(node.id, number, null) : cell.pid;
    }
    return new Pid(new NodeId(home, creation), number, null);
  }

  @Override
  public Ref reference(String home, long creation, int[] words) {
    if (words.length == OWN_WORDS && creation == node.id.creation() && home.equals(node.name())) {
      Ref plain = new Ref(pid(home, creation, number(words, 2)), number(words, 0));
      Ref known = node.aliases.find(plain);
      return known == null ? plain : known;
    }
    return new FarRef(new NodeId(home, creation), words.clone());
  }

  private static long number(int[] words, int at) {
    return Integer.toUnsignedLong(words[at]) | ((long) words[at + 1] << Integer.SIZE);
  }

  @Override
  public int[] words(Ref ref) {
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

  @Override
  public Carrier.Spawned spawn(
      String peer, Object request, @Nullable LinkMode link, @Nullable MonitorOptions monitor) {
    if (Cell.currentOrNull() == null) {
      if (link != null || monitor != null) {
        throw Misuse.outsideProcess(link != null ? "spawnLink" : "spawnMonitor");
      }
      try (Inbox inbox = node.inbox()) {
        return SpawnRequest.spawn(
            Objects.requireNonNull(inbox.pid().cell), peer, request, null, null);
      }
    }
    Cell self = Cell.enter("spawn");
    try {
      if (self.node != node) {
        throw Misuse.ofAnotherNode("spawn", self, node);
      }
      return SpawnRequest.spawn(self, peer, request, link, monitor);
    } finally {
      self.inVerb = false;
    }
  }
}

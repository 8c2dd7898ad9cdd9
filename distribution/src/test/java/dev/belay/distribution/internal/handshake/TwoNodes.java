package dev.belay.distribution.internal.handshake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Two nodes that want to be connected, with the real handshake and the real [Peers], and sockets
/// that deliver only what is told to be delivered. Nothing happens but by [Event]s, one at a time.
final class TwoNodes {
  /// How often a node that has not been connected tries again.
  private static final int MOST_TRIES = 4;

  final Node left;
  final Node right;
  private final List<Line> lines = new ArrayList<>();

  /// Something that can happen next.
  ///
  /// @param what for people
  /// @param action what it does
  record Event(String what, Runnable action) {}

  TwoNodes(String left, String right) {
    this.left = new Node(NodeName.of(left));
    this.right = new Node(NodeName.of(right));
    this.left.other = this.right;
    this.right.other = this.left;
  }

  /// A node, or one incarnation after the other of it.
  final class Node {
    final NodeName name;
    Node other = this;
    int incarnation = 4;
    Peers<End> peers;
    int wishes;
    boolean mayCrash;
    private int tries;
    private @Nullable CompletableFuture<End> outcome;

    Node(NodeName name) {
      this.name = name;
      this.peers = fresh();
    }

    private Peers<End> fresh() {
      return new Peers<>(name, End::beginToClose, new Random(1));
    }

    /// The connections that it takes for open.
    List<End> up() {
      return lines.stream()
          .flatMap(line -> line.ends().stream())
          .filter(end -> end.owner == this && end.isUp)
          .toList();
    }

    private void addEvents(List<Event> events) {
      if (wants() && tries == 0) {
        events.add(new Event(name + " connects", this::connect));
      }
      if (mayCrash) {
        events.add(new Event(name + " restarts", this::restart));
      }
    }

    private boolean wants() {
      return wishes > 0 && (outcome == null || outcome.isDone()) && tries < MOST_TRIES;
    }

    private void addLateEvents(List<Event> events) {
      if (wants()) {
        events.add(new Event(name + " connects again", this::connect));
      }
    }

    private void connect() {
      tries++;
      switch (peers.connect(other.name)) {
        case Peers.Begun<End>(Attempt<End> attempt, CompletableFuture<End> future) -> {
          wait(future);
          Line line = new Line(this, other);
          lines.add(line);
          line.from.begin(attempt);
        }
        case Peers.Pending<End>(CompletableFuture<End> future) -> wait(future);
        case Peers.Up<End> _ -> {
          wishes--;
          tries = 0;
        }
      }
    }

    private void wait(CompletableFuture<End> future) {
      outcome = future;
      var _ =
          future.thenRun(() -> {
            wishes--;
            tries = 0;
          });
    }

    /// Loses everything, and wants to be connected. What it has sent may still arrive.
    private void restart() {
      mayCrash = false;
      incarnation++;
      for (Line line : lines) {
        for (End end : line.ends()) {
          if (end.owner == this && !end.closed) {
            end.dead = true;
            end.isUp = false;
            end.close();
          }
        }
      }
      peers = fresh();
      outcome = null;
      tries = 0;
      wishes = 1;
    }
  }

  /// A socket, with both its ends.
  static final class Line {
    final End from;
    final End to;

    Line(Node from, Node to) {
      this.from = new End(from);
      this.to = new End(to);
      this.from.peer = this.to;
      this.to.peer = this.from;
    }

    List<End> ends() {
      return List.of(from, to);
    }
  }

  /// One end of a socket.
  static final class End {
    final Node owner;
    private End peer = this;
    private final Deque<byte[]> inbox = new ArrayDeque<>();
    private @Nullable Handshake handshake;
    private @Nullable Attempt<End> attempt;
    private @Nullable CompletableFuture<Void> clear;
    private boolean ready;
    private boolean parked;
    private boolean closing;
    private boolean closed;
    private boolean dead;
    private boolean sawEnd;
    boolean isUp;

    End(Node owner) {
      this.owner = owner;
    }

    private Attempt<End> attempt() {
      return Objects.requireNonNull(attempt);
    }

    End peer() {
      return peer;
    }

    private Identity identity() {
      return Identity.of(owner.name, owner.incarnation, Dialogue.FLAGS);
    }

    /// As the node that connects.
    private void begin(Attempt<End> made) {
      attempt = made;
      closeWhenOvertaken(made);
      Connecting connecting =
          new Connecting(Framing.TCP, identity(), owner.other.name, Dialogue.COOKIE, () -> 1);
      handshake = connecting;
      perform(connecting.begin());
    }

    private void closeWhenOvertaken(Attempt<End> made) {
      var _ = made.overtaken().thenRun(this::close);
    }

    private void addEvents(List<Event> events, String where) {
      if (!closed && !inbox.isEmpty()) {
        events.add(new Event(where + " receives", this::receive));
      }
      if (!closed && inbox.isEmpty() && peer.closed && !sawEnd) {
        events.add(new Event(where + " sees the end", this::seeEnd));
      }
      if (clear != null && clear.isDone() && !closed) {
        events.add(new Event(where + " has the way clear", this::cleared));
      }
      if (ready && !dead) {
        events.add(new Event(where + " goes up", this::goUp));
      }
      if (closing) {
        events.add(new Event(where + " closes", this::goDown));
      }
    }

    private void receive() {
      byte[] bytes = inbox.remove();
      if (handshake == null) {
        handshake = new Accepting(Framing.TCP, identity(), _ -> Dialogue.COOKIE, () -> 2);
        handshake.begin();
      }
      if (!handshake.isOver()) {
        perform(handshake.receive(ByteBuffer.wrap(bytes)));
      }
    }

    private void seeEnd() {
      sawEnd = true;
      if (isUp) {
        goDown();
      } else if (handshake != null && !handshake.isOver() && !ready) {
        perform(handshake.closed());
      } else if (handshake == null) {
        close();
      }
    }

    private void perform(Step first) {
      Step step = first;
      while (true) {
        if (step.bytes().length > 0 && !closed) {
          peer.inbox.add(step.bytes());
        }
        switch (step.next()) {
          case Step.Receive _ -> {
            return;
          }
          case Step.Arbitrate(String name, boolean _) -> {
            Peers.Arrival<End> arrival = owner.peers.accept(NodeName.of(name));
            attempt = arrival.attempt();
            if (attempt != null) {
              closeWhenOvertaken(attempt);
            }
            step = ((Accepting) Objects.requireNonNull(handshake)).answer(arrival.verdict());
          }
          case Step.StillWanted _ ->
              step = ((Connecting) Objects.requireNonNull(handshake)).answer(attempt().isCurrent());
          case Step.MakeWay _ -> {
            clear = attempt().prove();
            return;
          }
          case Step.Done _ -> {
            ready = true;
            return;
          }
          case Step.Failed(HandshakeException failure) -> {
            close();
            if (failure.reason() == HandshakeException.Reason.YIELDED && attempt != null) {
              parked = true;
            } else if (attempt != null) {
              attempt.failed(failure);
            }
            return;
          }
        }
      }
    }

    private void cleared() {
      CompletableFuture<Void> way = Objects.requireNonNull(clear);
      clear = null;
      if (way.isCompletedExceptionally()) {
        close();
      } else {
        perform(((Accepting) Objects.requireNonNull(handshake)).clear());
      }
    }

    private void goUp() {
      ready = false;
      isUp = attempt().up(this);
      if (isUp) {
        attempt().announce();
      } else {
        close();
      }
    }

    private void goDown() {
      closing = false;
      isUp = false;
      close();
      attempt().down();
    }

    private void beginToClose() {
      closing = true;
    }

    private void close() {
      closed = true;
      inbox.clear();
    }

    /// The time that one waits for the other's attempt is over.
    private void giveUp() {
      parked = false;
      attempt().failed(new IOException("the other has not connected"));
    }
  }

  /// What can happen next. Time passes only when nothing else can.
  List<Event> events() {
    List<Event> events = new ArrayList<>();
    left.addEvents(events);
    right.addEvents(events);
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      line.from.addEvents(events, line.from.owner.name + " on line " + i);
      line.to.addEvents(events, line.to.owner.name + " on line " + i);
    }
    if (events.isEmpty()) {
      left.addLateEvents(events);
      right.addLateEvents(events);
      for (Line line : lines) {
        for (End end : line.ends()) {
          if (end.parked && !end.dead && end.attempt().isCurrent()) {
            events.add(new Event(end.owner.name + " has waited long enough", end::giveUp));
          }
        }
      }
    }
    return events;
  }
}

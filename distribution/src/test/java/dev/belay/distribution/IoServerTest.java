package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Group leaders within one node: who has which, and what they print.
@Timeout(30)
class IoServerTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private Node node;
  private Pid io;
  private final List<String> printed = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    node = Node.start(NodeOptions.DEFAULT.daemon(true));
    io = IoServer.spawn(node, SpawnOptions.DEFAULT.name("io"), printed::add);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Test
  void sp01_aChildHasTheGroupLeaderOfItsSpawner() {
    CompletableFuture<Boolean> before = new CompletableFuture<>();
    CompletableFuture<Optional<Pid>> grandchild = new CompletableFuture<>();
    node.spawn(() -> {
      before.complete(GroupLeader.print("nowhere"));
      Belay.groupLeader(io, Belay.self());
      Belay.spawn(() ->
          Belay.spawn(() -> {
            GroupLeader.println("here");
            grandchild.complete(Belay.groupLeader());
          }));
    });
    assertThat(get(before)).isFalse();
    assertThat(get(grandchild)).contains(io);
    assertThat(printed).containsExactly("here\n");
  }

  @Test
  void s21_othersMayChangeAGroupLeader() {
    CompletableFuture<Boolean> said = new CompletableFuture<>();
    Pid speaker =
        node.spawn(() -> {
          Belay.receive();
          said.complete(GroupLeader.print("x"));
        });
    node.spawn(() -> {
      Belay.groupLeader(io, speaker);
      Belay.send(speaker, Atom.OK);
    });
    assertThat(get(said)).isTrue();
    assertThat(printed).containsExactly("x");
  }

  @Test
  void aGroupLeaderThatHasEndedPrintsNothing() {
    node.exit(io, ExitReason.KILL);
    CompletableFuture<Boolean> said = new CompletableFuture<>();
    node.spawn(() -> {
      Belay.groupLeader(io, Belay.self());
      said.complete(GroupLeader.print("x"));
    });
    assertThat(get(said)).isFalse();
    assertThat(printed).isEmpty();
  }

  @Test
  void everyRequestIsAnswered() {
    try (Inbox inbox = node.inbox()) {
      Atom put = Atom.of("put_chars");
      Atom unicode = Atom.of("unicode");
      Tuple format =
          Tuple.of(
              put,
              unicode,
              Atom.of("io_lib"),
              Atom.of("format"),
              List.of(Binary.utf8("~p~n"), List.of(1L)));
      assertThat(ask(inbox, format)).isEqualTo(Atom.OK);
      assertThat(ask(inbox, Tuple.of(put, Binary.of(new byte[] {(byte) 0xe9})))).isEqualTo(Atom.OK);
      assertThat(
              ask(
                  inbox,
                  Tuple.of(
                      Atom.of("requests"),
                      List.of(
                          Tuple.of(put, unicode, List.of(97L)),
                          Tuple.of(Atom.of("what"), 1L),
                          Tuple.of(put, unicode, List.of(98L))))))
          .isEqualTo(Tuple.of(Atom.ERROR, Atom.of("request")));
      assertThat(ask(inbox, Tuple.of(Atom.of("get_line"), unicode, List.of())))
          .isEqualTo(Atom.of("eof"));
      assertThat(ask(inbox, Tuple.of(put, unicode, Atom.OK)).toString())
          .isEqualTo("{error,{put_chars,badarg}}");
      assertThat(ask(inbox, Atom.of("what"))).isEqualTo(Tuple.of(Atom.ERROR, Atom.of("request")));
      assertThat(printed).containsExactly("1\n", "é", "a");
    }
  }

  private Object ask(Inbox inbox, Object request) {
    inbox.send(io, Tuple.of(Atom.of("io_request"), inbox.pid(), 7L, request));
    Tuple reply = inbox.receive(Tuple.class, LONG).orElseThrow();
    assertThat(reply.elements().subList(0, 2)).isEqualTo(List.of(Atom.of("io_reply"), 7L));
    return reply.get(2);
  }
}

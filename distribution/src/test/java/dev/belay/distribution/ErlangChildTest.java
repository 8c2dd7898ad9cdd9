package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorRef;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a child of Erlang's says when it begins, said by a process that acts as one.
@Timeout(30)
class ErlangChildTest {
  private static final Atom ACK = Atom.of("ack");
  private static final Atom NACK = Atom.of("nack");

  private Node node;
  private SupervisorRef supervisor;
  private final List<Object> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    node = Node.start(NodeOptions.DEFAULT.daemon(true));
    supervisor = Supervisor.oneForOne().start(node, StartOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private interface Acting {
    void as(Pid supervisor) throws Exception;
  }

  private Child startChild(Acting acting) {
    ChildSpec spec =
        ErlangChild.genServer(
            "c",
            (peer, module, function, arguments) -> {
              asked.add(List.of(peer, module, function, arguments));
              Pid self = Belay.self();
              return Belay.spawnLink(() -> acting.as(self));
            },
            "e@localhost",
            "theirs",
            7L);
    return supervisor.startChild(spec);
  }

  private static void say(Pid supervisor, Atom kind, Object result) {
    Belay.send(supervisor, Tuple.of(kind, Belay.self(), result));
  }

  @Test
  void pl02_oneThatHasBegunIsTheChild() {
    Child child =
        startChild(it -> {
          say(it, ACK, Tuple.of(Atom.OK, Belay.self()));
          Belay.receive();
        });
    Pid pid = child.pid().orElseThrow();
    Pid self = supervisor.pid().orElseThrow();
    assertThat(supervisor.child("c")).contains(pid);
    assertThat(asked)
        .containsExactly(
            List.of(
                "e@localhost",
                "proc_lib",
                "init_p",
                List.of(
                    self,
                    List.of(),
                    Atom.of("gen"),
                    Atom.of("init_it"),
                    List.of(Atom.of("gen_server"), self, self, Atom.of("theirs"), 7L, List.of()))));
    supervisor.terminateChild("c");
    assertThat(node.isAlive(pid)).isFalse();
  }

  @Test
  void pl02_oneThatIsIgnoredIsNoFailure() {
    assertThat(startChild(it -> say(it, ACK, Atom.of("ignore"))).pid()).isEmpty();
  }

  @Test
  void pl12_oneThatFailsSaysWhy() {
    for (Atom kind : List.of(ACK, NACK)) {
      assertThatExceptionOfType(SupervisorException.class)
          .isThrownBy(() ->
              startChild(it -> {
                say(it, kind, Tuple.of(Atom.ERROR, Atom.of("oops")));
                throw Belay.exit(ExitReason.term(Atom.of("other")));
              }))
          .satisfies(e -> assertThat(e.reason()).contains(ExitReason.term(Atom.of("oops"))));
    }
  }

  @Test
  void pl12_oneThatEndsHasFailed() {
    assertThatExceptionOfType(SupervisorException.class)
        .isThrownBy(() ->
            startChild(it -> {
              throw Belay.exit(ExitReason.term(Atom.of("gone")));
            }))
        .satisfies(e -> assertThat(e.reason()).contains(ExitReason.term(Atom.of("gone"))));
    assertThat(supervisor.children()).isEmpty();
  }
}

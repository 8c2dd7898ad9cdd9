package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.MailboxPolicy;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.SpawnOptions;
import dev.belay.distribution.testing.Ports;
import dev.belay.otp.Server;
import dev.belay.otp.StartOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a real Erlang node asks for and does not wait for (SP5, SP6, SP10), and what it asks of a
/// server without room.
@Tag("erlang")
@Timeout(60)
class ErlangRequestsTest {
  @TempDir Path folder;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch free = new CountDownLatch(1);
  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;

  @BeforeEach
  void start() throws IOException {
    int epmd = Ports.free();
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
    distribution =
        Distribution.start(
            node,
            DistributionOptions.DEFAULT
                .cookie("secret")
                .epmdPort(epmd)
                .function(
                    "jt",
                    "wait",
                    0,
                    _ -> {
                      Belay.receive();
                      return Atom.OK;
                    }));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval("N = 'j@localhost'");
  }

  @AfterEach
  void stop() {
    free.countDown();
    erlang.close();
    distribution.close();
    node.close();
  }

  @Test
  void sp05_aRequestIsAnsweredLater() {
    assertThat(
            erlang.eval(
                "R = erlang:spawn_request(N,jt,wait,[],[monitor,{reply_tag,here}]),"
                    + " receive {here,R,ok,P} -> exit(P,kill),"
                    + " receive {'DOWN',R,process,P,Why} -> {node(P),Why} end end"))
        .isEqualTo("{j@localhost,killed}");
  }

  @Test
  void sp06_whichAnswersAreWantedIsChosen() {
    assertThat(
            erlang.eval(
                "R1 = erlang:spawn_request(N,jt,wait,[],[{reply,error_only}]),"
                    + " R2 = erlang:spawn_request(N,jt,wait,[],[{reply,no}]),"
                    + " R3 = erlang:spawn_request(N,jt,wait,[],[{reply,success_only}]),"
                    + " receive {spawn_reply,R3,ok,_} -> Flush(0) end"))
        .isEqualTo("[]");
    // With net_kernel and rex.
    Waiting.until("all were born", () -> node.processCount() == 5);
    assertThat(
            erlang.eval(
                "R4 = erlang:spawn_request(N,jt,wait,[],[{reply,success_only},{bogus,1}]),"
                    + " R5 = erlang:spawn_request(N,jt,wait,[],[{reply,error_only},{bogus,1}]),"
                    + " receive {spawn_reply,R5,error,E} -> {E,Flush(0)} end"))
        .isEqualTo("{badopt,[]}");
  }

  /// Whether it is abandoned in time or not: a child that is linked does not outlive it.
  @Test
  void sp10_anAbandonedChildEnds() {
    assertThat(
            erlang.eval(
                "process_flag(trap_exit,true),"
                    + " L = [begin R = erlang:spawn_request(N,jt,wait,[],[link]),"
                    + " case erlang:spawn_request_abandon(R) of"
                    + " true -> true;"
                    + " false -> receive {spawn_reply,R,ok,P} -> exit(P,kill),"
                    + " receive {'EXIT',P,killed} -> false end end"
                    + " end end || _ <- lists:seq(1,50)],"
                    + " {lists:member(true,L), Flush(100)}"))
        .isEqualTo("{true,[]}");
    Waiting.until("no child is left", () -> node.processCount() == 2);
  }

  @Test
  void aCallThatFindsNoRoomIsRefused() throws InterruptedException {
    Server.start(
        node,
        StartOptions.DEFAULT
            .name("busy")
            .spawn(SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.DROP_NEWEST)),
        () ->
            new Server<Object>(Object.class) {
              @Override
              protected void handleMessage(Object message) throws InterruptedException {
                if (message instanceof GenCall call) {
                  reply(call, Atom.OK);
                } else if (message.equals(Atom.of("wait"))) {
                  begun.countDown();
                  free.await();
                }
              }
            });
    assertThat(erlang.eval("gen_server:cast({busy,N},wait)")).isEqualTo("ok");
    begun.await();
    assertThat(
            erlang.eval(
                "gen_server:cast({busy,N},filler),"
                    + " {error,{overloaded,Text}} = gen_server:call({busy,N},x), Text"))
        .isEqualTo("<<\"the mailbox of the server is full\">>");
    // The order to end needs no room.
    assertThat(
            erlang.eval(
                "Me = self(), spawn(fun() -> Me ! gen_server:stop({busy,N},shutdown,20000) end), ok"))
        .isEqualTo("ok");
    Waiting.until(
        "it is there",
        () -> node.whereis("busy").flatMap(node::info).orElseThrow().messageQueueLength() == 2);
    free.countDown();
    assertThat(erlang.eval("receive ok -> ok after 20000 -> none end")).isEqualTo("ok");
    assertThat(node.whereis("busy")).isEmpty();
  }
}

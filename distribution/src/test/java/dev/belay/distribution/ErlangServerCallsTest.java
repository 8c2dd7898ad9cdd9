package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.distribution.internal.otp.Shelf;
import dev.belay.distribution.testing.Ports;
import dev.belay.otp.CallException;
import dev.belay.otp.MultiCall;
import dev.belay.otp.ServerRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Calls of ours to servers of Erlang's.
@Tag("erlang")
@Timeout(60)
class ErlangServerCallsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /// A module of Erlang's with a `gen_server`, put together without a compiler's input file.
  private static final String THEIRS =
      "Forms = [begin {ok,T,_} = erl_scan:string(S), {ok,F} = erl_parse:parse_form(T), F end || S"
          + " <- [\"-module(theirs).\","
          + "\"-export([init/1,handle_call/3,handle_cast/2,handle_info/2,terminate/2]).\",\"init(X)"
          + " -> {ok, X}.\",\"handle_call({add,N}, _, S) -> {reply, S+N, S+N}; handle_call(get, _,"
          + " S) -> {reply, S, S}; handle_call(crash, _, _) -> exit(boom); handle_call(slow, _, S)"
          + " -> timer:sleep(300), {reply, slow, S}; handle_call({echo,T}, _, S) -> {reply, T,"
          + " S}.\",\"handle_cast({add,N}, S) -> {noreply, S+N}.\",\"handle_info(_, S) -> {noreply,"
          + " S}.\",\"terminate(_, _) -> ok.\"]], {ok,theirs,Bin} = compile:forms(Forms),"
          + " {module,theirs} = code:load_binary(theirs,\"theirs.erl\",Bin), ok";

  @TempDir Path folder;

  private Node node;
  private Distribution distribution;
  private ErlangPeer erlang;

  @BeforeEach
  void start() throws IOException {
    int epmd = Ports.free();
    node = Node.start(NodeOptions.DEFAULT.name("j@localhost").daemon(true));
    distribution =
        Distribution.start(
            node, DistributionOptions.DEFAULT.cookie("secret").epmdPort(epmd).codec(Shelf.CODEC));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval("N = 'j@localhost'");
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  private ServerRef<Object> theirs() {
    assertThat(erlang.eval(THEIRS)).isEqualTo("ok");
    assertThat(
            erlang.eval(
                "{ok,S} = gen_server:start({local,theirs},theirs,1,[]), node(S) =:= node()"))
        .isEqualTo("true");
    return ServerRef.named(node, new Name("theirs", "e@localhost"), Object.class);
  }

  private static GenCall add(long n) {
    return new GenCall(Tuple.of(Atom.of("add"), n));
  }

  @Test
  void gs09_weCallThem() {
    ServerRef<Object> theirs = theirs();
    assertThat(theirs.call(add(2))).isEqualTo(3L);
    theirs.cast(Tuple.of(Atom.of("add"), 4));
    assertThat(theirs.call(new GenCall(Atom.of("get")))).isEqualTo(7L);
    assertThat(theirs.callAsync(add(1)).join()).isEqualTo(8L);
    CompletableFuture<Object> asked = new CompletableFuture<>();
    node.spawn(() -> asked.complete(theirs.request(add(1)).await(LONG)));
    assertThat(asked.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(9L);
    CompletableFuture<MultiCall<Object, Object>> many = new CompletableFuture<>();
    ServerRef<Object> nobody =
        ServerRef.named(node, new Name("nobody", "e@localhost"), Object.class);
    node.spawn(() -> many.complete(MultiCall.of(List.of(theirs, nobody), add(1), LONG)));
    MultiCall<Object, Object> all = many.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(all.replies()).containsEntry(theirs, 10L);
    assertThat(all.failures()).containsEntry(nobody, ExitReason.NO_PROC);
  }

  @Test
  void gs09_weCallThemWithTypes() {
    ServerRef<Object> theirs = theirs();
    theirs.call(new GenCall(Tuple.of(Atom.of("echo"), 1)));
    assertThat(erlang.eval("sys:replace_state(theirs, fun(_) -> 41 end)")).isEqualTo("41");
    ServerRef<Shelf.Message> odd =
        ServerRef.named(node, new Name("theirs", "e@localhost"), Shelf.Message.class);
    odd.cast(new Shelf.Add(1));
    int sum = odd.call(new Shelf.Get());
    assertThat(sum).isEqualTo(42);
  }

  @Test
  void gs10_weHearWhyACallFails() {
    ServerRef<Object> theirs = theirs();
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> theirs.call(new GenCall(Atom.of("crash"))))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.term(Atom.of("boom"))));
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> theirs.call(add(1)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_PROC));
  }

  @Test
  void gs12_noLateReplyOfTheirsComes() {
    ServerRef<Object> theirs = theirs();
    CompletableFuture<Object> result = new CompletableFuture<>();
    node.spawn(() -> {
      try {
        theirs.call(new GenCall(Atom.of("slow")), Duration.ofMillis(50));
      } catch (CallException e) {
        theirs.call(new GenCall(Atom.of("get")));
        result.complete(
            List.of(e.isTimeout(), Belay.receive(Object.class, Duration.ZERO).isEmpty()));
      }
    });
    assertThat(result.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(List.of(true, true));
  }

  @Test
  void gs10_weHearThatTheirNodeIsGone() throws InterruptedException {
    ServerRef<Object> theirs = theirs();
    CompletableFuture<ExitReason> result = new CompletableFuture<>();
    assertThat(theirs.call(add(0))).isEqualTo(1L);
    node.spawn(() -> {
      try {
        theirs.callForever(new GenCall(Atom.of("slow")));
      } catch (CallException e) {
        result.complete(e.reason());
      }
    });
    erlang.kill();
    assertThat(result.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(ExitReason.NO_CONNECTION);
  }

  @Test
  void gs08_weStopThemAndLookAtThem() {
    ServerRef<Object> theirs = theirs();
    assertThat(theirs.call(new SystemCall(Atom.of("get_state")))).isEqualTo(1L);
    assertThat(theirs.call(new SystemCall(Atom.of("suspend")))).isEqualTo(Atom.OK);
    assertThat(theirs.call(new SystemCall(Atom.of("resume")))).isEqualTo(Atom.OK);
    theirs.stop(ExitReason.SHUTDOWN, LONG);
    assertThat(erlang.eval("whereis(theirs)")).isEqualTo("undefined");
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(theirs::stop)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_PROC));
  }
}

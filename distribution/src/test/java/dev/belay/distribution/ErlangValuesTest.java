package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.distribution.Shop.Article;
import dev.belay.distribution.Shop.Circle;
import dev.belay.distribution.Shop.Item;
import dev.belay.distribution.Shop.Order;
import dev.belay.distribution.Shop.Struct;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Values of registered types, to a real Erlang node and back.
@Tag("erlang")
@Timeout(60)
class ErlangValuesTest {
  private static final Order ORDER =
      new Order(7, List.of(new Item("rope", (byte) 2)), Optional.empty());

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
            node,
            DistributionOptions.DEFAULT
                .cookie("secret")
                .epmdPort(epmd)
                .codec(Shop.CODEC)
                .function("shop", "first", 1, args -> ((Order) args.getFirst()).items().getFirst())
                .function("shop", "unknown", 0, _ -> new Thread()));
    erlang = ErlangPeer.start(folder, epmd, "-sname", "e@localhost", "-setcookie", "secret");
    erlang.eval("N = 'j@localhost'");
    // Answers with what it was sent, and with the type that it has here.
    node.spawn(
        SpawnOptions.DEFAULT.name("echo"),
        Turns.of(() ->
            message -> {
              Tuple tuple = (Tuple) message;
              Object value = tuple.get(1);
              Belay.send(
                  (Destination) tuple.get(0),
                  Tuple.of(Atom.of(value.getClass().getSimpleName()), value));
              return Behaviour.same();
            }));
  }

  @AfterEach
  void stop() {
    erlang.close();
    distribution.close();
    node.close();
  }

  /// Sends a term to the echo, and returns what it answers, as Erlang prints it.
  private String echo(String term) {
    return erlang.eval(
        "{echo,N} ! {self(),"
            + term
            + "}, (fun() -> receive Answer -> Answer after 20000 -> none end end)()");
  }

  @Test
  void theirTermsAreOurRecords() {
    assertThat(echo("{item,<<\"rope\">>,2}")).isEqualTo("{'Item',{item,<<\"rope\">>,2}}");
    assertThat(echo("{order,7,[{item,<<\"rope\">>,2}],undefined}"))
        .isEqualTo("{'Order',{order,7,[{item,<<\"rope\">>,2}],undefined}}");
    assertThat(echo("{circle,2}")).isEqualTo("{'Circle',{circle,2.0}}");
    assertThat(echo("closed")).isEqualTo("{'Closed',closed}");
    assertThat(echo("#{'__struct__' => 'Elixir.Shop.Struct', name => <<\"x\">>, articles => []}"))
        .startsWith("{'Struct',#{");
    assertThat(echo("{texts,<<\"å\"/utf8>>,\"å\",[\"\",[16#1F600]],<<1>>}"))
        .isEqualTo("{'Texts',{texts,<<\"å\"/utf8>>,\"å\",[[],[128512]],<<1>>}}");
  }

  @Test
  void whatDoesNotFitStaysATerm() {
    assertThat(echo("{item,<<\"rope\">>,300}")).isEqualTo("{'Tuple',{item,<<\"rope\">>,300}}");
    assertThat(echo("{item,<<255,0>>,1}")).isEqualTo("{'Tuple',{item,<<255,0>>,1}}");
    assertThat(echo("{item,1}")).isEqualTo("{'Tuple',{item,1}}");
  }

  @Test
  void ourRecordsAreTheirTerms() {
    erlang.eval("register(shell, self())");
    Name shell = new Name("shell", "e@localhost");
    try (Inbox inbox = node.inbox()) {
      inbox.send(shell, ORDER);
      assertThat(erlang.eval("receive M1 -> M1 after 20000 -> none end"))
          .isEqualTo("{order,7,[{item,<<\"rope\">>,2}],undefined}");
      inbox.send(shell, List.of(new Circle(0.5), Shop.Color.LIGHT_BLUE));
      assertThat(erlang.eval("receive M2 -> M2 after 20000 -> none end"))
          .isEqualTo("[{circle,0.5},light_blue]");
      inbox.send(shell, new Struct("x", List.of(new Article("a", 1, Optional.empty()))));
      assertThat(
              erlang.eval(
                  "receive M3 -> M3 =:= #{'__struct__' => 'Elixir.Shop.Struct', name => <<\"x\">>,"
                      + " articles => [#{name => <<\"a\">>, unit_price => 1, color => undefined}]}"
                      + " after 20000 -> none end"))
          .isEqualTo("true");
    }
  }

  @Test
  void argumentsAndResultsOfFunctions() {
    assertThat(erlang.eval("erpc:call(N,shop,first,[{order,1,[{item,<<\"x\">>,5}],undefined}])"))
        .isEqualTo("{item,<<\"x\">>,5}");
    assertThat(
            erlang.eval(
                "try erpc:call(N,shop,unknown,[]) catch error:{exception,{_,_,W},_} ->"
                    + " binary:match(W,<<\"convert(Thread.class\">>) =/= nomatch end"))
        .isEqualTo("true");
  }

  @Test
  void reasonsOfExits() {
    node.spawn(
        SpawnOptions.DEFAULT.name("mortal"),
        () -> {
          throw Belay.exit(ExitReason.term(Belay.receive()));
        });
    assertThat(
            erlang.eval(
                "R = monitor(process,{mortal,N}), {mortal,N} ! {item,<<\"x\">>,1},"
                    + " receive {'DOWN',R,_,_,Y} -> Y after 20000 -> none end"))
        .isEqualTo("{item,<<\"x\">>,1}");
  }

  /// What Erlang's own services are asked stays a term, whatever is registered.
  @Test
  void servicesAreNotDisturbed() {
    assertThat(erlang.eval("net_adm:ping(N)")).isEqualTo("pong");
  }
}

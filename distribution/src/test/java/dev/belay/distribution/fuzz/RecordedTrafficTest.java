package dev.belay.distribution.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Destination;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.SpawnOptions;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.NodeAddress;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.epmd.EpmdClient;
import dev.belay.distribution.internal.epmd.Lease;
import dev.belay.distribution.internal.epmd.PortInfo;
import dev.belay.distribution.testing.Erlang;
import dev.belay.distribution.testing.Ports;
import dev.belay.distribution.testing.RecordingProxy;
import dev.belay.distribution.testing.RecordingProxy.Conversation;
import dev.belay.distribution.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What real Erlang nodes say makes sense to every target. With `-Dbelay.fuzz.record=FOLDER`, the
/// folder of the resources of the tests, it becomes the seeds that are kept.
@Tag("erlang")
@Tag("full")
@Timeout(180)
class RecordedTrafficTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final String FOLDER = System.getProperty("belay.fuzz.record", "");
  private static final String US = HandshakeTarget.US.toString();
  private static final String THEM = HandshakeTarget.THEM.toString();

  @TempDir Path home;

  private final List<AutoCloseable> open = new ArrayList<>();
  private int epmdPort;
  private RecordingProxy epmd;
  private Erlang erlang;

  /// The nodes come to the EPMD of Erlang by a proxy.
  @BeforeEach
  void begin() throws Exception {
    epmdPort = Ports.free();
    startEpmd(kept(new Erlang(home, epmdPort)));
    epmd = kept(new RecordingProxy(() -> new InetSocketAddress(LOOPBACK, epmdPort)));
    erlang = kept(new Erlang(home, epmd.port()));
  }

  private static void startEpmd(Erlang erlang) throws Exception {
    erlang.epmd();
    Waiting.until("epmd answers", () -> !erlang.ask("-names").contains("Cannot connect"));
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T kept(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private static void keep(Part part, Map<String, byte[]> inputs) throws IOException {
    assertThat(inputs).isNotEmpty();
    try (FuzzTarget target = part.open()) {
      inputs.forEach((name, input) -> assertThat(target.takes(input)).as(name).isTrue());
    }
    if (!FOLDER.isEmpty()) {
      Corpus.write(Path.of(FOLDER), part, inputs);
    }
  }

  // terms

  private static final List<String> TERMS =
      List.of(
          "0",
          "255",
          "-1",
          "1 bsl 31",
          "-(1 bsl 63)",
          "1 bsl 64",
          "-(1 bsl 2040)",
          "1.5",
          "-0.0",
          "''",
          "ok",
          "'\\x{e5}'",
          "'\\x{65e5}\\x{672c}'",
          "{}",
          "{ok,1,<<2>>}",
          "[]",
          "\"abc\"",
          "[1,256,a]",
          "[1|2]",
          "[\"ab\",[c|d]]",
          "<<>>",
          "<<1,2,3>>",
          "<<5:3>>",
          "#{}",
          "#{a => #{b => [1,2]}, {x} => 1.5, \"k\" => <<\"v\">>}",
          "self()",
          "make_ref()",
          "alias()",
          "hd(erlang:ports())",
          "fun lists:map/2",
          "fun(X) -> X + 1 end",
          "lists:seq(1, 300)",
          "list_to_tuple(lists:seq(1, 256))",
          "lists:foldl(fun(_, T) -> {[T]} end, x, lists:seq(1, 60))",
          "maps:from_list([{I, I} || I <- lists:seq(1, 40)])");

  private static final List<String> VALUES =
      List.of(
          "{item,<<\"rope\">>,2}",
          "{order,7,[{item,<<\"rope\">>,2}],undefined}",
          "{order,7,[],<<\"soon\">>}",
          "light_blue",
          "{circle,1.5}",
          "{corners,4}",
          "point",
          "#{name => <<\"x\">>, unit_price => 3, color => red}",
          "closed",
          "{tree,1,[{tree,2,[]}]}",
          "{box,{box,{item,<<\"x\">>,1}}}",
          "{failed,{shutdown,bye}}",
          "{even,4}",
          "{even,3}",
          "{payment,{5,eur}}",
          "[{item,x,2},{item,<<\"a\">>,1000}]");

  private static byte[] binary(Erlang.Node node, String expression) throws Exception {
    String text = node.eval("base64:encode(" + expression + ").");
    assertThat(text).as(expression).matches("<<\"[A-Za-z0-9+/=]*\">>");
    return Base64.getDecoder().decode(text.substring(3, text.length() - 3));
  }

  @Test
  void terms() throws Exception {
    Map<String, byte[]> terms = new LinkedHashMap<>();
    Map<String, byte[]> values = new LinkedHashMap<>();
    Erlang.Node node = kept(erlang.node(THEM, "unused"));
    for (int i = 0; i < TERMS.size(); i++) {
      terms.put("term-" + i, binary(node, "term_to_binary(" + TERMS.get(i) + ")"));
    }
    terms.put("old-float", binary(node, "term_to_binary({1.5, -2.5e-3, a}, [{minor_version, 0}])"));
    terms.put(
        "compressed", binary(node, "term_to_binary(lists:duplicate(300, {a, b}), [compressed])"));
    for (int i = 0; i < VALUES.size(); i++) {
      byte[] term = binary(node, "term_to_binary(" + VALUES.get(i) + ")");
      values.put("value-" + i, Arrays.copyOfRange(term, 1, term.length));
    }
    keep(Part.TERMS, terms);
    keep(Part.VALUES, values);
  }

  // a node of Erlang and one of ours

  /// All that goes from one to the other, but for what takes much room.
  private static final String TALK =
      """
      begin N = 'belay@localhost', \
      {echo, N} ! {self(), {text, <<"abc">>, [1, 2, 3], #{a => 1.5}, "string"}}, \
      P = receive {Q, _} -> Q after 20000 -> exit(no_answer) end, \
      link(P), R = monitor(process, P), monitor(process, {echo, N}), \
      monitor(process, {nobody, N}), receive {'DOWN', _, _, _, _} -> ok after 20000 -> exit(a) end, \
      P ! {self(), make_ref()}, receive {P, _} -> ok after 20000 -> exit(b) end, \
      A = alias(), P ! {A, by_alias}, receive {P, by_alias} -> ok after 20000 -> exit(c) end, \
      seq_trace:set_token(label, 17), P ! {self(), traced}, seq_trace:set_token([]), \
      receive {P, traced} -> ok after 20000 -> exit(d) end, \
      process_flag(trap_exit, true), \
      {S, M} = spawn_opt(N, m, f, [[1, 2]], [link, monitor]), \
      receive {'DOWN', M, _, S, _} -> ok after 20000 -> exit(e) end, \
      spawn_request(N, m, f, [x], [{reply, yes}]), \
      receive {spawn_reply, _, ok, _} -> ok after 20000 -> exit(f) end, \
      spawn_request(N, no, such, [], [monitor, {priority, high}]), \
      7 = erpc:call(N, m, f, [7]), \
      group_leader(self(), P), \
      spawn(fun() -> link(P), exit({bye, 1}) end), \
      demonitor(R), unlink(P), process_flag(trap_exit, false), \
      spawn(fun() -> exit(P, stop) end), \
      P ! {self(), last}, receive {P, last} -> said after 20000 -> exit(g) end \
      end.\
      """;

  private static final String SHORT_TALK =
      """
      begin {echo, 'belay@localhost'} ! {self(), hello}, \
      P = receive {Q, _} -> Q after 20000 -> exit(a) end, R = monitor(process, P), \
      [P ! {self(), {I, hello, R}} || I <- [1, 2, 3]], link(P), unlink(P), demonitor(R), \
      receive {P, {3, _, _}} -> said after 20000 -> exit(b) end \
      end.\
      """;

  private static DistributionOptions options(RecordingProxy toThem) {
    return DistributionOptions.DEFAULT
        .cookie(HandshakeTarget.COOKIE)
        .unregistered()
        .resolver((_, _) -> List.of(NodeAddress.of(LOOPBACK, toThem.port())))
        .function("m", "f", 1, arguments -> arguments.getFirst());
  }

  private static InetSocketAddress registered(String name, int port) throws IOException {
    PortInfo info =
        new EpmdClient(port, Duration.ofSeconds(10))
            .lookup(LOOPBACK, name)
            .orElseThrow(() -> new IOException("there is no " + name));
    return new InetSocketAddress(LOOPBACK, info.port());
  }

  /// Has a node found by a name at a proxy.
  private static Lease register(String name, RecordingProxy proxy, int port) throws IOException {
    return new EpmdClient(port, Duration.ofSeconds(10)).register(PortInfo.of(name, proxy.port()));
  }

  /// Answers each message, and outlives whatever it is sent.
  private static void echo() {
    Belay.trapExits(true);
    while (true) {
      if (Belay.receive() instanceof Tuple message
          && message.size() == 2
          && message.get(0) instanceof Destination from) {
        Belay.send(from, Tuple.of(Belay.self(), message.get(1)));
      }
    }
  }

  @Test
  void signals() throws Exception {
    final byte[] cached = betweenTwoOfTheirs();
    RecordingProxy toThem = kept(new RecordingProxy(() -> registered("erlang", epmdPort)));
    Node node = kept(Node.start(NodeOptions.DEFAULT.name(US).daemon(true)));
    Distribution distribution = kept(Distribution.start(node, options(toThem)));
    RecordingProxy toUs =
        kept(new RecordingProxy(() -> new InetSocketAddress(LOOPBACK, distribution.port())));
    kept(register("belay", toUs, epmdPort));
    node.spawn(SpawnOptions.DEFAULT.name("echo"), RecordedTrafficTest::echo);
    Erlang.Node peer = kept(erlang.node(THEM, HandshakeTarget.COOKIE));

    assertThat(peer.eval(TALK)).isEqualTo("said");
    assertThat(peer.eval("erlang:disconnect_node('belay@localhost').")).isEqualTo("true");
    Waiting.until("it is over", () -> distribution.connect(THEM));
    assertThat(peer.eval("erpc:call('belay@localhost', m, f, [done]).")).isEqualTo("done");

    Conversation theirs = toUs.conversations().getFirst();
    Conversation ours = toThem.conversations().getLast();
    List<byte[]> accepting = Recorded.split(theirs.out(), Recorded.REPLY);
    int given = Recorded.challenge(Recorded.split(theirs.back(), Recorded.ACK));
    List<byte[]> connecting = Recorded.split(ours.back(), Recorded.ACK);
    int asked = Recorded.challenge(Recorded.split(ours.out(), Recorded.REPLY));
    Map<String, byte[]> handshakes = new LinkedHashMap<>();
    for (int how : new int[] {0, HandshakeTarget.TLS}) {
      handshakes.put("accepting-" + how, Recorded.handshake(how, given, accepting));
      int other = how | HandshakeTarget.CONNECTING;
      handshakes.put("connecting-" + other, Recorded.handshake(other, asked, connecting));
    }
    Map<String, byte[]> signals = Recorded.signals(Recorded.frames(accepting.getLast()));
    assertThat(signals).containsKeys("op1-1", "op6-1", "op19-1", "op22-1", "op29-1", "op35-1");
    keep(Part.HANDSHAKE, handshakes);
    signals.put("cached", cached);
    keep(Part.FRAMES, signals);
    keep(Part.CONTROL, signals);
    keepEpmd();
  }

  // two nodes of Erlang

  /// Nodes of Erlang name atoms by their place in a cache. The second one has an EPMD of its own,
  /// so that the first one finds a proxy by its name.
  private byte[] betweenTwoOfTheirs() throws Exception {
    int here = Ports.free();
    int there = Ports.free();
    try (Erlang first = new Erlang(home, here);
        Erlang second = new Erlang(home, there);
        RecordingProxy proxy = new RecordingProxy(() -> registered("belay", there))) {
      startEpmd(first);
      startEpmd(second);
      second
          .node(US, HandshakeTarget.COOKIE, "-hidden")
          .eval(
              "register(echo, spawn(fun F() -> receive {T, M} -> T ! {self(), M}, F() end end)).");
      try (Lease _ = register("belay", proxy, here)) {
        Erlang.Node node = first.node(THEM, HandshakeTarget.COOKIE, "-hidden");
        assertThat(node.eval(SHORT_TALK)).isEqualTo("said");
      }
      byte[] said = proxy.conversations().getFirst().out();
      return Recorded.cached(Recorded.frames(Recorded.split(said, Recorded.REPLY).getLast()));
    }
  }

  // EPMD

  private void keepEpmd() throws Exception {
    assertThat(erlang.ask("-names")).contains("name erlang at port");
    Map<String, byte[]> messages = new LinkedHashMap<>();
    List<byte[]> requests = new ArrayList<>();
    for (Conversation conversation : epmd.conversations()) {
      byte[] request = conversation.out();
      if (request.length > 2 && conversation.back().length > 0) {
        messages.putAll(Recorded.epmd(request, conversation.back()));
        requests.add(request);
      }
    }
    assertThat(messages)
        .containsKeys("request-x", "request-z", "request-n", "answer-x", "answer-n");
    keep(Part.EPMD, messages);
    Map<String, byte[]> servers = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(3, requests.size()); i++) {
      servers.put("one-" + i, Recorded.connections(requests.subList(i, i + 1)));
    }
    servers.put("four", Recorded.connections(requests.subList(0, Math.min(4, requests.size()))));
    keep(Part.EPMD_SERVER, servers);
  }
}

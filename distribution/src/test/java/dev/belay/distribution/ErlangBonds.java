package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

/// The Erlang side of [Bonds]: pairs of processes of an Erlang node and a Belay one, and what those
/// of the Erlang node have heard.
final class ErlangBonds {
  /*
   * Each process adds itself to the list that `tally` keeps, when its pair stands, and answers it with the reasons that it has heard.
   */
  private static final String FUNS =
      """
      Hear = fun(Peer, M) ->
        tally ! {stands, self()},
        Loop = fun L(E, D) ->
          receive
            {'EXIT', Peer, R} -> L([R | E], D);
            {'DOWN', M, process, Peer, R} -> L(E, [R | D]);
            {report, To} -> To ! {heard, E, D}, L(E, D)
          end
        end,
        Loop([], [])
      end,
      register(tally, spawn(fun() ->
        (fun L(All) ->
          receive
            {stands, P} -> L([P | All]);
            {all, To} -> To ! {all, All}, L(All);
            clear -> [exit(P, kill) || P <- All], L([])
          end
        end)([]) end)),
      register(maker, spawn(fun() ->
        (fun L() ->
          receive {From, make} ->
            spawn(fun() ->
              process_flag(trap_exit, true),
              From ! {made, self()},
              receive {bound, From} -> ok end,
              M = monitor(process, From),
              From ! {bound, self()},
              Hear(From, M)
            end),
            L()
          end
        end)() end)),
      Bind = fun(Node, Count) ->
        [spawn(fun() ->
          process_flag(trap_exit, true),
          {maker, Node} ! {self(), make},
          Peer = receive {made, P} -> P end,
          link(Peer),
          M = monitor(process, Peer),
          Peer ! {bound, self()},
          receive {bound, Peer} -> ok end,
          Hear(Peer, M)
        end) || _ <- lists:seq(1, Count)]
      end,
      All = fun() -> tally ! {all, self()}, receive {all, Ps} -> Ps end end,
      Heard = fun() ->
        [begin P ! {report, self()}, receive {heard, E, D} -> {E, D} end end || P <- All()]
      end,
      Await = fun A(_, 0) -> gave_up;
                  A(What, N) ->
                    case What() of true -> ok; _ -> receive after 20 -> A(What, N - 1) end end end,
      ok
      """;
  private static final String LOST = "{[noconnection],[noconnection]}";
  private static final int TRIES = 1500;

  private final ErlangPeer erlang;

  ErlangBonds(ErlangPeer erlang) {
    this.erlang = erlang;
    assertThat(erlang.eval(FUNS)).isEqualTo("ok");
  }

  /// Makes pairs with processes of a Belay node.
  void bind(String other, int count) {
    erlang.eval("Bind('" + other + "'," + count + ")");
  }

  /// Waits until so many partners stand here.
  void awaitSize(int count) {
    assertThat(erlang.eval("Await(fun() -> length(All()) >= " + count + " end, " + TRIES + ")"))
        .isEqualTo("ok");
  }

  /// Waits until each has heard of the loss of its partner: once by its link, once by its monitor.
  void awaitLoss() {
    erlang.eval(
        "Await(fun() -> [{E,D} || {E,D} <- Heard(), E == [] orelse D == []] == [] end, "
            + TRIES
            + ")");
    assertLossOnce();
  }

  void assertLossOnce() {
    assertThat(erlang.eval("lists:usort(Heard())")).isEqualTo("[" + LOST + "]");
    assertThat(
            erlang.eval(
                "lists:usort([process_info(P,[links,monitors,monitored_by]) || P <- All()])"))
        .isEqualTo("[[{links,[]},{monitors,[]},{monitored_by,[]}]]");
  }

  void assertNothingHeard() {
    assertThat(erlang.eval("lists:usort(Heard())")).isIn("[{[],[]}]", "[]");
  }

  /// Ends the processes, and forgets them.
  void clear() {
    assertThat(
            erlang.eval(
                "(fun(Old) -> tally ! clear,"
                    + " Await(fun() -> not lists:any(fun erlang:is_process_alive/1, Old) end, "
                    + TRIES
                    + ") end)(All())"))
        .isEqualTo("ok");
  }
}

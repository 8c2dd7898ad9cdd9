%% What puppets are asked to do, on Erlang and on Belay: each returns what is
%% seen, which has to be the same.
-module(puppet_scenarios).

-compile(export_all).
-compile(nowarn_export_all).

-import(puppet_driver, [new/1, ask/2, tell/2, answer/2, value/2, dead/1,
                        down/1, norm/2, sorted/1, until/1]).

%% ---- who they are

self_and_node(N) ->
    P = new(N),
    norm([ask(P, self), ask(P, node), node(P)], [{P, p}, {N, n}]).

the_puppeteer_ignores_the_rest(N) ->
    [{puppeteer, N} ! M || M <- [x, {start}, {start, self()}, {start, 1, 2},
                                 {start, self(), r, x}, [], <<1>>, #{}]],
    norm(ask(new(N), self), []).

unknown_operations(N) ->
    P = new(N),
    [ask(P, Op) || Op <- [nonsense, {nonsense, 1}, {}, {self}, {link},
                          {link, 1, 2, 3}, 17, "self", <<"self">>, #{}, [],
                          link, {1, 2}, {self, 1}, {received, []}]].

a_fresh_puppet(N) ->
    P = new(N),
    [ask(P, {info, P, I}) || I <- [links, monitors, monitored_by, trap_exit,
                                   message_queue_len, registered_name, status]].

%% ---- links

a_link_passes_the_end_on(N) ->
    [A, B] = [new(N), new(N)],
    M = monitor(process, A),
    L = ask(A, {link, B}),
    [{links, [B]}, {links, [A]}] =
        [value(A, {info, P, links}) || P <- [A, B]],
    tell(B, {exit, fell}),
    [L, down(M)].

a_link_trapped(N) ->
    [begin
         [A, B] = [new(N), new(N)],
         {ok, false} = ask(A, {trap_exit, true}),
         {ok, true} = ask(A, {link, B}),
         tell(B, {exit, R}),
         Got = value(A, {await, 'EXIT', 5000}),
         norm({R, Got}, [{B, b}])
     end || R <- [normal, shutdown, {shutdown, why}, kill, killed, noproc,
                  noconnection, other, {a, [1, <<"b">>, 2.5]}, "text", [],
                  1 bsl 70, #{k => v}, {shutdown, 1, 2}]].

a_link_ignores_normal(N) ->
    [A, B] = [new(N), new(N)],
    {ok, true} = ask(A, {link, B}),
    M = monitor(process, B),
    tell(B, return),
    [down(M), ask(A, {info, A, links})].

a_link_with_the_dead(N) ->
    [A, D] = [new(N), dead(N)],
    First = ask(A, {link, D}),
    ask(A, {trap_exit, true}),
    norm([First, ask(A, {link, D}), ask(A, received), ask(A, {unlink, D})],
         [{D, d}]).

links_of_what_is_no_process(N) ->
    P = new(N),
    [ask(P, Op) || Op <- [{link, x}, {link, 1}, {link, {x, N}}, {unlink, x},
                          {link, make_ref()}, {unlink, []}]].

an_unlink(N) ->
    [A, B] = [new(N), new(N)],
    {ok, true} = ask(A, {link, B}),
    U = ask(A, {unlink, B}),
    M = monitor(process, B),
    tell(B, {exit, gone}),
    [U, down(M), ask(A, {is_alive, A}), ask(A, {info, A, links}),
     ask(A, {unlink, B})].

an_unlink_leaves_the_message(N) ->
    [A, B] = [new(N), new(N)],
    {ok, false} = ask(A, {trap_exit, true}),
    {ok, true} = ask(A, {link, B}),
    M = monitor(process, B),
    tell(B, {exit, gone}),
    gone = down(M),
    until(fun() -> value(A, {info, A, message_queue_len}) =:= {message_queue_len, 1} end),
    norm([ask(A, {unlink, B}), ask(A, received)], [{B, b}]).

a_link_with_oneself(N) ->
    P = new(N),
    [ask(P, {link, P}), ask(P, {info, P, links}), ask(P, {unlink, P})].

links_across(N) ->
    process_flag(trap_exit, true),
    [begin
         P = new(N),
         {ok, true} = ask(P, {link, self()}),
         tell(P, Op),
         receive {'EXIT', P, {Why, [_ | _]}} -> {Why, stack};
                 {'EXIT', P, Why} -> Why
         after 5000 -> none end
     end || Op <- [{exit, bye}, return, {error, oops}, {throw, ball},
                   {exit, kill}, {exit, {shutdown, x}}]].

links_across_from_here(N) ->
    P = new(N),
    ask(P, {trap_exit, true}),
    Q = spawn(fun() -> link(P), receive die -> exit(here) end end),
    until(fun() -> value(P, {info, P, links}) =:= {links, [Q]} end),
    Q ! die,
    norm([ask(P, {await, 5000}), ask(P, {info, P, links})], [{Q, q}]).

a_killed_process_here_is_heard_there(N) ->
    P = new(N),
    ask(P, {trap_exit, true}),
    Q = spawn(fun() -> receive never -> ok end end),
    {ok, true} = ask(P, {link, Q}),
    {ok, R} = ask(P, {monitor, Q}),
    exit(Q, kill),
    norm(lists:sort([value(P, {await, T, 5000}) || T <- ['EXIT', 'DOWN']]),
         [{Q, q}, {R, r}]).

a_link_with_the_dead_across(N) ->
    P = new(N),
    ask(P, {trap_exit, true}),
    {D, M} = spawn_monitor(fun() -> ok end),
    normal = down(M),
    norm([ask(P, {link, D}), ask(P, {await, 5000})], [{D, d}]).

a_chain_falls(N) ->
    All = [P | Rest] = [new(N) || _ <- lists:seq(1, 20)],
    lists:foldl(fun(B, A) -> {ok, true} = ask(A, {link, B}), B end, P, Rest),
    Ms = [monitor(process, Q) || Q <- All],
    exit(lists:nth(10, All), chain),
    [down(M) || M <- Ms].

%% ---- monitors

monitors_and_their_messages(N) ->
    [A, B] = [new(N), new(N)],
    {ok, true} = ask(B, {register, monitored}),
    Rs = [{ok, R1}, {ok, R2}, {ok, R3}] =
        [ask(A, {monitor, I}) || I <- [B, monitored, {monitored, N}]],
    Info = [ask(A, {info, A, monitors}), ask(A, {info, B, monitored_by})],
    tell(B, {exit, {fell, deep}}),
    Names = [{B, b}, {A, a}, {R1, r1}, {R2, r2}, {R3, r3}, {N, n}],
    Got = [value(A, {await, 5000}) || _ <- Rs],
    [sorted(norm(Info, Names)), lists:sort(norm(Got, Names)),
     ask(A, {info, A, monitors})].

monitors_of_nobody(N) ->
    [A, D] = [new(N), dead(N)],
    [begin
         {ok, R} = ask(A, {monitor, I}),
         norm(ask(A, {await, 5000}), [{D, d}, {R, r}, {N, n}, {node(), here}])
     end || I <- [D, nobody_here, {nobody_here, N}, {nobody_here, node()}]].

monitors_of_what_is_no_process(N) ->
    P = new(N),
    [ask(P, Op) || Op <- [{monitor, 1}, {monitor, {a, b, c}}, {monitor, {1, N}},
                          {monitor, "x"}, {monitor, P, x}, {monitor, P, [x]},
                          {monitor, P, [{alias, x}]}, {monitor, P, [{tag}]},
                          {monitor, 1, [{tag, t}]}, {monitor, make_ref()}]].

a_monitor_with_a_tag(N) ->
    [A, B] = [new(N), new(N)],
    {ok, R} = ask(A, {monitor, B, [{tag, {my, <<"tag">>}}]}),
    tell(B, {exit, x}),
    norm(ask(A, {await, {my, <<"tag">>}, 5000}), [{B, b}, {R, r}]).

a_monitor_of_oneself(N) ->
    P = new(N),
    norm([ask(P, {monitor, P}), ask(P, {info, P, monitors})], []).

monitor_aliases(N) ->
    [begin
         [A, B] = [new(N), new(N)],
         {ok, R} = ask(A, {monitor, B, [{alias, Mode}]}),
         {ok, _} = ask(B, {send, R, first}),
         {ok, _} = ask(B, {send, R, second}),
         {ok, Before} = ask(A, received),
         D = ask(A, {demonitor, R, [info]}),
         {ok, _} = ask(B, {send, R, third}),
         {ok, After} = ask(A, received),
         U = ask(A, {unalias, R}),
         {Mode, Before, D, After, U}
     end || Mode <- [explicit_unalias, demonitor, reply_demonitor]].

monitor_aliases_after_the_end(N) ->
    [begin
         [A, B, C] = [new(N), new(N), new(N)],
         {ok, R} = ask(A, {monitor, B, [{alias, Mode}]}),
         tell(B, {exit, x}),
         {message, _} = value(A, {await, 'DOWN', 5000}),
         {ok, _} = ask(C, {send, R, late}),
         {Mode, ask(A, received), ask(A, {unalias, R})}
     end || Mode <- [explicit_unalias, demonitor, reply_demonitor]].

monitors_across(N) ->
    [begin
         P = new(N),
         R = monitor(process, P),
         tell(P, Op),
         down(R)
     end || Op <- [{exit, bye}, return, {error, oops}, {throw, ball}, {exit, kill},
                   {error, {a, [b]}}, {batch, [self, {exit, inside}]},
                   {batch, [{batch, [return]}]}]].

monitors_across_from_there(N) ->
    P = new(N),
    {Q, M} = spawn_monitor(fun() -> receive die -> exit(here) end end),
    true = register(monitored_from_there, Q),
    {ok, R1} = ask(P, {monitor, Q}),
    {ok, R2} = ask(P, {monitor, {monitored_from_there, node()}}),
    {monitors, L} = value(P, {info, P, monitors}),
    Names = [{Q, q}, {R1, r1}, {R2, r2}, {node(), here}],
    Q ! die,
    here = down(M),
    [lists:sort(norm(L, Names)),
     lists:sort(norm([value(P, {await, 5000}), value(P, {await, 5000})], Names))].

demonitors(N) ->
    [A, B] = [new(N), new(N)],
    {ok, R1} = ask(A, {monitor, B}),
    One = [ask(A, {demonitor, R1}), ask(A, {demonitor, R1}),
           ask(A, {demonitor, R1, [info]}), ask(A, {demonitor, R1, [flush]})],
    {ok, R2} = ask(A, {monitor, B}),
    {ok, R3} = ask(A, {monitor, B}),
    Two = ask(A, {demonitor, R2, [info, flush]}),
    {ok, R4} = ask(B, {monitor, A}),
    Not = [ask(A, {demonitor, R4}), ask(A, {demonitor, R4, [info]})],
    tell(B, {exit, x}),
    until(fun() -> value(A, {info, A, message_queue_len}) =:= {message_queue_len, 1} end),
    A ! other,
    Three = [ask(A, {demonitor, R3, [flush, info]}), ask(A, {info, A, message_queue_len}),
             ask(A, received)],
    [One, Two, Not, Three].

demonitors_of_what_is_none(N) ->
    P = new(N),
    R = make_ref(),
    [ask(P, Op) || Op <- [{demonitor, x}, {demonitor, R}, {demonitor, R, [info]},
                          {demonitor, x, []}, {demonitor, R, [x]},
                          {demonitor, R, x}, {demonitor, P}]].

demonitor_without_flush_leaves_the_message(N) ->
    [A, B] = [new(N), new(N)],
    {ok, R} = ask(A, {monitor, B}),
    tell(B, {exit, x}),
    until(fun() -> value(A, {info, A, message_queue_len}) =:= {message_queue_len, 1} end),
    norm([ask(A, {demonitor, R}), ask(A, received)], [{B, b}, {R, r}]).

%% ---- exits

trap_exit_returns_the_old(N) ->
    P = new(N),
    [ask(P, {trap_exit, B}) || B <- [true, true, false, false, x, 1]]
        ++ [ask(P, {info, P, trap_exit})].

exit_signals(N) ->
    [begin
         [A, B] = [new(N), new(N)],
         ask(B, {trap_exit, Traps}),
         M = monitor(process, B),
         S = ask(A, {exit, B, R}),
         End = case ask(A, {is_alive, B}) of
                   {ok, true} -> {alive, value(B, received)};
                   {ok, false} -> {dead, down(M)}
               end,
         norm({Traps, R, S, End}, [{A, a}])
     end || Traps <- [false, true],
            R <- [normal, shutdown, {shutdown, d}, kill, killed, noproc,
                  noconnection, other, {t, [1]}]].

exit_signals_to_oneself(N) ->
    [begin
         P = new(N),
         ask(P, {trap_exit, Traps}),
         M = monitor(process, P),
         Ref = tell(P, {exit, P, R}),
         End = receive
                   {done, Ref, What} -> {What, value(P, received)};
                   {'DOWN', M, _, _, Why} -> {dead, Why, answer(Ref, 50)}
               end,
         norm({Traps, R, End}, [{P, p}])
     end || Traps <- [false, true], R <- [normal, kill, other]].

exit_signals_to_nobody(N) ->
    [A, D] = [new(N), dead(N)],
    [ask(A, {exit, T, x}) || T <- [D, a_name, 1, {a, N}, "x"]].

exit_signals_across(N) ->
    process_flag(trap_exit, true),
    P = new(N),
    {ok, true} = ask(P, {exit, self(), {a, b}}),
    One = receive {'EXIT', P, Why} -> Why after 5000 -> none end,
    ask(P, {trap_exit, true}),
    exit(P, normal),
    exit(P, other),
    norm([One, ask(P, {await, 5000}), ask(P, {await, 5000})], [{self(), me}]).

ends_have_no_answer(N) ->
    [begin
         P = new(N),
         M = monitor(process, P),
         Ref = tell(P, Op),
         Why = down(M),
         {Op, Why, answer(Ref, 20)}
     end || Op <- [{exit, x}, return, {error, x}, {throw, x},
                   {batch, [self, {exit, y}]}, {batch, [{throw, y}, self]},
                   {batch, [{batch, [{error, y}]}]}]].

%% ---- messages

sends(N) ->
    [A, B, D] = [new(N), new(N), dead(N)],
    {ok, true} = ask(B, {register, addressee}),
    {ok, Al} = ask(B, alias),
    Outcomes = [ask(A, {send, To, M})
                || {To, M} <- [{B, 1}, {addressee, 2}, {{addressee, N}, 3}, {Al, 4},
                               {free_name, 5}, {{free_name, N}, 6}, {D, 7},
                               {17, 8}, {"x", 9}, {{a, 1}, 10}, {[], 11},
                               {make_ref(), 12}, {{a, b, c}, 13}]],
    [Outcomes, ask(B, received)].

sends_to_a_node_that_is_not_there(N) ->
    P = new(N),
    ask(P, {send, {x, 'nosuch@127.0.0.1'}, m}).

sends_across(N) ->
    P = new(N),
    true = register(sends_across_name, self()),
    A = alias(),
    [begin
         {ok, M} = ask(P, {send, To, M}),
         receive M -> M after 5000 -> none end
     end || {To, M} <- [{self(), {m, 1}}, {{sends_across_name, node()}, {m, 2}},
                        {A, {m, 3}}]].

terms_there_and_back(N) ->
    P = new(N),
    Terms = [0, -1, 255, 256, 1 bsl 31, -(1 bsl 63), 1 bsl 64, 1.5, -0.0, '', 'å', [],
             "abc", [1 | 2], {}, {a, {b, [c]}}, <<>>, <<5:3>>, #{}, #{a => [b]}, self(),
             fun lists:map/2, true, undefined, [{x, "y"}], <<"bytes">>],
    [P ! T || T <- Terms],
    value(P, received) =:= Terms.

messages_keep_their_order(N) ->
    [A, B] = [new(N), new(N)],
    [A ! I || I <- lists:seq(1, 2000)],
    {ok, L} = ask(A, received),
    [tell(A, {send, B, I}) || I <- lists:seq(1, 500)],
    {ok, _} = ask(A, self),
    {ok, L2} = ask(B, received),
    [L =:= lists:seq(1, 2000), L2 =:= lists:seq(1, 500), ask(A, received)].

what_is_sent_before_the_end_comes_before_it(N) ->
    [A, B] = [new(N), new(N)],
    {ok, R} = ask(A, {monitor, B}),
    tell(B, {send, A, last_words}),
    tell(B, {exit, x}),
    norm([ask(A, {await, 5000}), ask(A, {await, 5000})], [{B, b}, {R, r}]).

received_empties(N) ->
    P = new(N),
    [P ! M || M <- [a, {do}, {do, 1, 2}, {do, 1, 2, 3, 4}, do, {done, 1, 2}]],
    [ask(P, received), ask(P, received)].

awaits(N) ->
    P = new(N),
    None = [ask(P, {await, 0}), ask(P, {await, 20})],
    P ! one, P ! two,
    There = [ask(P, {await, 0}), ask(P, {await, 5000}), ask(P, {await, 0})],
    Ref = tell(P, {await, 5000}),
    P ! later,
    [None, There, answer(Ref, 6000),
     [ask(P, {await, Bad}) || Bad <- [x, -1, 1.5, []]]].

awaits_of_a_tag(N) ->
    P = new(N),
    [P ! M || M <- [a, {x, 1}, {t, 1}, t, {x, 2}, {t, 2}, {"t"}, {}, {7, 7}]],
    Got = [ask(P, {await, T, 0}) || T <- [t, x, t, t, "t", 7, a, do]],
    Ref = tell(P, {await, t, 5000}),
    P ! {u}, P ! {t, 3},
    [Got, answer(Ref, 6000), ask(P, received)].

awaits_for_ever(N) ->
    P = new(N),
    Ref = tell(P, {await, infinity}),
    P ! at_last,
    Two = tell(P, {await, t, infinity}),
    P ! {t},
    [answer(Ref, 5000), answer(Two, 5000)].

requests_wait_and_are_no_messages(N) ->
    [P, Q] = [new(N), new(N)],
    Rs = [tell(P, Op) || Op <- [{sleep, 300}, {await, 5000}, node, received]],
    [P ! M || M <- [m1, m2, {t, 3}]],
    until(fun() -> value(Q, {info, P, message_queue_len}) =:= {message_queue_len, 6} end),
    until(fun() -> value(Q, {info, P, status}) =:= {status, waiting} end),
    norm([answer(R, 6000) || R <- Rs], [{N, n}]).

requests_during_an_await(N) ->
    P = new(N),
    Rs = [tell(P, Op) || Op <- [{await, 200}, {await, t, 200}, self, {await, 5000}]],
    First = [answer(R, 6000) || R <- lists:sublist(Rs, 3)],
    P ! m,
    norm([First, answer(lists:last(Rs), 6000)], [{P, p}]).

a_request_from_another_puppet(N) ->
    [A, B] = [new(N), new(N)],
    R = make_ref(),
    {ok, _} = ask(A, {send, B, {do, A, R, self}}),
    {ok, _} = ask(A, {send, B, {do, A, R, {trap_exit, true}}}),
    norm([ask(A, {await, done, 5000}), ask(A, {await, done, 5000})],
         [{A, a}, {B, b}, {R, r}]).

a_request_by_alias(N) ->
    P = new(N),
    A = alias([reply]),
    P ! {do, A, r1, self},
    P ! {do, A, r2, self},
    norm([receive {done, _, _} = D1 -> D1 after 5000 -> none end,
          receive {done, _, _} = D2 -> D2 after 100 -> none end], [{P, p}]).

%% Either side reads a clock of its own, in whole milliseconds: two of them are lost at most.

sleeps(N) ->
    P = new(N),
    T = erlang:monotonic_time(millisecond),
    S = ask(P, {sleep, 60}),
    [S, erlang:monotonic_time(millisecond) - T >= 58, ask(P, {sleep, 0})]
        ++ [ask(P, {sleep, Bad}) || Bad <- [x, -1, 1.5]].

%% ---- spawns

spawns_here(N) ->
    process_flag(trap_exit, true),
    A = new(N),
    Al = monitor(process, A),
    {ok, B} = ask(A, {spawn, []}),
    {ok, C} = ask(A, {spawn, [link]}),
    Cl = monitor(process, C),
    {ok, {D, R1}} = ask(A, {spawn, [monitor]}),
    {ok, {E, R2}} = ask(A, {spawn, [link, monitor]}),
    {links, Ls} = value(A, {info, A, links}),
    {monitors, Ms} = value(A, {info, A, monitors}),
    Names = [{A, a}, {B, b}, {C, c}, {D, d}, {E, e}, {R1, r1}, {R2, r2}, {N, n}],
    tell(D, {exit, d}),
    One = value(A, {await, 5000}),
    Two = [ask(P, node) || P <- [B, C, E]],
    tell(E, {exit, e}),
    norm([lists:sort(norm(Ls, Names)), lists:sort(norm(Ms, Names)), One, Two, down(Al),
          down(Cl), ask(B, {is_alive, B})],
         Names).

spawns_with_wrong_options(N) ->
    P = new(N),
    [ask(P, {spawn, O}) || O <- [x, [x], [link, x], 1]].

spawns_elsewhere(N) ->
    Me = node(),
    A = new(N),
    ask(A, {trap_exit, true}),
    {ok, B} = ask(A, {spawn, Me, []}),
    {ok, C} = ask(A, {spawn, Me, [link]}),
    {ok, {D, R1}} = ask(A, {spawn, Me, [monitor]}),
    {ok, {E, R2}} = ask(A, {spawn, Me, [link, monitor]}),
    {ok, F} = ask(A, {spawn, N, []}),
    Names = [{A, a}, {B, b}, {C, c}, {D, d}, {E, e}, {R1, r1}, {R2, r2}, {Me, me}, {N, n}],
    Nodes = [ask(P, node) || P <- [B, C, D, E, F]],
    [tell(P, {exit, out}) || P <- [C, D]],
    Got = lists:sort(norm([value(A, {await, 5000}), value(A, {await, 5000})], Names)),
    tell(E, {exit, out}),
    Got2 = lists:sort(norm([value(A, {await, 5000}), value(A, {await, 5000})], Names)),
    tell(B, return),
    norm([Nodes, Got, Got2, ask(A, received)], Names).

%% Either of two ways to say it will do.
spawns_on_a_node_that_is_not_there(N) ->
    A = new(N),
    ask(A, {trap_exit, true}),
    One = case ask(A, {spawn, 'nosuch@127.0.0.1', [monitor]}) of
              {ok, {B, R}} ->
                  {ok, {message, {'DOWN', R, process, B, Why}}} =
                      ask(A, {await, 'DOWN', 8000}),
                  Why;
              {raised, _, Why} -> Why
          end,
    Two = case ask(A, {spawn, 'nosuch@127.0.0.1', [link]}) of
              {ok, C} ->
                  {ok, {message, {'EXIT', C, Why2}}} = ask(A, {await, 'EXIT', 8000}),
                  Why2;
              {raised, _, Why2} -> Why2
          end,
    [One, Two, ask(A, {spawn, 1, []})].

spawned_from_here(N) ->
    process_flag(trap_exit, true),
    A = spawn(N, puppet, loop, []),
    B = spawn_link(N, puppet, loop, []),
    {C, M} = spawn_monitor(N, puppet, loop, []),
    {D, M2} = spawn_opt(N, puppet, loop, [], [link, monitor]),
    Req = spawn_request(N, puppet, loop, [], [monitor]),
    E = receive {spawn_reply, Req, ok, Pid} -> Pid end,
    Names = [{A, a}, {B, b}, {C, c}, {D, d}, {E, e}, {N, n}, {M, m}, {M2, m2}, {Req, req}],
    Same = [ask(P, self) =:= {ok, P} || P <- [A, B, C, D, E]],
    [tell(P, {exit, out}) || P <- [B, C, D, E]],
    Got = [receive {'EXIT', X, Y} -> {'EXIT', X, Y} end || X <- [B, D]]
        ++ [receive {'DOWN', R, process, X, Y} -> {'DOWN', R, X, Y} end
            || {X, R} <- [{C, M}, {D, M2}, {E, Req}]],
    tell(A, return),
    norm([Same, Got], Names).

spawned_from_here_but_unknown(N) ->
    [begin
         {_, M} = spawn_monitor(N, Mod, Fun, Args),
         receive {'DOWN', M, _, _, {undef, [{Mo, Fu, As, L} | _]}} when is_list(L) ->
                 {undef, Mo, Fu, As};
                 {'DOWN', M, _, _, Why} -> Why
         after 5000 -> none end
     end || {Mod, Fun, Args} <- [{nomod, nofun, []}, {puppet, nofun, [1, a]},
                                 {puppet, loop, [1]}, {puppet, loop, [1, 2]}]].

%% ---- names

names(N) ->
    [A, B] = [new(N), new(N)],
    Steps = [{A, {whereis, some_name}}, {A, {register, some_name}},
             {A, {whereis, some_name}}, {B, {whereis, some_name}},
             {B, {register, some_name}}, {A, {register, other_name}},
             {A, {info, A, registered_name}}, {B, {unregister, some_name}},
             {B, {unregister, some_name}}, {A, {whereis, some_name}},
             {A, {info, A, registered_name}}, {B, {register, some_name}},
             {B, {unregister, some_name}}, {A, {register, undefined}},
             {A, {register, "x"}}, {A, {register, 1}}, {A, {unregister, 1}},
             {A, {whereis, 1}}, {A, {unregister, never_taken}}],
    norm([ask(P, Op) || {P, Op} <- Steps], [{A, a}, {B, b}]).

a_name_is_free_after_the_end(N) ->
    [A, B] = [new(N), new(N)],
    {ok, true} = ask(A, {register, mortal}),
    exit(A, kill),
    {ok, false} = ask(B, {is_alive, A}),
    [ask(B, {whereis, mortal}), ask(B, {register, mortal}), ask(B, {unregister, mortal})].

%% ---- aliases

aliases(N) ->
    [A, B] = [new(N), new(N)],
    {ok, X} = ask(A, alias),
    {ok, Y} = ask(A, {alias, [reply]}),
    {ok, Z} = ask(A, {alias, [explicit_unalias]}),
    {ok, E} = ask(A, {alias, []}),
    [ask(B, {send, R, {I, M}}) || {R, I} <- [{X, x}, {Y, y}, {Z, z}, {E, e}], M <- [1, 2]],
    One = ask(A, received),
    Not = ask(B, {unalias, X}),
    Two = [ask(A, {unalias, R}) || R <- [X, X, Y, Z, E]],
    [ask(B, {send, R, late}) || R <- [X, Y, Z, E]],
    [One, Not, Two, ask(A, received)].

aliases_across(N) ->
    A = new(N),
    {ok, X} = ask(A, alias),
    {ok, Y} = ask(A, {alias, [reply]}),
    [X ! {x, I} || I <- [1, 2]],
    [Y ! {y, I} || I <- [1, 2]],
    One = ask(A, received),
    Two = [ask(A, {unalias, R}) || R <- [X, Y]],
    X ! late,
    [One, Two, ask(A, received)].

aliases_of_what_is_none(N) ->
    P = new(N),
    [ask(P, Op) || Op <- [{alias, x}, {alias, [x]}, {unalias, 1}, {unalias, make_ref()}]].

%% ---- what there is to know

is_alive(N) ->
    [A, B, D] = [new(N), new(N), dead(N)],
    One = [ask(A, {is_alive, P}) || P <- [A, B, D, self(), x, 1]],
    exit(B, kill),
    [One, ask(A, {is_alive, B})].

is_alive_after_the_kill(N) ->
    A = new(N),
    [begin
         B = new(N),
         {ok, [{ok, true}, {ok, false}, {ok, undefined}]} =
             ask(A, {batch, [{exit, B, kill}, {is_alive, B}, {info, B, links}]}),
         ok
     end || _ <- lists:seq(1, 20)].

info_of_bonds(N) ->
    [A, B] = [new(N), new(N)],
    Q = spawn(fun() -> receive never -> ok end end),
    {ok, true} = ask(A, {link, B}),
    {ok, true} = ask(A, {link, Q}),
    {ok, _} = ask(A, {monitor, B}),
    {ok, _} = ask(A, {monitor, B}),
    {ok, _} = ask(A, {monitor, Q}),
    monitor(process, A),
    {ok, _} = ask(B, {monitor, A}),
    Names = [{A, a}, {B, b}, {Q, q}, {self(), me}],
    sorted(norm([ask(B, {info, A, I}) || I <- [links, monitors, monitored_by]], Names)).

info_of_the_mailbox(N) ->
    [A, B] = [new(N), new(N)],
    [A ! x || _ <- lists:seq(1, 7)],
    [ask(A, {info, A, message_queue_len}), ask(B, {info, A, message_queue_len}),
     length(value(A, received)), ask(B, {info, A, message_queue_len})].

info_of_states(N) ->
    [A, B] = [new(N), new(N)],
    {ok, A} = ask(A, self),
    until(fun() -> value(B, {info, A, status}) =:= {status, waiting} end),
    Two = ask(B, {info, B, status}),
    Ref = tell(A, {spin, 300}),
    until(fun() -> value(B, {info, A, status}) =/= {status, waiting} end),
    Three = case ask(B, {info, A, status}) of
                {ok, {status, S}} when S =:= running; S =:= runnable -> on;
                Other -> Other
            end,
    {ok, ok} = answer(Ref, 5000),
    Ref2 = tell(A, {sleep, 200}),
    until(fun() -> value(B, {info, A, status}) =:= {status, waiting} end),
    {ok, ok} = answer(Ref2, 5000),
    [Two, Three].

info_of_the_dead_and_others(N) ->
    [A, D] = [new(N), dead(N)],
    [ask(A, Op) || Op <- [{info, D, links}, {info, D, status}, {info, self(), links},
                          {info, A, nonsense}, {info, D, nonsense}, {info, x, links},
                          {info, A, 1}, {info, D, registered_name}]].

%% ---- computing

spins(N) ->
    P = new(N),
    T = erlang:monotonic_time(millisecond),
    S = ask(P, {spin, 50}),
    [S, erlang:monotonic_time(millisecond) - T >= 48, ask(P, {spin, 0}), ask(P, {spin, x})].

ends_while_it_computes(N) ->
    [begin
         [A, B] = [new(N), new(N)],
         {ok, true} = ask(A, {link, B}),
         ask(B, {trap_exit, true}),
         M = monitor(process, A),
         tell(A, spin),
         exit(A, R),
         Why = down(M),
         norm({Why, ask(B, {await, 'EXIT', 5000}), ask(B, {is_alive, A})}, [{A, a}])
     end || R <- [kill, other]].

it_hears_while_it_computes(N) ->
    [A, B] = [new(N), new(N)],
    ask(A, {trap_exit, true}),
    Ref = tell(A, {spin, 200}),
    {ok, true} = ask(B, {link, A}),
    {ok, _} = ask(B, {exit, A, heard}),
    Links = ask(B, {info, A, links}),
    norm([Links, answer(Ref, 5000), ask(A, received)], [{A, a}, {B, b}]).

%% ---- timers

timers(N) ->
    P = new(N),
    {ok, true} = ask(P, {register, timed}),
    {ok, T1} = ask(P, {send_after, 30, P, one}),
    One = ask(P, {await, 5000}),
    {ok, _} = ask(P, {send_after, 0, timed, two}),
    Two = ask(P, {await, 5000}),
    {ok, T3} = ask(P, {send_after, 60000, P, three}),
    {ok, Left} = ask(P, {read_timer, T3}),
    {ok, Left2} = ask(new(N), {cancel_timer, T3}),
    [One, Two, Left > 50000 andalso Left =< 60000, Left2 > 50000 andalso Left2 =< Left,
     [ask(P, Op) || Op <- [{cancel_timer, T3}, {read_timer, T3}, {cancel_timer, T1},
                           {read_timer, T1}]],
     ask(P, received)].

timers_that_are_none(N) ->
    [P, D] = [new(N), dead(N)],
    {ok, T} = ask(P, {send_after, 5, D, x}),
    [ask(P, Op) || Op <- [{send_after, -1, P, x}, {send_after, x, P, x},
                          {send_after, 1, self(), x}, {send_after, 1, {a, N}, x},
                          {send_after, 1, "x", x}, {send_after, 1.5, P, x},
                          {cancel_timer, x}, {read_timer, 1},
                          {cancel_timer, make_ref()}, {read_timer, make_ref()}]]
        ++ [is_reference(T)].

a_timer_of_requests(N) ->
    P = new(N),
    {ok, _} = ask(P, {send_after, 10, P, {do, self(), later, self}}),
    norm(receive {done, later, O} -> O after 5000 -> none end, [{P, p}]).

%% ---- nodes

nodes_are_listed(N) ->
    lists:member(node(), value(new(N), nodes)).

node_monitors_of_nobody(N) ->
    P = new(N),
    S = ask(P, {monitor_node, 'nosuch@127.0.0.1', true}),
    [S, ask(P, {await, 8000}),
     [ask(P, Op) || Op <- [{monitor_node, 1, true}, {monitor_node, N, x}]]].

node_monitors_across(N) ->
    [P, Q] = [new(N), new(N)],
    Me = node(),
    {ok, true} = ask(P, {monitor_node, Me, true}),
    {ok, ok} = ask(Q, {monitor_nodes, true}),
    {ok, _} = ask(P, {monitor, self()}),
    ask(P, {trap_exit, true}),
    {ok, true} = ask(P, {link, self()}),
    process_flag(trap_exit, true),
    erlang:disconnect_node(N),
    receive {'EXIT', P, noconnection} -> ok after 5000 -> error(no_exit) end,
    until(fun() -> net_adm:ping(N) =:= pong end),
    Got = [value(P, {await, T, 5000}) || T <- [nodedown, 'DOWN', 'EXIT']],
    Seen = [value(Q, {await, T, 5000}) || T <- [nodedown, nodeup]],
    {ok, ok} = ask(Q, {monitor_nodes, false}),
    norm([Got, Seen, ask(P, received), ask(Q, {monitor_nodes, x}) =/= {ok, ok}],
         [{P, p}, {Me, me}, {self(), here}]).

disconnects(N) ->
    P = new(N),
    One = [ask(P, {disconnect, X}) || X <- ['nosuch@127.0.0.1']],
    M = monitor(process, P),
    Ref = tell(P, {disconnect, node()}),
    Down = down(M),
    %% The answer comes over a new connection.
    [One, Down, answer(Ref, 5000), norm(ask(P, self), [{P, p}])].

%% ---- several at once

batches(N) ->
    P = new(N),
    norm([ask(P, {batch, B}) || B <- [[], [self, node], [nonsense, self],
                                      [{batch, [self]}, {batch, [{link, x}]}],
                                      [{send, P, m}, received, {await, 0}],
                                      x, {a, b}]],
         [{P, p}, {N, n}]).

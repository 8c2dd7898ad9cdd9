%% More of what puppets are asked to do: from other nodes, with other nodes, and
%% at inconvenient times. As in puppet_scenarios, each returns what is seen.
-module(puppet_further_scenarios).

-compile(export_all).
-compile(nowarn_export_all).

-import(puppet_driver, [new/1, ask/2, tell/2, answer/2, value/2, dead/1, down/1,
                        norm/2, sorted/1, until/1, nowhere/0, before/1, reasons/0]).

%% ---- spawned from another node

spawn_requests_and_their_replies(N) ->
    [begin
         T = make_ref(),
         R = spawn_request(N, puppet, F, [], [{reply_tag, {tag, T}} | Opts]),
         Got = receive {{tag, T}, R, Ok, X} -> {Ok, X} after 300 -> none end,
         End = receive {'DOWN', R, process, _, {undef, [{M, U, A, _} | _]}} -> {undef, M, U, A}
               after 0 ->
                       case lists:member(monitor, Opts) of
                           true -> receive {'DOWN', R, process, _, {undef, [{M, U, A, _} | _]}} ->
                                               {undef, M, U, A}
                                   after 300 -> none end;
                           false -> none
                       end
               end,
         norm({F, Opts, Got, End}, [])
     end || F <- [loop, nofun],
            Opts <- [[], [{reply, yes}], [{reply, no}], [{reply, success_only}],
                     [{reply, error_only}], [monitor], [monitor, {reply, no}],
                     [monitor, {reply, error_only}]]].

spawn_requests_with_options(N) ->
    process_flag(trap_exit, true),
    [begin
         R = spawn_request(N, puppet, loop, [], Opts),
         receive
             {spawn_reply, R, ok, P} ->
                 Self = ask(P, self) =:= {ok, P},
                 tell(P, {exit, out}),
                 Msgs = [receive {'EXIT', P, W} -> {exit, W} after 300 -> no end,
                         receive {'DOWN', R, process, P, V} -> {down, V};
                                 {my_tag, R, process, P, V} -> {tagged, V} after 300 -> no end],
                 {Self, Msgs};
             {spawn_reply, R, error, Why} -> {error, Why}
         after 2000 -> none
         end
     end || Opts <- [[link], [monitor], [link, monitor], [{monitor, []}],
                     [{monitor, [{tag, my_tag}]}], [{monitor, [{alias, demonitor}]}],
                     [link, link], [{priority, high}], [{fullsweep_after, 5}],
                     [{min_heap_size, 1000}], [{message_queue_data, off_heap}],
                     [{max_heap_size, 0}], [{no_such, 1}], [no_such], [{priority, x}]]].

spawn_opts_that_are_wrong(N) ->
    [try spawn_opt(N, puppet, loop, [], O), ok catch C:R -> {C, R} end
     || O <- [[no_such], [{no_such, 1}], x, [{priority, x}], [{monitor, x}], [{link, 1}]]].

spawned_with_an_alias(N) ->
    {P, R} = spawn_opt(N, puppet, loop, [], [{monitor, [{alias, reply_demonitor}]}]),
    {ok, _} = ask(P, {send, R, first}),
    {ok, _} = ask(P, {send, R, second}),
    tell(P, {exit, x}),
    [receive first -> first after 500 -> none end,
     receive second -> second after 100 -> none end,
     receive {'DOWN', R, _, _, W} -> W after 200 -> none end].

spawn_link_of_what_is_unknown(N) ->
    process_flag(trap_exit, true),
    [begin
         P = spawn_link(N, M, F, A),
         receive {'EXIT', P, {undef, [{M1, F1, A1, L} | _]}} when is_list(L) -> {M1, F1, A1};
                 {'EXIT', P, W} -> W
         after 3000 -> none end
     end || {M, F, A} <- [{nomod, f, []}, {nomod, 'f g', [a, <<1>>, {x}]}, {puppet, loop, [x]}]].

many_spawned_at_once(N) ->
    Rs = [spawn_request(N, puppet, loop, [], [monitor]) || _ <- lists:seq(1, 200)],
    Ps = [receive {spawn_reply, R, ok, P} -> {P, R} after 5000 -> none end || R <- Rs],
    [tell(P, {exit, I}) || {I, {P, _}} <- lists:zip(lists:seq(1, 200), Ps)],
    [receive {'DOWN', R, process, P, W} -> W after 5000 -> none end || {P, R} <- Ps]
        =:= lists:seq(1, 200).

a_spawn_and_a_message_at_once(N) ->
    [begin
         P = spawn(N, puppet, loop, []),
         P ! first,
         Ref = tell(P, received),
         answer(Ref, 5000)
     end || _ <- lists:seq(1, 20)].

%% ---- pids of nodes that are not there

a_pid_of_a_node_that_is_not_there(N) ->
    X = nowhere(),
    P = new(N),
    ask(P, {trap_exit, true}),
    One = [ask(P, Op) || Op <- [{send, X, m}, {exit, X, r}, {unlink, X}, {is_alive, X},
                                {info, X, links}]],
    Two = [ask(P, {link, X}), ask(P, {await, 'EXIT', 8000})],
    {ok, R} = ask(P, {monitor, X}),
    Three = ask(P, {await, 'DOWN', 8000}),
    norm([One, Two, Three, ask(P, {info, P, links}), ask(P, {info, P, monitors}),
          ask(P, received)], [{X, x}, {R, r}]).

a_link_to_nowhere_ends_who_does_not_trap(N) ->
    P = new(N),
    M = monitor(process, P),
    Ref = tell(P, {link, nowhere()}),
    Down = down(M),
    [case answer(Ref, 50) of none -> ok; {ok, true} -> ok; O -> O end, Down].

a_monitor_of_a_name_nowhere(N) ->
    P = new(N),
    {ok, R} = ask(P, {monitor, {x, 'nosuch@127.0.0.1'}}),
    norm(ask(P, {await, 8000}), [{R, r}]).

a_pid_of_an_earlier_life(N) ->
    A = new(N),
    X = before(A),
    ask(A, {trap_exit, true}),
    One = [ask(A, Op) || Op <- [{send, X, m}, {exit, X, r}, {is_alive, X},
                                {info, X, links}]],
    Two = [ask(A, {link, X}), ask(A, {await, 'EXIT', 3000})],
    {ok, R} = ask(A, {monitor, X}),
    Three = ask(A, {await, 'DOWN', 3000}),
    M = monitor(process, X),
    X ! lost,
    norm([One, Two, Three, down(M), ask(A, received)], [{X, x}, {R, r}]).

%% ---- reasons, in both directions

reasons_through_monitors(N) ->
    [begin P = new(N), M = monitor(process, P), tell(P, {exit, R}), down1(M) =:= R end
     || R <- reasons()].

down1(M) -> receive {'DOWN', M, _, _, W} -> W after 5000 -> none end.

reasons_through_links(N) ->
    process_flag(trap_exit, true),
    [begin P = new(N), link(P), until(fun() -> value(P, {info, P, links}) =:= {links, [self()]} end),
           tell(P, {exit, R}), receive {'EXIT', P, R1} -> R1 =:= R after 5000 -> none end
     end || R <- reasons()].

reasons_from_here_through_links(N) ->
    P = new(N),
    ask(P, {trap_exit, true}),
    [begin
         Q = spawn(fun() -> receive go -> exit(R) end end),
         {ok, true} = ask(P, {link, Q}),
         {ok, M} = ask(P, {monitor, Q}),
         Q ! go,
         [value(P, {await, 'EXIT', 5000}) =:= {message, {'EXIT', Q, R}},
          value(P, {await, 'DOWN', 5000}) =:= {message, {'DOWN', M, process, Q, R}}]
     end || R <- reasons()].

exit_signals_from_here(N) ->
    [begin
         P = new(N),
         ask(P, {trap_exit, Traps}),
         M = monitor(process, P),
         exit(P, R),
         T = tell(P, received),
         receive
             {'DOWN', M, process, P, Why} -> {Traps, R, dead, Why};
             {done, T, Got} -> norm({Traps, R, Got}, [{self(), me}])
         after 5000 -> none
         end
     end || Traps <- [true, false], R <- [normal, x, {shutdown, x}, noproc, kill, killed]].

killed_from_here(N) ->
    [begin
         [A, B] = [new(N), new(N)],
         {ok, true} = ask(B, {link, A}),
         MA = monitor(process, A), MB = monitor(process, B),
         ask(A, {trap_exit, T}),
         exit(A, kill),
         [down(MA), down(MB)]
     end || T <- [true, false]].

exit_reasons_of_puppets_through_links_here(N) ->
    [begin
         {Q, M} = spawn_monitor(fun() -> link(P), receive never -> ok end end),
         until(fun() -> value(P, {info, P, links}) =:= {links, [Q]} end),
         tell(P, {exit, R}),
         case R of normal -> exit(Q, stop); _ -> ok end,
         down1(M)
     end || R <- [normal, x, kill, shutdown, {a, b}], P <- [new(N)]].

%% ---- bonds made from here

a_link_from_here_with_the_dead(N) ->
    process_flag(trap_exit, true),
    D = dead(N),
    T = link(D),
    norm([T, receive {'EXIT', D, W} -> W after 3000 -> none end], []).

monitors_by_name_from_here(N) ->
    P = new(N),
    R0 = monitor(process, {named_puppet, N}),
    Zero = receive {'DOWN', R0, process, I0, W0} -> {I0, W0} after 3000 -> none end,
    {ok, true} = ask(P, {register, named_puppet}),
    R1 = monitor(process, {named_puppet, N}),
    R2 = monitor(process, {named_puppet, N}, [{tag, tagged}]),
    R3 = monitor(process, {named_puppet, N}),
    true = demonitor(R3),
    {monitored_by, By} = value(P, {info, P, monitored_by}),
    {ok, true} = ask(P, {unregister, named_puppet}),
    tell(P, {exit, x}),
    One = receive {'DOWN', R1, process, I1, W1} -> {I1, W1} after 3000 -> none end,
    Two = receive {tagged, R2, process, I2, W2} -> {I2, W2} after 3000 -> none end,
    norm([Zero, One, Two, By, receive {'DOWN', R3, _, _, _} -> bad after 0 -> ok end],
         [{N, n}, {self(), me}]).

links_and_unlinks_from_here(N) ->
    process_flag(trap_exit, true),
    P = new(N),
    [begin link(P), unlink(P) end || _ <- lists:seq(1, 50)],
    One = value(P, {info, P, links}),
    [begin link(P), unlink(P), link(P) end || _ <- lists:seq(1, 50)],
    Two = value(P, {info, P, links}),
    tell(P, {exit, x}),
    Got = receive {'EXIT', P, W} -> W after 3000 -> none end,
    norm([One, Two, Got, receive {'EXIT', P, _} -> twice after 50 -> once end], [{self(), me}]).

links_and_unlinks_from_there(N) ->
    P = new(N),
    Q = spawn(fun() -> receive die -> exit(x) end end),
    One = value(P, {batch, lists:append([[{link, Q}, {unlink, Q}] || _ <- lists:seq(1, 30)])}),
    until(fun() -> process_info(Q, links) =:= {links, []} end),
    Two = value(P, {batch, [{link, Q}, {unlink, Q}, {link, Q}, {link, Q}]}),
    until(fun() -> process_info(Q, links) =:= {links, [P]} end),
    ask(P, {trap_exit, true}),
    Q ! die,
    norm([lists:usort(One), Two, ask(P, {await, 3000}), ask(P, received),
          ask(P, {info, P, links})], [{Q, q}]).

both_link_at_once(N) ->
    process_flag(trap_exit, true),
    [begin
         P = new(N),
         Ref = tell(P, {link, self()}),
         link(P),
         {ok, true} = answer(Ref, 3000),
         {links, [_]} = value(P, {info, P, links}),
         unlink(P),
         until(fun() -> value(P, {info, P, links}) =:= {links, []} end),
         tell(P, {exit, x}),
         receive {'EXIT', P, _} -> heard after 20 -> not_heard end
     end || _ <- lists:seq(1, 10)].

demonitor_from_here(N) ->
    P = new(N),
    R = monitor(process, P),
    until(fun() -> value(P, {info, P, monitored_by}) =:= {monitored_by, [self()]} end),
    D = demonitor(R, [info]),
    until(fun() -> value(P, {info, P, monitored_by}) =:= {monitored_by, []} end),
    tell(P, {exit, x}),
    [D, receive {'DOWN', R, _, _, _} -> bad after 50 -> ok end].

demonitor_from_there(N) ->
    P = new(N),
    Q = spawn(fun() -> receive die -> ok end end),
    {ok, R} = ask(P, {monitor, Q}),
    until(fun() -> process_info(Q, monitored_by) =:= {monitored_by, [P]} end),
    D = ask(P, {demonitor, R, [info]}),
    until(fun() -> process_info(Q, monitored_by) =:= {monitored_by, []} end),
    {ok, R2} = ask(P, {monitor, Q}),
    Q ! die,
    until(fun() -> value(P, {info, P, message_queue_len}) =:= {message_queue_len, 1} end),
    P ! other,
    [D, ask(P, {demonitor, R2, [info, flush]}), ask(P, received),
     ask(P, {demonitor, R2, [info]})].

info_with_processes_of_other_nodes(N) ->
    P = new(N),
    Q = spawn(fun() -> monitor(process, P), link(P), receive never -> ok end end),
    true = register(info_name, Q),
    until(fun() -> value(P, {info, P, links}) =:= {links, [Q]} end),
    {ok, _} = ask(P, {monitor, Q}),
    {ok, _} = ask(P, {monitor, {info_name, node()}}),
    sorted(norm([ask(P, {info, P, I}) || I <- [links, monitors, monitored_by]],
                [{Q, q}, {node(), here}])).

%% ---- aliases with other nodes

an_alias_of_here(N) ->
    P = new(N),
    [begin
         A = alias(O),
         [{ok, M} = ask(P, {send, A, M}) || M <- [m1, m2]],
         Got = [receive M -> M after 50 -> none end || M <- [m1, m2]],
         U = unalias(A),
         {ok, late} = ask(P, {send, A, late}),
         [Got, U, receive late -> late after 50 -> none end]
     end || O <- [[], [reply], [explicit_unalias]]].

a_monitor_with_an_alias_of_here(N) ->
    [begin
         P = new(N),
         R = monitor(process, P, [{alias, Mode}]),
         [{ok, M} = ask(P, {send, R, M}) || M <- [m1, m2]],
         Got = [receive M -> M after 50 -> none end || M <- [m1, m2]],
         D = case Mode of reply_demonitor -> x; _ -> demonitor(R, [info]) end,
         {ok, m3} = ask(P, {send, R, m3}),
         Third = receive m3 -> m3 after 50 -> none end,
         tell(P, {exit, x}),
         {Mode, Got, D, Third, receive {'DOWN', R, _, _, W} -> W after 50 -> none end}
     end || Mode <- [explicit_unalias, demonitor, reply_demonitor]].

a_monitor_with_an_alias_of_there(N) ->
    [begin
         P = new(N),
         Q = spawn(fun() -> receive die -> exit(x) end end),
         {ok, R} = ask(P, {monitor, Q, [{alias, Mode}, {tag, tagged}]}),
         R ! m1, R ! m2,
         Got = ask(P, received),
         Q ! die,
         Down = ask(P, {await, tagged, 300}),
         R ! m3,
         norm({Mode, Got, Down, ask(P, received), ask(P, {unalias, R}),
               ask(P, {demonitor, R, [info]})}, [{Q, q}, {R, r}])
     end || Mode <- [explicit_unalias, demonitor, reply_demonitor]].

an_alias_of_the_dead(N) ->
    [A, B] = [new(N), new(N)],
    {ok, R} = ask(A, alias),
    exit(A, kill),
    R ! m,
    ask(B, {send, R, m}).

answers_to_aliases_and_names(N) ->
    P = new(N),
    A = alias([reply]),
    P ! {do, A, r1, node},
    true = register(answer_name, self()),
    P ! {do, {answer_name, node()}, r2, node},
    norm([receive {done, R, O} -> O after 2000 -> none end || R <- [r1, r2]], [{N, n}]).

%% ---- while it is busy

requests_wait(N) ->
    [begin
         [P, Q] = [new(N), new(N)],
         ask(P, node),
         R1 = tell(P, Op),
         until(fun() -> value(Q, {info, P, message_queue_len}) =:= {message_queue_len, 0} end),
         R2 = tell(P, self), R3 = tell(P, {info, P, message_queue_len}), R4 = tell(P, received),
         {ok, Len} = ask(Q, {info, P, message_queue_len}),
         Early = answer(R2, 20),
         norm([Op, Len, Early, answer(R1, 5000), answer(R2, 5000), answer(R3, 5000),
               answer(R4, 5000)], [{P, p}])
     end || Op <- [{await, 400}, {await, t, 400}, {sleep, 400}, {spin, 400},
                   {batch, [{await, 200}, {sleep, 200}]}]].

messages_while_busy(N) ->
    [begin
         P = new(N),
         R1 = tell(P, Op),
         P ! one, P ! {t, 2}, P ! three,
         norm([Op, answer(R1, 5000), ask(P, received)], [])
     end || Op <- [{sleep, 100}, {spin, 100}, {await, t, 1000}, {await, nobody, 100}]].

a_flood_of_requests(N) ->
    P = new(N),
    Refs = [tell(P, {batch, [self, {send, P, I}]}) || I <- lists:seq(1, 1000)],
    Ok = [answer(R, 5000) || R <- Refs],
    [lists:usort(Ok) =:= lists:sort([{ok, [{ok, P}, {ok, I}]} || I <- lists:seq(1, 1000)]),
     value(P, received) =:= lists:seq(1, 1000)].

killed_while_busy(N) ->
    [begin
         [P, Q] = [new(N), new(N)],
         ask(Q, {trap_exit, true}),
         {ok, true} = ask(Q, {link, P}),
         {ok, R} = ask(Q, {monitor, P}),
         M = monitor(process, P),
         T = tell(P, Op),
         timer:sleep(30),
         exit(P, Why),
         norm([Op, down(M), ask(Q, {await, 'EXIT', 5000}), ask(Q, {await, 'DOWN', 5000}),
               ask(Q, {is_alive, P}), ask(Q, {info, P, status}), answer(T, 20)],
              [{P, p}, {R, r}])
     end || Op <- [spin, {spin, 60000}, {sleep, 60000}, {await, 60000}, {await, infinity},
                   {batch, [self, spin]}], Why <- [kill, x]].

links_kill_the_busy(N) ->
    [begin
         [P, Q] = [new(N), new(N)],
         {ok, true} = ask(P, {link, Q}),
         M = monitor(process, P),
         tell(P, Op),
         tell(Q, {exit, R}),
         down(M)
     end || Op <- [spin, {sleep, 60000}, {await, 60000}], R <- [x, kill, {a, b}]].

a_trapping_puppet_spins_on(N) ->
    [P, Q] = [new(N), new(N)],
    ask(P, {trap_exit, true}),
    ask(P, {link, Q}),
    T = tell(P, {spin, 200}),
    tell(Q, {exit, x}),
    exit(P, y),
    norm([answer(T, 5000), lists:sort(norm(value(P, received), [{Q, q}, {self(), me}]))], []).

exit_messages_while_awaiting(N) ->
    [P, Q] = [new(N), new(N)],
    ask(P, {trap_exit, true}),
    {ok, true} = ask(P, {link, Q}),
    T = tell(P, {await, 'EXIT', 5000}),
    P ! noise,
    tell(Q, return),
    norm([answer(T, 5000), ask(P, received)], [{Q, q}]).

%% ---- batches that end

batches_that_end(N) ->
    [begin
         P = new(N),
         M = monitor(process, P),
         T = tell(P, {batch, [{send, self(), Mark}, Op, {send, self(), after_end}]}),
         {Op1, Why} = {norm(Op, [{P, p}]), down(M)},
         [Op1, Why, receive Mark -> mark after 50 -> none end,
          receive after_end -> bad after 20 -> ok end, answer(T, 20)]
     end || Mark <- [make_ref()],
            Op <- [{exit, x}, {exit, normal}, {exit, kill}, {error, x}, {throw, x}, return,
                   {batch, [return]}, {batch, [self, {exit, deep}]}]].

its_own_exit_signals_in_a_batch(N) ->
    [begin
         P = new(N),
         M = monitor(process, P),
         T = tell(P, {batch, [{trap_exit, Traps}, {exit, P, R}, {await, 0}]}),
         receive {done, T, O} -> norm({Traps, R, O}, [{P, p}]);
                 {'DOWN', M, _, _, W} -> {Traps, R, dead, W, answer(T, 20)}
         after 3000 -> none end
     end || Traps <- [true, false], R <- [normal, kill, x, {shutdown, x}]].

batches_go_on_after_what_raises(N) ->
    P = new(N),
    norm(ask(P, {batch, [{link, x}, {await, 0}, {unregister, nobody}, {sleep, x}, {badone, 1},
                         {batch, x}, self]}), [{P, p}]).

%% ---- wrong arguments

improper_and_other_lists(N) ->
    P = new(N),
    [ask(P, Op) || Op <- [{alias, [reply | x]}, {spawn, [link | x]}, {demonitor, make_ref(), [flush | x]},
                          {monitor, P, [{tag, x} | y]}, {spawn, N, x}, {spawn, N, [x]}]].

duplicate_options(N) ->
    [A, B] = [new(N), new(N)],
    {ok, P} = ask(A, {spawn, [link, link]}),
    {ok, {Q, R}} = ask(A, {spawn, [monitor, monitor]}),
    {ok, S} = ask(A, {monitor, B, [{tag, x}, {tag, y}]}),
    {ok, L} = ask(A, {info, A, links}),
    tell(B, {exit, z}),
    norm([L, ask(A, {await, 3000}), ask(A, {demonitor, R, [flush, flush, info]}),
          ask(A, {alias, [reply, explicit_unalias]}), ask(A, {alias, [explicit_unalias, reply]})],
         [{A, a}, {B, b}, {P, p}, {Q, q}, {S, s}, {R, r}]).

times_that_are_too_long(N) ->
    P = new(N),
    [case ask(P, Op) of {ok, R} when is_reference(R) -> a_ref; O -> O end
     || Op <- [{await, 1 bsl 32}, {await, t, 1 bsl 32}, {sleep, 1 bsl 32}, {sleep, 1 bsl 64},
               {await, 1 bsl 70}, {send_after, 1 bsl 32, P, x}, {send_after, 1 bsl 70, P, x},
               {sleep, -1}, {sleep, 1.0}, {await, t, -1}, {spin, -1}, {spin, 1.0},
               {send_after, 1 bsl 60, P, x}]].

wrong_things_for_monitors_of_nodes(N) ->
    P = new(N),
    [ask(P, Op) || Op <- [{monitor_nodes, x}, {monitor_nodes, 1}, {monitor_node, x, true},
                          {monitor_node, "n", true}, {monitor_node, N, 1}, {disconnect, 1},
                          {disconnect, "n"}, {disconnect, x}]].

names_that_are_wrong(N) ->
    P = new(N),
    [ask(P, Op) || Op <- [{register, true}, {register, 'with space'}, {whereis, 'with space'},
                          {unregister, 'with space'}, {register, ''}, {unregister, ''},
                          {whereis, "x"}, {unregister, undefined}, {whereis, undefined},
                          {register, puppeteer}, {send, undefined, x}, {register, P}]].

tags_are_matched_exactly(N) ->
    P = new(N),
    [P ! M || M <- [{1.0, a}, {1, b}, {<<"x">>, c}, {[], d}, {#{}, e}, {{t}, f}]],
    [ask(P, {await, T, 0}) || T <- [1, 1.0, <<"x">>, [], #{}, {t}, 2]].

%% ---- timers

timers_to_names(N) ->
    [A, B] = [new(N), new(N)],
    {ok, T} = ask(A, {send_after, 150, late_name, m}),
    {ok, true} = ask(B, {register, late_name}),
    One = ask(B, {await, 5000}),
    Two = [ask(A, {read_timer, T}), ask(A, {cancel_timer, T})],
    {ok, T2} = ask(A, {send_after, 50, nobody_at_all, m}),
    until(fun() -> ask(A, {read_timer, T2}) =:= {ok, false} end),
    [One, Two, ask(A, {self, x})].

timers_outlive_their_starter(N) ->
    [A, B] = [new(N), new(N)],
    {ok, T} = ask(A, {send_after, 150, B, m}),
    exit(A, kill),
    [ask(B, {await, 5000}), ask(B, {cancel_timer, T})].

timers_of_the_dead_and_others(N) ->
    [A, B] = [new(N), new(N)],
    {ok, T} = ask(A, {send_after, 60000, B, m}),
    exit(B, kill),
    {ok, false} = ask(A, {is_alive, B}),
    Read = ask(A, {read_timer, T}),
    {ok, T2} = ask(A, {send_after, 0, A, now}),
    {message, now} = value(A, {await, 2000}),
    [case Read of {ok, false} -> false; {ok, I} when is_integer(I) -> integer end,
     ask(A, {cancel_timer, T2}), ask(A, {read_timer, make_ref()}), ask(A, {cancel_timer, a})].

%% ---- nodes

node_monitors_twice(N) ->
    P = new(N),
    Me = node(),
    One = [ask(P, {monitor_node, Me, B}) || B <- [true, true, true, false]],
    {ok, ok} = ask(P, {monitor_nodes, true}),
    {ok, ok} = ask(P, {monitor_nodes, true}),
    Own = [ask(P, {monitor_node, N, true}), ask(P, {monitor_node, N, false}),
           ask(P, {disconnect, N})],
    erlang:disconnect_node(N),
    until(fun() -> net_adm:ping(N) =:= pong end),
    timer:sleep(200),
    Got = lists:sort(value(P, received)),
    {ok, ok} = ask(P, {monitor_nodes, false}),
    erlang:disconnect_node(N),
    until(fun() -> net_adm:ping(N) =:= pong end),
    timer:sleep(200),
    norm([One, Own, Got, ask(P, received)], [{Me, me}, {N, n}]).

nodes_here_and_there(N) ->
    [lists:member(N, nodes()), lists:member(N, nodes(hidden)), net_adm:ping(N),
     lists:member(node(), value(new(N), nodes)), lists:member(N, value(new(N), nodes))].

what_a_lost_node_leaves(N) ->
    process_flag(trap_exit, true),
    P = new(N),
    ask(P, {trap_exit, true}),
    M = monitor(process, P),
    M2 = monitor(process, {puppeteer, N}),
    link(P),
    {ok, R} = ask(P, {monitor, {nobody_remote, node()}, [{tag, t}]}),
    {message, _} = value(P, {await, t, 3000}),
    {ok, R2} = ask(P, {monitor, self(), [{alias, demonitor}, {tag, u}]}),
    true = erlang:monitor_node(N, true),
    erlang:disconnect_node(N),
    Here = [down(M), down(M2), receive {'EXIT', P, W} -> W after 2000 -> none end,
            receive {nodedown, N} -> nodedown after 2000 -> none end],
    until(fun() -> net_adm:ping(N) =:= pong end),
    norm([Here, ask(P, {await, u, 3000}), ask(P, {await, 'EXIT', 3000}), ask(P, received),
          [ask(P, {info, P, I}) || I <- [links, monitors, monitored_by]]],
         [{R, r}, {R2, r2}, {self(), me}, {N, n}]).

big_things(N) ->
    P = new(N),
    B = binary:copy(<<"0123456789">>, 300000),
    L = lists:seq(1, 100000),
    P ! {b, B}, P ! {l, L},
    {ok, {message, {b, B1}}} = ask(P, {await, b, 5000}),
    {ok, {message, {l, L1}}} = ask(P, {await, l, 5000}),
    R = monitor(process, P),
    tell(P, {exit, {big, B}}),
    receive {'DOWN', R, _, _, {big, B2}} -> [B =:= B1, L =:= L1, B2 =:= B] after 5000 -> none end.

calls_of_unknown_functions(N) ->
    [try {ok, erpc:call(N, nomod, f, [1], 3000)}
     catch C:{exception, R, [{M, F, A, _} | _]} -> {C, exception, R, M, F, A};
           C:R -> {C, R} end,
     case rpc:call(N, nomod, f, [1], 3000) of
         {badrpc, {'EXIT', {undef, [{M, F, A, _} | _]}}} -> {badrpc, undef, M, F, A};
         O -> O
     end].

%% What puppets of two nodes do with each other.
-module(puppet_pair_scenarios).

-compile(export_all).
-compile(nowarn_export_all).

-import(puppet_driver, [new/1, ask/2, tell/2, answer/2, value/2, dead/1, down/1,
                        norm/2, sorted/1, until/1, reasons/0]).

pair_bonds(N, M) ->
    [begin
         [A, B] = [new(N), new(M)],
         ask(A, {trap_exit, true}),
         {ok, true} = ask(A, {link, B}),
         {ok, R} = ask(A, {monitor, B}),
         until(fun() -> value(B, {info, B, monitored_by}) =:= {monitored_by, [A]} end),
         tell(B, Op),
         [case ask(A, {await, T, 5000}) of
              {ok, {message, {'EXIT', B, {Why, [{_, _, _, _} | _]}}}} -> {exit, Why};
              {ok, {message, {'DOWN', R, process, B, {Why, [{_, _, _, _} | _]}}}} -> {down, Why};
              O -> norm(O, [{B, b}, {R, r}])
          end || T <- ['EXIT', 'DOWN']]
     end || Op <- [{exit, x}, {exit, normal}, {exit, kill}, return, {error, x}, {throw, x}]].

pair_reasons(N, M) ->
    [begin
         [A, B] = [new(N), new(M)],
         {ok, _} = ask(A, {monitor, B}),
         until(fun() -> value(B, {info, B, monitored_by}) =:= {monitored_by, [A]} end),
         tell(B, {exit, R}),
         {ok, {message, {'DOWN', _, process, B, Why}}} = ask(A, {await, 'DOWN', 5000}),
         Why =:= R
     end || R <- reasons()].

pair_links_pass_ends_on(N, M) ->
    All = [A | Rest] = [new(X) || _ <- lists:seq(1, 5), X <- [N, M]],
    lists:foldl(fun(Q, P) -> {ok, true} = ask(P, {link, Q}), Q end, A, Rest),
    [until(fun() -> {links, L} = value(P, {info, P, links}),
                    length(L) =:= case P =:= A orelse P =:= lists:last(All) of
                                      true -> 1; false -> 2 end end) || P <- All],
    Ms = [monitor(process, Q) || Q <- All],
    tell(lists:nth(4, All), {exit, chain}),
    [down(X) || X <- Ms].

pair_unlinks(N, M) ->
    [A, B] = [new(N), new(M)],
    One = value(A, {batch, lists:append([[{link, B}, {unlink, B}] || _ <- lists:seq(1, 20)])}),
    R1 = tell(A, {batch, [{link, B}, {unlink, B}, {link, B}]}),
    R2 = tell(B, {batch, [{link, A}, {unlink, A}, {link, A}]}),
    [{ok, _}, {ok, _}] = [answer(R, 5000) || R <- [R1, R2]],
    {ok, true} = ask(A, {unlink, B}),
    until(fun() -> value(B, {info, B, links}) =:= {links, []} end),
    tell(B, {exit, x}),
    [lists:usort(One), ask(A, {info, A, links})].

pair_exit_signals(N, M) ->
    [begin
         [A, B] = [new(N), new(M)],
         ask(B, {trap_exit, Traps}),
         Mon = monitor(process, B),
         {ok, B} = ask(B, self),
         S = ask(A, {exit, B, R}),
         T = tell(B, {await, 200}),
         End = receive {'DOWN', Mon, _, _, Why} -> {dead, Why};
                       {done, T, O} -> O end,
         norm({Traps, R, S, End}, [{A, a}])
     end || Traps <- [true, false], R <- [normal, kill, killed, x, {shutdown, y}]].

pair_names(N, M) ->
    [A, B] = [new(N), new(M)],
    {ok, Z} = ask(A, {monitor, {pair_name, M}}),
    Zero = ask(A, {await, 'DOWN', 5000}),
    {ok, true} = ask(B, {register, pair_name}),
    {ok, m1} = ask(A, {send, {pair_name, M}, m1}),
    {ok, R} = ask(A, {monitor, {pair_name, M}}),
    {ok, S} = ask(A, {monitor, {pair_name, M}, [{tag, {t, 1}}]}),
    One = ask(B, {await, 5000}),
    until(fun() -> value(B, {info, B, monitored_by}) =:= {monitored_by, [A, A]} end),
    {ok, I} = ask(A, {info, A, monitors}),
    {ok, J} = ask(B, {info, B, monitored_by}),
    tell(B, return),
    norm([Zero, One, I, J, ask(A, {await, 'DOWN', 5000}), ask(A, {await, {t, 1}, 5000})],
         [{Z, z}, {R, r}, {S, s}, {M, m}, {A, a}]).

pair_dead(N, M) ->
    [A, D] = [new(N), dead(M)],
    ask(A, {trap_exit, true}),
    {ok, R} = ask(A, {monitor, D}),
    One = ask(A, {await, 5000}),
    Two = [ask(A, {link, D}), ask(A, {await, 5000}), ask(A, {unlink, D}), ask(A, {exit, D, x}),
           ask(A, {send, D, x}), ask(A, {is_alive, D}), ask(A, {info, D, links})],
    norm([One, Two], [{D, d}, {R, r}]).

pair_aliases(N, M) ->
    [begin
         [A, B] = [new(N), new(M)],
         {ok, R} = ask(A, {monitor, B, [{alias, Mode}]}),
         [{ok, I} = ask(B, {send, R, I}) || I <- [1, 2]],
         One = [ask(A, {await, T}) || T <- [2000, 200]],
         Two = ask(A, {demonitor, R, [info, flush]}),
         {ok, 3} = ask(B, {send, R, 3}),
         Three = [ask(A, {await, 200}), ask(B, {unalias, R}), ask(A, {unalias, R})],
         tell(B, {exit, x}),
         {Mode, One, Two, Three, ask(A, {await, 100})}
     end || Mode <- [explicit_unalias, demonitor, reply_demonitor]].

pair_spawns(N, M) ->
    A = new(N),
    ask(A, {trap_exit, true}),
    {ok, P} = ask(A, {spawn, M, []}),
    {ok, Q} = ask(A, {spawn, M, [link]}),
    {ok, {R, R1}} = ask(A, {spawn, M, [monitor]}),
    {ok, {S, S1}} = ask(A, {spawn, M, [monitor, link]}),
    Where = [value(X, node) || X <- [P, Q, R, S]],
    {ok, L} = ask(A, {info, A, links}),
    [exit(X, gone) || X <- [Q, R]], tell(P, {exit, gone}),
    One = [ask(A, {await, T, 5000}) || T <- ['EXIT', 'DOWN']],
    tell(S, {exit, gone}),
    Two = [ask(A, {await, T, 5000}) || T <- ['EXIT', 'DOWN']],
    Names = [{Q, q}, {R, r}, {S, s}, {R1, r1}, {S1, s1}, {M, m}],
    {links, Ls} = L,
    norm([Where, lists:sort(norm(Ls, Names)), One, Two, ask(A, received)], Names).

pair_messages(N, M) ->
    [A, B] = [new(N), new(M)],
    [tell(A, {send, B, I}) || I <- lists:seq(1, 500)],
    {ok, R} = ask(B, {monitor, A}),
    tell(A, {send, B, {big, binary:copy(<<"x">>, 500000)}}),
    tell(A, {exit, x}),
    {ok, D} = ask(B, {await, 'DOWN', 5000}),
    {ok, All} = ask(B, received),
    norm([D, lists:sublist(All, 500) =:= lists:seq(1, 500),
          [byte_size(X) || {big, X} <- All]], [{A, a}, {R, r}]).

pair_nodes(N, M) ->
    [A, B] = [new(N), new(M)],
    {ok, _} = ask(A, {send, B, hello}),
    {ok, _} = ask(B, {await, 5000}),
    until(fun() -> lists:member(M, value(A, nodes)) end),
    [[lists:member(X, value(P, nodes)) || X <- [N, M, node()]] || P <- [A, B]].

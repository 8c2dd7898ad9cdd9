%% Unlinking: what it promises, also while the other side dies or links again.
-module(twin_unlinking).

-export([one_unlink_undoes_two_links/1, either_side_may_unlink/1,
         unlink_of_strangers/1, nothing_comes_after_unlink/1,
         unlinked_lives_on/1, unlinked_from_one_of_two/1,
         queued_exit_stays_after_unlink/1, relinked_is_linked/1,
         unlink_while_the_other_dies/1, both_sides_link_and_unlink/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_exit/0, await_down/1,
               drain/0, idle/0, until_dead/1, until_queued/1, attempt/1,
               links/1]).

one_unlink_undoes_two_links(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn(fun () -> idle() end)),
    link(B),
    link(B),
    unlink(B),
    say(T, [links, links(self()), links(B)]),
    exit(B, kill),
    until_dead(B),
    say(T, [left, drain()]).

either_side_may_unlink(T) ->
    process_flag(trap_exit, true),
    Main = self(),
    B = as(T, b, spawn(fun () ->
        await(cut),
        unlink(Main),
        Main ! cut,
        idle()
    end)),
    link(B),
    B ! cut,
    await(cut),
    say(T, [links, links(self()), links(B)]),
    exit(B, bye),
    until_dead(B),
    say(T, [left, drain()]).

unlink_of_strangers(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    Dead = as(T, dead, dead()),
    say(T, [unlink, attempt(fun () -> unlink(B) end), attempt(fun () -> unlink(Dead) end)]),
    say(T, [alive, is_process_alive(B), left, drain()]).

nothing_comes_after_unlink(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn_link(fun () -> idle() end)),
    unlink(B),
    exit(B, bye),
    until_dead(B),
    say(T, [left, drain()]).

unlinked_lives_on(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> idle() end)),
    A = as(T, a, spawn(fun () ->
        link(B),
        unlink(B),
        Main ! ready,
        await(ping),
        say(T, [pinged]),
        Main ! pong,
        idle()
    end)),
    await(ready),
    exit(B, bye),
    until_dead(B),
    A ! ping,
    await(pong).

unlinked_from_one_of_two(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> idle() end)),
    C = as(T, c, spawn(fun () -> idle() end)),
    {A, M} = as(T, a, m, spawn_monitor(fun () ->
        link(B),
        link(C),
        unlink(B),
        Main ! ready,
        idle()
    end)),
    await(ready),
    say(T, [links, links(A), links(B), links(C)]),
    exit(B, first),
    exit(C, second),
    say(T, [got, await_down(M)]).

queued_exit_stays_after_unlink(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn_link(fun () -> exit(bye) end)),
    until_queued(1),
    unlink(B),
    say(T, [left, drain()]).

relinked_is_linked(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn(fun () -> idle() end)),
    link(B),
    unlink(B),
    link(B),
    say(T, [links, links(self()), links(B)]),
    exit(B, bye),
    say(T, [got, await_exit()]),
    until_dead(B),
    say(T, [left, drain()]).

unlink_while_the_other_dies(T) ->
    process_flag(trap_exit, true),
    say(T, [late, lists:sum([unlink_round() || _ <- lists:seq(1, 300)])]).

%% 1 if an exit comes after unlink and a look into the queue.
unlink_round() ->
    B = spawn_link(fun () -> await(go), exit(bye) end),
    B ! go,
    unlink(B),
    receive {'EXIT', B, _} -> flushed after 0 -> nothing end,
    until_dead(B),
    receive {'EXIT', B, _} -> 1 after 0 -> 0 end.

both_sides_link_and_unlink(T) ->
    Rounds = [agreement_round(N) || N <- lists:seq(1, 20)],
    say(T, [agreed, length([R || R <- Rounds, R =:= agreed])]).

agreement_round(N) ->
    Main = self(),
    Partner = fun (Step) ->
        fun () ->
            Peer = receive {peer, P} -> P end,
            [case (I * Step + N) rem 3 of
                 0 -> unlink(Peer);
                 _ -> link(Peer)
             end || I <- lists:seq(1, 100)],
            Peer ! {done, self()},
            receive {done, Peer} -> settled end,
            Main ! {ready, self()},
            idle()
        end
    end,
    A = spawn(Partner(1)),
    B = spawn(Partner(2)),
    A ! {peer, B},
    B ! {peer, A},
    receive {ready, A} -> ok end,
    receive {ready, B} -> ok end,
    case {links(A), links(B)} of
        {{_, []}, {_, []}} -> agreed;
        {{_, [B]}, {_, [A]}} -> agreed;
        _ -> at_odds
    end.

%% ---- helpers

dead() ->
    Pid = spawn(fun () -> ended end),
    until_dead(Pid),
    Pid.

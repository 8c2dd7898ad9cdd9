%% Monitors: what a down message says, when it comes and when it does not.
-module(twin_monitors).

-export([down_tells_how_it_ended/1, dead_is_noproc/1, free_name_is_noproc/1,
         each_monitor_fires_once/1, every_watcher_hears/1,
         watching_is_one_way/1, nothing_comes_after_demonitor/1,
         queued_down_stays_without_flush/1, flush_takes_one_down/1,
         info_tells_that_it_was_on/1, info_tells_that_it_had_fired/1,
         flush_and_info/1, demonitor_of_what_is_none/1, demonitor_of_anothers/1,
         watching_oneself/1, down_by_name_has_the_name/1,
         name_is_resolved_once/1, name_is_free_when_the_down_comes/1,
         tag_stands_in_the_down/1, flush_finds_a_tagged_down/1,
         spawn_monitor_hears_the_true_reason/1, bonds_are_listed_while_on/1,
         info_agrees_with_the_queue/1, last_words_come_before_the_down/1,
         watcher_lives_on/1, demonitored_among_others/1]).

-import(twin, [as/3, as/4, say/2, say_in/3, set/1, await/1, await_down/0,
               await_down/1, next/0, drain/0, idle/0, until/1, until_dead/1,
               until_queued/1, monitors/1, monitored_by/1]).

down_tells_how_it_ended(T) ->
    ends(T, normal, fun () -> returned end),
    ends(T, term, fun () -> exit({boom, [1, two]}) end),
    ends(T, error, fun () -> error(boom) end),
    ends(T, throw, fun () -> throw(ball) end),
    ends(T, shutdown, fun () -> exit(shutdown) end),
    ends(T, detail, fun () -> exit({shutdown, tired}) end),
    ends(T, kill, fun () -> exit(kill) end).

ends(T, Role, Body) ->
    as(T, Role, m, spawn_monitor(Body)),
    say(T, [got, await_down()]).

dead_is_noproc(T) ->
    B = as(T, b, spawn(fun () -> exit(bye) end)),
    until_dead(B),
    as(T, m, monitor(process, B)),
    say(T, [got, await_down()]).

free_name_is_noproc(T) ->
    as(T, m1, monitor(process, twin_nobody)),
    say(T, [got, await_down()]),
    as(T, m2, monitor(process, {twin_nobody, node()})),
    say(T, [got, await_down()]).

each_monitor_fires_once(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    as(T, m1, monitor(process, B)),
    as(T, m2, monitor(process, B)),
    as(T, m3, monitor(process, B)),
    exit(B, bye),
    [say_in(T, '~downs', [got, await_down()]) || _ <- [1, 2, 3]],
    until_dead(B),
    say(T, [left, drain()]).

every_watcher_hears(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> idle() end)),
    [begin
         as(T, Role, spawn(fun () ->
             as(T, m, monitor(process, B)),
             Main ! watching,
             say(T, [got, await_down()]),
             Main ! told
         end)),
         await(watching)
     end || Role <- [w1, w2, w3, w4, w5]],
    exit(B, bye),
    [await(told) || _ <- lists:seq(1, 5)].

watching_is_one_way(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> idle() end)),
    W = as(T, w, spawn(fun () ->
        monitor(process, B),
        Main ! watching,
        idle()
    end)),
    await(watching),
    say(T, [by, monitored_by(B), monitors, monitors(W)]),
    exit(W, bye),
    until_dead(W),
    until(fun () -> monitored_by(B) =:= set([]) end),
    say(T, [by, monitored_by(B), alive, is_process_alive(B)]).

nothing_comes_after_demonitor(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    demonitor(M),
    exit(B, bye),
    until_dead(B),
    say(T, [left, drain()]).

queued_down_stays_without_flush(T) ->
    {_, M} = as(T, b, m, spawn_monitor(fun () -> exit(bye) end)),
    until_queued(1),
    demonitor(M),
    say(T, [left, drain()]).

flush_takes_one_down(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    as(T, m1, monitor(process, B)),
    M2 = as(T, m2, monitor(process, B)),
    as(T, m3, monitor(process, B)),
    as(T, m4, monitor(process, B)),
    exit(B, bye),
    until_queued(4),
    demonitor(M2, [flush]),
    say(T, [left, set(drain())]).

info_tells_that_it_was_on(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    say(T, [was, demonitor(M, [info])]),
    exit(B, bye),
    until_dead(B),
    say(T, [left, drain()]).

info_tells_that_it_had_fired(T) ->
    {_, M} = as(T, b, m, spawn_monitor(fun () -> exit(bye) end)),
    until_queued(1),
    say(T, [was, demonitor(M, [info])]),
    say(T, [left, drain()]).

flush_and_info(T) ->
    {B1, M1} = as(T, b1, m1, spawn_monitor(fun () -> idle() end)),
    say(T, [on, demonitor(M1, [flush, info])]),
    say(T, [off, demonitor(M1, [flush, info])]),
    exit(B1, bye),
    until_dead(B1),
    {_, M2} = as(T, b2, m2, spawn_monitor(fun () -> exit(bye) end)),
    until_queued(1),
    say(T, [fired, demonitor(M2, [flush, info])]),
    say(T, [left, drain()]),
    say(T, [again, demonitor(M2, [flush, info])]).

demonitor_of_what_is_none(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    say(T, [plain, demonitor(make_ref(), [info]), demonitor(make_ref(), [flush])]),
    say(T, [once, demonitor(M, [info]), twice, demonitor(M, [info])]),
    say(T, [flushed, demonitor(M, [flush]), alive, is_process_alive(B)]).

demonitor_of_anothers(T) ->
    Main = self(),
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    as(T, other, spawn(fun () ->
        say(T, [was, demonitor(M, [info])]),
        say(T, [flushed, demonitor(M, [flush])]),
        Main ! tried
    end)),
    await(tried),
    say(T, [monitors, monitors(self())]),
    exit(B, bye),
    say(T, [got, await_down()]).

watching_oneself(T) ->
    register(twin_self, self()),
    M1 = monitor(process, self()),
    M2 = monitor(process, twin_self),
    say(T, [monitors, monitors(self())]),
    say(T, [was, demonitor(M1, [info]), demonitor(M2, [info]), left, drain()]).

down_by_name_has_the_name(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    register(twin_b, B),
    as(T, m1, monitor(process, twin_b)),
    as(T, m2, monitor(process, {twin_b, node()})),
    as(T, m3, monitor(process, B)),
    exit(B, bye),
    [say_in(T, '~downs', [got, await_down()]) || _ <- [1, 2, 3]].

name_is_resolved_once(T) ->
    A = as(T, a, spawn(fun () -> idle() end)),
    B = as(T, b, spawn(fun () -> idle() end)),
    register(twin_moving, A),
    as(T, m, monitor(process, twin_moving)),
    unregister(twin_moving),
    register(twin_moving, B),
    exit(B, second),
    until_dead(B),
    say(T, [left, drain()]),
    exit(A, first),
    say(T, [got, await_down()]).

name_is_free_when_the_down_comes(T) ->
    Taken = [begin
                 {_, M} = spawn_monitor(fun () -> register(twin_contested, self()) end),
                 {_, _, _, _, Reason} = await_down(M),
                 Reason
             end || _ <- lists:seq(1, 200)],
    say(T, [registered, lists:usort(Taken)]).

tag_stands_in_the_down(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    as(T, m1, monitor(process, B, [{tag, {my, tag}}])),
    exit(B, bye),
    say(T, [got, next_soon()]),
    as(T, m2, monitor(process, B, [{tag, late}])),
    say(T, [got, next_soon()]),
    as(T, c, m3, spawn_opt(fun () -> exit(bye) end, [{monitor, [{tag, born}]}])),
    say(T, [got, next_soon()]).

flush_finds_a_tagged_down(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    M = as(T, m, monitor(process, B, [{tag, custom}])),
    exit(B, bye),
    until_queued(1),
    say(T, [was, demonitor(M, [flush, info]), left, drain()]).

spawn_monitor_hears_the_true_reason(T) ->
    Reasons = [begin
                   {_, M} = spawn_monitor(fun () -> exit(bye) end),
                   {_, _, _, _, Reason} = await_down(M),
                   Reason
               end || _ <- lists:seq(1, 200)],
    say(T, [reasons, lists:usort(Reasons)]).

bonds_are_listed_while_on(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    register(twin_listed, B),
    M1 = monitor(process, B),
    monitor(process, B),
    monitor(process, twin_listed),
    say(T, [monitors, monitors(self()), by, monitored_by(B)]),
    demonitor(M1),
    say(T, [monitors, monitors(self()), by, monitored_by(B)]),
    exit(B, bye),
    until_queued(2),
    say(T, [monitors, monitors(self())]).

info_agrees_with_the_queue(T) ->
    Wrong = [wrong || _ <- lists:seq(1, 300), not agrees()],
    say(T, [wrong, length(Wrong)]).

agrees() ->
    {B, M} = spawn_monitor(fun () -> await(go) end),
    B ! go,
    case demonitor(M, [info]) of
        true ->
            until_dead(B),
            receive {_, M, _, _, _} -> false after 0 -> true end;
        false ->
            receive {_, M, _, _, normal} -> true after 0 -> false end
    end.

last_words_come_before_the_down(T) ->
    Main = self(),
    {_, _} = as(T, b, m, spawn_monitor(fun () ->
        [Main ! {word, N} || N <- lists:seq(1, 5)],
        exit(bye)
    end)),
    until_queued(6),
    say(T, [all, drain()]).

watcher_lives_on(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> idle() end)),
    W = as(T, w, spawn(fun () ->
        as(T, m, monitor(process, B)),
        Main ! watching,
        say(T, [got, await_down()]),
        Main ! told,
        idle()
    end)),
    await(watching),
    exit(B, kill),
    await(told),
    say(T, [alive, is_process_alive(W)]).

demonitored_among_others(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    as(T, m1, monitor(process, B)),
    M2 = as(T, m2, monitor(process, B)),
    as(T, m3, monitor(process, B)),
    demonitor(M2),
    exit(B, bye),
    until_queued(2),
    until_dead(B),
    say(T, [left, set(drain())]).

%% ---- helpers

%% The next message, for which the caller waits.
next_soon() ->
    until_queued(1),
    next().

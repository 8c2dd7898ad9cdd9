%% How a process ends, and what it and others see of that.
-module(twin_exits).

-export([return_is_normal/1, own_reason_is_kept/1, crashes_tell_what_was_raised/1,
         own_exit_can_be_caught/1, exit_signal_cannot_be_caught/1,
         cleanup_runs_at_ones_own_exit/1, caught_error_then_another_reason/1,
         first_signal_decides/1, kill_comes_too_late/1, kill_is_done_when_asked/1,
         alive_or_not/1, nothing_is_seen_after_the_exit/1,
         dead_take_signals_silently/1, big_reasons_stay_equal/1,
         killed_before_the_first_instruction/1, sleeper_is_woken_to_die/1,
         worker_that_never_receives_dies/1, exit_from_deep_within/1,
         exit_of_oneself_from_deep_within/1, exiting_twice_is_once/1,
         exits_from_many_are_one_end/1, info_of_the_dead/1,
         messages_die_with_their_receiver/1, last_will/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_down/0, await_down/1,
               next/0, drain/0, idle/0, until_dead/1, until_queued/1,
               attempt/1]).

return_is_normal(T) ->
    as(T, b, m, spawn_monitor(fun () -> {some, value} end)),
    say(T, [got, await_down()]).

own_reason_is_kept(T) ->
    [begin
         as(T, b, m, spawn_monitor(fun () -> exit(Reason) end)),
         say(T, [got, await_down()])
     end || Reason <- [bye, 42, {boom, 1}, [a, [b, 3], {}], normal, shutdown,
                       {shutdown, {why, 1}}, kill, killed, noproc, noconnection]].

crashes_tell_what_was_raised(T) ->
    as(T, b1, m1, spawn_monitor(fun () -> error(boom) end)),
    say(T, [got, await_down()]),
    as(T, b2, m2, spawn_monitor(fun () -> error({boom, [1, 2]}) end)),
    say(T, [got, await_down()]),
    as(T, b3, m3, spawn_monitor(fun () -> throw({ball, 3}) end)),
    say(T, [got, await_down()]),
    as(T, b4, m4, spawn_monitor(fun () -> 1 div queue_length() end)),
    say(T, [got, await_down()]).

own_exit_can_be_caught(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        try exit(bye) catch exit:Reason -> say(T, [caught, Reason]) end,
        say(T, [alive, is_process_alive(self())])
    end)),
    say(T, [got, await_down()]).

exit_signal_cannot_be_caught(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        try exit(self(), die) catch _:_ -> say(T, [caught]) end,
        say(T, [went, on])
    end)),
    say(T, [got, await_down()]).

cleanup_runs_at_ones_own_exit(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        try exit(bye) after say(T, [cleaned, up]) end
    end)),
    say(T, [got, await_down()]).

caught_error_then_another_reason(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        try error(first) catch error:Reason -> exit({because, Reason}) end
    end)),
    say(T, [got, await_down()]).

first_signal_decides(T) ->
    {B, _} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    exit(B, first),
    exit(B, second),
    say(T, [got, await_down()]).

kill_comes_too_late(T) ->
    {B, _} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    exit(B, first),
    exit(B, kill),
    say(T, [got, await_down()]).

kill_is_done_when_asked(T) ->
    Alive = [begin
                 B = spawn(fun () -> process_flag(trap_exit, true), idle() end),
                 exit(B, kill),
                 is_process_alive(B)
             end || _ <- lists:seq(1, 200)],
    say(T, [alive, lists:usort(Alive)]).

alive_or_not(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    say(T, [alive, is_process_alive(self()), is_process_alive(B)]),
    exit(B, normal),
    say(T, [alive, is_process_alive(B)]),
    exit(B, bye),
    say(T, [alive, is_process_alive(B), is_process_alive(B)]).

nothing_is_seen_after_the_exit(T) ->
    Main = self(),
    {B, _} = as(T, b, m, spawn_monitor(fun () -> echo(T, Main) end)),
    B ! {say, before},
    await(said),
    exit(B, bye),
    B ! {say, later},
    say(T, [got, await_down(), left, drain()]).

echo(T, Main) ->
    receive
        {say, Word} ->
            say(T, [heard, Word]),
            Main ! said,
            echo(T, Main)
    end.

dead_take_signals_silently(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> exit(bye) end)),
    say(T, [got, await_down()]),
    say(T, [send, attempt(fun () -> B ! hello end)]),
    say(T, [exit, attempt(fun () -> exit(B, again) end)]),
    say(T, [kill, attempt(fun () -> exit(B, kill) end)]),
    say(T, [unlink, attempt(fun () -> unlink(B) end)]),
    say(T, [demonitor, attempt(fun () -> demonitor(M) end)]),
    say(T, [alive, is_process_alive(B), left, drain()]).

big_reasons_stay_equal(T) ->
    Big = {reason, [{N, [N, {deep, [N]}]} || N <- lists:seq(1, 2000)]},
    {_, M1} = as(T, b, m1, spawn_monitor(fun () -> exit(Big) end)),
    {_, _, _, _, R1} = await_down(M1),
    {C, M2} = as(T, c, m2, spawn_monitor(fun () -> idle() end)),
    exit(C, Big),
    {_, _, _, _, R2} = await_down(M2),
    say(T, [equal, R1 =:= Big, R2 =:= Big]).

killed_before_the_first_instruction(T) ->
    Reasons = [begin
                   {B, M} = spawn_monitor(fun () -> idle() end),
                   exit(B, kill),
                   {_, _, _, _, Reason} = await_down(M),
                   Reason
               end || _ <- lists:seq(1, 200)],
    say(T, [reasons, lists:usort(Reasons)]).

sleeper_is_woken_to_die(T) ->
    Main = self(),
    {B, _} = as(T, b, m, spawn_monitor(fun () ->
        Main ! sleeping,
        receive after 600000 -> say(T, [slept]) end
    end)),
    await(sleeping),
    exit(B, wake),
    say(T, [got, await_down()]).

worker_that_never_receives_dies(T) ->
    Main = self(),
    {B, _} = as(T, b, m, spawn_monitor(fun () ->
        Main ! working,
        work()
    end)),
    await(working),
    exit(B, enough),
    say(T, [got, await_down()]).

work() ->
    erlang:yield(),
    work().

exit_from_deep_within(T) ->
    as(T, b, m, spawn_monitor(fun () -> dive(100, fun () -> exit({deep, 100}) end) end)),
    say(T, [got, await_down()]).

exit_of_oneself_from_deep_within(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        dive(100, fun () -> exit(self(), {deep, self}) end),
        say(T, [went, on])
    end)),
    say(T, [got, await_down()]).

dive(0, Bottom) -> [Bottom()];
dive(N, Bottom) -> [N | dive(N - 1, Bottom)].

exiting_twice_is_once(T) ->
    {B, _} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    exit(B, bye),
    exit(B, bye),
    say(T, [got, await_down()]),
    until_dead(B),
    say(T, [left, drain()]).

exits_from_many_are_one_end(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    Senders = [spawn_monitor(fun () -> exit(B, {from, N}) end) || N <- lists:seq(1, 20)],
    {_, _, _, _, {from, N}} = await_down(M),
    [await_down(S) || {_, S} <- Senders],
    say(T, [one, lists:member(N, lists:seq(1, 20)), left, drain()]).

info_of_the_dead(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    say(T, [listed, lists:member(B, processes())]),
    exit(B, bye),
    await_down(M),
    say(T, [info, process_info(B, links), listed, lists:member(B, processes())]).

messages_die_with_their_receiver(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    [B ! {message, N} || N <- lists:seq(1, 10)],
    say(T, [queued, twin:queue_length(B)]),
    exit(B, bye),
    say(T, [got, await_down(M)]).

last_will(T) ->
    process_flag(trap_exit, true),
    Main = self(),
    as(T, b, spawn_link(fun () ->
        Main ! {will, self()},
        exit(bye)
    end)),
    until_queued(2),
    say(T, [got, next()]),
    say(T, [got, next()]).

%% ---- helpers

queue_length() ->
    twin:queue_length(self()).

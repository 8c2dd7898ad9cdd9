%% How servers end.
-module(twin_server_ends).

-export([end_without_a_reply/1, cleaning_up_comes_before_the_reply/1,
         reply_although_cleaning_up_fails/1, crash_in_a_call/1,
         crashes_in_other_handlers/1, exit_in_a_handler/1, cleaning_up_fails/1,
         parent_ends_who_traps/1, exits_of_others_are_messages/1,
         who_does_not_trap_just_dies/1, stop_with_a_reason/1, stop_that_fails/1,
         stop_that_takes_too_long/1, ends_reach_the_linked/1,
         suspended_server_ends/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_exit/0, await_down/0,
               await_down/1, drain/0, until_dead/1]).
-import(clerk, [start/0, start/1, listening/1, called/1]).

reasons() ->
    [normal, shutdown, {shutdown, why}, odd, {odd, 1}].

end_without_a_reply(T) ->
    [begin
         S = as(T, s, start()),
         say(T, [called(fun () ->
             gen_server:call(S, fun (_, St) -> {stop, Reason, St} end)
         end)])
     end || Reason <- reasons()].

cleaning_up_comes_before_the_reply(T) ->
    Main = self(),
    S = as(T, s, start(fun () ->
        {ok, #{terminate => fun (Reason) ->
            Main ! cleaning,
            receive replied -> say(T, [early])
            after 20 -> say(T, [terminate, Reason])
            end
        end}}
    end)),
    as(T, m, monitor(process, S)),
    as(T, p, mp, spawn_monitor(fun () ->
        Reply = gen_server:call(S, fun (_, St) -> {stop, bye, done, St} end),
        S ! replied,
        say(T, [got, Reply])
    end)),
    await(cleaning),
    %% In any order: the caller may end before the server.
    say(T, [got, twin:set([await_down(), await_down()])]).

reply_although_cleaning_up_fails(T) ->
    S = as(T, s, start(fun () ->
        {ok, #{terminate => fun (_) -> error(boom) end}}
    end)),
    as(T, m, monitor(process, S)),
    say(T, [called(fun () ->
        gen_server:call(S, fun (_, St) -> {stop, normal, done, St} end)
    end)]),
    say(T, [got, await_down()]).

crash_in_a_call(T) ->
    S = as(T, s, start(listening(T))),
    as(T, m, monitor(process, S)),
    say(T, [called(fun () -> gen_server:call(S, fun (_, _) -> error(boom) end) end)]),
    say(T, [got, await_down()]).

crashes_in_other_handlers(T) ->
    Crash = fun (_) -> error(boom) end,
    [begin
         S = as(T, s, start(fun () ->
             {ok, #{info => fun (_, _) -> error({boom, info}) end,
                    timeout => Crash,
                    terminate => fun (Reason) -> say(T, [terminate, Reason]) end}}
         end)),
         as(T, m, monitor(process, S)),
         Do(S),
         say(T, [got, await_down()])
     end || Do <- [fun (S) -> gen_server:cast(S, Crash) end,
                   fun (S) -> S ! hello end,
                   fun (S) ->
                       gen_server:cast(S, fun (St) -> {noreply, St, {continue, Crash}} end)
                   end,
                   fun (S) -> gen_server:cast(S, fun (St) -> {noreply, St, 1} end) end]].

exit_in_a_handler(T) ->
    [begin
         S = as(T, s, start(listening(T))),
         as(T, m, monitor(process, S)),
         say(T, [called(fun () -> gen_server:call(S, fun (_, _) -> exit(Reason) end) end)]),
         say(T, [got, await_down()])
     end || Reason <- reasons()].

cleaning_up_fails(T) ->
    [begin
         S = as(T, s, start(fun () ->
             {ok, #{terminate => fun (_) -> Will() end}}
         end)),
         as(T, m, monitor(process, S)),
         gen_server:cast(S, Do),
         say(T, [got, await_down()])
     end || Do <- [fun (St) -> {stop, bye, St} end,
                   fun (_) -> error(boom) end],
            Will <- [fun () -> error(worse) end,
                     fun () -> exit(worse) end]].

parent_ends_who_traps(T) ->
    Main = self(),
    [begin
         {P, M} = as(T, p, mp, spawn_monitor(fun () ->
             {ok, S} = gen_server:start_link(clerk, listening(T), []),
             Main ! {started, S},
             await(go),
             exit(Reason)
         end)),
         S = receive {started, Pid} -> as(T, s, Pid) end,
         Ref = as(T, m, monitor(process, S)),
         P ! go,
         say(T, [got, await_down(M)]),
         say(T, [got, await_down(Ref)])
     end || Reason <- reasons()].

exits_of_others_are_messages(T) ->
    S = as(T, s, start(listening(T))),
    exit(S, odd),
    exit(S, normal),
    P = as(T, p, spawn(fun () -> link(S), exit(bye) end)),
    until_dead(P),
    gen_server:stop(S).

who_does_not_trap_just_dies(T) ->
    [begin
         S = as(T, s, start(fun () ->
             {ok, #{terminate => fun (R) -> say(T, [terminate, R]) end}}
         end)),
         as(T, m, monitor(process, S)),
         exit(S, normal),
         exit(S, Reason),
         say(T, [got, await_down()])
     end || Reason <- [shutdown, odd, kill]].

stop_with_a_reason(T) ->
    [begin
         S = as(T, s, start(listening(T))),
         as(T, m, monitor(process, S)),
         say(T, [called(fun () -> gen_server:stop(S, Reason, infinity) end)]),
         say(T, [got, await_down()])
     end || Reason <- reasons()].

stop_that_fails(T) ->
    S = as(T, s, start(fun () ->
        {ok, #{terminate => fun (_) -> exit(other) end}}
    end)),
    say(T, [called(fun () -> gen_server:stop(S, bye, 1000) end)]),
    say(T, [called(fun () -> gen_server:stop(S, bye, 1000) end)]),
    say(T, [called(fun () -> gen_server:stop(nobody) end)]),
    say(T, [left, drain()]).

stop_that_takes_too_long(T) ->
    S = as(T, s, start(listening(T))),
    as(T, m, monitor(process, S)),
    gen_server:cast(S, fun (St) -> await(go), {noreply, St} end),
    say(T, [called(fun () -> gen_server:stop(S, bye, 5) end)]),
    S ! go,
    say(T, [got, await_down()]),
    say(T, [left, drain()]).

ends_reach_the_linked(T) ->
    process_flag(trap_exit, true),
    [begin
         {ok, S} = gen_server:start_link(clerk, fun () -> {ok, #{}} end, []),
         as(T, s, S),
         gen_server:cast(S, fun (St) -> {stop, Reason, St} end),
         say(T, [got, await_exit()])
     end || Reason <- reasons()].

suspended_server_ends(T) ->
    S = as(T, s, start(listening(T))),
    as(T, m, monitor(process, S)),
    sys:suspend(S),
    gen_server:cast(S, fun (St) -> say(T, [cast]), {noreply, St} end),
    say(T, [called(fun () -> gen_server:stop(S, bye, 1000) end)]),
    say(T, [got, await_down()]).

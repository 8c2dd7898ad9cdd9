%% What servers do with calls, casts and other messages.
-module(twin_servers).

-export([calls_casts_and_messages_keep_order/1,
         early_reply_goes_before_the_rest/1, late_reply_of_another_handler/1,
         reply_of_another_process/1, second_reply_vanishes/1, calling_oneself/1,
         nobody_there/1, killed_during_the_call/1, waiting_callers_are_told/1,
         failed_call_ends_the_caller/1, no_late_reply/1, cast_never_fails/1,
         continuing_comes_before_messages/1, timeout_when_nothing_comes/1,
         timeout_of_zero_with_a_message/1, any_message_ends_the_timeout/1,
         messages_wait_while_suspended/1, state_is_seen_and_changed/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_down/0, await_down/1, drain/0,
               idle/0, until/1, attempt/1, queue_length/1]).
-import(clerk, [start/0, start/1, listening/1, called/1]).

%% Waits until the server has done what came before.
synchronize(S) ->
    gen_server:call(S, fun (_, St) -> {reply, done, St} end).

calls_casts_and_messages_keep_order(T) ->
    S = as(T, s, start(listening(T))),
    [begin
         gen_server:cast(S, fun (St) -> say(T, [cast, N]), {noreply, St} end),
         S ! N,
         Reply = gen_server:call(S, fun (_, St) -> say(T, [call, N]), {reply, N, St} end),
         say(T, [got, Reply])
     end || N <- [1, 2, 3]].

early_reply_goes_before_the_rest(T) ->
    S = as(T, s, start()),
    say(T, [got, gen_server:call(S, fun (From, St) ->
        gen_server:reply(From, early),
        await(go),
        say(T, [the, rest]),
        {noreply, St}
    end)]),
    S ! go,
    gen_server:stop(S).

late_reply_of_another_handler(T) ->
    S = as(T, s, start()),
    Main = self(),
    {P, _} = as(T, p, m, spawn_monitor(fun () ->
        say(T, [got, gen_server:call(S, fun (From, St) ->
            Main ! called,
            {noreply, St#{from => From}}
        end)])
    end)),
    await(called),
    gen_server:cast(S, fun (#{from := From} = St) ->
        gen_server:reply(From, late),
        {noreply, St}
    end),
    say(T, [got, await_down()]),
    say(T, [alive, is_process_alive(P), is_process_alive(S)]).

reply_of_another_process(T) ->
    S = as(T, s, start()),
    say(T, [got, gen_server:call(S, fun (From, St) ->
        as(T, p, spawn(fun () -> say(T, [replies]), gen_server:reply(From, done) end)),
        {noreply, St}
    end)]),
    synchronize(S).

second_reply_vanishes(T) ->
    S = as(T, s, start()),
    say(T, [got, gen_server:call(S, fun (From, St) ->
        gen_server:reply(From, first),
        {noreply, St#{from => From}}
    end)]),
    say(T, [got, gen_server:call(S, fun (_, #{from := From} = St) ->
        gen_server:reply(From, second),
        {reply, other, St}
    end)]),
    say(T, [left, drain()]).

calling_oneself(T) ->
    S = as(T, s, start()),
    [say(T, [gen_server:call(S, fun (_, St) ->
         {reply, called(fun () -> gen_server:call(self(), request, Time) end), St}
     end)]) || Time <- [infinity, 5000, 0]].

nobody_there(T) ->
    S = start(),
    gen_server:stop(S),
    say(T, [called(fun () -> gen_server:call(S, request) end)]),
    say(T, [called(fun () -> gen_server:call(S, request, infinity) end)]),
    say(T, [called(fun () -> gen_server:call(nobody, request) end)]),
    say(T, [left, drain()]).

killed_during_the_call(T) ->
    S = as(T, s, start(listening(T))),
    Main = self(),
    as(T, p, m, spawn_monitor(fun () ->
        say(T, [called(fun () ->
            gen_server:call(S, fun (_, _) -> Main ! called, idle() end)
        end)])
    end)),
    await(called),
    exit(S, kill),
    say(T, [got, await_down()]).

waiting_callers_are_told(T) ->
    S = as(T, s, start()),
    gen_server:cast(S, fun (St) -> await(go), {stop, bye, St} end),
    Callers = [as(T, P, M, spawn_monitor(fun () ->
        say(T, [called(fun () -> gen_server:call(S, request) end)])
    end)) || {P, M} <- [{p1, m1}, {p2, m2}, {p3, m3}]],
    until(fun () -> queue_length(S) =:= 3 end),
    S ! go,
    [say(T, [got, await_down(Ref)]) || {_, Ref} <- Callers].

failed_call_ends_the_caller(T) ->
    S = as(T, s, start()),
    as(T, p, m, spawn_monitor(fun () -> gen_server:call(nobody, request) end)),
    say(T, [got, await_down()]),
    as(T, p, m, spawn_monitor(fun () ->
        gen_server:call(S, fun (_, St) -> {noreply, St} end, 5)
    end)),
    say(T, [got, await_down()]),
    as(T, p, m, spawn_monitor(fun () ->
        gen_server:call(S, fun (_, St) -> {stop, bye, St} end)
    end)),
    say(T, [got, await_down()]).

no_late_reply(T) ->
    S = as(T, s, start()),
    say(T, [called(fun () ->
        gen_server:call(S, fun (_, St) -> await(go), say(T, [replies]), {reply, late, St} end, 10)
    end)]),
    S ! go,
    say(T, [called(fun () -> gen_server:call(S, fun (_, St) -> {reply, next, St} end) end)]),
    say(T, [left, drain(), twin:monitors(self())]).

cast_never_fails(T) ->
    S = start(),
    gen_server:stop(S),
    say(T, [attempt(fun () -> gen_server:cast(S, request) end)]),
    say(T, [attempt(fun () -> gen_server:cast(nobody, request) end)]).

continuing_comes_before_messages(T) ->
    Main = self(),
    Third = fun (S) -> say(T, [third]), {noreply, S} end,
    Second = fun (S) -> say(T, [second]), {noreply, S, {continue, Third}} end,
    S = as(T, s, start(fun () ->
        self() ! hello,
        {ok, St} = (listening(T))(),
        {ok, St, {continue, Second}}
    end)),
    say(T, [got, gen_server:call(S, fun (_, St) ->
        self() ! again,
        {reply, first, St, {continue, fun (St1) ->
            %% The reply is sent before.
            await(replied),
            {noreply, St1, {continue, Second}}
        end}}
    end)]),
    S ! replied,
    gen_server:call(S, fun (_, St) -> {reply, Main, St} end).

timeout_when_nothing_comes(T) ->
    Main = self(),
    S = as(T, s, start(fun () ->
        {ok, #{timeout => fun (St) -> say(T, [timeout]), Main ! timeout, {noreply, St} end}, 0}
    end)),
    await(timeout),
    gen_server:cast(S, fun (St) -> {noreply, St, 0} end),
    await(timeout),
    gen_server:cast(S, fun (St) -> {noreply, St, 2} end),
    await(timeout),
    say(T, [got, gen_server:call(S, fun (_, St) -> {reply, done, St, 3} end)]),
    await(timeout).

timeout_of_zero_with_a_message(T) ->
    S = as(T, s, start(listening(T))),
    gen_server:cast(S, fun (St) -> self() ! hello, {noreply, St, 0} end),
    %% The first may come before "hello".
    synchronize(S),
    synchronize(S).

any_message_ends_the_timeout(T) ->
    Main = self(),
    S = as(T, s, start(fun () ->
        {ok, #{info => fun (Message, St) -> say(T, [info, Message]), {noreply, St} end,
               timeout => fun (St) -> say(T, [timeout]), Main ! timeout, {noreply, St} end}}
    end)),
    gen_server:cast(S, fun (St) -> self() ! hello, {noreply, St, 5} end),
    say(T, [came, receive timeout -> timeout after 20 -> nothing end]),
    gen_server:cast(S, fun (St) -> {noreply, St, 5} end),
    await(timeout).

messages_wait_while_suspended(T) ->
    S = as(T, s, start(listening(T))),
    sys:suspend(S),
    gen_server:cast(S, fun (St) -> say(T, [cast]), {noreply, St} end),
    S ! hello,
    {P, _} = as(T, p, m, spawn_monitor(fun () ->
        say(T, [got, gen_server:call(S, fun (_, St) -> say(T, [call]), {reply, done, St} end)])
    end)),
    until(fun () -> queue_length(S) =:= 3 end),
    %% Nothing of it was handled.
    #{} = sys:get_state(S),
    say(T, [alive, is_process_alive(P)]),
    sys:resume(S),
    say(T, [got, await_down()]).

state_is_seen_and_changed(T) ->
    S = as(T, s, start()),
    Kept = fun () -> maps:get(kept, sys:get_state(S), nothing) end,
    say(T, [state, Kept()]),
    gen_server:cast(S, fun (St) -> {noreply, St#{kept => one}} end),
    say(T, [state, Kept()]),
    sys:replace_state(S, fun (#{kept := one} = St) -> St#{kept := two} end),
    say(T, [state, gen_server:call(S, fun (_, #{kept := K} = St) -> {reply, K, St} end)]).

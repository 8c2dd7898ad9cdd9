%% What state machines do with events, and how they end.
-module(twin_state_machines).

-export([events_of_all_kinds/1, equal_state_is_no_change/1,
         replies_in_their_order/1, inserted_then_postponed_then_messages/1,
         postponed_until_the_state_changes/1, postponed_again/1,
         postponed_call_is_answered/1, entered_at_the_beginning/1,
         entered_before_other_events/1, state_is_entered_again/1,
         entered_until_it_stays/1, entering_may_reply/1,
         entering_may_not_change_the_state/1, inserted_in_the_beginning/1,
         inserted_by_inserted/1, end_with_a_reason/1, reply_then_the_end/1,
         waiting_calls_are_told/1, crash_in_a_handler/1, parent_ends_it/1,
         exits_of_others_are_events/1, suspended_machine/1,
         state_is_seen/1, call_in_vain/1, stop_from_outside/1,
         end_when_entering/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_down/0, await_down/1, drain/0,
               until/1]).
-import(clerk, [called/1]).
-import(machine, [start/2, stay/1, tell/2, tell/3, ask/2, ask/3, together/2]).

in(State) ->
    fun () -> {ok, State, #{}, []} end.

%% Goes to a state, with actions.
to(Name, State, Actions) ->
    {Name, fun (_, _, Data) -> {next_state, State, Data, Actions} end}.

to(State) ->
    to(go, State, []).

keep(Name, Actions) ->
    {Name, fun (_, _, _) -> {keep_state_and_data, Actions} end}.

%% Postponed in these states.
postponed(Name, States) ->
    {Name, fun (_, State, _) ->
        case lists:member(State, States) of
            true -> {keep_state_and_data, [postpone]};
            false -> keep_state_and_data
        end
    end}.

crashed({Error, Stack}) when is_list(Stack) -> {crashed, Error =/= none};
crashed(Reason) -> Reason.

inserted(Name) ->
    {next_event, internal, stay(Name)}.

events_of_all_kinds(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, keep(cast, [inserted(inserted), {timeout, 0, stay(never)}])),
    ask(M, call),
    M ! hello,
    gen_statem:cast(M, keep(set, [{timeout, 0, stay(timeout)}])),
    gen_statem:cast(M, keep(set, [{state_timeout, 0, stay(timeout)}])),
    gen_statem:cast(M, keep(set, [{{timeout, name}, 0, stay(timeout)}])),
    ask(M, last).

equal_state_is_no_change(T) ->
    M = start(T, in({a, 1})),
    gen_statem:cast(M, to({a, 1})),
    gen_statem:cast(M, to({a, 2})),
    gen_statem:cast(M, to({a, 2})),
    ask(M, last).

replies_in_their_order(T) ->
    M = start(T, in(a)),
    One = gen_statem:send_request(M, {one, fun (From, _, Data) ->
        {keep_state, Data#{from => From}, []}
    end}),
    Two = gen_statem:send_request(M, {two, fun (From, _, #{from := First} = Data) ->
        {next_state, b, Data, [{reply, From, second}, {reply, First, first}]}
    end}),
    C = gen_statem:reqids_add(One, 1, gen_statem:reqids_add(Two, 2, gen_statem:reqids_new())),
    {X, L, C1} = gen_statem:wait_response(C, 10000, true),
    {Y, M1, _} = gen_statem:wait_response(C1, 10000, true),
    say(T, [X, L, Y, M1]),
    ask(M, last).

inserted_then_postponed_then_messages(T) ->
    M = start(T, in(a)),
    together(M, [postponed(p1, [a]), postponed(p2, [a]),
                 to(go, b, [inserted(i1), inserted(i2)]), stay(message)]),
    ask(M, last).

postponed_until_the_state_changes(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, postponed(p1, [a])),
    tell(M, other),
    gen_statem:cast(M, postponed(p2, [a])),
    gen_statem:cast(M, to(a)),
    tell(M, repeat, fun (_, _, _) -> repeat_state_and_data end),
    M ! hello,
    gen_statem:cast(M, to(b)),
    ask(M, last).

postponed_again(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, postponed(p1, [a, b])),
    gen_statem:cast(M, postponed(p2, [a])),
    gen_statem:cast(M, to(b)),
    gen_statem:cast(M, postponed(p3, [b])),
    gen_statem:cast(M, to(c)),
    ask(M, last).

postponed_call_is_answered(T) ->
    M = start(T, in(a)),
    Main = self(),
    as(T, p, m, spawn_monitor(fun () ->
        say(T, [got, ask(M, question, fun
            (_, a, _) -> Main ! postponed, {keep_state_and_data, [postpone]};
            (From, State, _) -> {keep_state_and_data, [{reply, From, State}]}
        end)])
    end)),
    await(postponed),
    gen_statem:cast(M, to(b)),
    say(T, [got, await_down()]).

entered_at_the_beginning(T) ->
    Main = self(),
    M = start(T, fun () ->
        {ok, a, #{enter => fun (Old, State, _) ->
            Main ! {entered, Old, State},
            keep_state_and_data
        end}, []}
    end),
    say(T, [receive {entered, Old, State} -> [Old, State] end]),
    ask(M, last).

entered_before_other_events(T) ->
    M = start(T, in(a)),
    together(M, [postponed(p, [a]), to(go, b, [inserted(i)]), to(go, c, [inserted(j)])]),
    ask(M, last).

state_is_entered_again(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, postponed(p, [a])),
    tell(M, repeat, fun (_, _, _) -> {repeat_state_and_data, [inserted(i)]} end),
    tell(M, stay),
    ask(M, last).

entered_until_it_stays(T) ->
    M = start(T, fun () ->
        {ok, a, #{left => 2, enter => fun
            (_, b, #{left := 0}) -> keep_state_and_data;
            (_, b, #{left := N} = Data) -> {repeat_state, Data#{left := N - 1}};
            (_, _, _) -> keep_state_and_data
        end}, []}
    end),
    gen_statem:cast(M, to(go, b, [inserted(i)])),
    ask(M, last).

entering_may_reply(T) ->
    M = start(T, fun () ->
        {ok, a, #{enter => fun
            (_, b, #{from := From}) -> {keep_state_and_data, [{reply, From, entered}]};
            (_, _, _) -> keep_state_and_data
        end}, []}
    end),
    say(T, [got, ask(M, question, fun (From, _, Data) ->
        {next_state, b, Data#{from => From}}
    end)]).

entering_may_not_change_the_state(T) ->
    [begin
         M = start(T, fun () ->
             {ok, a, #{enter => fun
                 (_, b, Data) -> Do(Data);
                 (_, _, _) -> keep_state_and_data
             end}, []}
         end),
         as(T, m, monitor(process, M)),
         gen_statem:cast(M, to(b)),
         {'DOWN', _, _, _, Reason} = await_down(),
         say(T, [crashed(Reason)])
     end || Do <- [fun (Data) -> {next_state, c, Data} end,
                   fun (_) -> {keep_state_and_data, [postpone]} end,
                   fun (_) -> {keep_state_and_data, [inserted(i)]} end]].

inserted_in_the_beginning(T) ->
    M = start(T, fun () ->
        self() ! hello,
        {ok, a, #{}, [inserted(i1), inserted(i2)]}
    end),
    ask(M, last).

inserted_by_inserted(T) ->
    M = start(T, in(a)),
    Inner = {next_event, internal, keep(i1, [inserted(i11), inserted(i12)])},
    together(M, [keep(e1, [Inner, inserted(i2)]), stay(e2)]),
    ask(M, last).

end_with_a_reason(T) ->
    [begin
         M = start(T, fun () ->
             {ok, a, #{terminate => fun (R, S) -> say(T, [terminate, R, S]) end}, []}
         end),
         as(T, m, monitor(process, M)),
         tell(M, stop, fun (_, _, _) -> {stop, Reason} end),
         say(T, [got, await_down()])
     end || Reason <- [normal, shutdown, {shutdown, why}, odd]].

reply_then_the_end(T) ->
    M = start(T, fun () ->
        {ok, a, #{terminate => fun (R, S) -> await(replied), say(T, [terminate, R, S]) end}, []}
    end),
    as(T, m, monitor(process, M)),
    say(T, [got, ask(M, question, fun (From, _, _) ->
        {stop_and_reply, bye, [{reply, From, answer}]}
    end)]),
    M ! replied,
    say(T, [got, await_down()]).

waiting_calls_are_told(T) ->
    M = start(T, in(a)),
    Main = self(),
    {_, M1} = as(T, p1, m1, spawn_monitor(fun () ->
        say(T, [called(fun () ->
            ask(M, postponed, fun (_, _, _) -> Main ! here, {keep_state_and_data, [postpone]} end)
        end)])
    end)),
    await(here),
    tell(M, wait, fun (_, _, _) -> Main ! here, await(go), {stop, bye} end),
    await(here),
    {_, M2} = as(T, p2, m2, spawn_monitor(fun () ->
        say(T, [called(fun () -> ask(M, queued) end)])
    end)),
    until(fun () -> twin:queue_length(M) =:= 1 end),
    M ! go,
    say(T, [got, await_down(M1)]),
    say(T, [got, await_down(M2)]).

crash_in_a_handler(T) ->
    %% Is told the error without its stack, which a server gets.
    M = start(T, fun () ->
        {ok, a, #{terminate => fun (boom, S) -> say(T, [terminate, S]) end}, []}
    end),
    as(T, m, monitor(process, M)),
    say(T, [called(fun () -> ask(M, question, fun (_, _, _) -> error(boom) end) end)]),
    say(T, [got, await_down()]).

parent_ends_it(T) ->
    Main = self(),
    [begin
         {P, MP} = as(T, p, mp, spawn_monitor(fun () ->
             {ok, M} = gen_statem:start_link(machine, {T, fun () ->
                 process_flag(trap_exit, true),
                 {ok, a, #{terminate => fun (R, S) -> say(T, [terminate, R, S]) end}, []}
             end}, []),
             Main ! {machine, M},
             await(go),
             exit(Reason)
         end)),
         M = receive {machine, X} -> as(T, machine, X) end,
         Ref = as(T, m, monitor(process, M)),
         P ! go,
         say(T, [got, await_down(MP)]),
         say(T, [got, await_down(Ref)])
     end || Reason <- [normal, shutdown, odd]].

exits_of_others_are_events(T) ->
    M = start(T, fun () -> process_flag(trap_exit, true), {ok, a, #{}, []} end),
    exit(M, odd),
    exit(M, normal),
    ask(M, last).

suspended_machine(T) ->
    M = start(T, in(a)),
    sys:suspend(M),
    gen_statem:cast(M, to(b)),
    M ! hello,
    {a, _} = sys:get_state(M),
    sys:resume(M),
    ask(M, last).

state_is_seen(T) ->
    M = start(T, in(a)),
    Seen = fun () ->
        {State, Data} = sys:get_state(M),
        [State, maps:get(kept, Data, nothing)]
    end,
    say(T, [Seen()]),
    tell(M, go, fun (_, _, Data) -> {next_state, b, Data#{kept => one}} end),
    say(T, [Seen()]),
    sys:replace_state(M, fun ({b, Data}) -> {b, Data#{kept := two}} end),
    say(T, [Seen()]).

call_in_vain(T) ->
    M = start(T, in(a)),
    say(T, [called(fun () -> gen_statem:call(M, {slow, fun (From, _, _) ->
        await(go),
        {keep_state_and_data, [{reply, From, late}]}
    end}, 5) end)]),
    M ! go,
    say(T, [ask(M, next), drain()]),
    say(T, [called(fun () -> ask(M, stop, fun (_, _, _) -> {stop, bye} end) end)]),
    say(T, [called(fun () -> ask(M, nobody) end)]),
    say(T, [called(fun () -> ask(nobody, nobody) end)]),
    say(T, [drain()]).

stop_from_outside(T) ->
    M = start(T, fun () ->
        {ok, a, #{terminate => fun (R, S) -> say(T, [terminate, R, S]) end}, []}
    end),
    gen_statem:cast(M, to(b)),
    say(T, [called(fun () -> gen_statem:stop(M, bye, 10000) end)]),
    say(T, [called(fun () -> gen_statem:stop(M, bye, 10000) end)]).

end_when_entering(T) ->
    M = start(T, fun () ->
        {ok, a, #{terminate => fun (R, S) -> say(T, [terminate, R, S]) end,
                  enter => fun (_, b, _) -> {stop, bye}; (_, _, _) -> keep_state_and_data end}, []}
    end),
    as(T, m, monitor(process, M)),
    gen_statem:cast(M, to(go, b, [inserted(i)])),
    say(T, [got, await_down()]).
